import Testing

@testable import ollama_openai_proxy

@Suite("Calls at the end of thoughts that never close", .onOwnThreads)
struct ThoughtCallTests {
    static let call = #"<tool_call>{\"name\": \"Bash\", \"arguments\": {\"command\": \"ls\"}}</tool_call>"#
    static let thought = OllamaLine.thinking("I must look. \(call)")
    static let marked = OllamaLine.content("<think>I must look. \(call)")

    private static func ask(stream: Bool) -> String {
        TestProxy.ask(
            stream: stream,
            more: #","tools":[{"type":"function","function":{"name":"Bash","parameters":{"type":"object","#
                + #""properties":{"command":{"type":"string"}}}}}]"#)
    }

    private func reply(
        to scripts: [String]..., stream: Bool = true, passes: Bool = false, retries: Int = 1
    ) async throws -> (body: String, hasCall: Bool, requests: Int) {
        let upstream = try ScriptedUpstream(scripts.map { [.reply($0)] })
        let proxy = try await TestProxy(upstream: upstream.port) {
            $0.passesReasoning = passes
            $0.toolCalls.retries = retries
        }
        let reply = try await proxy.chat(Self.ask(stream: stream))
        #expect(reply.status == 200)
        let hasCall = reply.body.contains("tool_calls\"") && reply.body.contains(#"{\"command\": \"ls\"}"#)
        return (reply.body, hasCall, upstream.requests.count)
    }

    @Test(
        "The model is asked again, and when it does the same they are its calls",
        arguments: [thought, marked], [true, false])
    func twice(line: String, stream: Bool) async throws {
        let reply = try await reply(to: [line, OllamaLine.done()], [line, OllamaLine.done()], stream: stream)
        #expect(reply.hasCall && reply.requests == 2)
        #expect(reply.body.contains(#""finish_reason":"tool_calls""#))
    }

    @Test("What the second reply says instead is what counts")
    func other() async throws {
        let said = try await reply(
            to: [Self.thought, OllamaLine.done()], [OllamaLine.content("Hello"), OllamaLine.done()])
        #expect(!said.hasCall && said.requests == 2 && said.body.contains("Hello"))
        let cut = try await reply(
            to: [Self.thought, OllamaLine.done()], [Self.thought, OllamaLine.done("length")])
        #expect(!cut.hasCall && cut.requests == 2 && cut.body.contains(#""finish_reason":"length""#))
    }

    @Test(
        "Of any other shape there is nothing to take; asked again is only what is empty",
        arguments: [
            ([OllamaLine.thinking("\(call) but no."), OllamaLine.done()], 2),
            ([thought, OllamaLine.content("Hello"), OllamaLine.done()], 1),
            ([thought, OllamaLine.done("length")], 1),
            ([OllamaLine.content("<think>\(call)</think>"), OllamaLine.done()], 2),
            ([OllamaLine.thinking("`\(call)`"), OllamaLine.done()], 2),
            (
                [
                    OllamaLine.thinking(#"<tool_call>{\"name\": \"Other\", \"arguments\": {}}</tool_call>"#),
                    OllamaLine.done(),
                ], 2
            ),
        ])
    func never(lines: [String], requests: Int) async throws {
        for stream in [true, false] {
            let reply = try await reply(to: lines, lines, stream: stream)
            #expect(!reply.hasCall && reply.requests == requests, "\(lines)")
        }
    }

    @Test("Not after the client has seen the thoughts; between marks their beginning waits for that")
    func shown() async throws {
        let end = OllamaLine.done()
        let native = try await reply(to: [Self.thought, end], [Self.thought, end], passes: true)
        #expect(!native.hasCall && native.requests == 1 && native.body.contains("I must look."))
        let short = try await reply(to: [Self.marked, end], [Self.marked, end], passes: true)
        #expect(short.hasCall && short.requests == 2)
        let long = OllamaLine.content("<think>" + String(repeating: "Hm. ", count: 1100) + Self.call)
        let shown = try await reply(to: [long, end], [long, end], passes: true)
        #expect(!shown.hasCall && shown.requests == 1)
        let closed = try await reply(to: [OllamaLine.content("<think>Hm.</think>Hello"), end], passes: true)
        #expect(closed.body.contains("Hm.") && closed.body.contains("Hello"))
    }

    @Test("Not where nothing may be asked again")
    func noRetries() async throws {
        let reply = try await reply(to: [Self.thought, OllamaLine.done()], retries: 0)
        #expect(!reply.hasCall && reply.requests == 1)
    }
}
