/// How the end of a body is marked (RFC 9112 section 6.3).
enum HTTPFraming: Equatable, Sendable {
    /// There is no body.
    case none
    /// `Content-Length`, in bytes.
    case length(Int)
    /// `Transfer-Encoding: chunked`.
    case chunked
    /// The end of the connection; responses only.
    case untilClose
}

extension HTTPFraming {
    /// The framing of a request with these fields: no body where nothing is said.
    init(ofRequest fields: HTTPFields, isHTTP10: Bool) throws(HTTPError) {
        self = try Self.declared(in: fields, isHTTP10: isHTTP10) ?? .none
    }

    /// The framing of the final response to a request of that method: until close where nothing is said.
    init(of response: HTTPResponseHead, to method: HTTPMethod) throws(HTTPError) {
        if method == .head || response.status.isBodyless {
            self = .none
        } else {
            self = try Self.declared(in: response.fields, isHTTP10: response.isHTTP10) ?? .untilClose
        }
    }

    /// What the fields say. Stricter than it must be: whatever two parsers could read differently is an error, as that
    /// is what request smuggling lives on (RFC 9112 section 11.2).
    private static func declared(in fields: HTTPFields, isHTTP10: Bool) throws(HTTPError) -> HTTPFraming? {
        let lengths = fields.values(of: "Content-Length")
        let codings = fields.members(of: "Transfer-Encoding")
        guard codings.isEmpty || lengths.isEmpty else { throw .badRequest("both Content-Length and Transfer-Encoding are given") }
        if !codings.isEmpty {
            guard !isHTTP10 else { throw .badRequest("HTTP/1.0 has no Transfer-Encoding") }
            return try chunked(codings)
        }
        guard let length = lengths.first else { return nil }
        guard lengths.count == 1 else { throw .badRequest("Content-Length is given more than once") }
        // `Int` alone would take a sign.
        guard length.utf8.allSatisfy(\.isHTTPDigit), let number = Int(length) else {
            throw .badRequest("Content-Length is not a number of bytes")
        }
        return .length(number)
    }

    private static func chunked(_ codings: [String]) throws(HTTPError) -> HTTPFraming {
        let isChunked = codings.map { HTTPFields.isSame($0, "chunked") }
        if isChunked == [true] { return .chunked }
        guard !isChunked.dropLast().contains(true), !codings.contains("") else {
            throw .badRequest("chunked is not the last Transfer-Encoding, or not the only one of its kind")
        }
        throw HTTPError(status: 501, message: "the only known Transfer-Encoding is chunked")
    }
}
