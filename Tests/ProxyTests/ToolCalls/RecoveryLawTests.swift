import Testing

@testable import ollama_openai_proxy

/// What holds for any text whatsoever; random texts are in `RecoveryLaws`.
struct RecoveryLawTests {
    @Test(
        "A reply cut off anywhere gives none but the calls that were whole",
        arguments: RecoveryCase.ofCalls + RecoveryProseCases.all)
    func neverCompletes(example: RecoveryCase) {
        let whole = RecoveredReply(example.reply, end: example.end).calls
        for end in [ChatEvent.finished(.length, nil), .failed(ChatError(status: 502, "x"))] {
            for (cut, calls) in RecoveredReply.callsWhenCut(example.reply, by: end).enumerated()
            where !whole.starts(with: calls) {
                Issue.record("cut behind byte \(cut): \(calls)")
            }
        }
    }

    @Test("Without declared tools every event passes untouched", arguments: RecoveryTagCases.all)
    func passesWithoutTools(example: RecoveryCase) {
        var recovery = TextCallRecovery(catalog: ToolCatalog([]))
        let sent: [ChatEvent] = [.started, .textDelta(example.reply), .finished(.stop, nil)]
        var events: [ChatEvent] = []
        for event in sent { recovery.feed(event, into: &events) }
        #expect(events == sent)
    }

    @Test("Ordinary text is not held back", arguments: ["Hello", " world [1],", "a < b", "`x`", "\n", "if a<b {"])
    func doesNotHold(text: String) {
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all))
        var events: [ChatEvent] = []
        recovery.feed(.textDelta("Well, "), into: &events)
        recovery.feed(.textDelta(text), into: &events)
        #expect(events == [.textDelta("Well, "), .textDelta(text)])
    }

    @Test("A JSON answer flows as soon as its first key shows that it is no call")
    func letsAnswersFlow() {
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all))
        var events: [ChatEvent] = []
        recovery.feed(.textDelta("{\"answer"), into: &events)
        #expect(events.isEmpty)
        recovery.feed(.textDelta("\": "), into: &events)
        recovery.feed(.textDelta("4"), into: &events)
        #expect(events == [.textDelta("{\"answer\": "), .textDelta("4")])
    }

    @Test("Log probabilities pass at once and are never lost")
    func keepsLogprobs() {
        func token(_ text: String) -> TokenLogprob { TokenLogprob(token: text, logprob: "-1") }
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all))
        var events: [ChatEvent] = []
        for piece in ["Hi:", "<tool", "_call>", #"{"name":"get_time"}"#, "</tool_call>", "x"] {
            recovery.feed(.textDelta(piece, logprobs: [token(piece)]), into: &events)
        }
        #expect(
            events == [
                .textDelta("Hi:", logprobs: [token("Hi:")]), .textDelta("", logprobs: [token("<tool")]),
                .textDelta("", logprobs: [token("_call>")]), .textDelta("", logprobs: [token(#"{"name":"get_time"}"#)]),
                .textDelta("", logprobs: [token("</tool_call>")]),
                .toolCallDelta(
                    ToolCallDelta(index: 1 << 32, name: "get_time", arguments: "{}", isRecovered: true)),
                .textDelta("x", logprobs: [token("x")]),
            ])
    }

    @Test("A real call, an error and reasoning leave nothing behind")
    func keepsOrder() {
        let call = ChatEvent.toolCallDelta(ToolCallDelta(id: "1", name: "Bash", arguments: "{}"))
        let failure = ChatEvent.failed(ChatError(status: 502, "x"))
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all))
        var events: [ChatEvent] = []
        for event in [.textDelta("a<tool"), .reasoningDelta("r"), call, .textDelta("<function=Bash>"), failure] {
            recovery.feed(event, into: &events)
        }
        #expect(
            events == [
                .textDelta("a"), .reasoningDelta("r"), .textDelta("<tool"), call, .textDelta("<function=Bash>"),
                failure,
            ])
    }

    @Test("Each recovered call is an adjustment, and text leaves none")
    func leavesAdjustments() {
        let reply = RecoveredReply(#"<tool_call>{"name":"bash","arguments":{"command":"ls"}}</tool_call><tool_call>"#)
        #expect(
            reply.adjustments == [ToolCallAdjustment(tool: "Bash", rule: .recovered, bytesBefore: 16, bytesAfter: 16)])
    }

    @Test("A block beyond the limit is text, and what follows is looked at again")
    func limitsBlocks() {
        let long = "<function=Bash><parameter=command>" + String(repeating: "a", count: 200) + "</parameter></function>"
        let call = "<function=get_time></function>"
        expectEverySplitAgrees(Array((long + call).utf8)) { RecoveredReply($0, blockLimit: 100) }
        let reply = RecoveredReply([Array((long + call).utf8)], blockLimit: 100)
        #expect(reply.items == [.text(long), .call("get_time", "{}")])
    }

    @Test("Long arguments in one call", arguments: [64, 200_000])
    func longArguments(piece: Int) {
        #expect(RecoveryLaws.broken(byArgumentsOf: 100_000, piece: piece) == nil)
    }

    @Test("Text that looks like a beginning all the time", arguments: RecoveryLaws.temptations)
    func temptations(fragment: String) {
        #expect(RecoveryLaws.broken(byRepeating: fragment, upTo: 4_000) == nil)
    }

    @Test("A block that goes on and on in one state", arguments: RecoveryLaws.beginnings)
    func longStates(beginning: String) {
        #expect(RecoveryLaws.broken(byWaitingBehind: beginning, for: 4_000) == nil)
    }
}
