import Testing

@testable import ollama_openai_proxy

@Suite("What is done to calls is done to those of namespaces", .onOwnThreads)
struct NamespacedCallTests {
    private static let tools =
        #","tools":[{"type":"namespace","name":"mcp__files","tools":[{"type":"function","name":"read","parameters":"#
        + #"{"type":"object","properties":{"line":{"type":"integer"}},"required":["line"]}}]},"#
        + #"{"type":"custom","name":"patch"}]"#

    /// The items of calls that a client gets for what a model says.
    private func calls(_ lines: String...) async throws -> [[String: Any]] {
        let upstream = try ScriptedUpstream(.reply(lines.joined(separator: "\n"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let body = #"{"model":"m","input":"hi","stream":true\#(Self.tools)}"#
        let reply = try await TestReply(
            proxy.exchange(TestProxy.post("/v1/responses", body, fields: "Connection: close\r\n")))
        let events = try ResponsesEvent.read(reply.body)
        return events.filter { $0.type == "response.output_item.done" && $0.item["call_id"] != nil }.map(\.item)
    }

    @Test("A call that is written as text, in another case or with a wrong type is mended, and has its namespace")
    func mended() async throws {
        let text = #"<tool_call>{\"name\":\"mcp__files__read\",\"arguments\":{\"line\":\"7\"}}</tool_call>"#
        let written = #"{"message":{"role":"assistant","content":"\#(text)"},"done":false}"#
        for line in [written, OllamaLine.call("functions.MCP__Files__Read", #"{"line":"7"}"#)] {
            let calls = try await calls(line)
            #expect(calls.count == 1)
            #expect(calls.first?["namespace"] as? String == "mcp__files" && calls.first?["name"] as? String == "read")
            #expect(calls.first?["arguments"] as? String == #"{"line":7}"#)
        }
    }

    @Test("A text for a custom tool is the text, also where the model wrote the call as text")
    func custom() async throws {
        let text = #"<tool_call>{\"name\":\"Patch\",\"arguments\":{\"input\":\"a\\nb\"}}</tool_call>"#
        let calls = try await calls(#"{"message":{"role":"assistant","content":"\#(text)"},"done":false}"#)
        #expect(calls.first?["type"] as? String == "custom_tool_call" && calls.first?["input"] as? String == "a\nb")
    }
}
