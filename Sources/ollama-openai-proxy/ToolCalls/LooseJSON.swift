/// Reads one value that is nearly JSON, and writes it again as JSON proper.
///
/// One pass from left to right, without looking back and without guessing: what it passes over has one meaning only.
/// Key order, number text, white space and the bytes of strings stay as they came.
struct LooseJSON {
    private enum Expected { case value, element, key, colon, separator, nothing }

    private(set) var output = ByteBuffer()
    /// What was repaired, each once, in the order of the text.
    private(set) var rules: [ToolCallAdjustment.Rule] = []

    private var at = 0
    private var expected = Expected.value
    /// The brackets that will close what is open, the innermost last.
    private var closers: [UInt8] = []
    /// Where in the output a comma waits for what follows it.
    private var comma: Int?

    /// Throws `.more` when all that came can be read, and more must come; `.no` when no continuation can make it readable.
    ///
    /// - Parameter ended: the model ended the text by itself, so that missing brackets at its end may be added.
    mutating func read(_ bytes: Span<UInt8>, ended: Bool) throws(Unread) {
        output.reserve(bytes.count + 16)
        while at < bytes.count {
            let byte = bytes[at]
            if JSONScanner.isWhitespace(byte) {
                take(byte)
            } else if byte == UInt8(ascii: "\\"), at + 1 < bytes.count, "nrt".utf8.contains(bytes[at + 1]) {
                output.append(UInt8(ascii: " "))
                note(.escapedSpace)
                at += 2
            } else if let end = endOfFiller(bytes) {
                guard end <= bytes.count else { throw .more }
                output.append(UInt8(ascii: " "))
                note(byte < 0x80 ? .comment : .escapedSpace)
                at = end
            } else {
                try step(byte, bytes)
            }
        }
        let lacksBracketsOnly =
            switch expected {
            case .nothing, .separator: true
            case .element, .key: comma == nil
            case .value, .colon: false
            }
        guard lacksBracketsOnly, closers.isEmpty || ended else { throw .more }
        if !closers.isEmpty { note(.missingBrackets) }
        for closer in closers.reversed() { output.append(closer) }
    }

    /// Takes the next token.
    private mutating func step(_ byte: UInt8, _ bytes: Span<UInt8>) throws(Unread) {
        switch expected {
        case .element where byte == UInt8(ascii: "]"), .key where byte == UInt8(ascii: "}"): try close(byte)
        case .value, .element:
            comma = nil
            try value(byte, bytes)
        case .key:
            comma = nil
            expected = .colon
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == 0xE2 {
                try string(byte, bytes)
            } else {
                try takeBareKey(bytes)
            }
        case .colon:
            guard byte == UInt8(ascii: ":") else { throw .no }
            expected = .value
            take(byte)
        case .separator, .nothing:
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "`") {
                guard endsInMarks(bytes) else { throw .no }
                note(.specialToken)
                at = bytes.count
            } else if byte == UInt8(ascii: ","), let closer = closers.last {
                expected = closer == UInt8(ascii: "}") ? .key : .element
                comma = output.count
                take(byte)
            } else {
                try close(byte)
            }
        }
    }

    private mutating func take(_ byte: UInt8) {
        output.append(byte)
        at += 1
    }

    private mutating func close(_ byte: UInt8) throws(Unread) {
        guard byte == closers.last else { throw .no }
        closers.removeLast()
        if let comma {
            output.overwrite(at: comma, with: UInt8(ascii: " "))
            note(.trailingComma)
        }
        comma = nil
        endValue()
        take(byte)
    }

    private mutating func endValue() { expected = closers.isEmpty ? .nothing : .separator }

    private mutating func value(_ byte: UInt8, _ bytes: Span<UInt8>) throws(Unread) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard closers.count < JSONLimits.standard.depth else { throw .no }
            // The closing bracket is two places after the opening one in ASCII.
            closers.append(byte + 2)
            expected = byte == UInt8(ascii: "{") ? .key : .element
            take(byte)
        case UInt8(ascii: "\""), UInt8(ascii: "'"), 0xE2:
            endValue()
            try string(byte, bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let rest = bytes.extracting(at...)
            var scanner = JSONScanner()
            guard !closers.isEmpty, let number = try? scanner.number(rest) else { throw .no }
            output.append(rest.extracting(number))
            at += number.count
            endValue()
        default:
            let word = bytes.extracting(takeWord(bytes)).text
            guard !closers.isEmpty, let literal = JSONTypes.literal(word) else { throw .no }
            output.append(text: literal)
            if word != literal { note(.pythonLiteral) }
            endValue()
        }
    }

    private mutating func takeBareKey(_ bytes: Span<UInt8>) throws(Unread) {
        let word = bytes.extracting(takeWord(bytes))
        guard word.count > 0, !JSONScanner.isDigit(word[0]), word[0] != UInt8(ascii: "-") else { throw .no }
        output.append(UInt8(ascii: "\""))
        output.append(word)
        output.append(UInt8(ascii: "\""))
        note(.unquotedKey)
    }

    /// Letters, digits, `_`, `$` and `-` from here on; may be empty.
    private mutating func takeWord(_ bytes: Span<UInt8>) -> Range<Int> {
        let start = at
        at = bytes.end(of: { $0.isHTTPToken && !"!#%&'*+.^`|~".utf8.contains($0) }, from: at)
        return start..<at
    }

    private mutating func note(_ rule: ToolCallAdjustment.Rule) { if !rules.contains(rule) { rules.append(rule) } }
}

extension LooseJSON {
    /// The end of a comment or of a space that is none of JSON's, which begins here; that of an open comment is nowhere.
    private func endOfFiller(_ bytes: Span<UInt8>) -> Int? {
        for space in Self.spaces where bytes.match(space, at: at) == .whole { return at + space.utf8CodeUnitCount }
        for (opening, closing) in Self.comments where bytes.match(opening, at: at) == .whole {
            let end = (at + opening.utf8CodeUnitCount..<bytes.count).first { bytes.match(closing, at: $0) == .whole }
            return end.map { $0 + closing.utf8CodeUnitCount } ?? .max
        }
        return nil
    }

    private static let spaces: [StaticString] = ["\u{A0}", "\u{3000}", "\u{202F}", "\u{2003}", "\u{2002}"]
    /// Of JavaScript and Python. What a line's end does not close may be anything.
    private static let comments: [(StaticString, StaticString)] = [("//", "\n"), ("/*", "*/"), ("#", "\n")]

    /// Takes a string in one of three kinds of quotes; the byte 0xE2 stands for typographic ones.
    private mutating func string(_ quote: UInt8, _ bytes: Span<UInt8>) throws(Unread) {
        var closing: StaticString = quote == UInt8(ascii: "'") ? "'" : "\""
        if quote == 0xE2 {
            guard bytes.match("“", at: at) == .whole else { throw .no }
            closing = "”"
        }
        if quote != UInt8(ascii: "\"") { note(.singleQuotes) }
        output.append(UInt8(ascii: "\""))
        at += closing.utf8CodeUnitCount
        while true {
            var end = JSONScanner.plainRun(bytes, from: at)
            if quote != UInt8(ascii: "\"") { end = (at..<end).first { bytes.match(closing, at: $0) == .whole } ?? end }
            output.append(bytes.extracting(at..<end))
            at = end
            guard at < bytes.count else { throw .more }
            switch bytes[at] {
            case quote:
                output.append(UInt8(ascii: "\""))
                at += closing.utf8CodeUnitCount
                return
            case UInt8(ascii: "\""):
                output.append("\\\"")
                at += 1
            case UInt8(ascii: "\\"): try takeEscape(bytes)
            default:
                output.appendEscaped(bytes.extracting(at..<at + 1))
                note(.controlCharacter)
                at += 1
            }
        }
    }

    /// JSON's own escapes, and the escaped apostrophe of Python and JavaScript.
    private mutating func takeEscape(_ bytes: Span<UInt8>) throws(Unread) {
        if bytes.match("\\'", at: at) == .whole {
            output.append(UInt8(ascii: "'"))
            note(.singleQuotes)
            at += 2
            return
        }
        do throws(JSONError) {
            let end = try JSONScanner.skipEscape(bytes, at: at)
            output.append(bytes.extracting(at..<end))
            at = end
        } catch { throw error.reason == .unexpectedEnd ? .more : .no }
    }

    /// True when nothing is left but white space, code fences, and marks of a model's own format: `<|im_end|>`,
    /// `<｜tool▁call▁end｜>`, `</tool_call>`, `</s>`.
    private func endsInMarks(_ bytes: Span<UInt8>) -> Bool {
        var at = at
        while at < bytes.count {
            guard let end = bytes.match("```", at: at) == .whole ? at + 3 : Self.endOfMark(bytes, at: at) else { return false }
            at = bytes.end(of: JSONScanner.isWhitespace, from: end)
        }
        return true
    }

    /// - Returns: `nil` where no such mark of at most 64 bytes begins.
    private static func endOfMark(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        guard bytes[start] == UInt8(ascii: "<") else { return nil }
        let mark = bytes.extracting(start..<min(bytes.count, start + 64))
        guard let end = mark.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let name = mark.extracting(1..<end)
        guard name.count > 1, name.firstIndex(of: UInt8(ascii: "<")) == nil else { return nil }
        let isMark = (["/", "|", "｜"] as [StaticString]).contains { name.match($0, at: 0) == .whole }
        return isMark ? start + end + 1 : nil
    }
}
