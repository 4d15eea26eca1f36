import Testing

@testable import ollama_openai_proxy

struct OllamaStreamDecoderTests {
    private typealias F = OllamaFixtures

    private let started = ChatEvent.started

    /// A line of model `m`; `message` holds members, `rest` begins with a comma.
    private func line(_ message: String, _ rest: String = #","done":false"#) -> String {
        #"{"model":"m","created_at":"2026-08-01T10:00:00.123456789Z","message":{"role":"assistant",\#(message)}\#(rest)}"#
            + "\n"
    }

    private let end = #"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}"#

    private func call(_ id: String?, _ name: String?, _ arguments: String, index: Int? = nil) -> ChatEvent {
        .toolCallDelta(ToolCallDelta(index: index, id: id, name: name, arguments: arguments))
    }

    @Test("Pieces of thinking and text come out as they came in")
    func text() {
        let reply =
            line(#""content":"","thinking":"Let me""#) + line(#""content":"","thinking":" see""#)
            + line(#""content":"Hi \u003c \"you\"\n\ud83d\ude00""#) + line(#""content":"""#) + line(#""content":" é""#)
            + #"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","#
            + #""total_duration":123,"prompt_eval_count":26,"eval_count":7,"eval_duration":6}"#
        #expect(
            F.events(reply) == [
                started, .reasoningDelta("Let me"), .reasoningDelta(" see"), .textDelta("Hi < \"you\"\n😀"),
                .textDelta(" é"), .finished(.stop, Usage(promptTokens: 26, completionTokens: 7)),
            ])
    }

    @Test("One line may hold everything, in whatever order; it comes out as thinking, text, calls, end")
    func everythingAtOnce() {
        let reply =
            #"{"done_reason":"stop","eval_count":2,"done":true,"message":{"tool_calls":[{"function":{"arguments":{"a":1},"#
            + #""name":"f"}}],"content":"text","thinking":"why"},"prompt_eval_count":3,"model":"m"}"#
        #expect(
            F.events(reply) == [
                started, .reasoningDelta("why"), .textDelta("text"), call(nil, "f", #"{"a":1}"#),
                .finished(.stop, Usage(promptTokens: 3, completionTokens: 2)),
            ])
    }

    @Test("Each call with an object is whole, whatever its number says")
    func calls() {
        let reply =
            line(
                #""content":"","tool_calls":["#
                    + #"{"id":"x","function":{"index":7,"name":"f","arguments":{"b":1.0,"a":[ ]}}}]"#)
            + line(
                #""content":"and","tool_calls":[{"id":"","function":{"index":0,"name":"g","arguments":{}}},"#
                    + #"{"function":{"name":"h"}},null,"#
                    + #"{"type":"function","id":"y","extra":[1],"function":{"name":"i","arguments":null}}]"#)
            + end
        #expect(
            F.events(reply) == [
                started, call("x", "f", #"{"b":1.0,"a":[ ]}"#), .textDelta("and"), call(nil, "g", "{}"),
                call(nil, "h", ""), call("y", "i", "{}"), .finished(.stop, nil),
            ])
    }

    @Test("Arguments as strings are fragments, and keep the number by which they belong together")
    func fragments() {
        let reply =
            line(
                #""content":"","tool_calls":[{"id":"x","function":{"index":1,"name":"f","arguments":""}},"#
                    + #"{"function":{"name":"g","arguments":"{\"b\":"}}]"#)
            + line(
                #""content":"","tool_calls":[{"function":{"arguments":"{\"a\":1}","index":1}},"#
                    + #"{"function":{"index":"odd","arguments":"2}"}}]"#)
            + end
        #expect(
            F.events(reply) == [
                started, call("x", "f", "", index: 1), call(nil, "g", #"{"b":"#),
                call(nil, nil, #"{"a":1}"#, index: 1), call(nil, nil, "2}"), .finished(.stop, nil),
            ])
    }

    @Test(
        "Arguments stay as they came; strings are opened, null is an empty object",
        arguments: [
            (#"{"n":12345678901234567890.10,"s":"\u003c\/"}"#, #"{"n":12345678901234567890.10,"s":"\u003c\/"}"#),
            ("{}", "{}"), ("null", "{}"), (#""""#, ""), (#"" \n""#, " \n"), (#""{\"a\":\"\\n\"}""#, #"{"a":"\n"}"#),
            ("[1]", "[1]"), ("5", "5"),
        ])
    func arguments(sent: String, expected: String) {
        let reply = line(#""content":"","tool_calls":[{"function":{"name":"f","arguments":\#(sent)}}]"#) + end
        #expect(F.events(reply) == [started, call(nil, "f", expected), .finished(.stop, nil)])
    }

    @Test(
        "An element that says nothing is handed on as a piece that says nothing",
        arguments: [#"{"function":{}}"#, "{}", #"{"function":{"name":""}}"#])
    func namelessCall(sent: String) {
        #expect(
            F.events(line(#""content":"","tool_calls":[\#(sent)]"#) + end)
                == [started, call(nil, nil, ""), .finished(.stop, nil)])
    }

    @Test(
        "The reason is length or stop",
        arguments: [
            (#","done_reason":"length""#, FinishReason.length), (#","done_reason":"stop""#, .stop), ("", .stop),
            (#","done_reason":"""#, .stop), (#","done_reason":"load""#, .stop), (#","done_reason":"unload""#, .stop),
            (#","done_reason":"who knows""#, .unstated), (#","done_reason":null"#, .stop),
        ])
    func reason(member: String, expected: FinishReason) {
        let reply = #"{"model":"m","message":{"role":"assistant","content":"x"},"done":true\#(member)}"#
        #expect(F.events(reply) == [started, .textDelta("x"), .finished(expected, nil)])
    }

    @Test(
        "A reply that was cut before its limit has filled the context",
        arguments: [
            (2008, 40, 100, FinishReason.contextFull), (4000, 98, 100, .contextFull), (4000, 99, 100, .length),
            (4000, 100, 100, .length), (4000, 40, 0, .length), (4000, 0, 100, .length), (4000, .max, 100, .length),
            (4000, .max, .max, .length),
            // No context is as small as that.
            (2007, 40, 100, .length), (11, 7, 100, .length),
        ])
    func contextFull(prompt: Int, tokens: Int, limit: Int, expected: FinishReason) {
        var decoder = OllamaStreamDecoder(tokenLimit: limit)
        var events: [ChatEvent] = []
        let reply =
            #"{"model":"m","message":{"role":"assistant","content":"x"},"done":true,"done_reason":"length","#
            + #""prompt_eval_count":\#(prompt),"eval_count":\#(tokens)}"#
        decoder.feed(Array(reply.utf8).span, into: &events)
        decoder.finish(into: &events)
        let usage = Usage(promptTokens: prompt, completionTokens: tokens)
        #expect(events == [started, .textDelta("x"), .finished(expected, usage)])
    }

    @Test("A word of failure is no end of a reply", arguments: ["error", "abort", "Cancelled"])
    func brokenOff(word: String) {
        let events = F.events(line(#""content":"x""#) + #"{"done":true,"done_reason":"\#(word)"}"#)
        guard case .failed(let error) = events.last else { return #expect(Bool(false)) }
        #expect(error.code == .upstreamIncomplete)
    }

    @Test(
        "Counts are those of the last line; one that is missing is zero",
        arguments: [
            (#","prompt_eval_count":10,"eval_count":20"#, Usage(promptTokens: 10, completionTokens: 20)),
            (#","prompt_eval_count":10"#, Usage(promptTokens: 10, completionTokens: 0)),
            (#","eval_count":20"#, Usage(promptTokens: 0, completionTokens: 20)),
            (#","eval_count":1e3,"prompt_eval_count":2.0"#, Usage(promptTokens: 2, completionTokens: 1000)),
            (#","eval_count":-5,"prompt_eval_count":1e99"#, Usage(promptTokens: 0, completionTokens: 0)),
            (#","eval_count":"x""#, Usage(promptTokens: 0, completionTokens: 0)),
            ("", nil),
        ])
    func usage(members: String, expected: Usage?) {
        let reply =
            line(#""content":"x""#, #","done":false,"eval_count":99"#)
            + #"{"model":"m","message":{"role":"assistant","content":""},"done":true\#(members)}"#
        #expect(F.events(reply) == [started, .textDelta("x"), .finished(.stop, expected)])
    }

    @Test("Log probabilities go with the text, or alone, but never with thinking")
    func logprobs() {
        let tokens =
            #","logprobs":[{"token":"a\n","logprob":-0.10,"bytes":[97,10],"#
            + #""top_logprobs":[{"token":"b","logprob":-1e-3}]},"#
            + #"{"token":"c","logprob":0,"bytes":[300]},{"token":"no number"},{"logprob":-1},7]"#
        let expected = [
            TokenLogprob(
                token: "a\n", logprob: "-0.10", bytes: [97, 10],
                alternatives: [TokenLogprob(token: "b", logprob: "-1e-3")]),
            TokenLogprob(token: "c", logprob: "0"),
        ]
        let reply =
            line(#""content":"x""#, tokens) + line(#""content":"""#, tokens)
            + line(#""content":"","thinking":"t""#, tokens) + line(#""content":"y","thinking":"t""#, tokens)
            + line(#""content":"z""#, #","logprobs":null"#)
            + #"{"model":"m","message":{"role":"assistant","content":""},"done":true\#(tokens)}"#
        #expect(
            F.events(reply) == [
                started, .textDelta("x", logprobs: expected), .textDelta("", logprobs: expected), .reasoningDelta("t"),
                .reasoningDelta("t"), .textDelta("y", logprobs: expected), .textDelta("z"),
                .textDelta("", logprobs: expected), .finished(.stop, nil),
            ])
    }

    @Test("Only an end is a start and an end; a model without a name has none")
    func empty() {
        #expect(F.events(end) == [started, .finished(.stop, nil)])
        #expect(F.events(#"{"done":true}"#) == [.started, .finished(.stop, nil)])
        #expect(
            F.events(#"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}"#)
                == [started, .finished(.stop, nil)])
    }

    @Test("Members of unexpected types count as absent")
    func oddTypes() {
        let reply =
            #"{"model":5,"message":{"content":null,"thinking":[1],"tool_calls":{"a":1}},"done":"true","logprobs":{}}"#
            + "\n" + #"{"message":"x","error":null,"done":1}"# + "\n"
            + #"{"error":"","message":{"content":"y"}}"# + "\n" + end
        #expect(F.events(reply) == [.started, .textDelta("y"), .finished(.stop, nil)])
    }

    @Test("Nothing follows the end: no second end, no failure of what comes after it")
    func afterTheEnd() {
        #expect(F.events(end + "\n" + end + "\n{}\nrubbish") == [started, .finished(.stop, nil)])
        #expect(F.events("{\"error\":\"x\"}\n" + end).count == 1)
    }
}
