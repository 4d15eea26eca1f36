import Testing

@testable import ollama_openai_proxy

@Suite("What clients ask by a base URL that holds too much", .onOwnThreads)
struct BaseURLTests {
    @Test(
        "The 404 says what to leave out, and Ollama is not asked",
        arguments: [
            ("/v1/chat/completions/chat/completions", "leave /chat/completions out"),
            ("/v1/chat/completions/v1/chat/completions", "leave /chat/completions out"),
            ("/v1/messages/v1/messages", "leave /messages out"), ("/v1/responses/responses", "leave /responses out"),
            ("/v1/api/chat", "leave /v1 out"), ("/v1/api/tags", "leave /v1 out"),
            ("/api/chat/api/chat", "leave /api/chat out"),
        ])
    func tooMuch(path: String, advice: String) async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = TestReply(try await proxy.exchange(TestProxy.post(path, "{}", fields: "Connection: close\r\n")))
        #expect(reply.status == 404 && reply.body.contains(advice + " of the base URL"))
        #expect(upstream.requests.isEmpty)
    }

    @Test("Whoever asks whether anybody is there is told so", arguments: ["/", "/api/hello"], ["GET", "HEAD"])
    func hello(path: String, method: String) async throws {
        let proxy = try await TestProxy(upstream: 1, keys: ["k"])
        #expect(try await proxy.get(path, method: method).status == 200)
    }
}
