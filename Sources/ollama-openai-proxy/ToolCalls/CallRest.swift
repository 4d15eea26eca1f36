/// Tells whether text behind a call is the rest of its arguments: the call was cut, and must not run.
///
/// Ollama's parsers end a value at the closing tag of a call wherever it stands (GLM's, seen in August 2026; vLLM's do
/// the same), or at the first balanced bracket (Ministral's), and so do models' quotes that nobody escaped: half of a
/// file, or of a command, becomes a whole call, and the rest follows as text.
enum CallRest {
    private typealias Mark = (kind: Int, closes: Bool, isOfValue: Bool)

    /// What begins and ends calls and values in the markup of the models, without its brackets.
    private static let marks: [String: Mark] = {
        let tags = ["", "minimax:", "seed:", "steptml:", "｜DSML｜", "｜DSML｜ ", "|DSML|"].flatMap { prefix in
            [
                "tool_call", "tool_calls", "function", "function_call", "function_calls", "invoke", "parameter", "param", "arg_value",
                "calls", "TOOLCALL", "TOOL_CALLS", "longcat_tool_call", "dots_function_call",
            ].map { ["/\(prefix)\($0)", "\(prefix)\($0)"] }
        }
        let tokens = [
            ["｜tool▁call▁end｜", "｜tool▁call▁begin｜"], ["｜tool▁calls▁end｜", "｜tool▁calls▁begin｜"],
            ["|tool▁call▁end|", "|tool▁call▁begin|"], ["|tool▁calls▁end|", "|tool▁calls▁begin|"],
            ["|tool_call_end|", "|tool_call_begin|", "|tool_call_start|"], ["tool_call|", "|tool_call"],
            ["|tool_calls_section_end|", "|tool_calls_section_begin|"], ["end_function_call", "start_function_call"],
            ["|END_ACTION|", "|START_ACTION|"], ["|action_end|", "|action_start|"], ["|call|", "|message|"],
        ]
        var marks: [String: Mark] = [:]
        for (kind, words) in (tags + tokens).enumerated() {
            let isOfValue = ["parameter", "param", "arg_value"].contains { words[0].hasSuffix($0) }
            for word in words { marks[word] = (kind, word == words[0], isOfValue) }
        }
        return marks
    }()

    static func isRest(_ text: String) -> Bool { closesTags(text.utf8.span) || closesObject(text.utf8.span) }

    /// True for text of which more has to be seen, in the same piece of a reply as the call: it does not stand before it.
    static func mayBeRest(_ text: String) -> Bool {
        isRest(text) || text.utf8.first { !JSONScanner.isWhitespace($0) }.map(",:\"'".utf8.contains) ?? false
    }

    static func error(for tool: String) -> ChatError {
        let message = "The model's call of the tool \"\(ToolName.label(of: tool))\" was cut: its rest follows as text."
        return ChatError(status: 502, message, code: .invalidToolCall)
    }

    /// True when tags are closed that were not opened, behind other text and in a row or at a line's end, or those of a
    /// value. Other tags alone are a slip of the model's, and one in the midst of a line, or in code, is talk.
    private static func closesTags(_ text: Span<UInt8>) -> Bool {
        var open: [Int: Int] = [:]
        var (at, run, last, isOfValue) = (0, 0, UInt8(0), false)
        while at < text.count {
            if let (mark, end) = mark(text, at) {
                at = end
                if mark.closes, open[mark.kind, default: 0] == 0 {
                    run += 1
                    isOfValue = isOfValue || mark.isOfValue
                    let ends = endsLine(text, at)
                    if last != 0 && (ends || run > 1 && last != UInt8(ascii: "`")) || isOfValue && ends { return true }
                    continue
                }
                open[mark.kind, default: 0] += mark.closes ? -1 : 1
                last = UInt8(ascii: ">")
            } else {
                at += 1
                if JSONScanner.isWhitespace(text[at - 1]) { continue }
                last = text[at - 1]
            }
            run = 0
        }
        return false
    }

    /// The mark at a place, and where it ends. One that opens has a call behind it.
    private static func mark(_ text: Span<UInt8>, _ at: Int) -> (mark: Mark, end: Int)? {
        guard text[at] == UInt8(ascii: "<") || text[at] == UInt8(ascii: "[") else { return nil }
        for end in at + 1..<min(at + 48, text.count) where " =<>[]\n".utf8.contains(text[end]) {
            if let mark = marks[text.extracting(at + 1..<end).text] {
                let next = text.end(of: JSONScanner.isWhitespace, from: end + 1)
                let first = next < text.count ? text[next] : 0
                let isMark = mark.closes || mark.isOfValue || first >= UInt8(ascii: "A") || first == UInt8(ascii: "<")
                return isMark ? (mark, end + 1) : nil
            }
            if text[end] != UInt8(ascii: " ") { return nil }
        }
        return nil
    }

    /// True when the text goes on like JSON up to a closing bracket too many at the end of a line or before a tag.
    private static func closesObject(_ text: Span<UInt8>) -> Bool {
        var at = text.end { JSONScanner.isWhitespace($0) || "}]".utf8.contains($0) }
        guard at < text.count else { return false }
        var goesOn = ",:".utf8.contains(text[at])
        // Outside of strings, and inside: the text may begin in one.
        var (depth, other) = (0, 0)
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\\"): at += 1
            case UInt8(ascii: "'"): goesOn = true
            case UInt8(ascii: "\""):
                goesOn = true
                swap(&depth, &other)
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth < 0, goesOn, endsLine(text, at + 1) || text[at + 1] == UInt8(ascii: "<") { return true }
            default: break
            }
            at += 1
        }
        return false
    }

    private static func endsLine(_ text: Span<UInt8>, _ place: Int) -> Bool {
        let at = text.end(of: " \t\r".utf8.contains, from: place)
        return at == text.count || text[at] == UInt8(ascii: "\n")
    }
}
