import Testing

@testable import ollama_openai_proxy

/// How replies with calls end, and what is never delivered.
struct ToolCallGathererEndTests {
    @Test("A call leaves with the next event behind its end, and text passes at once meanwhile")
    func order() {
        let reply = GatheredReply([
            .started, .reasoningDelta("r"), .toolCallDelta(fragment(0, id: "a", "f", "{")),
            .textDelta("t"), .toolCallDelta(fragment(0, nil, "}")), .reasoningDelta("u"), .finished(.stop, nil),
        ])
        #expect(
            reply.events == [
                .started, .reasoningDelta("r"), .textDelta("t"),
                .toolCallDelta(fragment(0, id: "a", "f", "{}")), .reasoningDelta("u"), .finished(.toolCalls, nil),
            ])
    }

    @Test(
        "A delivered call makes stop into tool calls; length and content filter stay what they are",
        arguments: [
            (.stop, .toolCalls, .stop), (.toolCalls, .toolCalls, .stop), (.length, .length, .length),
            (.contentFilter, .contentFilter, .contentFilter), (.unstated, .toolCalls, .stop),
        ] as [(FinishReason, FinishReason, FinishReason)])
    func reasons(upstream: FinishReason, withCall: FinishReason, without: FinishReason) {
        let usage = Usage(promptTokens: 1, completionTokens: 2)
        let call = ChatEvent.toolCallDelta(fragment(0, id: "a", "f", "{}"))
        #expect(GatheredReply([call, .finished(upstream, usage)]).events.last == .finished(withCall, usage))
        #expect(GatheredReply([.finished(upstream, usage)]).events == [.finished(without, usage)])
    }

    @Test(
        "A call cut off by the token limit is dropped and never closed by guesswork",
        arguments: [
            #"{"command":"rm -rf /tmp/x"#, #"{"command":"rm -rf /"# + "\"", "{", "[", "nul", "12", #""x"#, "",
        ])
    func truncated(text: String) {
        for end in [FinishReason.length, .contentFilter] {
            let reply = GatheredReply([fragment(0, id: "a", "Bash"), fragment(0, nil, text)], end: end)
            #expect(reply.events == [.started, .finished(end, nil)])
            let size = text.utf8.count
            #expect(
                reply.adjustments == [
                    ToolCallAdjustment(tool: "Bash", rule: .dropped, bytesBefore: size, bytesAfter: 0)
                ])
        }
    }

    @Test(
        "A reply that does not say why it ends fails in a call",
        arguments: [#"{"command": "rm -rf build", "timeout": 12"#, #"{"command":"ls""#, "{", ""])
    func unstated(text: String) {
        let reply = GatheredReply([fragment(0, id: "a", "Bash"), fragment(0, nil, text)], end: .unstated)
        #expect(reply.events == [.started, .failed(.brokenOffInCall)])
        #expect(reply.adjustments.map(\.rule) == [.dropped])
    }

    @Test("Of several calls only the one that was cut off is dropped")
    func truncatedLast() {
        let reply = GatheredReply(
            [fragment(0, id: "a", "f", "{}"), fragment(1, id: "b", "g", #"{"y":"#)], end: .length)
        #expect(reply.calls == ["0 a f {}"])
        #expect(reply.reason == .length)
        #expect(reply.rules == [.dropped])
    }

    @Test(
        "Arguments that are no complete object fail the reply with the tool's name, and none of their text",
        arguments: [
            #"{"secret":"#, #"["secret"]"#, #"{"secret" 1}"#, #"{"a":secret}"#, #""secret""#, "secret", "1", "true",
            #"{"secret":1]"#, #"{"secret":"\x"}"#, "{\"secret\":\"\n\"}", #"{"secret":1,}"#, #"{'secret':1}"#,
        ])
    func invalid(text: String) throws {
        let reply = GatheredReply([fragment(0, id: "a", "Bash", text)])
        let error = try #require(reply.error)
        #expect(error.status == 502)
        #expect(error.code == .invalidToolCall)
        #expect(error.message.contains("\"Bash\""))
        #expect(!error.message.contains("secret"))
        #expect(reply.calls.isEmpty)
        #expect(reply.adjustments.map(\.tool) == ["Bash"])
        #expect(reply.rules == [.invalid])
        #expect(GatheredReply([fragment(0, id: "a", "Bash")] + text.map { fragment(0, nil, String($0)) }) == reply)
    }

    @Test("A closed text that is no object fails at once, and nothing comes after it")
    func failsAtOnce() {
        let reply = GatheredReply([fragment(0, id: "a", "f", "[]"), fragment(1, id: "b", "g", "{}")])
        #expect(reply.events.count == 2)
        #expect(reply.error?.code == .invalidToolCall)
    }

    @Test("A second value after the arguments fails the reply, however it is cut")
    func secondValue() {
        let whole = GatheredReply([fragment(0, id: "a", "f", #"{"x":1}{"y":2}"#)])
        #expect(whole.calls.isEmpty)
        #expect(
            whole.error?.message
                == #"The model's call of the tool "f" cannot be read: its arguments go on behind their closing bracket."#
        )
        #expect(GatheredReply([fragment(0, id: "a", "f", #"{"x":1}"#), fragment(0, nil, #" {"y":2}"#)]) == whole)
    }

    @Test("Other text after the arguments is left out and counted once a call, however it is cut")
    func trailingText() {
        let text = "{} </tool_call>\n}{"
        let whole = GatheredReply([fragment(0, id: "a", "f", text)])
        #expect(whole.calls == ["0 a f {}"])
        #expect(
            whole.adjustments == [ToolCallAdjustment(tool: "f", rule: .trailingText, bytesBefore: 17, bytesAfter: 2)])
        #expect(GatheredReply([fragment(0, id: "a", "f")] + text.map { fragment(0, nil, String($0)) }) == whole)
    }

    @Test("A call that is never named fails the reply, or is dropped with it")
    func nameless() {
        for text in ["{}", "{"] {
            let reply = GatheredReply([fragment(0, id: "a", nil, text)])
            #expect(reply.error?.message == "The model's tool call cannot be read: it names no tool.")
            #expect(reply.rules == [.invalid])
            #expect(GatheredReply([fragment(0, id: "a", nil, text)], end: .length).reason == .length)
        }
    }

    @Test("A name with arguments of its own never takes over the arguments of a nameless call")
    func namelessThenNamed() {
        let reply = GatheredReply([fragment(nil, #"{"x":1}"#), fragment("g", #"{"y":2}"#)])
        #expect(reply.calls == [#"0 own1 g {"y":2}"#])
        #expect(reply.error?.code == .invalidToolCall)
    }

    @Test("When upstream fails, its error passes and open calls are dropped")
    func upstreamFails() {
        let error = ChatError(status: 502, "cut", code: .upstreamIncomplete)
        let reply = GatheredReply([
            .toolCallDelta(fragment(0, id: "a", "f", #"{"x":1}"#)), .toolCallDelta(fragment(1, id: "b", "g", "{")),
            .failed(error),
        ])
        #expect(reply.calls == [#"0 a f {"x":1}"#])
        #expect(reply.error == error)
        #expect(reply.adjustments == [ToolCallAdjustment(tool: "g", rule: .dropped, bytesBefore: 1, bytesAfter: 0)])
    }

    @Test("Without parallel calls the reply ends with the first whole call, and the rest is swallowed")
    func noParallelCalls() {
        let events: [ChatEvent] = [
            .textDelta("t"), .toolCallDelta(fragment(0, id: "a", "f", "{")),
            .toolCallDelta(fragment(1, id: "b", "g", #"{"y":1}"#)),
            .toolCallDelta(fragment(0, nil, "}")), .textDelta("u"),
            .finished(.stop, Usage(promptTokens: 1, completionTokens: 1)),
        ]
        let reply = GatheredReply(events, allowsParallelCalls: false)
        #expect(
            reply.events == [
                .textDelta("t"), .toolCallDelta(fragment(0, id: "b", "g", #"{"y":1}"#)), .finished(.toolCalls, nil),
            ])
        #expect(reply.adjustments == [ToolCallAdjustment(tool: "f", rule: .dropped, bytesBefore: 2, bytesAfter: 0)])
        let empty = GatheredReply(
            [fragment(0, id: "a", "f"), fragment(1, id: "b", "g", "{}")], allowsParallelCalls: false)
        #expect(empty.calls == ["0 a f {}"])
        #expect(empty.reason == .toolCalls)
    }

    @Test("A repair is an adjustment, a repeated call too, an untouched call none")
    func adjustments() {
        #expect(GatheredReply([fragment(0, id: "a", "f", #"{"x":1}"#)]).adjustments.isEmpty)
        #expect(
            GatheredReply([fragment(0, id: "a", "f", "null")]).adjustments
                == [ToolCallAdjustment(tool: "f", rule: .noArguments, bytesBefore: 4, bytesAfter: 2)])
        #expect(
            GatheredReply([fragment(0, id: "a", "f", "{}"), fragment(1, id: "a", "f", "{}")]).adjustments
                == [ToolCallAdjustment(tool: "f", rule: .repeated, bytesBefore: 2, bytesAfter: 0)])
    }

    @Test("Texts that only look the same are not a repetition")
    func unicodeEquivalence() {
        let composed = "{\"a\":\"\u{E9}\"}"
        let decomposed = "{\"a\":\"e\u{301}\"}"
        let reply = GatheredReply([fragment(0, id: "a", "f", composed), fragment(0, id: "a", "f", decomposed)])
        #expect(reply.calls.count == 2)
    }

    @Test("Argument bytes of a reply are limited, in one call and in all together")
    func argumentLimit() {
        #expect(GatheredReply([fragment(0, "f", #"{"x":12}"#)], argumentLimit: 8).calls.count == 1)
        let cases = [[fragment(0, "f", #"{"x":123}"#)], [fragment(0, "f", #"{"x":1}"#), fragment(1, "f", "{}")]]
        for fragments in cases {
            let reply = GatheredReply(fragments, argumentLimit: 8)
            #expect(reply.error?.message == "The model's tool calls are larger than 8 bytes.")
            #expect(reply.error?.code == .invalidToolCall)
        }
    }

    @Test("The number of calls is limited")
    func callLimit() {
        let limit = ToolCallGatherer.callLimit
        func reply(_ count: Int) -> GatheredReply { GatheredReply((0..<count).map { fragment($0, "f", "{}") }) }
        #expect(reply(limit).calls.count == limit)
        #expect(reply(limit).reason == .toolCalls)
        #expect(reply(limit + 1).error?.code == .invalidToolCall)
        #expect(GatheredReply((0...limit).map { fragment($0) }).error?.code == .invalidToolCall)
    }

    @Test("A call of 8 MB passes untouched, whole and in small pieces")
    func largeCall() {
        let line = #"0123456\n{"# + String(repeating: "x", count: 990)
        let text = #"{"content":""# + String(repeating: line, count: 8_000) + #""}"#
        let whole = GatheredReply([fragment(0, id: "a", "Write", text)])
        #expect(whole.events.dropFirst().first == .toolCallDelta(fragment(0, id: "a", "Write", text)))
        #expect(whole.adjustments.isEmpty)
        let pieces = [#"{"content":""#] + Array(repeating: line, count: 8_000) + [#""}"#]
        #expect(GatheredReply([fragment(0, id: "a", "Write")] + pieces.map { fragment(0, nil, $0) }) == whole)
    }
}
