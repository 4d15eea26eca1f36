/// Reads a whole head: the start line and the field lines, each with its CRLF (RFC 9112 sections 3 to 5).
///
/// Every failure is a 400 unless said otherwise.
enum HTTPHeadParser {
    static func response(_ head: Span<UInt8>, limits: HTTPLimits) throws(HTTPError) -> HTTPResponseHead {
        let end = lineEnd(in: head, from: 0)
        let (isHTTP10, status) = try statusLine(head.extracting(..<(end - 2)))
        let fields = try fields(in: head, from: end, limit: limits.fieldCount)
        return HTTPResponseHead(status: status, fields: fields, isHTTP10: isHTTP10, keepsAlive: fields.keepsAlive(isHTTP10: isHTTP10))
    }

    /// `HTTP-version SP status-code SP [reason-phrase]` (RFC 9112 section 4); the last space may be missing.
    private static func statusLine(_ line: Span<UInt8>) throws(HTTPError) -> (isHTTP10: Bool, status: HTTPStatus) {
        let isHTTP10 = try Self.isHTTP10(line.extracting(..<min(8, line.count)))
        let rest = line.extracting(8...)
        guard rest.count >= 4, rest[0] == UInt8(ascii: " "), rest.extracting(1..<4).allSatisfy(\.isHTTPDigit),
            rest.count == 4 || rest[4] == UInt8(ascii: " "), let code = Int(rest.extracting(1..<4).text), code >= 100
        else { throw .badRequest("the status line has no status code") }
        guard rest.allSatisfy(\.isHTTPText) else { throw .badRequest("the reason phrase holds a control byte") }
        return (isHTTP10, HTTPStatus(rawValue: code))
    }

    /// The place after the CRLF of the line that starts at `start`; the scanner has seen that each line ends with one.
    static func lineEnd(in head: Span<UInt8>, from start: Int) -> Int {
        1 + (head.firstIndex(of: .lineFeed, from: start) ?? head.count - 1)
    }

    /// The fields from `start` to the end of the head, or to its blank line. More than `limit` of them are a 431.
    static func fields(in head: Span<UInt8>, from start: Int, limit: Int) throws(HTTPError) -> HTTPFields {
        var fields = HTTPFields()
        var start = start
        while start < head.count {
            let end = lineEnd(in: head, from: start)
            if end - start == 2 { break }
            guard fields.all.count < limit else {
                throw HTTPError(status: 431, message: "more than \(limit) fields")
            }
            let (name, value) = try field(head.extracting(start..<(end - 2)))
            fields.append(name, value)
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
            throw HTTPError(status: 505, message: "only HTTP/1.1 and HTTP/1.0 are spoken here")
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
