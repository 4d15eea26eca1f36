@testable import ollama_openai_proxy

/// What holds for any text in which calls may be written, whatever it is.
enum RecoveryLaws {
    static let all = [
        RandomLaw("No byte of random fragments of markup is lost") { seed in
            var random = SeededGenerator(seed: seed)
            for round in 0..<40 {
                let end = ChatEvent.finished(round.isMultiple(of: 3) ? .length : .stop, nil)
                if let broken = broken(by: randomText(&random), end: end, &random) { return broken }
            }
            return nil
        },
        RandomLaw("No byte of cases with slips of all kinds is lost") { seed in
            var random = SeededGenerator(seed: seed)
            let cases = RecoveryCase.ofCalls + RecoveryProseCases.all + RecoveryQuoteCases.texts
            for _ in 0..<40 {
                guard let example = cases.randomElement(using: &random) else { continue }
                let text = mutated(example.reply, &random)
                if let broken = broken(by: text, end: example.end, &random) { return broken }
            }
            return nil
        },
        RandomLaw("Text that may be thinking is the same however it is cut, and what is no call is text") { seed in
            var random = SeededGenerator(seed: seed)
            for _ in 0..<20 {
                let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                    thoughts.randomElement(using: &random) ?? ""
                }.joined()
                for end in [ChatEvent.finished(.stop, nil), .finished(.length, nil)] {
                    if let broken = broken(byThinking: Array(text.utf8), end: end) { return "\(text): \(broken)" }
                }
            }
            return nil
        },
    ]

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
        "(", ")", "=", "get_time()", "[get_time(", "command='", "<|tool_call_start|>", "<|tool_call_end|>",
        "<|tool_call>call:", "<|\"|>", "<tool_call|>", "<|channel|>", "commentary to=functions.get_time", "<|message|>",
        "<|call|>", "]<]minimax[>[", "<invoke name=\"set\">", "<any>", "</any>", "<|tool_call|>", "<function_call>",
        "functools", "<function name=\"get_time\">", "<param name=\"command\">", "</param>", "<seed:tool_call>",
        "~~~", "> ", "- ", "<pre>", "</pre>", "<code>", "</code>", "<!--", "-->", "\"", "“", "”", ", ", "so ", "1. ",
    ]

    private static let thoughts = [
        "<function=get_time></function>", "<tool_call>", "</tool_call>", "{\"name\":\"get_time\"}", "<think>",
        "</think>", "\n", " ", "a", "`", "```", "<", "[THINK]", "[/THINK]", "◁think▷", "◁", "<function=",
        "</seed:think>", "<function=Bash><parameter=command>", "</parameter></function>",
    ]

    private static func broken(byThinking bytes: [UInt8], end: ChatEvent) -> String? {
        func reply(_ pieces: [[UInt8]]) -> RecoveredReply { RecoveredReply(pieces, end: end, expectsThinking: true) }
        let whole = reply([bytes])
        if let difference = RandomLaws.difference(bytes, from: whole, run: reply) { return difference }
        let isText = !whole.calls.isEmpty || whole.adjustments.allSatisfy { [.thought, .dropped].contains($0.rule) }
        return isText ? nil : "\(whole)"
    }

    private static func randomText(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...24, using: &random)).map { _ in fragments.randomElement(using: &random) ?? "" }
            .joined()
    }

    private static func randomPieces(_ text: String, _ random: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        for byte in text.utf8 {
            if Int.random(in: 0..<4, using: &random) == 0 { pieces.append([]) }
            pieces[pieces.count - 1].append(byte)
        }
        return pieces
    }

    private static func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !scalars.isEmpty {
            let place = Int.random(in: scalars.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: scalars.remove(at: place)
            case 1: scalars.insert(scalars[Int.random(in: scalars.indices, using: &random)], at: place)
            default:
                let fragment = fragments.randomElement(using: &random) ?? ""
                scalars.insert(contentsOf: Array(fragment.unicodeScalars), at: place)
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// No byte of text is lost: without calls all of it comes out, and with calls all but their blocks, in order.
    private static func broken(by text: String, end: ChatEvent, _ random: inout SeededGenerator) -> String? {
        let reply = RecoveredReply(text, end: end)
        let pieces = randomPieces(text, &random)
        let names = RecoveryTools.all.map(\.name)
        let failure: String? =
            if RecoveredReply(pieces, end: end) != reply {
                "in \(pieces.count) pieces it is another reply"
            } else if RecoveredReply(text.utf8.map { [$0] }, end: end) != reply {
                "byte by byte it is another reply"
            } else if !accounts(
                reply.items[...], for: Array(text.utf8)[...], isWithheld: reply.adjustments.contains { $0.rule == .dropped })
            {
                "text is lost"
            } else if !reply.items.allSatisfy({ if case .call(let name, _) = $0 { names.contains(name) } else { true } }
            ) {
                "a tool is called that is not declared"
            } else {
                nil
            }
        return failure.map { "\(text.debugDescription): \($0): \(reply.items)" }
    }

    /// True when the bytes are the texts in order, with blocks at the places of the calls; a block is a text that gives
    /// just these calls when it is the whole reply.
    ///
    /// - Parameter isWithheld: the limit has cut a call, and text that begins like one is left.
    private static func accounts(
        _ items: ArraySlice<RecoveredReply.Item>, for bytes: ArraySlice<UInt8>, isWithheld: Bool
    ) -> Bool {
        switch items.first {
        case nil:
            let rest = bytes.drop(while: JSONScanner.isWhitespace)
            return rest.isEmpty || isWithheld && rest.first.map(TextCallMarker.mayBegin) ?? false
        case .text(let text):
            return bytes.starts(with: text.utf8)
                && accounts(
                    items.dropFirst(), for: bytes.dropFirst(text.utf8.count), isWithheld: isWithheld)
        case .call:
            let calls = items.prefix { if case .call = $0 { true } else { false } }
            let rest = items.dropFirst(calls.count)
            return bytes.indices.contains { last in
                let block = RecoveredReply([Array(bytes[...last])])
                return block.items == Array(calls) && accounts(rest, for: bytes[(last + 1)...], isWithheld: isWithheld)
            }
        }
    }
}

/// What holds for long texts too, and the time that they take goes with their length.
extension RecoveryLaws {
    /// At sizes at which any other time would be beyond the fuzzer's limit. Nothing is drawn from the seed.
    static let long: [RandomLaw] =
        temptations.map { fragment in
            RandomLaw("A long text of nothing but \(fragment)") { _ in broken(byRepeating: fragment, upTo: 100_000) }
        }
        + beginnings.map { beginning in
            RandomLaw("A long wait behind \(beginning)") { _ in broken(byWaitingBehind: beginning, for: 50_000) }
        }
        + [64, 2_000_000].map { piece in
            RandomLaw("A megabyte of arguments") { _ in broken(byArgumentsOf: 1_000_000, piece: piece) }
        }

    /// What looks like a beginning all the time.
    static let temptations = [
        "<tool_call>", "<", "[", "{", "`", " ", "<tool_call>{\"name\":\"Bash\",\"arguments\":{\"a\":\"",
        "[TOOL_CALLS]",
        "<function=Bash><parameter=command>", "</parameter>",
        "<tool_call>Bash<arg_key>command</arg_key><arg_value>",
        "<tool_call>\n", "<|tool_call_begin|>Bash{", "{\"name\":\"Bash\",\"arguments\":{}}", "<｜tool▁calls▁begin｜>",
        "<function_calls><invoke name=\"Bash\">", "[TOOL_CALLS][{\"name\":\"get_time\"},",
        "[get_time(", "[get_time(),\n", "<|tool_call_start|>", "<|tool_call_start|>[Bash(command='", "<|channel|>",
        "<|tool_call>call:set{any:[", "<|tool_call>call:set{any:<|\"|>", "]<]minimax[>[", "]",
        "]<]minimax[>[<invoke name=\"set\">]<]minimax[>[<any>", "<function_call>{\"name\":\"get_time\"}",
    ]

    static func broken(byRepeating fragment: String, upTo size: Int) -> String? {
        let text = String(repeating: fragment, count: size / fragment.utf8.count)
        let whole = RecoveredReply(text)
        if whole.calls.isEmpty, !whole.text.utf8.elementsEqual(text.utf8) { return "\(fragment): text is lost" }
        return RecoveredReply(cut(Array(text.utf8), 5)) == whole ? nil : "\(fragment): cut it is another reply"
    }

    /// A block that goes on and on in one state.
    static let beginnings = [
        "", "<tool_call>", "<function=Bash><parameter=command>a</parameter>", "<tool_call>{\"name\":",
    ]

    static func broken(byWaitingBehind beginning: String, for size: Int) -> String? {
        let text = Array((beginning + String(repeating: " ", count: size)).utf8)
        return RecoveredReply(cut(text, 1)) == RecoveredReply([text]) ? nil : "\(beginning): cut it is another reply"
    }

    /// Arguments of about `size` bytes in one call, in pieces of `piece` bytes.
    static func broken(byArgumentsOf size: Int, piece: Int) -> String? {
        let value = String(repeating: "<a href=\\\"x\\\">ä</a>\\n", count: size / 22)
        let arguments = "{\"command\":\"\(value)\"}"
        let text = Array("<tool_call>{\"name\":\"Bash\",\"arguments\":\(arguments)}</tool_call>".utf8)
        guard RecoveredReply(cut(text, piece)).items == [.call("Bash", arguments)] else { return "as JSON" }
        let raw = Array("<invoke name=\"Bash\"><parameter name=\"command\">\(value)</parameter></invoke>".utf8)
        var written = JSONWriter()
        written.string(value)
        let expected = RecoveredReply.Item.call("Bash", "{\"command\":\(written.buffer.text)}")
        return RecoveredReply(cut(raw, piece)).calls.first == expected ? nil : "as raw text"
    }

    private static func cut(_ bytes: [UInt8], _ size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}
