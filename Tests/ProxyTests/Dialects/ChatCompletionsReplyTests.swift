import Testing

@testable import ollama_openai_proxy

struct ChatCompletionsReplyTests {
    private func encode(_ events: [ReplyEvent]) -> HTTPResponse {
        var response = ChatResponse()
        for event in events { response.fold(event) }
        return ChatCompletionsDialect().encode(
            response, for: ChatRequest(model: "glm-5:cloud", messages: []),
            reply: ReplyIdentity(id: "abc", created: 1_700_000_000))
    }

    private func reply(
        _ message: String, logprobs: String = "null", finish: String = "stop", usage: (Int, Int) = (0, 0)
    ) -> String {
        #"{"id":"chatcmpl-abc","object":"chat.completion","created":1700000000,"model":"glm-5:cloud","#
            + #""system_fingerprint":"fp_ollama","choices":[{"index":0,"message":\#(message),"logprobs":\#(logprobs),"#
            + #""finish_reason":"\#(finish)"}],"usage":{"prompt_tokens":\#(usage.0),"completion_tokens":\#(usage.1),"#
            + #""total_tokens":\#(usage.0 + usage.1)}}"#
    }

    private let start = ReplyEvent.started
    private let call = ReplyEvent.call(ToolCall(id: "call_1", name: "Bash", arguments: #"{"command":"ls"}"#))
    private let callJSON =
        #"[{"id":"call_1","type":"function","function":{"name":"Bash","arguments":"{\"command\":\"ls\"}"}}]"#

    @Test("text with its usage")
    func text() {
        let usage = Usage(promptTokens: 10, completionTokens: 20)
        let response = encode([
            start, .text("Hel"), .text("lo"), .end(.finished(.stop, usage)),
        ])
        #expect(response.status == .ok)
        #expect(response.fields["Content-Type"] == "application/json")
        #expect(response.body.text == reply(#"{"role":"assistant","content":"Hello"}"#, usage: (10, 20)))
    }

    @Test("content is null when there are only calls, and an empty text when there is nothing")
    func content() {
        let calls = encode([start, call, .end(.finished(.toolCalls, nil))]).body.text
        #expect(calls == reply(#"{"role":"assistant","content":null,"tool_calls":\#(callJSON)}"#, finish: "tool_calls"))
        let both = encode([start, .text("a"), call, .end(.finished(.toolCalls, nil))]).body.text
        #expect(both == reply(#"{"role":"assistant","content":"a","tool_calls":\#(callJSON)}"#, finish: "tool_calls"))
        let nothing = encode([start, .end(.finished(.length, nil))]).body.text
        #expect(nothing == reply(#"{"role":"assistant","content":""}"#, finish: "length"))
    }

    @Test("reasoning is written only when there is some")
    func reasoning() {
        let events: [ReplyEvent] = [start, .reasoning("hm"), .text("a"), .end(.finished(.stop, nil))]
        let message = #"{"role":"assistant","content":"a","reasoning_content":"hm"}"#
        #expect(encode(events).body.text == reply(message))
        #expect(!encode([start, .end(.finished(.stop, nil))]).body.text.contains("reasoning"))
    }

    @Test("log probabilities of all pieces come together")
    func logprobs() {
        let token = TokenLogprob(token: "a", logprob: "-0.5", bytes: [97])
        let response = encode([
            start, .text("a", logprobs: [token]), .text("a", logprobs: [token]), .end(.finished(.stop, nil)),
        ])
        let one = #"{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[]}"#
        #expect(
            response.body.text
                == reply(
                    #"{"role":"assistant","content":"aa"}"#, logprobs: #"{"content":[\#(one),\#(one)],"refusal":null}"#)
        )
    }

    @Test("a reply that failed is an error")
    func failed() {
        let error = ChatError(status: 502, "gone", code: .upstreamIncomplete)
        let response = ChatCompletionsDialect().encode(error)
        #expect(response.status == .badGateway)
        #expect(
            response.body.text
                == #"{"error":{"message":"gone","type":"server_error","param":null,"code":"upstream_incomplete"}}"#)
    }

    @Test(
        "every status has its type",
        arguments: [
            (400, "invalid_request_error"), (401, "authentication_error"), (402, "insufficient_quota"),
            (403, "permission_error"), (404, "not_found_error"), (405, "invalid_request_error"),
            (408, "timeout_error"), (409, "invalid_request_error"), (413, "invalid_request_error"),
            (415, "invalid_request_error"), (422, "invalid_request_error"), (429, "rate_limit_error"),
            (431, "invalid_request_error"), (499, "invalid_request_error"), (500, "server_error"),
            (502, "server_error"), (503, "server_error"), (504, "server_error"), (529, "server_error"),
        ])
    func errorTypes(status: Int, type: String) {
        let response = ChatCompletionsDialect().encode(ChatError(status: status, "words"))
        #expect(response.status.rawValue == status)
        #expect(response.fields["Content-Type"] == "application/json")
        #expect(
            response.body.text == #"{"error":{"message":"words","type":"\#(type)","param":null,"code":null}}"#)
    }

    @Test("an error names its parameter and code, and keeps Retry-After")
    func errorDetails() {
        let dialect = ChatCompletionsDialect()
        let mistake = dialect.encode(.invalid("messages[0].role", "a \"b\"\n"))
        #expect(
            mistake.body.text
                == #"{"error":{"message":"a \"b\"\n","type":"invalid_request_error","param":"messages[0].role","#
                + #""code":"invalid_value"}}"#)
        #expect(mistake.fields["Retry-After"] == nil)
        #expect(dialect.encode(ChatError(status: 429, "", retryAfter: "17")).fields["Retry-After"] == "17")
        #expect(dialect.encode(ChatError(status: 429, "", retryAfter: "1\r\nX: y")).fields["Retry-After"] == nil)
    }
}
