import Testing

@testable import ollama_openai_proxy

@Suite("Anthropic's whole replies and errors")
struct MessagesReplyTests {
    private func reply(_ events: [ReplyEvent]) -> String {
        var response = ChatResponse()
        for event in events { response.fold(event) }
        let whole = MessagesDialect().encode(
            response, for: ChatRequest(model: "glm", messages: []),
            reply: ReplyIdentity(id: "abc", created: 1_700_000_000))
        #expect(whole.status == .ok)
        return whole.body.text
    }

    private func message(_ content: String, _ reason: String, input: Int = 0, output: Int = 0) -> String {
        #"{"id":"msg_abc","type":"message","role":"assistant","model":"glm","content":[\#(content)],"#
            + #""stop_reason":"\#(reason)","stop_sequence":null,"usage":{"input_tokens":\#(input),"#
            + #""cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":\#(output)}}"#
    }

    @Test("thinking, text and calls stand in this order, arguments as an object")
    func order() {
        let events: [ReplyEvent] = [
            .reasoning("hm"), .text("a\n"),
            .call(ToolCall(id: "c", name: "f", arguments: #"{"x": 1.0}"#)),
            .end(.finished(.toolCalls, Usage(promptTokens: 3, completionTokens: 4))),
        ]
        let text = #"{"type":"text","text":"a\n"},{"type":"tool_use","id":"c","name":"f","input":{"x": 1.0}}"#
        #expect(reply(Array(events.dropFirst())) == message(text, "tool_use", input: 3, output: 4))
        let thinking = #"{"type":"thinking","thinking":"hm","signature":"unsigned"},"#
        #expect(reply(events) == message(thinking + text, "tool_use", input: 3, output: 4))
    }

    @Test("an empty reply has no content")
    func empty() {
        #expect(reply([.end(.finished(.length, nil))]) == message("", "max_tokens"))
    }

    @Test(
        "the type follows from the status",
        arguments: [
            (400, "invalid_request_error"), (401, "authentication_error"), (402, "billing_error"),
            (403, "permission_error"), (404, "not_found_error"), (405, "invalid_request_error"),
            (408, "timeout_error"), (413, "request_too_large"), (422, "invalid_request_error"),
            (429, "rate_limit_error"), (500, "api_error"), (502, "api_error"), (503, "overloaded_error"),
            (504, "timeout_error"), (529, "overloaded_error"),
        ])
    func types(status: Int, type: String) {
        let response = MessagesDialect().encode(ChatError(status: status, "words"))
        #expect(response.status.rawValue == status)
        #expect(response.body.text == #"{"type":"error","error":{"type":"\#(type)","message":"words"}}"#)
        #expect(response.fields["Content-Type"] == "application/json")
    }

    @Test(
        "the upstream's delay goes along, unless it would break the field",
        arguments: [("7", "7"), ("7\r\nX: y", nil)])
    func retryAfter(delay: String, field: String?) {
        let response = MessagesDialect().encode(ChatError(status: 429, "w", retryAfter: delay))
        #expect(response.fields["Retry-After"] == field)
    }
}
