import Testing

@testable import ollama_openai_proxy

struct OllamaConversationTests {
    private func sent(_ messages: ChatMessage...) throws -> String {
        var body = JSONWriter()
        body.beginObject()
        try OllamaConversation(messages, instruction: nil).write(into: &body)
        body.endObject()
        let text = body.buffer.text
        _ = try JSONDocument(parsing: text)
        return String(text.dropFirst(#"{"messages":["#.count).dropLast(2))
    }

    private typealias F = OllamaFixtures
    private let call = ToolCall(id: "1", name: "f", arguments: #"{"a":1}"#)

    @Test("All system messages are one, in front")
    func system() throws {
        #expect(
            try sent(
                F.message(.system, "a"), F.message(.user, "u"), F.message(.system, ""), F.message(.system, "b"),
                F.message(.assistant, "x"), F.message(.system, "c"))
                == #"{"role":"system","content":"a\n\nb\n\nc"},{"role":"user","content":"u"},"#
                + #"{"role":"assistant","content":"x"}"#)
        #expect(try sent(F.message(.system, ""), F.message(.user, "u")) == #"{"role":"user","content":"u"}"#)
        #expect(try sent(F.message(.system, "a")) == #"{"role":"system","content":"a"}"#)
    }

    @Test("Nothing to send is the client's mistake, not a wish to load the model")
    func nothing() {
        for messages in [[], [F.message(.system)]] {
            let error = #expect(throws: ChatError.self) { try OllamaConversation(messages, instruction: nil) }
            #expect(error?.status == 400)
            #expect(error?.parameter == "messages")
        }
    }

    @Test("Reasoning, media and calls stand beside the text")
    func members() throws {
        var assistant = F.message(.assistant, "t", calls: [call])
        assistant.reasoning = JSONText("why")
        var user = F.message(.user, "see")
        user.media = [Medium(JSONText("QQ==")), Medium(JSONText("Qg=="))]
        #expect(
            try sent(user, assistant)
                == #"{"role":"user","content":"see","images":["QQ==","Qg=="]},"#
                + #"{"role":"assistant","content":"t","thinking":"why","tool_calls":["#
                + #"{"id":"1","function":{"index":0,"name":"f","arguments":{"a":1}}}]}"#)
        assistant.reasoning = JSONText()
        assistant.toolCalls = [ToolCall(id: "", name: "f", arguments: "{}")]
        #expect(
            try sent(assistant)
                == #"{"role":"assistant","content":"t","tool_calls":["#
                + #"{"function":{"index":0,"name":"f","arguments":{}}}]}"#)
    }

    @Test("An empty turn of the assistant stays a turn")
    func empty() throws {
        #expect(
            try sent(F.message(.user, "a"), F.message(.assistant), F.message(.user, "b"))
                == #"{"role":"user","content":"a"},{"role":"assistant","content":""},{"role":"user","content":"b"}"#)
    }

    @Test("Calls never stand in the second of two assistant messages")
    func joined() throws {
        let other = ToolCall(id: "2", name: "g", arguments: "{}")
        var first = F.message(.assistant, "a")
        first.reasoning = JSONText("r1")
        var third = F.message(.assistant, "c", calls: [call])
        third.reasoning = JSONText("r3")
        #expect(
            try sent(
                F.message(.user, "u"), first, F.message(.assistant, "b"), third,
                F.message(.assistant, calls: [other]), F.message(.tool, "x", toolCallID: "2"),
                F.message(.tool, "y", toolCallID: "1"))
                == #"{"role":"user","content":"u"},{"role":"assistant","content":"a\n\nb\n\nc","thinking":"r1\n\nr3","tool_calls":["#
                + #"{"id":"1","function":{"index":0,"name":"f","arguments":{"a":1}}},"#
                + #"{"id":"2","function":{"index":1,"name":"g","arguments":{}}}]},"#
                + #"{"role":"tool","content":"y","tool_name":"f","tool_call_id":"1"},"#
                + #"{"role":"tool","content":"x","tool_name":"g","tool_call_id":"2"}"#)
        #expect(
            try sent(F.message(.assistant, "a"), F.message(.assistant, "b"))
                == #"{"role":"assistant","content":"a"},{"role":"assistant","content":"b"}"#)
    }

    @Test("A result's tool is looked up backwards by the id of its call, unless it is named")
    func toolNames() throws {
        var named = F.message(.tool, "n", toolCallID: "1")
        named.toolName = "given"
        var unkeyed = F.message(.tool, "k")
        unkeyed.toolName = "legacy"
        #expect(
            try sent(
                F.message(.assistant, calls: [call]), F.message(.tool, "a", toolCallID: "1"), named, unkeyed,
                F.message(.tool, "x", toolCallID: "unknown"),
                F.message(.assistant, calls: [ToolCall(id: "1", name: "later", arguments: "{}")]),
                F.message(.tool, "b", toolCallID: "1"))
                == #"{"role":"assistant","content":"","tool_calls":["#
                + #"{"id":"1","function":{"index":0,"name":"f","arguments":{"a":1}}}]},"#
                + #"{"role":"tool","content":"a","tool_name":"f","tool_call_id":"1"},"#
                + #"{"role":"tool","content":"n","tool_name":"given","tool_call_id":"1"},"#
                + #"{"role":"tool","content":"k","tool_name":"legacy"},"#
                + #"{"role":"tool","content":"x","tool_call_id":"unknown"},"#
                + #"{"role":"assistant","content":"","tool_calls":["#
                + #"{"id":"1","function":{"index":0,"name":"later","arguments":{}}}]},"#
                + #"{"role":"tool","content":"b","tool_name":"later","tool_call_id":"1"}"#)
    }

    @Test("A result behind another message goes to its call, and a call without one gets one that says so")
    func answered() throws {
        let other = ToolCall(id: "2", name: "g", arguments: "{}")
        let calls =
            #"{"role":"assistant","content":"","tool_calls":["#
            + #"{"id":"1","function":{"index":0,"name":"f","arguments":{"a":1}}},"#
            + #"{"id":"2","function":{"index":1,"name":"g","arguments":{}}}]}"#
        #expect(
            try sent(
                F.message(.assistant, calls: [call, other]), F.message(.user, "u"), F.message(.tool, "late", toolCallID: "2"))
                == calls + #",{"role":"tool","content":"(no result)","tool_name":"f","tool_call_id":"1"},"#
                + #"{"role":"tool","content":"late","tool_name":"g","tool_call_id":"2"},{"role":"user","content":"u"}"#)
        #expect(try sent(F.message(.assistant, calls: [call, other])) == calls)
    }

    @Test("Results of several calls stand in the order of the calls, however the agent sent them")
    func resultOrder() throws {
        let calls = ["1", "2", "3"].map { ToolCall(id: $0, name: "f\($0)", arguments: "{}") }
        let text = try sent(
            F.message(.assistant, calls: calls), F.message(.tool, "other", toolCallID: "x"),
            F.message(.tool, "c", toolCallID: "3"), F.message(.tool, "a", toolCallID: "1"),
            F.message(.tool, "b", toolCallID: "2"), F.message(.user, "go on"))
        let contents = text.matches(of: /"content":"([a-z ]+)"/).map { String($0.1) }
        #expect(contents == ["a", "b", "c", "other", "go on"])
    }
}
