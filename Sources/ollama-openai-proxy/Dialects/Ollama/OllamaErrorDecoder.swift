/// Says what a failure that Ollama reports means; its own words are always kept.
enum OllamaErrorDecoder {
    /// An answer that is no success.
    static func decode(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError {
        var error = error(status: status.rawValue, UpstreamErrorBody(body.text))
        if error.message.isEmpty { error.message = silence(status) }
        error.retryAfter = fields[.retryAfter]
        return error
    }

    /// A line with an `error` in a stream that began well. It has no status of its own, so its words must tell.
    static func decode(line: Span<UInt8>) -> ChatError {
        let body = UpstreamErrorBody(line.text)
        let status = body.status.flatMap { isFailure($0) ? $0 : nil } ?? status(inWordsOf: body.message)
        var error = error(status: status, body)
        if error.message.isEmpty { error.message = "Ollama broke off with an error it said nothing about." }
        return error
    }

    /// The model does not think, and was asked to. Ollama checks that before anything else is done.
    static func isThinkingUnsupported(_ error: ChatError) -> Bool {
        error.status == 400 && error.message.contains("does not support thinking")
    }

    // MARK: Meaning

    private static func error(status: Int, _ body: UpstreamErrorBody) -> ChatError {
        let words = body.message.lowercased()
        var error = ChatError(status: isFailure(status) ? status : 502, body.message)
        if overflows.contains(where: { words.contains($0) }) {
            error.status = 400
            error.code = .contextLengthExceeded
        } else if unreadableCalls.contains(where: { words.contains($0) }) {
            error.code = .invalidToolCall
            error.rawToolCall = rawCall(in: body.message)
        } else {
            switch status {
            case 402: error.code = .insufficientQuota
            case 404 where isModelNotFound(words): error.code = .modelNotFound
            case 429: error.code = .rateLimitExceeded
            default: break
            }
        }
        if let url = body.signInURL { error.message += " (sign in at \(url))" }
        return error
    }

    /// What a failing answer may say; 499 tells that a client went away, which ours did not.
    private static func isFailure(_ status: Int) -> Bool { 400..<600 ~= status && status != 499 }

    /// How llama-server, Ollama itself, its MLX runner and its embedding runner say that a prompt is too long.
    private static let overflows = [
        "exceeds the available context size", "prompt is longer than the context length",
        "exceeds the model's maximum context length", "input length exceeds the context length",
    ]

    /// How Ollama's parsers and llama-server say that they could not read what the model called; seen in Ollama 0.11 to
    /// 0.34 for gpt-oss, qwen3-coder, qwen3.5 and GLM.
    private static let unreadableCalls = [
        "error parsing tool call", "invalid tool call", "incomplete glm tool call", "xml syntax error",
        "failed to parse xml", "expected element type <",
    ]

    /// What the model wrote, which some of these quote: `raw='…', err=…`.
    private static func rawCall(in message: String) -> String? {
        guard let start = message.firstRange(of: "raw='")?.upperBound else { return nil }
        let quoted = message[start...]
        // The last mark: what is quoted may itself hold one.
        guard let end = quoted.ranges(of: "', err=").last?.lowerBound else { return nil }
        return String(quoted[..<end])
    }

    private static func isModelNotFound(_ words: String) -> Bool {
        words.contains("model") && words.contains("not found")
    }

    private static func status(inWordsOf message: String) -> Int {
        let words = message.lowercased()
        let known: KeyValuePairs = [
            "does not support": 400, "unauthorized": 401, "too many requests": 429, "rate limit": 429,
            "server busy": 503, "overloaded": 503,
        ]
        if let match = known.first(where: { words.contains($0.key) }) { return match.value }
        return words.hasPrefix("model ") && isModelNotFound(words) ? 404 : 502
    }

    private static func silence(_ status: HTTPStatus) -> String {
        let fact = "Ollama answered \(status.rawValue) without a message."
        guard status.rawValue == 403 else { return fact }
        return fact + " It does that when it refuses the Host or Origin of a request: bound to loopback, it takes only "
            + "local names and addresses. Check the host in the upstream's URL, or set OLLAMA_HOST where Ollama runs."
    }
}
