import Testing

@testable import ollama_openai_proxy

struct RecoveryThoughtTests {
    private static func reply(_ pieces: [[UInt8]], end: ChatEvent) -> RecoveredReply {
        RecoveredReply(pieces, end: end, expectsThinking: true)
    }

    @Test("What was only thought of is no call, however the text is cut", arguments: RecoveryThoughtCases.all)
    func thoughts(example: RecoveryCase) {
        let bytes = Array(example.reply.utf8)
        expectEverySplitAgrees(bytes) { Self.reply($0, end: example.end) }
        let reply = Self.reply([bytes], end: example.end)
        #expect(reply.items == example.expected)
        let calls = reply.adjustments.filter { $0.rule == .recovered }.count
        #expect(calls == reply.calls.count)
        #expect(reply.adjustments.allSatisfy { $0.rule == .recovered || $0.rule == .thought && $0.bytesAfter == 0 })
    }

    @Test("Between thinking marks nothing is a call, whether thinking was asked for or not")
    func betweenMarks() {
        for marks in ThinkingMarks.unmistakable {
            let text = "Hm. \(marks.opening) <function=get_time></function> \(marks.closing)"
            #expect(
                RecoveredReply(text + "<function=get_time></function>").items == [.text(text), .call("get_time", "{}")])
            #expect(RecoveredReply(text).items == [.text(text)])
        }
    }

    /// After how many events behind the end of a block its call comes; `nil`: before the end of the reply.
    private func delay(_ before: [ChatEvent], expectsThinking: Bool) -> Int? {
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all), expectsThinking: expectsThinking)
        let rest =
            ["</tool_call>", " Well", ", that", " was", " it."].map { ChatEvent.textDelta($0) } + [
                .finished(.stop, nil)
            ]
        var events: [ChatEvent] = []
        for event in before + [.textDelta("<tool_call>{\"name\":\"get_time\"}")] { recovery.feed(event, into: &events) }
        for (place, event) in rest.enumerated() {
            recovery.feed(event, into: &events)
            if events.contains(where: { if case .toolCallDelta = $0 { true } else { false } }) { return place }
        }
        return nil
    }

    @Test("A call waits only where the text may be thinking, and no text waits for it")
    func waits() {
        let text = ChatEvent.textDelta("Hm. ")
        #expect(delay([], expectsThinking: false) == 0)
        #expect(delay([text], expectsThinking: false) == 0)
        #expect(delay([.reasoningDelta("r")], expectsThinking: true) == 0)
        #expect(delay([.reasoningDelta("")], expectsThinking: true) == 5)
        #expect(delay([text, .textDelta("</think>")], expectsThinking: true) == 5)
        #expect(delay([.reasoningDelta("")], expectsThinking: false) == 0)
        #expect(delay([text, .textDelta("<think>a</think>")], expectsThinking: true) == 0)
        #expect(delay([], expectsThinking: true) == 5)
        #expect(delay([text], expectsThinking: true) == 5)

        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all), expectsThinking: true)
        var events: [ChatEvent] = []
        for piece in ["Hm.", "<function=get_time></function>", "a", " b", "\n"] {
            recovery.feed(.textDelta(piece), into: &events)
        }
        #expect(events == ["Hm.", "a", " b", "\n"].map { .textDelta($0) })
        recovery.feed(.reasoningDelta("r"), into: &events)
        #expect(
            events.suffix(2).first
                == .toolCallDelta(
                    ToolCallDelta(index: 1 << 32, name: "get_time", arguments: "{}", isRecovered: true)))
    }
}
