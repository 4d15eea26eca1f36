/// The argument text of one call, gathered piece by piece, and where its JSON value ends.
///
/// Every byte is looked at once as it comes, and once more when the value has ended; a text that comes whole is judged
/// at once and never looked at again. A whole text is kept as the string it came in, without a copy.
struct ArgumentText: Sendable {
    /// The value as it came, without white space around it; empty while only white space has come.
    private(set) var text = ""
    /// True once the value has ended: its brackets or its quotes are closed, or it is `null`.
    private(set) var isClosed = false
    /// True once the value has ended and is a complete JSON object.
    private(set) var isObject = false

    /// The value only seemed to end: everything that comes belongs to it.
    private var isKeptOpen = false
    /// Of a value in brackets or quotes.
    private var extent = ValueExtent(from: 0, isLoose: false)

    var isBlank: Bool { text.isEmpty }
    /// An object without members, or `null`.
    var isEmpty: Bool { text == "null" || isObject && text.utf8.dropFirst().drop(while: JSONScanner.isWhitespace).count == 1 }
    var byteCount: Int { text.utf8.count }

    /// Takes the next piece and returns what of it comes after the end of the value.
    ///
    /// Text that begins like no bracketed value, string or `null` never closes; `error` then says what is wrong.
    mutating func append(_ piece: String) -> Substring {
        guard !isClosed else { return piece[...] }
        let isFirst = isBlank && !isKeptOpen
        let start = isFirst ? piece.utf8.firstIndex { !JSONScanner.isWhitespace($0) } ?? piece.endIndex : piece.startIndex
        text += start == piece.startIndex ? piece : String(piece[start...])
        guard !isKeptOpen, let end = end(isFirst: isFirst) else { return "" }
        isClosed = true
        let rest = Substring(piece.utf8.suffix(byteCount - end))
        if !rest.isEmpty { text.removeSubrange(text.utf8.index(text.startIndex, offsetBy: end)...) }
        isObject = isObject || syntaxError == nil
        return rest
    }

    /// Goes on behind a value that was not meant to end where it seemed to, with what came after it.
    mutating func keepOpen(_ rest: String) {
        isClosed = false
        isKeptOpen = true
        text += rest
    }

    /// True when what stands behind a closing bracket shows that it was not the end: it goes on like JSON, or it closes a
    /// string. A comma alone, brackets too many, prose and markup do neither.
    static func goesOn(behind trailing: String) -> Bool {
        let rest = trailing.utf8.drop(while: isClosing)
        switch rest.first {
        case nil: return false
        case UInt8(ascii: ","): return !rest.dropFirst().allSatisfy(isClosing)
        case UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "{"), UInt8(ascii: "["): return true
        case 0xE2 where Array(rest.prefix(3)) == Array("”".utf8) || Array(rest.prefix(3)) == Array("“".utf8): return true
        default:
            let quotes = rest.count { $0 == UInt8(ascii: "\"") }
            guard quotes.isMultiple(of: 2) else { return true }
            // The end of an object, with or without the model's own closing tags.
            guard let end = rest.lastIndex(of: UInt8(ascii: "}")) else { return false }
            let last = rest[end...].dropFirst().first { !JSONScanner.isWhitespace($0) }
            return (quotes > 0 || rest.contains(UInt8(ascii: "'"))) && last.map("<`".utf8.contains) ?? true
        }
    }

    private static func isClosing(_ byte: UInt8) -> Bool { JSONScanner.isWhitespace(byte) || "}]".utf8.contains(byte) }

    /// Why the text is no complete JSON object, and where; `nil` when it is one, blank or `null`.
    var error: JSONError? { isBlank || isObject || text == "null" ? nil : syntaxError }

    /// Where the value ends; `nil`: it goes on. An object that comes whole is judged at once.
    private mutating func end(isFirst: Bool) -> Int? {
        switch text.utf8.first {
        case UInt8(ascii: "n"): return text.utf8.starts(with: "null".utf8) ? 4 : nil
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""):
            let whole = isFirst ? try? Self.endOfObject(text.utf8.span) : nil
            isObject = whole != nil
            guard whole == nil, case .closed(let end) = extent.end(in: text.utf8.span) else { return whole }
            return end
        default: return nil
        }
    }

    private var syntaxError: JSONError? {
        do throws(JSONError) {
            let end = try Self.endOfObject(text.utf8.span)
            return end == byteCount ? nil : JSONError(reason: .trailingBytes, offset: end)
        } catch { return error }
    }

    static func endOfObject(_ bytes: Span<UInt8>) throws(JSONError) -> Int {
        var scanner = JSONScanner()
        guard try scanner.peek(bytes) == UInt8(ascii: "{") else { throw scanner.unexpected() }
        return try scanner.skipValue(bytes).upperBound
    }
}
