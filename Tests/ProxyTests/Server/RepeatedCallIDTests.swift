import Testing

@testable import ollama_openai_proxy

@Suite("An id of a call that the conversation holds already", .onOwnThreads)
struct RepeatedCallIDTests {
    private static func chat(_ messages: String) -> String {
        #"{"model":"m","messages":[{"role":"user","content":"go"},\#(messages)],"#
            + #""tools":[{"type":"function","function":{"name":"f"}}]}"#
    }

    private static func turn(_ ids: String...) -> String {
        let calls = ids.map { #"{"id":"\#($0)","type":"function","function":{"name":"f","arguments":"{}"}}"# }
        let results = ids.map { #"{"role":"tool","tool_call_id":"\#($0)","content":"of \#($0)"}"# }
        return (["{\"role\":\"assistant\",\"tool_calls\":[\(calls.joined(separator: ","))]}"] + results)
            .joined(separator: ",")
    }

    /// The id that the client gets, and what the upstream was sent.
    private func reply(to messages: String, id: String) async throws -> (id: String?, sent: String) {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.call("f", "{}", id: id), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.chat(messages))
        return (reply["choices.0.message.tool_calls.0.id"]?.string, upstream.requests.first?.text ?? "")
    }

    @Test(
        "It gets another, by which the client tells the two calls apart",
        arguments: [
            (turn("f:0"), "f:0", "f:0_r2"), (turn("f:0") + "," + turn("f:0_r2"), "f:0", "f:0_r3"),
            (turn("f:0"), "f:1", "f:1"), (turn("a", "b"), "b", "b_r2"),
            // As LiteLLM writes them.
            (turn("functions_f_0"), "functions.f:0", "functions.f:0_r2"),
            (turn("functions_f_0") + "," + turn("functions_f_0_r2"), "functions.f:0", "functions.f:0_r3"),
        ])
    func renamed(messages: String, id: String, expected: String) async throws {
        #expect(try await reply(to: messages, id: id).id == expected)
    }

    @Test("A long one gets one of ours")
    func long() async throws {
        let id = String(repeating: "x", count: 37)
        #expect(try await reply(to: Self.turn(id), id: id).id?.hasPrefix("call_") == true)
    }

    @Test("It is turned back on the way up, where the first one still stands there")
    func turnedBack() async throws {
        let both = try await reply(to: Self.turn("f:0") + "," + Self.turn("f:0_r2"), id: "x").sent
        #expect(both.contains(#""tool_call_id":"f:0""#) && !both.contains(#""id":"f:0_r2""#))
        #expect(!both.contains(#""tool_call_id":"f:0_r2""#) && both.contains("of f:0_r2"))
        let alone = try await reply(to: Self.turn("f:0_r2"), id: "x").sent
        #expect(alone.contains(#""id":"f:0_r2""#) && alone.contains(#""tool_call_id":"f:0_r2""#))
    }
}
