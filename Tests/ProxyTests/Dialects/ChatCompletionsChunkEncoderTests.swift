import Testing

@testable import ollama_openai_proxy

struct ChatCompletionsChunkEncoderTests {
    private static let opening =
        #"{"id":"chatcmpl-abc","object":"chat.completion.chunk","created":1700000000,"model":"glm-5:cloud","#
        + #""system_fingerprint":"fp_ollama","choices":["#
    private static let role = chunk(#"{"role":"assistant","content":""}"#)
    private static let done = "data: [DONE]\n\n"

    private static func chunk(_ delta: String, finish: String = "null", logprobs: String = "") -> String {
        let choice = #"{"index":0,"delta":\#(delta)\#(logprobs),"finish_reason":\#(finish)}"#
        return "data: \(opening)\(choice)]}\n\n"
    }

    private func encode(
        _ events: [ReplyEvent], usage: Bool = false, model: String = "glm-5:cloud"
    ) -> String {
        var request = ChatRequest(model: model, messages: [])
        request.isStreaming = true
        request.includesUsage = usage
        var encoder = ChatCompletionsDialect()
            .makeEncoder(for: request, reply: ReplyIdentity(id: "abc", created: 1_700_000_000))
        var bytes = ByteBuffer()
        for event in events { encoder.encode(event, into: &bytes) }
        return bytes.text
    }

    private let start = ReplyEvent.started

    private func call(_ id: String, _ name: String, _ arguments: String) -> ReplyEvent {
        .call(ToolCall(id: id, name: name, arguments: arguments))
    }

    @Test("text: the role once, each piece, the finish reason alone, the end")
    func text() {
        let bytes = encode([start, .text("Hel"), .text("lo"), .end(.finished(.stop, nil))])
        #expect(
            bytes == Self.role + Self.chunk(#"{"content":"Hel"}"#) + Self.chunk(#"{"content":"lo"}"#)
                + Self.chunk("{}", finish: #""stop""#) + Self.done)
    }

    @Test("usage comes in a chunk without choices, only when it was asked for, and as zeros when unknown")
    func usage() {
        let known = encode([start, .end(.finished(.stop, Usage(promptTokens: 10, completionTokens: 20)))], usage: true)
        let usage = #"],"usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}}"#
        let end = Self.role + Self.chunk("{}", finish: #""stop""#)
        #expect(known == end + "data: \(Self.opening)\(usage)\n\n" + Self.done)
        let zeros = #"],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"#
        #expect(
            encode([.end(.finished(.stop, nil))], usage: true) == end + "data: \(Self.opening)\(zeros)\n\n" + Self.done)
        #expect(!encode([.end(.finished(.stop, Usage(promptTokens: 1, completionTokens: 1)))]).contains("usage"))
    }

    @Test("every call is whole and in a chunk of its own, also between texts")
    func calls() {
        let bytes = encode([
            start, .text("a"), call("call_1", "Bash", #"{"command":"echo \"hi\""}"#),
            call("call_2", "Read", "{}"), .text("b"), .end(.finished(.toolCalls, nil)),
        ])
        let first =
            #"{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"Bash","#
            + #""arguments":"{\"command\":\"echo \\\"hi\\\"\"}"}}]}"#
        let second =
            #"{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"Read","arguments":"{}"}}]}"#
        #expect(
            bytes == Self.role + Self.chunk(#"{"content":"a"}"#) + Self.chunk(first) + Self.chunk(second)
                + Self.chunk(#"{"content":"b"}"#) + Self.chunk("{}", finish: #""tool_calls""#) + Self.done)
    }

    @Test("a call alone begins with the role too")
    func callFirst() {
        #expect(encode([start, call("c", "f", "{}")]).hasPrefix(Self.role))
    }

    @Test("reasoning has chunks of its own")
    func passedReasoning() {
        let bytes = encode([start, .reasoning("hm\n"), .reasoning(""), .text("a")])
        #expect(
            bytes == Self.role + Self.chunk(#"{"reasoning_content":"hm\n"}"#) + Self.chunk(#"{"content":"a"}"#))
    }

    @Test("an empty reply still says its role")
    func empty() {
        #expect(
            encode([start, .end(.finished(.length, nil))]) == Self.role + Self.chunk("{}", finish: #""length""#)
                + Self.done)
    }

    @Test(
        "finish reasons have OpenAI's names",
        arguments: [
            (FinishReason.stop, "stop"), (.length, "length"), (.toolCalls, "tool_calls"),
            (.contentFilter, "content_filter"),
        ])
    func finishReasons(reason: FinishReason, name: String) {
        #expect(encode([.end(.finished(reason, nil))]).contains(#""delta":{},"finish_reason":"\#(name)"}]}"#))
    }

    @Test("empty text writes nothing, unless it carries log probabilities")
    func logprobs() {
        #expect(encode([start, .text("")]).isEmpty)
        let token = TokenLogprob(
            token: "é\"", logprob: "-0.10", bytes: [195, 169],
            alternatives: [TokenLogprob(token: "e", logprob: "-1e-3", bytes: nil)])
        let json =
            #","logprobs":{"content":[{"token":"é\"","logprob":-0.10,"bytes":[195,169],"top_logprobs":"#
            + #"[{"token":"e","logprob":-1e-3,"bytes":null}]}],"refusal":null}"#
        #expect(
            encode([start, .text("", logprobs: [token])])
                == Self.role + Self.chunk(#"{"content":""}"#, logprobs: json))
    }

    @Test("a failure is one frame with the status as its code, and then nothing, not even [DONE]")
    func failure() {
        let error = ChatError(status: 502, "Ollama said:\n\"no\"", code: .upstreamInvalid)
        let frame =
            #"data: {"error":{"message":"Ollama said:\n\"no\"","type":"server_error","param":null,"code":502,"#
            + #""reason":"upstream_invalid_response"}}"# + "\n\n"
        #expect(encode([.end(.failed(error)), .text("late"), .end(.finished(.stop, nil))]) == frame)
        #expect(
            encode([start, .text("a"), .end(.failed(error)), .end(.failed(error))])
                == Self.role + Self.chunk(#"{"content":"a"}"#) + frame)
    }

    @Test("a failure's reason is written only when there is one, and its parameter when it has one")
    func plainFailure() {
        let error = ChatError(status: 429, "slow down", parameter: "model")
        #expect(
            encode([.end(.failed(error))])
                == #"data: {"error":{"message":"slow down","type":"rate_limit_error","param":"model","code":429}}"#
                + "\n\n")
    }

    @Test("nothing follows the end")
    func afterTheEnd() {
        let end: [ReplyEvent] = [start, .text("a"), .end(.finished(.stop, nil))]
        #expect(encode(end + [.text("b"), .end(.finished(.stop, nil))]) == encode(end))
    }

    @Test("no chunk holds a line break of its own, whatever was said")
    func lineBreaks() {
        let bytes = encode([start, .text("a\n\nb\r\u{2028}\u{0}")], model: "a\"b")
        #expect(bytes.contains(#""model":"a\"b""#))
        #expect(bytes.contains(#"{"content":"a\n\nb\r\#u{2028}\u0000"}"#))
        #expect(bytes.utf8.filter { $0 == 0x0A }.count == 4)
        #expect(!bytes.utf8.contains(0x0D))
    }

    @Test("a sign of life is a comment")
    func keepAlive() {
        let encoder = ChatCompletionsChunkEncoder(
            for: ChatRequest(model: "m", messages: []), reply: ReplyIdentity(id: "x", created: 0))
        var bytes = ByteBuffer()
        encoder.keepAlive(into: &bytes)
        #expect(bytes.text == ": keep-alive\n\n")
        #expect("\(ChatCompletionsChunkEncoder.contentType)" == "text/event-stream")
    }

    @Test("every data line is one JSON text, and they agree in id, created and model")
    func frames() throws {
        let bytes = encode(
            [start, .reasoning("r"), .text("t"), call("c", "f", "{}"), .end(.finished(.toolCalls, nil))],
            usage: true)
        let frames = bytes.split(separator: "\n\n").map(String.init)
        #expect(frames.last == "data: [DONE]")
        for frame in frames.dropLast() {
            let root = try JSONDocument(parsing: String(frame.dropFirst("data: ".count))).root
            #expect(root["id"]?.string == "chatcmpl-abc")
            #expect(root["created"]?.integer == 1_700_000_000)
            #expect(root["model"]?.string == "glm-5:cloud")
        }
        #expect(bytes.split(separator: #""role""#).count == 2)
    }
}
