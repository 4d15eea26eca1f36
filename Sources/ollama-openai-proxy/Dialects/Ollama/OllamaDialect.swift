/// Ollama's native `/api/chat`, as seen in its source of August 2026.
struct OllamaDialect: UpstreamDialect {
    /// The value of the Host field. Ollama on loopback refuses hosts that it does not know with an empty 403.
    let host: String
    /// Stands before every path: empty, or beginning with `/` and not ending with one.
    var basePath = ""
    /// Sent as bearer token; `nil`: none.
    var apiKey: String?
    /// The context size in tokens where the client names none; `nil`: Ollama's own.
    var defaultContextSize: Int?
    /// How long a model stays loaded where the client does not say, as seconds or a Go duration; `nil`: Ollama's own.
    var defaultKeepAlive: String?
    /// A prompt that does not fit is an error; otherwise Ollama silently drops its beginning.
    var refusesOverflow = false

    func encode(_ plan: RequestPlan, form: Form) throws(ChatError) -> HTTPRequest {
        let encoder = OllamaRequestEncoder(
            defaultContextSize: defaultContextSize, defaultKeepAlive: defaultKeepAlive,
            refusesOverflow: refusesOverflow)
        var encoded = self.request(.post, "/api/chat", body: try encoder.encode(plan))
        encoded.fields.append(.accept, "application/x-ndjson")
        return encoded
    }

    func makeDecoder(for request: ChatRequest) -> OllamaStreamDecoder { OllamaStreamDecoder() }

    func decodeError(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError {
        OllamaErrorDecoder.decode(status: status, fields: fields, body: body)
    }

    /// Seen on all of its paths in 0.34.
    var holdsCalls: Bool { true }

    func mayBeUnreadable(_ error: ChatError) -> Bool {
        error.code == .invalidToolCall || OllamaErrorDecoder.isUnexplained(error)
    }

    enum Adjustment: RequestAdjustment {
        /// The model does not think; that it shall not is what every model takes.
        case withoutThinking

        var parameter: String { "think" }
    }

    func adapted(_ plan: RequestPlan, to form: Form) -> RequestPlan {
        form.contains(.withoutThinking) && plan.think != .off ? plan.withoutThinking : plan
    }

    func lesson(from error: ChatError, about plan: RequestPlan, form: Form) -> Lesson<Adjustment>? {
        guard adapted(plan, to: form).think != nil, OllamaErrorDecoder.isThinkingUnsupported(error) else {
            return nil
        }
        return .always(.withoutThinking)
    }

    /// A request with the fields that every request to Ollama has, and no others: nothing of a client's goes along,
    /// since Ollama forwards what it gets to its cloud.
    ///
    /// - Parameters:
    ///   - path: behind the base path, with its query.
    ///   - describesBody: false when the caller sets the body's `Content-Type` itself.
    func request(
        _ method: HTTPMethod, _ path: String, body: [UInt8] = [], describesBody: Bool = true
    ) -> HTTPRequest {
        var request = HTTPRequest(method: method, target: basePath + path, body: body)
        request.fields.append(.host, host)
        if describesBody, !body.isEmpty { request.fields.append(.contentType, "application/json") }
        if let apiKey { request.fields.append(.authorization, "Bearer \(apiKey)") }
        return request
    }
}
