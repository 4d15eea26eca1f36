/// Says what a failure that Ollama reports means; its own words are always kept.
enum OllamaErrorDecoder {
    /// An answer that is no success.
    static func decode(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError {
        var error = error(status: status.rawValue, UpstreamErrorBody(body.text))
        // What is wrong with a request is said before the model has said anything.
        if status.rawValue < 500, error.code != .invalidToolCall, !UpstreamErrorText(error.message, by: .ollama).isOfCloud {
            error.quotesNothing = true
        }
        if let redirect = UpstreamErrorBody.redirect(status, fields) {
            error.message = "Ollama \(redirect)"
        } else if error.message.isEmpty {
            error.message = silence(status)
        }
        if error.status == 401 { refuse(&error) }
        error.retryAfter = fields["Retry-After"]
        return error
    }

    /// A line with an `error` in a stream that began well. It has no status of its own, so its words must tell.
    static func decode(line: Span<UInt8>) -> ChatError {
        let body = UpstreamErrorBody(line.text)
        let status = UpstreamErrorBody.failure(body.status) ?? status(inWordsOf: body.message)
        var error = error(status: status, body)
        if error.message.isEmpty { error.message = "Ollama broke off with an error it said nothing about." }
        if error.status == 401 { refuse(&error) }
        return error
    }

    /// The model does not think, and was asked to. Ollama checks that before anything else is done.
    static func isThinkingUnsupported(_ error: ChatError) -> Bool {
        error.status == 400 && UpstreamErrorText(error.message, by: .ollama).means(.noThinking)
    }

    /// An error in the midst of a reply in words that nobody knows.
    static func isUnexplained(_ error: ChatError) -> Bool {
        let text = UpstreamErrorText(error.message, by: .ollama)
        return error.code == nil && !text.isKnown && !text.isOfCloud
    }

    // MARK: Meaning

    private static func error(status: Int, _ body: UpstreamErrorBody) -> ChatError {
        let text = UpstreamErrorText(body.message, by: .ollama)
        let status = UpstreamErrorBody.status(status, text)
        var error = ChatError(status: UpstreamErrorBody.failure(status) ?? 502, body.message)
        if status != 429, text.isOverflow {
            error.status = 400
            error.code = .contextLengthExceeded
        } else if text.means(.unreadableCall), !text.isOfCloud {
            error.code = .invalidToolCall
            error.rawToolCall = rawCall(in: body.message)
            error.mayBeCut = text.means(.endOfInput)
        } else if status == 402 || text.isQuota {
            error.status = 402
            error.code = .insufficientQuota
        } else if text.means(.noMemory) {
            error.code = .insufficientMemory
        } else if status == 404, text.means(.modelNotFound) {
            error.code = .modelNotFound
        } else if status == 429 {
            error.code = .rateLimitExceeded
        }
        // A parser's words quote what the model wrote, between marks.
        error.quotesNothing = error.code != .invalidToolCall && text.isKnown && !body.message.contains { "'\"`<{[".contains($0) }
        if let url = body.signInURL { error.message += " (sign in at \(url))" }
        return error
    }

    /// That Ollama is not signed in is not for the client to mend: 401 would say that the client's own key is wrong, and
    /// behind LiteLLM Claude Code tries that again for minutes.
    private static func refuse(_ error: inout ChatError) {
        error.status = 403
        error.message += ". Run 'ollama signin' where Ollama runs, or set OLLAMA_API_KEY"
    }

    /// What the model wrote, which some of these quote: `raw='…', err=…`.
    private static func rawCall(in message: String) -> String? {
        guard let start = message.firstRange(of: "raw='")?.upperBound else { return nil }
        let quoted = message[start...]
        // The last mark: what is quoted may itself hold one.
        guard let end = quoted.ranges(of: "', err=").last?.lowerBound else { return nil }
        return String(quoted[..<end])
    }

    private static func status(inWordsOf message: String) -> Int {
        let text = UpstreamErrorText(message, by: .ollama)
        if let status = text.status { return status }
        return message.lowercased().hasPrefix("model ") && text.means(.modelNotFound) ? 404 : 502
    }

    private static func silence(_ status: HTTPStatus) -> String {
        let fact = "Ollama answered \(status.rawValue) without a message."
        guard status.rawValue == 403 else { return fact }
        return fact + " It does that when it refuses the Host or Origin of a request: bound to loopback, it takes only "
            + "local names and addresses. Check the host in the upstream's URL, or set OLLAMA_HOST where Ollama runs."
    }
}
