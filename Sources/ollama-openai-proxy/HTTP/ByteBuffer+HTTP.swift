/// The chunked coding, written around data that is appended to the same buffer, so the data is never copied.
///
/// ```
/// let mark = buffer.beginChunk()
/// buffer.append(data)
/// buffer.endChunk(mark)
/// ```
extension ByteBuffer {
    private static let sizeDigits = 8

    /// Opens a chunk with room for its size. Returns the mark for `endChunk`; consume nothing before that.
    mutating func beginChunk() -> Int {
        let mark = count
        append("00000000\r\n")
        return mark
    }

    /// Closes the chunk with the size of what was appended since. Without any, the chunk is taken back, because a
    /// chunk of size 0 would end the body.
    mutating func endChunk(_ mark: Int) {
        let size = count - mark - Self.sizeDigits - 2
        guard size > 0 else { return truncate(to: mark) }
        precondition(size <= UInt32.max, "a chunk has more bytes than its size has digits for")
        for place in 0..<Self.sizeDigits {
            let digit = UInt8(truncatingIfNeeded: size >> (4 * (Self.sizeDigits - 1 - place)) & 0xF)
            overwrite(at: mark + place, with: digit < 10 ? digit + 0x30 : digit + 0x57)
        }
        append("\r\n")
    }

    /// Ends a chunked body, without trailer fields.
    mutating func appendLastChunk() { append("0\r\n\r\n") }
}

extension ByteBuffer {
    /// Appends the field lines but for those that say where the body ends: these are the encoder's to write.
    mutating func append(_ fields: HTTPFields) {
        for field in fields.all
        where !HTTPFields.isSame(field.name, HTTPFieldName.contentLength.rawValue)
            && !HTTPFields.isSame(field.name, HTTPFieldName.transferEncoding.rawValue)
        {
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
