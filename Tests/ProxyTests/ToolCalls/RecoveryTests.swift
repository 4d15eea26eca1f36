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

    @Test("Text stays text, byte for byte, however it is cut", arguments: RecoveryProseCases.all)
    func staysText(example: RecoveryCase) {
        expectEverySplitAgrees(Array(example.reply.utf8)) { RecoveredReply($0, end: example.end) }
        let items = RecoveredReply(example.reply, end: example.end).items
        #expect(items == example.expected || (example.reply.isEmpty && items.isEmpty))
    }
}
