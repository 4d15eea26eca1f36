/// Reads JSON tokens (RFC 8259) from bytes, one after another, without an allocation.
///
/// It holds only its position; every call gets the same bytes. Used directly for one NDJSON line, where few members
/// matter and the rest is skipped, and by `JSONDocument` for whole texts. It is strict: what it passes over is valid
/// JSON (UTF-8 validity is checked by the caller, once for the whole text).
struct JSONScanner {
    /// The next byte to look at.
    private(set) var position = 0
    /// How many objects and arrays are open.
    private(set) var depth = 0
    /// The innermost of these has just been opened.
    private var isAtStart = false
    let depthLimit: Int

    init(depthLimit: Int = JSONLimits.standard.depth) { self.depthLimit = depthLimit }

    /// What lies between the quotes of a string: `hasEscapes` is false when those bytes are the text itself.
    struct StringToken: Equatable {
        let range: Range<Int>
        let hasEscapes: Bool
    }

    /// The first byte of the next value after white space, without taking it.
    mutating func peek(_ bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        var at = position
        while at < bytes.count {
            let byte = bytes[at]
            if byte > 0x20 || !Self.isWhitespace(byte) {
                position = at
                return byte
            }
            at += 1
        }
        position = at
        throw JSONError(reason: .unexpectedEnd, offset: at)
    }

    /// Takes `{` or `[`.
    mutating func open(_ bracket: UInt8, _ bytes: Span<UInt8>) throws(JSONError) {
        guard try peek(bytes) == bracket else { throw unexpected() }
        guard depth < depthLimit else { throw JSONError(reason: .tooDeep, offset: position) }
        depth += 1
        position += 1
        isAtStart = true
    }

    /// The next key of an object that was opened, with the position after its colon; `nil` at the object's end.
    mutating func nextKey(_ bytes: Span<UInt8>) throws(JSONError) -> StringToken? {
        guard try nextItem(bytes, end: UInt8(ascii: "}")) else { return nil }
        let key = try string(bytes)
        guard try peek(bytes) == UInt8(ascii: ":") else { throw unexpected() }
        position += 1
        return key
    }

    /// True when another element of an opened array follows; false after taking the array's end.
    mutating func nextElement(_ bytes: Span<UInt8>) throws(JSONError) -> Bool { try nextItem(bytes, end: UInt8(ascii: "]")) }

    private mutating func nextItem(_ bytes: Span<UInt8>, end: UInt8) throws(JSONError) -> Bool {
        let byte = try peek(bytes)
        if byte == end {
            position += 1
            depth -= 1
            isAtStart = false
            return false
        }
        if isAtStart {
            isAtStart = false
            return true
        }
        guard byte == UInt8(ascii: ",") else { throw unexpected() }
        position += 1
        // A comma promises a value: `peek` fails at the end, and the value's own reader refuses a bracket.
        return true
    }

    /// Takes a string, checking its escapes.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> StringToken {
        guard try peek(bytes) == UInt8(ascii: "\"") else { throw unexpected() }
        let start = position + 1
        var at = start
        var hasEscapes = false
        while true {
            at = Self.plainRun(bytes, from: at)
            guard at < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: at) }
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") { break }
            guard byte == UInt8(ascii: "\\") else { throw JSONError(reason: .controlCharacter, offset: at) }
            hasEscapes = true
            at = try Self.skipEscape(bytes, at: at)
        }
        position = at + 1
        return StringToken(range: start..<at, hasEscapes: hasEscapes)
    }

    /// Takes a number and returns where its text lies (RFC 8259 section 6).
    mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
        let start = position
        var at = start
        func digits() throws(JSONError) {
            let first = at
            at = bytes.end(of: Self.isDigit, from: at)
            guard at > first else { throw JSONError(reason: .invalidNumber, offset: at) }
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        if at < bytes.count, Self.isDigit(bytes[at]) { throw JSONError(reason: .invalidNumber, offset: at) }
        position = at
        return start..<at
    }

    /// Takes `true`, `false` or `null`.
    mutating func literal(_ bytes: Span<UInt8>) throws(JSONError) {
        let word: StaticString =
            switch try peek(bytes) {
            case UInt8(ascii: "t"): "true"
            case UInt8(ascii: "f"): "false"
            case UInt8(ascii: "n"): "null"
            default: throw unexpected()
            }
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes.extracting(position..<end).equals(word) else { throw unexpected() }
        position = end
    }

    /// Takes one value of any kind and returns where it lies.
    @discardableResult mutating func skipValue(_ bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
        let first = try peek(bytes)
        let start = position
        switch first {
        case UInt8(ascii: "\""): _ = try string(bytes)
        case UInt8(ascii: "{"):
            try open(first, bytes)
            while try nextKey(bytes) != nil { try skipValue(bytes) }
        case UInt8(ascii: "["):
            try open(first, bytes)
            while try nextElement(bytes) { try skipValue(bytes) }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number(bytes)
        default: try literal(bytes)
        }
        return start..<position
    }

    /// Takes bytes that are known to be one whole value.
    mutating func skip(_ count: Int) { position += count }

    /// Nothing but white space may follow.
    mutating func end(_ bytes: Span<UInt8>) throws(JSONError) {
        position = bytes.end(of: Self.isWhitespace, from: position)
        guard position == bytes.count else { throw JSONError(reason: .trailingBytes, offset: position) }
    }

    func unexpected() -> JSONError { JSONError(reason: .unexpectedByte, offset: position) }

    static func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// The first place at or after `start` that is a quote, a backslash or a control character; eight bytes a step.
    static func plainRun(_ bytes: Span<UInt8>, from start: Int) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            var at = start
            let ones: UInt64 = 0x0101_0101_0101_0101
            let high: UInt64 = 0x8080_8080_8080_8080
            while at + 8 <= raw.count {
                let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                let quote = word ^ (ones &* 0x22)
                let slash = word ^ (ones &* 0x5C)
                // A byte is zero, or below 0x20, exactly when the subtraction borrows into its high bit; bytes above the
                // first such one may then seem to be, too.
                let hits = ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | ((word &- (ones &* 0x20)) & ~word)
                if hits & high != 0 { return at + (hits & high).trailingZeroBitCount / 8 }
                at += 8
            }
            while at < raw.count {
                let byte = raw[at]
                if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
                at += 1
            }
            return at
        }
    }

    /// Checks the escape at `start` and returns the place after it. Lone surrogates are valid by the grammar.
    static func skipEscape(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
        guard start + 1 < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: bytes.count) }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            guard start + 6 <= bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: bytes.count) }
            guard JSONEscapes.hexadecimal(bytes, at: start + 2) != nil else { throw JSONError(reason: .invalidEscape, offset: start) }
            return start + 6
        default: throw JSONError(reason: .invalidEscape, offset: start)
        }
    }
}

extension Span<UInt8> {
    /// How many bytes of white space the bytes begin with.
    var leadingWhitespace: Int { end(of: JSONScanner.isWhitespace) }
}
