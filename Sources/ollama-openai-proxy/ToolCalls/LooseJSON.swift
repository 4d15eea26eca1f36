/// Reads one value that is nearly JSON, and writes it again as JSON proper.
///
/// One pass from left to right, without looking back and without guessing: what it passes over has one meaning only.
/// Key order, number text, white space and the bytes of strings stay as they came.
struct LooseJSON {
    enum End {
        /// The value is complete.
        case whole
        /// All that came can be read, and more must come.
        case unfinished
        /// No continuation can make it readable.
        case wrong
    }

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

    /// - Parameter ended: the model ended the text by itself, so that missing brackets at its end may be added.
    mutating func read(_ bytes: Span<UInt8>, ended: Bool) -> End {
        output.reserve(bytes.count + 16)
        while at < bytes.count {
            let byte = bytes[at]
            if JSONScanner.isWhitespace(byte) {
                output.append(byte)
                at += 1
            } else if byte == UInt8(ascii: "\\"), at + 1 < bytes.count, "nrt".utf8.contains(bytes[at + 1]) {
                output.append(UInt8(ascii: " "))
                note(.escapedSpace)
                at += 2
            } else if let end = endOfFiller(bytes) {
                guard end <= bytes.count else { return .unfinished }
                output.append(UInt8(ascii: " "))
                note(byte < 0x80 ? .comment : .escapedSpace)
                at = end
            } else if let end = step(byte, bytes) {
                if end == .whole { break }
                return end
            }
        }
        return finish(ended: ended)
    }

    private mutating func finish(ended: Bool) -> End {
        let lacksBracketsOnly =
            switch expected {
            case .nothing, .separator: true
            case .element, .key: comma == nil
            case .value, .colon: false
            }
        guard lacksBracketsOnly, closers.isEmpty || ended else { return .unfinished }
        if !closers.isEmpty { note(.missingBrackets) }
        for closer in closers.reversed() { output.append(closer) }
        return .whole
    }

    /// Takes the next token; `nil` when the text goes on, `whole` when all of the rest may be left out.
    private mutating func step(_ byte: UInt8, _ bytes: Span<UInt8>) -> End? {
        switch expected {
        case .value, .element:
            if expected == .element, byte == UInt8(ascii: "]") { return close(byte) }
            comma = nil
            return value(byte, bytes)
        case .key:
            if byte == UInt8(ascii: "}") { return close(byte) }
            comma = nil
            expected = .colon
            return byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == 0xE2 ? string(byte, bytes) : bareKey(bytes)
        case .colon:
            guard byte == UInt8(ascii: ":") else { return .wrong }
            expected = .value
            return take(byte)
        case .separator, .nothing:
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "`") {
                // Left out when nothing but special tokens and fences follows; otherwise it is something unknown.
                guard SpecialTokens.fill(bytes, from: at) else { return .wrong }
                note(.specialToken)
                return .whole
            }
            guard let closer = closers.last else { return .wrong }
            guard byte == UInt8(ascii: ",") else { return close(byte) }
            expected = closer == UInt8(ascii: "}") ? .key : .element
            comma = output.count
            return take(byte)
        }
    }

    private mutating func take(_ byte: UInt8) -> End? {
        output.append(byte)
        at += 1
        return nil
    }

    private mutating func close(_ byte: UInt8) -> End? {
        guard byte == closers.last else { return .wrong }
        closers.removeLast()
        if let comma {
            output.overwrite(at: comma, with: UInt8(ascii: " "))
            note(.trailingComma)
        }
        comma = nil
        endValue()
        return take(byte)
    }

    private mutating func endValue() { expected = closers.isEmpty ? .nothing : .separator }

    private mutating func value(_ byte: UInt8, _ bytes: Span<UInt8>) -> End? {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard closers.count < JSONLimits.standard.depth else { return .wrong }
            // The closing bracket is two places after the opening one in ASCII.
            closers.append(byte + 2)
            expected = byte == UInt8(ascii: "{") ? .key : .element
            return take(byte)
        case UInt8(ascii: "\""), UInt8(ascii: "'"), 0xE2:
            endValue()
            return string(byte, bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let rest = bytes.extracting(at...)
            var scanner = JSONScanner()
            guard !closers.isEmpty, let number = try? scanner.number(rest) else { return .wrong }
            output.append(rest.extracting(number))
            at += number.count
            endValue()
            return nil
        default: return closers.isEmpty ? .wrong : literal(bytes)
        }
    }

    private mutating func literal(_ bytes: Span<UInt8>) -> End? {
        let word = bytes.extracting(takeWord(bytes)).text
        guard let literal = JSONTypes.literal(word) else { return .wrong }
        output.append(text: literal)
        if word != literal { note(.pythonLiteral) }
        endValue()
        return nil
    }

    private mutating func bareKey(_ bytes: Span<UInt8>) -> End? {
        let word = bytes.extracting(takeWord(bytes))
        guard word.count > 0, !JSONScanner.isDigit(word[0]), word[0] != UInt8(ascii: "-") else { return .wrong }
        output.append(UInt8(ascii: "\""))
        output.append(word)
        output.append(UInt8(ascii: "\""))
        note(.unquotedKey)
        return nil
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
    private mutating func string(_ quote: UInt8, _ bytes: Span<UInt8>) -> End? {
        var closing: StaticString = quote == UInt8(ascii: "'") ? "'" : "\""
        if quote == 0xE2 {
            guard bytes.match("“", at: at) == .whole else { return .wrong }
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
            guard at < bytes.count else { return .unfinished }
            switch bytes[at] {
            case quote:
                output.append(UInt8(ascii: "\""))
                at += closing.utf8CodeUnitCount
                return nil
            case UInt8(ascii: "\""):
                output.append("\\\"")
                at += 1
            case UInt8(ascii: "\\"): if let end = escape(bytes) { return end }
            default:
                output.appendEscaped(bytes.extracting(at..<at + 1))
                note(.controlCharacter)
                at += 1
            }
        }
    }

    /// JSON's own escapes, and the escaped apostrophe of Python and JavaScript.
    private mutating func escape(_ bytes: Span<UInt8>) -> End? {
        if bytes.match("\\'", at: at) == .whole {
            output.append(UInt8(ascii: "'"))
            note(.singleQuotes)
            at += 2
            return nil
        }
        do throws(JSONError) {
            let end = try JSONScanner.skipEscape(bytes, at: at)
            output.append(bytes.extracting(at..<end))
            at = end
            return nil
        } catch { return error.reason == .unexpectedEnd ? .unfinished : .wrong }
    }
}
