/// A whole request: what a client sent, or what is to be sent upstream.
struct HTTPRequest: Equatable, Sendable {
    var method: HTTPMethod
    /// The request target as it came: path and query.
    var target: String
    var fields = HTTPFields()
    var body: [UInt8] = []
    /// HTTP/1.0 clients get no chunked bodies.
    var isHTTP10 = false
    /// The connection may serve another request afterwards (RFC 9112 section 9.3).
    var keepsAlive = true

    /// The target up to the question mark.
    var path: Substring { target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)] }
}

extension HTTPRequest {
    /// Appends the request but for its body as HTTP/1.1, its fields in order and then a `Content-Length` if there is a body or
    /// the method makes one likely (RFC 9110 section 8.6). `Host` is the caller's to set.
    func encodeHead(into buffer: inout ByteBuffer) {
        precondition(
            !method.rawValue.isEmpty && method.rawValue.utf8.allSatisfy(\.isHTTPToken) && !target.isEmpty
                && target.utf8.allSatisfy(\.isHTTPVisible), "a method or target that would break the request line")
        buffer.append(text: method.rawValue)
        buffer.append(" ")
        buffer.append(text: target)
        buffer.append(" HTTP/1.1\r\n")
        buffer.append(fields)
        buffer.endHead(!body.isEmpty || method == .post ? .length(body.count) : .none)
    }
}
