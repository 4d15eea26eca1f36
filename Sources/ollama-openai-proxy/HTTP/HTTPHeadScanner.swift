/// Finds the end of a head in bytes that arrive in pieces, without looking at any byte twice.
///
/// Lines end with CRLF; a bare LF, which RFC 9112 section 2.2 lets a reader take, is an error here, because two readers
/// that differ in it can be played off against each other.
struct HTTPHeadScanner: Sendable {
    private var lineStart = 0
    private var searched = 0

    /// Takes a whole head from the front of the buffer; `nil` when it has not come yet.
    mutating func take<Head>(
        from buffer: inout ByteBuffer, _ limits: HTTPLimits, _ parse: (Span<UInt8>, HTTPLimits) throws(HTTPError) -> Head
    ) throws(HTTPError) -> Head? {
        guard let end = try buffer.withSpan({ bytes throws(HTTPError) in try end(in: bytes, limit: limits.headBytes) }) else {
            return nil
        }
        let head = try buffer.withSpan { bytes throws(HTTPError) in try parse(bytes.extracting(..<end), limits) }
        buffer.consume(end)
        self = HTTPHeadScanner()
        return head
    }

    /// The number of bytes from the start line through the blank line; `nil` when the blank line has not come yet.
    ///
    /// `bytes` are all that came since the start line began: those of the last call, and more. A head that cannot end
    /// within `limit` bytes is a 431. The first byte is looked at right away, so a TLS hello is refused at once.
    mutating func end(in bytes: Span<UInt8>, limit: Int) throws(HTTPError) -> Int? {
        guard bytes.isEmpty || bytes[0].isHTTPToken else { throw .badRequest("this is not HTTP") }
        while let lineFeed = bytes.firstIndex(of: .lineFeed, from: searched), lineFeed < limit {
            guard lineFeed > lineStart, bytes[lineFeed - 1] == .carriageReturn else {
                throw .badRequest("a line does not end with CRLF")
            }
            searched = lineFeed + 1
            if lineFeed - 1 == lineStart { return searched }
            lineStart = searched
        }
        guard bytes.count <= limit else {
            throw HTTPError(status: 431, message: "the head is longer than \(limit) bytes")
        }
        searched = bytes.count
        return nil
    }
}
