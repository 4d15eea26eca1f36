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
    /// The largest that a client gets, in tokens; `nil`: what it asks for.
    var contextLimit: Int?
    /// How long a model stays loaded where the client does not say, as seconds or a Go duration; `nil`: Ollama's own.
    var defaultKeepAlive: String?
    /// A prompt that does not fit is an error; otherwise Ollama silently drops its beginning.
    var refusesOverflow = false
    /// Whether models' own tokens are asked for, from which calls are read that Ollama's parsers lose.
    var rawTokens = RawTokenRule.auto

    func encode(_ plan: RequestPlan, form: Form) throws(ChatError) -> HTTPRequest {
        var encoded = self.request(.post, "/api/chat", body: try body(plan, tokens: tokens(for: plan, form)))
        encoded.fields.append("Accept", "application/x-ndjson")
        return encoded
    }

    func makeDecoder(for plan: RequestPlan, form: Form) -> OllamaStreamDecoder {
        let isProven = form.contains(.provenTokens(Self.proofs)) && !form.contains(.brokenTokens)
        return OllamaStreamDecoder(
            rawTokens: readsTokens(of: plan, form) ? RawTokens(isProven: isProven) : nil, passesTokens: plan.request.logprobs != nil,
            tokenLimit: plan.options.maxTokens ?? 0)
    }

    static let speaker = UpstreamErrorText.Speaker.ollama

    var secrets: [String] { apiKey.map { [$0] } ?? [] }

    func readError(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError {
        OllamaErrorDecoder.decode(status: status, fields: fields, body: body)
    }

    /// A first prompt cannot be compacted: only a larger context helps.
    func advised(_ error: ChatError, _ plan: RequestPlan) -> ChatError {
        guard error.code == .contextLengthExceeded, !plan.messages.contains(where: { $0.role == .assistant }) else { return error }
        let size = contextSize(of: plan.options)
        var error = error
        error.message +=
            "; the context of \(plan.upstreamModel) is \(size.map { "\($0) tokens" } ?? "Ollama's own"): set NUM_CTX "
            + "higher, Claude Code needs 64k"
        return error
    }

    /// In tokens; `nil`: Ollama's own.
    func contextSize(of options: GenerationOptions) -> Int? {
        var size = defaultContextSize
        if case .integer(let asked) = options["num_ctx"] { size = asked }
        return size.map { min($0, contextLimit ?? $0) }
    }

    /// Seen on all of its paths in 0.34.
    var holdsCalls: Bool { true }

    func mayBeUnreadable(_ error: ChatError) -> Bool { error.code == .invalidToolCall || OllamaErrorDecoder.isUnexplained(error) }

    enum Adjustment: RequestAdjustment {
        /// The model does not think; that it shall not is what every model takes.
        case withoutThinking
        case withoutMedia
        /// A call was lost: the model's own tokens are asked for.
        case withTokens
        /// There are none, or they are refused beside tools.
        case withoutTokens
        /// So many of its replies had no holes among their tokens, or one had.
        case provenTokens(Int)
        case brokenTokens

        var parameter: String {
            switch self {
            case .withoutThinking: "think"
            case .withoutMedia: "images"
            default: "logprobs"
            }
        }
    }

    func adapted(_ plan: RequestPlan, to form: Form) -> RequestPlan {
        omittingMedia(form.contains(.withoutThinking) && plan.think != .off ? plan.withoutThinking : plan, form)
    }

    func lesson(from outcome: TryOutcome, about plan: RequestPlan, form: Form) -> Lesson<Adjustment>? {
        switch outcome {
        case .failure(let error): lesson(from: error, about: plan, form)
        case .reply(let tokens, let counted, let isLost): lesson(from: tokens, counted, isLost: isLost, form).map { .always($0) }
        }
    }

    private func lesson(from error: ChatError, about plan: RequestPlan, _ form: Form) -> Lesson<Adjustment>? {
        if shallOmitMedia(after: error, plan, form) { return .always(.withoutMedia) }
        let asks = tokens(for: plan, form) != nil
        if asks, plan.offersTools, UpstreamErrorText(error.message, by: .ollama).means(.noLogprobs) { return .always(.withoutTokens) }
        guard adapted(plan, to: form).think != nil, OllamaErrorDecoder.isThinkingUnsupported(error) else { return nil }
        return .always(.withoutThinking)
    }

    // MARK: The model's own tokens

    /// Replies without holes after which a model is taken for one that drafts no tokens.
    private static let proofs = 3

    /// Not where a schema or a stop text lets Ollama write the reply twice, or leave out what was written.
    private func readsTokens(of plan: RequestPlan, _ form: Form) -> Bool {
        guard case .text = plan.request.outputFormat, plan.offersTools, plan.options["stop"] == nil else { return false }
        return !form.contains(.withoutTokens) && (rawTokens == .on || rawTokens == .auto && form.contains(.withTokens))
    }

    /// How many alternatives a token shall have; `nil`: no log probabilities are asked for.
    private func tokens(for plan: RequestPlan, _ form: Form) -> Int? {
        if plan.offersTools, form.contains(.withoutTokens) { return nil }
        return plan.request.logprobs ?? (readsTokens(of: plan, form) ? 0 : nil)
    }

    private func lesson(from tokens: RawTokens?, _ counted: Int?, isLost: Bool, _ form: Form) -> Adjustment? {
        guard let tokens else { return isLost && rawTokens == .auto && !form.contains(.withoutTokens) ? .withTokens : nil }
        guard let counted, counted > 1 else { return nil }
        if tokens.count == 0 { return .withoutTokens }
        if !tokens.holds(counted) { return .brokenTokens }
        guard tokens.count >= 16 else { return nil }
        return (1...Self.proofs).lazy.map { .provenTokens($0) }.first { !form.contains($0) }
    }

    /// A request with the fields that every request to Ollama has, and no others: nothing of a client's goes along,
    /// since Ollama forwards what it gets to its cloud.
    ///
    /// - Parameters:
    ///   - path: behind the base path, with its query.
    ///   - describesBody: false when the caller sets the body's `Content-Type` itself.
    func request(_ method: HTTPMethod, _ path: String, body: [UInt8] = [], describesBody: Bool = true) -> HTTPRequest {
        var request = HTTPRequest(method: method, target: basePath + path, body: body)
        request.fields.append("Host", host)
        if describesBody, !body.isEmpty { request.fields.append("Content-Type", "application/json") }
        if let apiKey { request.fields.append("Authorization", "Bearer \(apiKey)") }
        return request
    }
}
