import Testing

@testable import ollama_openai_proxy

/// What holds for any text whatsoever.
struct RecoveryLawTests {
    /// What markers, and almost markers, are made of.
    private static let fragments = [
        "<tool_call>", "</tool_call>", "<tool_calls>", "</tool_calls>", "<function=", "Bash", "get_time", "rm", ">",
        "<",
        "</function>", "<parameter=", "command>", "</parameter>", "<invoke name=\"", "\">", "</invoke>",
        "<function_calls>",
        "</function_calls>", "<parameter name=\"command\">", "<arg_key>", "command", "</arg_key>", "<arg_value>",
        "</arg_value>", "[TOOL_CALLS]", "[ARGS]", "[", "]", "{\"name\":\"get_time\",\"arguments\":{}}", "{", "}", "\"",
        "\"name\":", "\"arguments\":", "\"Bash\"", ",", ":", "\\", "'", "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>",
        "<｜tool▁sep｜>", "<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>", "<|tool_calls_section_begin|>",
        "<|tool_call_begin|>",
        "functions.get_time:0", "<|tool_call_argument_begin|>", "{}", "<|tool_call_end|>", "<|tool_calls_section_end|>",
        "```", "`", "json", "\n", " ", "x", "é", "🙂", "null", "<think>", "<|python_tag|>",
    ]

    private func randomText(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...24, using: &random)).map { _ in Self.fragments.randomElement(using: &random) ?? "" }
            .joined()
    }

    private func randomPieces(_ text: String, _ random: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        for byte in text.utf8 {
            if Int.random(in: 0..<4, using: &random) == 0 { pieces.append([]) }
            pieces[pieces.count - 1].append(byte)
        }
        return pieces
    }

    private func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !scalars.isEmpty {
            let place = Int.random(in: scalars.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: scalars.remove(at: place)
            case 1: scalars.insert(scalars[Int.random(in: scalars.indices, using: &random)], at: place)
            default:
                let fragment = Self.fragments.randomElement(using: &random) ?? ""
                scalars.insert(contentsOf: Array(fragment.unicodeScalars), at: place)
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// No byte of text is lost: without calls all of it comes out, and with calls all but their blocks, in order.
    private func expectLaws(_ text: String, end: ChatEvent, _ random: inout SeededGenerator) {
        let reply = RecoveredReply(text, end: end)
        let pieces = randomPieces(text, &random)
        #expect(RecoveredReply(pieces, end: end) == reply, "\(text.debugDescription) in \(pieces.count) pieces")
        #expect(RecoveredReply(text.utf8.map { [$0] }, end: end) == reply, "\(text.debugDescription) byte by byte")
        #expect(accounts(reply.items[...], for: Array(text.utf8)[...]), "\(text.debugDescription): \(reply.items)")
        for case .call(let name, _) in reply.items { #expect(RecoveryTools.all.contains { $0.name == name }) }
    }

    /// True when the bytes are the texts in order, with blocks at the places of the calls; a block is a text that gives
    /// just these calls when it is the whole reply.
    private func accounts(_ items: ArraySlice<RecoveredReply.Item>, for bytes: ArraySlice<UInt8>) -> Bool {
        switch items.first {
        case nil: return bytes.allSatisfy(JSONScanner.isWhitespace)
        case .text(let text):
            return bytes.starts(with: text.utf8)
                && accounts(items.dropFirst(), for: bytes.dropFirst(text.utf8.count))
        case .call:
            let calls = items.prefix { if case .call = $0 { true } else { false } }
            let rest = items.dropFirst(calls.count)
            return bytes.indices.contains { last in
                let block = RecoveredReply([Array(bytes[...last])])
                return block.items == Array(calls) && accounts(rest, for: bytes[(last + 1)...])
            }
        }
    }

    @Test("Random fragments of markup", arguments: 0..<3 as Range<UInt64>)
    func randomFragments(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<100 {
            expectLaws(randomText(&random), end: .finished(round.isMultiple(of: 3) ? .length : .stop, nil), &random)
        }
    }

    @Test("Cases with slips of all kinds", arguments: 100..<102 as Range<UInt64>)
    func mutatedCases(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let cases = RecoveryTagCases.all + RecoveryTokenCases.all + RecoveryProseCases.all
        for _ in 0..<100 {
            guard let example = cases.randomElement(using: &random) else { continue }
            expectLaws(mutated(example.reply, &random), end: example.end, &random)
        }
    }

    @Test(
        "A reply cut off anywhere gives none but the calls that were whole",
        arguments: RecoveryTagCases.all + RecoveryTokenCases.all + RecoveryProseCases.all)
    func neverCompletes(example: RecoveryCase) {
        let bytes = Array(example.reply.utf8)
        let whole = RecoveredReply(example.reply, end: example.end).calls
        for end in bytes.indices {
            for event in [ChatEvent.finished(.length, nil), .failed(ChatError(status: 502, "x"))] {
                let calls = RecoveredReply([Array(bytes[..<end])], end: event).calls
                #expect(whole.starts(with: calls), "cut at \(end): \(calls)")
            }
        }
    }

    @Test("Without declared tools every event passes untouched", arguments: RecoveryTagCases.all)
    func passesWithoutTools(example: RecoveryCase) {
        var recovery = TextCallRecovery(catalog: ToolCatalog([]))
        let sent: [ChatEvent] = [.started(ResponseStart()), .textDelta(example.reply), .finished(.stop, nil)]
        var events: [ChatEvent] = []
        for event in sent { recovery.feed(event, into: &events) }
        #expect(events == sent)
    }

    @Test("Ordinary text is not held back", arguments: ["Hello", " world [1]", "a < b", "`x`", "\n", "if a<b {"])
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
        for piece in ["Hi", "<tool", "_call>", #"{"name":"get_time"}"#, "</tool_call>", "x"] {
            recovery.feed(.textDelta(piece, logprobs: [token(piece)]), into: &events)
        }
        #expect(
            events == [
                .textDelta("Hi", logprobs: [token("Hi")]), .textDelta("", logprobs: [token("<tool")]),
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

    @Test("Each recovered call leaves a receipt, and text leaves none")
    func leavesReceipts() {
        let reply = RecoveredReply(#"<tool_call>{"name":"bash","arguments":{"command":"ls"}}</tool_call><tool_call>"#)
        #expect(reply.receipts == [ToolCallReceipt(tool: "Bash", rule: .recovered, bytesBefore: 16, bytesAfter: 16)])
    }

    @Test("A block beyond the limit is text, and what follows is looked at again")
    func limitsBlocks() {
        let long = "<function=Bash><parameter=command>" + String(repeating: "a", count: 200) + "</parameter></function>"
        let call = "<function=get_time></function>"
        expectEverySplitAgrees(Array((long + call).utf8)) { RecoveredReply($0, blockLimit: 100) }
        let reply = RecoveredReply([Array((long + call).utf8)], blockLimit: 100)
        #expect(reply.items == [.text(long), .call("get_time", "{}")])
    }

    @Test("A megabyte of arguments in one call", .timeLimit(.minutes(1)), arguments: [64, 2_000_000])
    func longArguments(size: Int) {
        let value = String(repeating: "<a href=\\\"x\\\">ä</a>\\n", count: 47_000)
        let arguments = "{\"command\":\"\(value)\"}"
        let text = Array("<tool_call>{\"name\":\"Bash\",\"arguments\":\(arguments)}</tool_call>".utf8)
        let raw = "<invoke name=\"Bash\"><parameter name=\"command\">\(value)</parameter></invoke>"
        #expect(RecoveredReply(cut(text, size)).items == [.call("Bash", arguments)])
        let call = RecoveredReply(cut(Array(raw.utf8), size)).calls.first
        #expect(
            call
                == .call(
                    "Bash", "{\"command\":\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"}"))
    }

    @Test(
        "Text that looks like a beginning all the time takes linear time", .timeLimit(.minutes(1)),
        arguments: [
            "<tool_call>", "<", "[", "{", "`", " ", "<tool_call>{\"name\":\"Bash\",\"arguments\":{\"a\":\"",
            "[TOOL_CALLS]",
            "<function=Bash><parameter=command>", "</parameter>",
            "<tool_call>Bash<arg_key>command</arg_key><arg_value>",
            "<tool_call>\n", "<|tool_call_begin|>Bash{", "{\"name\":\"Bash\",\"arguments\":{}}", "<｜tool▁calls▁begin｜>",
            "<function_calls><invoke name=\"Bash\">", "[TOOL_CALLS][{\"name\":\"get_time\"},",
        ])
    func traps(fragment: String) {
        let text = String(repeating: fragment, count: 100_000 / fragment.utf8.count)
        let whole = RecoveredReply(text)
        if whole.calls.isEmpty { #expect(whole.text.utf8.elementsEqual(text.utf8)) }
        #expect(RecoveredReply(cut(Array(text.utf8), 5)) == whole)
    }

    @Test("A block that goes on and on in one state takes linear time", .timeLimit(.minutes(1)))
    func longStates() {
        let filling = String(repeating: " ", count: 50_000)
        for beginning in [
            "", "<tool_call>", "<function=Bash><parameter=command>a</parameter>", "<tool_call>{\"name\":",
        ] {
            let text = Array((beginning + filling).utf8)
            #expect(RecoveredReply(cut(text, 1)) == RecoveredReply([text]))
        }
    }

    private func cut(_ bytes: [UInt8], _ size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}
