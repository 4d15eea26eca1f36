/// Reads a whole head: the start line and the field lines, each with its CRLF (RFC 9112 sections 3 to 5).
///
/// Every failure is a 400 unless said otherwise. The parts that differ between requests and responses are in
/// `HTTPHeadParser+Request.swift` and `HTTPHeadParser+Response.swift`.
enum HTTPHeadParser {
    /// The place after the CRLF of the line that starts at `start`.
    static func lineEnd(in head: Span<UInt8>, from start: Int) throws(HTTPError) -> Int {
        guard let lineFeed = head.firstIndex(of: .lineFeed, from: start), lineFeed > start, head[lineFeed - 1] == .carriageReturn else {
            throw .badRequest("a line does not end with CRLF")
        }
        return lineFeed + 1
    }

    /// The fields from `start` to the end of the head, or to its blank line. More than `limit` of them are a 431.
    static func fields(in head: Span<UInt8>, from start: Int, limit: Int) throws(HTTPError) -> HTTPFields {
        var fields = HTTPFields()
        var start = start
        while start < head.count {
            let end = try lineEnd(in: head, from: start)
            if end - start == 2 { break }
            guard fields.all.count < limit else {
                throw HTTPError(status: .requestHeaderFieldsTooLarge, message: "more than \(limit) fields")
            }
            let (name, value) = try field(head.extracting(start..<(end - 2)))
            fields.append(name: name, value: value)
            start = end
        }
        return fields
    }

    /// True for HTTP/1.0, false for any later 1.x, which is read as 1.1 (RFC 9110 section 2.5). Other versions are a 505.
    static func isHTTP10(_ version: Span<UInt8>) throws(HTTPError) -> Bool {
        guard version.count == 8, version.extracting(..<5).equals("HTTP/"), version[5].isHTTPDigit, version[6] == UInt8(ascii: "."),
            version[7].isHTTPDigit
        else { throw .badRequest("the start line has no HTTP version") }
        guard version[5] == UInt8(ascii: "1") else {
            throw HTTPError(status: .httpVersionNotSupported, message: "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        return version[7] == UInt8(ascii: "0")
    }

    /// One field line without its end: `name ":" OWS value OWS`. Bytes of the value that are not UTF-8 are repaired.
    private static func field(_ line: Span<UInt8>) throws(HTTPError) -> (name: String, value: String) {
        guard !line[0].isHTTPSpace else { throw .badRequest("a field is folded over several lines") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .badRequest("a field has no colon") }
        let name = line.extracting(..<colon)
        // RFC 9112 section 5.1: this is also what refuses white space before the colon.
        guard !name.isEmpty, name.allSatisfy(\.isHTTPToken) else { throw .badRequest("a field's name is not a token") }
        var (start, end) = (colon + 1, line.count)
        while start < end, line[start].isHTTPSpace { start += 1 }
        while start < end, line[end - 1].isHTTPSpace { end -= 1 }
        let value = line.extracting(start..<end)
        guard value.allSatisfy(\.isHTTPText) else { throw .badRequest("a field's value holds a control byte") }
        return (name.text, value.text)
    }
}

extension Span<UInt8> { func allSatisfy(_ predicate: (UInt8) -> Bool) -> Bool { withUnsafeBufferPointer { $0.allSatisfy(predicate) } } }
