/// Percent-encoding as in RFC 3986 section 2.1.
enum PercentEncoding {
    /// The text with `%XX` undone; what is no such triplet stays as it is, invalid UTF-8 becomes U+FFFD.
    static func decode(_ text: Substring) -> String {
        var decoded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while var byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first?.hexDigitValue, let low = rest.dropFirst().first?.hexDigitValue {
                byte = UInt8(high << 4 | low)
                rest = rest.dropFirst(2)
            }
            decoded.append(byte)
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
