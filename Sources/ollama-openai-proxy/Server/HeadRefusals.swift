/// What is wrong with a request by its head alone.
extension ChatError {
    /// Bytes that are no request.
    init(_ error: HTTPError) { self.init(status: error.status.rawValue, error.message) }

    static let loop = ChatError(
        status: 508, "This request came from this proxy: OLLAMA_BASE_URL or a base_url of MODELS_FILE is its own",
        code: ChatError.Code(rawValue: "proxy_loop"))

    static func notFound(_ head: HTTPRequest) -> ChatError {
        var advice = HTTPRequest.superfluousPart(of: head.path).map { ": leave \($0) out of the base URL" } ?? ""
        if ["/api/create", "/api/pull", "/api/push", "/api/copy", "/api/delete"].contains(head.path) {
            advice =
                ": models are made at Ollama itself, and vendors' are named in MODELS_FILE, or made here where OLLAMA_REMOTES is set"
        }
        return ChatError(
            status: 404, "There is no \(head.method.rawValue.prefix(20)) \(head.path.prefix(200)) here\(advice)", code: .unknownURL)
    }

    /// A WebSocket is refused in the status on which Codex (0.163) goes on without at once; after any other it tries
    /// seven times.
    static func wrongMethod(_ head: HTTPRequest, _ methods: [HTTPMethod]) -> ChatError {
        let wantsSocket = head.fields.members(of: "Upgrade").contains { HTTPFields.isSame($0, "websocket") }
        return ChatError(
            status: wantsSocket ? 426 : 405,
            "\(head.path.prefix(200)) takes \(HTTPMethod.list(methods)), not "
                + (wantsSocket ? "WebSockets" : String(head.method.rawValue.prefix(20))), code: .methodNotAllowed)
    }

    static func compressed(_ coding: String) -> ChatError {
        ChatError(
            status: 415,
            "The body is compressed (Content-Encoding: \(coding.prefix(50))), which is not read here; "
                + "send it as it is, without that field", code: .compressedBody)
    }
}

extension ChatError.Code { static let compressedBody = ChatError.Code(rawValue: "compressed_body") }

extension HTTPRequest {
    /// What an operator wrote behind the base URL that the client writes there itself; `nil`: nothing.
    static func superfluousPart(of path: Substring) -> String? {
        if path.hasPrefix("/v1/api/") { return "/v1" }
        return ["/chat/completions", "/messages", "/responses", "/api/chat"].first { part in path.ranges(of: part).count > 1 }
    }

    /// How the body is compressed (RFC 9110 section 8.4); `nil` when it is not.
    var contentCoding: String? { fields.members(of: "Content-Encoding").first { !$0.isEmpty && !HTTPFields.isSame($0, "identity") } }
}

extension HTTPResponse {
    /// The answer to OPTIONS: what may be done here (RFC 9110 section 9.3.7).
    static func options(_ methods: [HTTPMethod]) -> HTTPResponse {
        var response = HTTPResponse(status: 204)
        response.fields.append("Allow", HTTPMethod.list(methods + [.options]))
        return response
    }
}
