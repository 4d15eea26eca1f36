extension HTTPHeadParser {
    static func response(_ head: Span<UInt8>, limits: HTTPLimits) throws(HTTPError) -> HTTPResponseHead {
        let end = try lineEnd(in: head, from: 0)
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
}
