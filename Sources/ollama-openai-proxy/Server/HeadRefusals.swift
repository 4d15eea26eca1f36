/// What is wrong with a request by its head alone.
extension ChatError {
    /// Bytes that are no request.
    init(_ error: HTTPError) { self.init(status: error.status.rawValue, error.message) }

    static func notFound(_ head: HTTPRequest) -> ChatError {
        let advice = HTTPRequest.superfluousPart(of: head.path).map { ": leave \($0) out of the base URL" } ?? ""
        return ChatError(
            status: 404, "There is no \(head.method.rawValue) \(head.path.prefix(200)) here\(advice)", code: .unknownURL
        )
    }

    static func wrongMethod(_ head: HTTPRequest, _ methods: [HTTPMethod]) -> ChatError {
        ChatError(
            status: 405, "\(head.path.prefix(200)) takes \(HTTPMethod.list(methods)), not \(head.method.rawValue)",
            code: .methodNotAllowed)
    }

    static func compressed(_ coding: String) -> ChatError {
        ChatError(
            status: 415,
            "The body is compressed (Content-Encoding: \(coding.prefix(50))), which is not read here; "
                + "send it as it is, without that field", code: .compressedBody)
    }
}

extension ChatError.Code {
    static let compressedBody = ChatError.Code(rawValue: "compressed_body")
}

extension HTTPRequest {
    /// What an operator wrote behind the base URL that the client writes there itself; `nil`: nothing.
    static func superfluousPart(of path: Substring) -> String? {
        if path.hasPrefix("/v1/api/") { return "/v1" }
        return ["/chat/completions", "/messages", "/responses", "/api/chat"].first { part in
            path.ranges(of: part).count > 1
        }
    }

    /// How the body is compressed (RFC 9110 section 8.4); `nil` when it is not.
    var contentCoding: String? {
        fields.members(of: .contentEncoding).first { !$0.isEmpty && !HTTPFields.isSame($0, "identity") }
    }
}

extension HTTPResponse {
    /// The answer to OPTIONS: what may be done here (RFC 9110 section 9.3.7).
    static func options(_ methods: [HTTPMethod]) -> HTTPResponse {
        var response = HTTPResponse(status: .noContent)
        response.fields.append(.allow, HTTPMethod.list(methods + [.options]))
        return response
    }
}
