import Testing

@testable import ollama_openai_proxy

extension SmugglingCase: CustomTestStringConvertible { var testDescription: String { name } }

@Suite("Who hides a request in another one reaches no upstream", .onOwnThreads)
struct SmugglingTests {
    @Test("What is answered, and what gets through", arguments: SmugglingCase.all)
    func hidden(row: SmugglingCase) async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("ok"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let replies = try await proxy.exchange(row.bytes)
        let statuses = replies.matches(of: #/HTTP/1\.1 (\d{3}) /#).compactMap { Int($0.1) }.filter { $0 != 100 }
        #expect(statuses == row.statuses)
        #expect(upstream.requests.map { $0.text.contains("hidden") } == (row.isOpen && statuses.count == 3 ? [true] : []))
    }

    @Test("A good request before it is served, and nothing behind it")
    func behind() async throws {
        for row in SmugglingCase.all where row.statuses.count == 1 {
            let upstream = try ScriptedUpstream(.reply(OllamaLine.content("ok"), OllamaLine.done()))
            let proxy = try await TestProxy(upstream: upstream.port)
            let replies = try await proxy.exchange(SmugglingCase.post("", TestProxy.ask(stream: false)) + row.bytes)
            let statuses = replies.matches(of: #/HTTP/1\.1 (\d{3}) /#).compactMap { Int($0.1) }
            #expect(statuses == [200] + row.statuses, "\(row.name)")
            #expect(upstream.requests.count == 1, "\(row.name)")
        }
    }
}
