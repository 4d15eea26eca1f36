import Testing

@testable import ollama_openai_proxy

struct RecoveryTests {
    @Test(
        "A call written as text is recovered, however it is cut",
        arguments: RecoveryCase.ofCalls)
    func recovers(example: RecoveryCase) {
        expectEverySplitAgrees(Array(example.reply.utf8)) { RecoveredReply($0, end: example.end) }
        #expect(RecoveredReply(example.reply, end: example.end).items == example.expected)
    }

    @Test(
        "Nothing is completed in a reply that does not say why it ends",
        arguments: [
            #"<tool_call>{"name":"get_time","arguments":{}}"#, "<tool_call>get_time", "<function=get_time>",
            "<function_calls><invoke name=\"get_time\"></invoke>", #"[TOOL_CALLS]get_time{"#,
        ])
    func unstated(text: String) {
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all))
        var events: [ChatEvent] = []
        for event in [.textDelta(text), ChatEvent.finished(.unstated, nil)] { recovery.feed(event, into: &events) }
        let isCall = RecoveredReply(text).calls.count > 0
        #expect(RecoveredReply(text, end: .finished(.unstated, nil)).calls.isEmpty)
        #expect(events.last == (isCall ? .failed(.brokenOffInCall) : .finished(.unstated, nil)))
    }

    @Test("A call that the limit cut is counted, and the reply says that it was cut")
    func cut() {
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all))
        var events: [ChatEvent] = []
        recovery.feed(.textDelta("Hi.\n<function=Bash><parameter=comm"), into: &events)
        recovery.feed(.finished(.length, nil), into: &events)
        #expect(events == [.textDelta("Hi.\n"), .finished(.length, nil)])
        #expect(recovery.adjustments == [ToolCallAdjustment(tool: "Bash", rule: .dropped, bytesBefore: 30)])
    }

    @Test(
        "What is whole counts in a reply that does not say why it ends",
        arguments: [RecoveryProseCases.call, #"{"name":"get_time","arguments":{}}"#])
    func wholeUnstated(text: String) {
        #expect(RecoveredReply(text, end: .finished(.unstated, nil)).items == [.call("get_time", "{}")])
    }

    @Test(
        "Text stays text, byte for byte, however it is cut",
        arguments: RecoveryProseCases.all + RecoveryQuoteCases.texts + RecoveryQuoteCases.quotations)
    func staysText(example: RecoveryCase) {
        expectEverySplitAgrees(Array(example.reply.utf8)) { RecoveredReply($0, end: example.end) }
        let items = RecoveredReply(example.reply, end: example.end).items
        #expect(items == example.expected || (example.reply.isEmpty && items.isEmpty))
    }
}
