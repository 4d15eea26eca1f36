/// The chunked coding (RFC 9112 section 7.1).
extension ByteBuffer {
    /// Appends one chunk. Without data there is none: one of size 0 would end the body.
    mutating func appendChunk(_ data: Span<UInt8>) {
        guard !data.isEmpty else { return }
        append(text: String(data.count, radix: 16))
        append("\r\n")
        append(data)
        append("\r\n")
    }

    /// Ends a chunked body, without trailer fields.
    mutating func appendLastChunk() { append("0\r\n\r\n") }
}

extension ByteBuffer {
    /// Appends the field lines but for those that say where the body ends: these are the encoder's to write.
    mutating func append(_ fields: HTTPFields) {
        for field in fields.all
        where !HTTPFields.isSame(field.name, "Content-Length") && !HTTPFields.isSame(field.name, "Transfer-Encoding") {
            append(text: field.name)
            append(": ")
            append(text: field.value)
            append("\r\n")
        }
    }

    /// Appends the field that tells a framing, if it has one, and the blank line that ends the head.
    mutating func endHead(_ framing: HTTPFraming) {
        switch framing {
        case .length(let length):
            append("Content-Length: ")
            append(decimal: length)
            append("\r\n")
        case .chunked: append("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose: break
        }
        append("\r\n")
    }
}
