import Testing

@testable import ollama_openai_proxy

@Suite("Anthropic's event stream")
struct MessagesEventEncoderTests {
    private static let start = event(
        "message_start",
        #""message":{"id":"msg_abc","type":"message","role":"assistant","model":"glm","content":[],"#
            + #""stop_reason":null,"stop_sequence":null,"#
            + #""usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"#
            + #""output_tokens":0}}"#)

    private static func event(_ name: String, _ members: String) -> String {
        "event: \(name)\ndata: {\"type\":\"\(name)\"\(members.isEmpty ? "" : ",")\(members)}\n\n"
    }

    private static func text(_ index: Int, _ pieces: String...) -> String {
        block(index, #"{"type":"text","text":""}"#, pieces.map { #"{"type":"text_delta","text":"\#($0)"}"# })
    }

    private static func block(_ index: Int, _ start: String, _ deltas: [String]) -> String {
        event("content_block_start", #""index":\#(index),"content_block":\#(start)"#)
            + deltas.map { event("content_block_delta", #""index":\#(index),"delta":\#($0)"#) }.joined()
            + event("content_block_stop", #""index":\#(index)"#)
    }

    private static func call(_ index: Int, _ id: String, _ name: String, _ escaped: String) -> String {
        block(
            index, #"{"type":"tool_use","id":"\#(id)","name":"\#(name)","input":{}}"#,
            [#"{"type":"input_json_delta","partial_json":"\#(escaped)"}"#])
    }

    private static func end(_ reason: String, input: Int = 0, cached: Int = 0, output: Int = 0) -> String {
        event(
            "message_delta",
            #""delta":{"stop_reason":"\#(reason)","stop_sequence":null},"usage":{"input_tokens":\#(input),"#
                + #""cache_creation_input_tokens":0,"cache_read_input_tokens":\#(cached),"output_tokens":\#(output)}"#)
            + event("message_stop", "")
    }

    private func encode(_ events: [ReplyEvent]) -> String {
        var encoder = MessagesDialect().makeEncoder(
            for: ChatRequest(model: "glm", messages: []),
            reply: ReplyIdentity(id: "abc", created: 1_700_000_000))
        var bytes = ByteBuffer()
        for event in events { encoder.encode(event, into: &bytes) }
        return bytes.text
    }

    private let begin = ReplyEvent.started

    private func call(_ id: String, _ name: String, _ arguments: String) -> ReplyEvent {
        .call(ToolCall(id: id, name: name, arguments: arguments))
    }

    @Test("text is one block, and the usage comes with the end")
    func text() {
        let usage = Usage(promptTokens: 30, completionTokens: 5, cachedTokens: 10)
        #expect(
            encode([begin, .text("Hel"), .text(""), .text("l\"o\n"), .end(.finished(.stop, usage))])
                == Self.start + Self.text(0, "Hel", #"l\"o\n"#)
                + Self.end("end_turn", input: 20, cached: 10, output: 5))
    }

    @Test("every call is a block of its own, with its arguments whole in one delta, also between texts")
    func calls() {
        let bytes = encode([
            begin, .text("a"), call("call_1", "Bash", #"{"c":"x"}"#), call("call_2", "Read", "{}"),
            .text("b"), .end(.finished(.toolCalls, nil)),
        ])
        #expect(
            bytes == Self.start + Self.text(0, "a") + Self.call(1, "call_1", "Bash", #"{\"c\":\"x\"}"#)
                + Self.call(2, "call_2", "Read", "{}") + Self.text(3, "b") + Self.end("tool_use"))
    }

    @Test("reasoning is a block with a signature in front of what follows it")
    func reasoning() {
        let events = [
            begin, .reasoning("h"), .reasoning("m"), call("c", "f", "{}"), .end(.finished(.toolCalls, nil)),
        ]
        let block = Self.block(
            0, #"{"type":"thinking","thinking":"","signature":""}"#,
            [
                #"{"type":"thinking_delta","thinking":"h"}"#, #"{"type":"thinking_delta","thinking":"m"}"#,
                #"{"type":"signature_delta","signature":"unsigned"}"#,
            ])
        #expect(
            encode(events)
                == Self.start + block + Self.call(1, "c", "f", "{}") + Self.end("tool_use"))
    }

    @Test("reasoning may come again, and last")
    func reasoningAgain() {
        let bytes = encode(
            [.text("a"), .reasoning("b"), .text("c"), .reasoning("d"), .end(.finished(.length, nil))])
        let starts = bytes.split(separator: "\n").filter { $0.contains(#""type":"content_block_start""#) }
        #expect(starts.count == 4)
        for (index, start) in starts.enumerated() { #expect(start.contains(#""index":\#(index),"#)) }
        #expect(bytes.hasSuffix(Self.event("content_block_stop", #""index":3"#) + Self.end("max_tokens")))
    }

    @Test("nothing is written before something is said")
    func lazy() {
        #expect(encode([begin, .reasoning(""), .text("")]).isEmpty)
    }

    @Test(
        "every reason has its word",
        arguments: [
            (FinishReason.stop, "end_turn"), (.length, "max_tokens"), (.toolCalls, "tool_use"),
            (.contextFull, "model_context_window_exceeded"), (.contentFilter, "refusal"),
        ])
    func reasons(reason: FinishReason, word: String) {
        #expect(encode([begin, .end(.finished(reason, nil))]) == Self.start + Self.end(word))
    }

    @Test("a failure is an error event and nothing follows it, whatever came before")
    func failure() {
        let error = ChatError(status: 502, "it \"broke\"")
        let frame = Self.event("error", #""error":{"type":"api_error","message":"it \"broke\""}"#)
        #expect(encode([.end(.failed(error)), .text("x"), .end(.finished(.stop, nil))]) == frame)
        let bytes = encode([begin, .text("x"), .end(.failed(error)), .text("y")])
        #expect(bytes.hasSuffix(frame))
        #expect(!bytes.contains("message_delta") && !bytes.contains("message_stop"))
    }

    @Test("thought tokens are told when they are known")
    func thoughtTokens() {
        let bytes = encode([.end(.finished(.stop, Usage(promptTokens: 1, completionTokens: 9, reasoningTokens: 7)))])
        #expect(bytes.contains(#""output_tokens":9,"output_tokens_details":{"thinking_tokens":7}}"#))
    }

    @Test("the stream is kept alive by pings")
    func ping() {
        var bytes = ByteBuffer()
        MessagesDialect().makeEncoder(
            for: ChatRequest(model: "m", messages: []), reply: ReplyIdentity(id: "a", created: 1)
        ).keepAlive(into: &bytes)
        #expect(bytes.text == Self.event("ping", ""))
    }
}
