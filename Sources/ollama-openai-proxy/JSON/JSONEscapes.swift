/// The escapes of JSON strings (RFC 8259 section 7), both ways.
enum JSONEscapes {
    /// The text of a string token, escapes undone. The token was checked before; a lone surrogate becomes U+FFFD.
    static func decode(_ token: Span<UInt8>) -> String {
        guard token.firstIndex(of: UInt8(ascii: "\\")) != nil else { return token.text }
        var text = ByteBuffer()
        text.reserve(token.count)
        var at = 0
        while at < token.count {
            guard let slash = token.firstIndex(of: UInt8(ascii: "\\"), from: at) else { break }
            text.append(token.extracting(at..<slash))
            guard slash + 1 < token.count else { return text.text }
            at = slash + 2
            switch token[slash + 1] {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = UInt32(hexadecimal(token, at: at) ?? 0xFFFD)
                at += 4
                if scalar & 0xFC00 == 0xD800, at + 6 <= token.count, token[at] == UInt8(ascii: "\\"),
                    token[at + 1] == UInt8(ascii: "u"), let low = hexadecimal(token, at: at + 2), low & 0xFC00 == 0xDC00
                {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + UInt32(low & 0x3FF)
                    at += 6
                }
                text.append(text: String(Unicode.Scalar(scalar) ?? "\u{FFFD}"))
            case let byte: text.append(byte)
            }
        }
        if at < token.count { text.append(token.extracting(at...)) }
        return text.text
    }

    /// Four hexadecimal digits as a UTF-16 code unit.
    static func hexadecimal(_ bytes: Span<UInt8>, at start: Int) -> UInt16? {
        guard start + 4 <= bytes.count else { return nil }
        var value: UInt16 = 0
        for at in start..<start + 4 {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - 0x30)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - 0x57)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - 0x37)
            default: return nil
            }
        }
        return value
    }
}

extension ByteBuffer {
    /// Appends `text` with the escapes that a JSON string needs and no others, without quotes.
    mutating func appendEscaped(_ text: String) {
        var text = text
        text.withUTF8 { appendEscaped($0.span) }
    }

    mutating func appendEscaped(_ bytes: Span<UInt8>) {
        var start = 0
        while true {
            let end = JSONScanner.plainRun(bytes, from: start)
            if end > start { append(bytes.extracting(start..<end)) }
            guard end < bytes.count else { return }
            appendEscape(of: bytes[end])
            start = end + 1
        }
    }

    private mutating func appendEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0x08: append("\\b")
        case 0x0C: append("\\f")
        default:
            append(byte < 0x10 ? "\\u000" : "\\u001")
            let digit = byte & 0x0F
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
