import Testing

@testable import ollama_openai_proxy

@Suite("Replies to Ollama's clients")
struct OllamaAPIReplyTests {
    private typealias F = OllamaAPIFixtures

    private let start = ReplyEvent.started
    private let call = ReplyEvent.call(ToolCall(id: "call_1", name: "f", arguments: "{\n\t\"x\": 1.0\r\n}"))
    private let usage = Usage(promptTokens: 26, completionTokens: 7)

    private let opening = #"{"model":"m","created_at":"2026-08-01T10:00:00Z","#
    private let durations =
        #""total_duration":2000000000,"load_duration":0,"prompt_eval_duration":500000000,"eval_duration":1500000000"#

    @Test("A chat is a line an event, and the last says what it cost")
    func chat() {
        let stream = F.stream(
            [start, .reasoning("hm"), .text("He\n"), call, call, .end(.finished(.toolCalls, usage))])
        func line(_ message: String) -> String {
            #"\#(opening)"message":{"role":"assistant","content":\#(message)},"done":false}"# + "\n"
        }
        func calls(_ index: Int) -> String {
            #""","tool_calls":[{"id":"call_1","function":{"index":\#(index),"name":"f","arguments":{ "#
                + "\t\"x\": 1.0  }}}]"
        }
        #expect(
            stream == line(#""","thinking":"hm""#) + line(#""He\n""#) + line(calls(0)) + line(calls(1))
                + #"\#(opening)"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop",\#(durations),"#
                + #""prompt_eval_count":26,"eval_count":7}"# + "\n")
    }

    @Test("A generated text is a line an event")
    func generate() {
        let stream = F.stream([start, .text("He"), .end(.finished(.length, nil))], .generate)
        #expect(
            stream == #"\#(opening)"response":"He","done":false}"# + "\n"
                + #"\#(opening)"response":"","done":true,"done_reason":"length",\#(durations)}"# + "\n")
        let thoughts = F.stream([start, .reasoning("hm")], .generate)
        #expect(thoughts == #"\#(opening)"response":"","thinking":"hm","done":false}"# + "\n")
    }

    @Test(
        "A client that has asked the model to think wants to see it",
        arguments: [(nil, false), (.off, false), (.on, true), (.high, true)] as [(ThinkLevel?, Bool)])
    func reasoning(think: ThinkLevel?, isWanted: Bool) {
        var request = ChatRequest(model: "m", messages: [])
        request.think = think
        #expect(F.dialect().wantsReasoning(think) == isWanted)
        let events: [ReplyEvent] = [start, .reasoning("hm"), .text("x"), .end(.finished(.stop, nil))]
        let whole = F.dialect().encode(fold(events), for: request, reply: F.identity)
        #expect(whole.body.text.contains(#""content":"x","thinking":"hm""#))
    }

    @Test("A whole reply is one object, at both endpoints")
    func whole() {
        let response = fold([start, .text("He"), call, call, .end(.finished(.toolCalls, usage))])
        let reply = F.dialect().encode(response, for: ChatRequest(model: "m", messages: []), reply: F.identity)
        #expect(reply.status == .ok)
        #expect(reply.fields["Content-Type"] == "application/json")
        let arguments = "{\n\t\"x\": 1.0\r\n}"
        func json(_ index: Int) -> String {
            #"{"id":"call_1","function":{"index":\#(index),"name":"f","arguments":\#(arguments)}}"#
        }
        let end =
            #""done":true,"done_reason":"stop","total_duration":500000000,"load_duration":0,"prompt_eval_duration":0,"#
            + #""eval_duration":500000000,"prompt_eval_count":26,"eval_count":7}"#
        #expect(
            reply.body.text
                == #"\#(opening)"message":{"role":"assistant","content":"He","tool_calls":[\#(json(0)),\#(json(1))]},\#(end)"#
        )
        let text = F.dialect(.generate).encode(
            fold([start, .text("He"), .end(.finished(.stop, usage))]), for: ChatRequest(model: "m", messages: []),
            reply: F.identity)
        #expect(text.body.text == #"\#(opening)"response":"He",\#(end)"#)
    }

    @Test("Log probabilities stand beside the message")
    func logprobs() {
        let token = TokenLogprob(
            token: "He", logprob: "-0.50", bytes: [72, 101],
            alternatives: [
                TokenLogprob(token: "\"", logprob: "-1e1"), TokenLogprob(token: "b", logprob: "-2", bytes: []),
            ])
        let stream = F.stream([start, .text("", logprobs: [token])])
        #expect(
            stream
                == #"\#(opening)"message":{"role":"assistant","content":""},"logprobs":[{"token":"He","logprob":-0.50,"#
                + #""bytes":[72,101],"top_logprobs":[{"token":"\"","logprob":-1e1},{"token":"b","logprob":-2,"bytes":[]}]}],"#
                + #""done":false}"# + "\n")
        let whole = F.dialect(.generate).encode(
            fold([start, .text("He", logprobs: [token]), .end(.finished(.stop, nil))]),
            for: ChatRequest(model: "m", messages: []), reply: F.identity)
        #expect(whole.body.text.contains(#""response":"He","logprobs":[{"token":"He""#))
    }

    @Test(
        "Every end has its word",
        arguments: [
            (FinishReason.stop, "stop"), (.toolCalls, "stop"), (.length, "length"), (.contentFilter, "content_filter"),
        ])
    func reasons(reason: FinishReason, word: String) {
        #expect(F.stream([start, .end(.finished(reason, nil))]).contains(#""done":true,"done_reason":"\#(word)""#))
    }

    @Test("A failure is an object with an error, before a reply and in it; nothing follows it")
    func failures() {
        let error = ChatError(status: 429, "slow \"down\"\n", code: .rateLimitExceeded, retryAfter: "17")
        let response = F.dialect().encode(error)
        #expect(response.status.rawValue == 429)
        #expect(response.fields["Content-Type"] == "application/json")
        #expect(response.fields["Retry-After"] == "17")
        #expect(response.body.text == #"{"error":"slow \"down\"\n"}"#)
        #expect(F.dialect().encode(ChatError(status: 429, "", retryAfter: "1\r\nX: y")).fields["Retry-After"] == nil)
        let stream = F.stream([start, .end(.failed(error)), .text("x"), .end(.finished(.stop, nil))])
        #expect(stream == #"{"error":"slow \"down\"\n"}"# + "\n")
    }

    @Test("What shows that a stream lives is a message without content", arguments: OllamaAPIDialect.Endpoint.all)
    func keepAlive(endpoint: OllamaAPIDialect.Endpoint) {
        let encoder = F.dialect(endpoint).makeEncoder(for: ChatRequest(model: "m", messages: []), reply: F.identity)
        var bytes = ByteBuffer()
        encoder.keepAlive(into: &bytes)
        let said = endpoint == .chat ? #""message":{"role":"assistant","content":""}"# : #""response":"""#
        #expect(bytes.text == #"\#(opening)\#(said),"done":false}"# + "\n")
    }

    @Test("Nothing is written before something is said")
    func silence() {
        #expect(F.stream([start, .reasoning(""), .text("")]).isEmpty)
    }

    @Test("No character ends a line but the last")
    func lines() throws {
        let ends = "\u{A}\u{B}\u{C}\u{D}\u{1C}\u{1D}\u{1E}\u{85}\u{2028}\u{2029}"
        let call = ToolCall(id: ends, name: ends, arguments: "{\n\"\u{2028}\u{85}\":\r\n\"\u{2029}\"}")
        let stream =
            F.stream(
                [start, .reasoning(ends), .text("a\(ends)ä…\u{2026}"), .call(call)])
            + F.stream([.end(.failed(ChatError(status: 500, ends)))])
        #expect(stream.unicodeScalars.filter { ends.unicodeScalars.contains($0) }.count == 4)
        let lines = stream.split(separator: "\n")
        #expect(lines.count == 4)
        let root = try JSONDocument(parsing: String(lines[1])).root
        #expect(root["message"]?["content"]?.string == "a\(ends)ä…\u{2026}")
        let last = try JSONDocument(parsing: String(lines[2])).root["message"]?["tool_calls"]?.elements.first { _ in
            true
        }
        #expect(last?["function"]?["arguments"]?["\u{2028}\u{85}"]?.string == "\u{2029}")
    }

    @Test("Each character alone ends no line", arguments: ["\u{85}", "\u{2028}", "\u{2029}", "\n", "\r", "\u{C}"])
    func line(end: String) {
        let isBlank = end == "\n" || end == "\r"
        let arguments = isBlank ? "{\(end)}" : end == "\u{C}" ? "{}" : #"{"a":"\#(end)"}"#
        let stream = F.stream([
            .text(end), .call(ToolCall(id: "i", name: "n", arguments: arguments)),
        ])
        #expect(stream.split(separator: "\n").count == 2)
        #expect(!stream.replacing("\n", with: "").unicodeScalars.contains { end.unicodeScalars.contains($0) })
    }

    private func fold(_ events: [ReplyEvent]) -> ChatResponse {
        var response = ChatResponse()
        for event in events { response.fold(event) }
        return response
    }
}
