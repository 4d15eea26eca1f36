import Testing

@testable import ollama_openai_proxy

struct OllamaStreamLawTests {
    private typealias F = OllamaFixtures

    private static let replies = [
        // A native-template model: calls together on the last line.
        #"{"model":"m","created_at":"2026-08-01T10:00:00Z","message":{"role":"assistant","content":"","thinking":"I né"},"done":false}"#
            + "\r\n"
            + #"{"model":"m","message":{"role":"assistant","content":"So: \ud83d\ude00 😀"},"done":false}"# + "\n\n"
            + #"{"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"id":"a","function":{"index":0,"name":"f","#
            + #""arguments":{"x":"}\n{"}}},{"id":"b","function":{"index":1,"name":"g","arguments":{}}}]},"done":true,"#
            + #""done_reason":"stop","prompt_eval_count":26,"eval_count":7}"# + "\n",
        // One object, as when not streaming, without a line end.
        #"{"model":"m","message":{"role":"assistant","content":"x"},"done":true,"done_reason":"length"}"#,
        // An error line after text, without a line end.
        #"{"model":"m","message":{"role":"assistant","content":"x"},"done":false}"# + "\n" + #"{"error":"broken é"}"#,
        // A cut reply, and one that is a web page.
        #"{"model":"m","message":{"role":"assistant","content":"x"},"done":false}"# + "\n" + #"{"model":"m","mess"#,
        "<html>\n<body>502</body>\n</html>\n",
    ]

    @Test("Every split of the bytes gives the same events", arguments: replies)
    func splits(reply: String) {
        expectEverySplitAgrees(Array(reply.utf8)) { F.events($0) }
    }

    @Test("The grammar of events holds for any bytes whatsoever")
    func grammar() {
        var generator = SeededGenerator(seed: 11)
        let seeds = Self.replies.map { Array($0.utf8) }
        let words = #"{}[]",:\ntruefalsl0-9eE."message""content""tool_calls""done""error""function"é"#
        let alphabet = Array(words.utf8) + [0x0A, 0xFF, 0x00]
        for _ in 0..<4000 {
            let bytes = generator.mutation(of: seeds, alphabet)
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            let events = F.events([Array(bytes[..<cut]), Array(bytes[cut...])])
            guard isWellFormed(events), events == F.events([bytes]) else {
                Issue.record("\(ByteBuffer(bytes).text) gives \(events)")
                return
            }
        }
    }

    /// `started (reasoningDelta | textDelta | toolCallDelta)* (finished | failed)`, or `failed` alone.
    private func isWellFormed(_ events: [ChatEvent]) -> Bool {
        guard let last = events.last, last.isTerminal else { return false }
        if events.count == 1, case .failed = last { return true }
        guard case .started = events[0] else { return false }
        return events.dropFirst().dropLast().allSatisfy {
            if case .started = $0 { false } else { !$0.isTerminal }
        }
    }
}
