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
    private var depth = 0
    private var isInString = false
    private var isAfterBackslash = false

    var isBlank: Bool { text.isEmpty }
    /// An object without members, or `null`.
    var isEmpty: Bool { text == "null" || isObject && text.utf8.dropFirst().drop(while: JSONScanner.isWhitespace).count == 1 }
    var byteCount: Int { text.utf8.count }

    /// Takes the next piece and returns what of it comes after the end of the value.
    ///
    /// Text that begins like no bracketed value, string or `null` never closes; `error` then says what is wrong.
    mutating func append(_ piece: String) -> Substring {
        guard !isClosed else { return piece[...] }
        guard !isKeptOpen else {
            text += piece
            return ""
        }
        var piece = piece
        let taken = piece.withUTF8 { value(in: $0.span) }
        let bytes = piece.utf8
        let end = bytes.index(bytes.startIndex, offsetBy: taken.upperBound)
        if taken.count < bytes.count {
            text += piece[bytes.index(bytes.startIndex, offsetBy: taken.lowerBound)..<end]
        } else if text.isEmpty {
            text = piece
        } else {
            text += piece
        }
        if isClosed, !isObject { isObject = syntaxError == nil }
        return piece[end...]
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

    /// The part of a piece that belongs to the value.
    private mutating func value(in bytes: Span<UInt8>) -> Range<Int> {
        var start = 0
        if isBlank {
            while start < bytes.count, JSONScanner.isWhitespace(bytes[start]) { start += 1 }
            guard start < bytes.count else { return start..<start }
            if let end = try? Self.endOfObject(bytes, from: start) {
                isClosed = true
                isObject = true
                return start..<end
            }
        }
        let first = text.utf8.first ?? bytes[start]
        let end =
            switch first {
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): scan(bytes, from: start)
            case UInt8(ascii: "n"): scanNull(bytes, from: start)
            default: bytes.count
            }
        return start..<end
    }

    /// Goes on to the place after the closing bracket or quote at depth 0, or to the end of the piece.
    private mutating func scan(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at < bytes.count, !isClosed {
            if isAfterBackslash {
                isAfterBackslash = false
                at += 1
                continue
            }
            if isInString {
                at = JSONScanner.plainRun(bytes, from: at)
                guard at < bytes.count else { break }
            }
            step(bytes[at])
            at += 1
        }
        return at
    }

    private mutating func step(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""):
            isInString.toggle()
            isClosed = depth == 0 && !isInString
        case UInt8(ascii: "\\"): isAfterBackslash = isInString
        case UInt8(ascii: "{") where !isInString, UInt8(ascii: "[") where !isInString: depth += 1
        case UInt8(ascii: "}") where !isInString, UInt8(ascii: "]") where !isInString:
            depth -= 1
            isClosed = depth == 0
        default: break
        }
    }

    private mutating func scanNull(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var rest = "null".utf8[...]
        guard rest.starts(with: text.utf8) else { return bytes.count }
        rest = rest.dropFirst(byteCount)
        var at = start
        while at < bytes.count, bytes[at] == rest.first {
            rest = rest.dropFirst()
            at += 1
        }
        isClosed = rest.isEmpty
        return isClosed ? at : bytes.count
    }

    private var syntaxError: JSONError? {
        var text = text
        return text.withUTF8 { bytes in
            do throws(JSONError) {
                let end = try Self.endOfObject(bytes.span, from: 0)
                return end == bytes.count ? nil : JSONError(reason: .trailingBytes, offset: end)
            } catch { return error }
        }
    }

    private static func endOfObject(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        let value = bytes.extracting(start...)
        var scanner = JSONScanner()
        guard try scanner.peek(value) == UInt8(ascii: "{") else { throw scanner.unexpected() }
        return start + (try scanner.skipValue(value).upperBound)
    }
}
