extension HTTPHeadParser {
    /// A request whose body is still empty. Beside the syntax, the rules for `Host` are held.
    static func request(_ head: Span<UInt8>, limits: HTTPLimits) throws(HTTPError) -> HTTPRequest {
        let end = lineEnd(in: head, from: 0)
        var request = try requestLine(head.extracting(..<(end - 2)))
        request.fields = try fields(in: head, from: end, limit: limits.fieldCount)
        request.keepsAlive = request.fields.keepsAlive(isHTTP10: request.isHTTP10)
        try checkHost(of: request)
        return request
    }

    /// The target in the first line of bytes that are no whole head, or no good one; `nil` when it does not stand there.
    static func target(in bytes: Span<UInt8>) -> String? {
        let space = UInt8(ascii: " ")
        guard let first = bytes.firstIndex(of: space), let second = bytes.firstIndex(of: space, from: first + 1),
            bytes.extracting(..<first).allSatisfy(\.isHTTPToken)
        else { return nil }
        return try? originForm(bytes.extracting((first + 1)..<second), isOptions: false)
    }

    /// `method SP request-target SP HTTP-version`, with exactly these two spaces (RFC 9112 section 3).
    private static func requestLine(_ line: Span<UInt8>) throws(HTTPError) -> HTTPRequest {
        let space = UInt8(ascii: " ")
        guard let first = line.firstIndex(of: space), let second = line.firstIndex(of: space, from: first + 1) else {
            throw .badRequest("the request line is not: method, target, version")
        }
        let method = line.extracting(..<first)
        guard first > 0, method.allSatisfy(\.isHTTPToken) else { throw .badRequest("the method is not a token") }
        let isHTTP10 = try Self.isHTTP10(line.extracting((second + 1)...))
        let isOptions = method.equals("OPTIONS")
        let target = try originForm(line.extracting((first + 1)..<second), isOptions: isOptions)
        return HTTPRequest(method: HTTPMethod(rawValue: method.text), target: target, isHTTP10: isHTTP10)
    }

    /// The target as path and query, or `*` for OPTIONS (RFC 9112 section 3.2).
    private static func originForm(_ target: Span<UInt8>, isOptions: Bool) throws(HTTPError) -> String {
        // A fragment is never sent (RFC 9112 section 3.2): what one reader takes for it is path or query to another.
        guard !target.isEmpty, target.allSatisfy({ $0.isHTTPVisible && $0 != UInt8(ascii: "#") }) else {
            throw .badRequest("the request target is empty or holds a byte that must be percent-encoded")
        }
        if target[0] == UInt8(ascii: "/") || isOptions && target.equals("*") { return target.text }
        // RFC 9112 section 3.2.2: a server must take the absolute form, which clients send to proxies.
        let scheme = "http://"
        guard target.count > 7, HTTPFields.isSame(target.extracting(..<7).text, scheme) else {
            throw .badRequest("the request target is neither a path nor an http URL")
        }
        var end = 7
        while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") { end += 1 }
        guard end > 7, target.extracting(7..<end).allSatisfy(\.isHTTPHost) else {
            throw .badRequest("the request target has no valid host")
        }
        let rest = target.extracting(end...).text
        return rest.utf8.first == UInt8(ascii: "/") ? rest : "/" + rest
    }

    /// RFC 9112 section 3.2: exactly one valid `Host`; HTTP/1.0 may do without.
    private static func checkHost(of request: HTTPRequest) throws(HTTPError) {
        let hosts = request.fields.values(of: "Host")
        guard hosts.count == 1 || hosts.isEmpty && request.isHTTP10 else { throw .badRequest("there must be exactly one Host field") }
        guard hosts.allSatisfy({ $0.utf8.allSatisfy(\.isHTTPHost) }) else { throw .badRequest("Host is not valid") }
    }
}
