/// Says what a vendor's failure means. Its own words are kept, but for keys: some vendors quote the one they were shown.
struct OpenAIUpstreamErrorDecoder: Sendable {
    let vendor: String
    /// Never to be told.
    let secrets: [String]

    /// An answer that is no success.
    func decode(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError {
        var error = error(body.text, status: status.rawValue)
        if error.message.isEmpty { error.message = "\(vendor) answered \(status.rawValue) without a message." }
        error.retryAfter = fields[.retryAfter]
        return error
    }

    /// An error in a stream that began well. It has no status of its own, so its words must tell.
    func decode(_ data: Span<UInt8>) -> ChatError {
        var error = error(data.text, status: nil)
        if error.message.isEmpty { error.message = "\(vendor) broke off with an error it said nothing about." }
        return error
    }

    /// A failure that is ours to word, with the beginning of what came, if that matters.
    func failure(_ code: ChatError.Code, _ problem: String, quoting excerpt: String? = nil) -> ChatError {
        let quotation = excerpt.map { ": " + masked($0) } ?? "."
        return ChatError(status: 502, "\(vendor) \(problem)\(quotation)", code: code)
    }

    // MARK: Meaning

    private func error(_ text: String, status: Int?) -> ChatError {
        let body = UpstreamErrorBody(text)
        let root = (try? JSONDocument(parsing: text))?.root
        let details = root?["error"].flatMap { $0.kind == .object ? $0 : nil } ?? root
        // In a stream's error the code may be a status, as in our own.
        let code = details?["code"]?.string ?? details?["reason"]?.string ?? ""
        let words = "\(code) \(details?["type"]?.string ?? "") \(body.message)".lowercased()

        let said = status ?? body.status.flatMap { 400..<600 ~= $0 ? $0 : nil } ?? Self.status(inWords: words)
        var error = ChatError(status: 400..<600 ~= said && said != 499 ? said : 502, masked(body.message))
        error.parameter = details?["param"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        if Self.overflows.contains(where: { words.contains($0) }) {
            error.status = 400
            error.code = .contextLengthExceeded
        } else if error.status == 402 || Self.poverty.contains(where: { words.contains($0) }) {
            error.code = .insufficientQuota
        } else if Self.isModelNotFound(words), error.status < 500 {
            error.status = 404
            error.code = .modelNotFound
        } else if error.status == 429 {
            error.code = .rateLimitExceeded
        } else if error.status == 401 {
            error.code = .invalidAPIKey
        } else if !code.isEmpty, code.utf8.count <= 64, code.utf8.allSatisfy(Self.isWordByte) {
            error.code = ChatError.Code(rawValue: code)
        }
        return error
    }

    /// How OpenAI, vLLM, DeepSeek, llama.cpp and its Python server, DashScope, LM Studio, Kimi, GLM, xAI and Anthropic
    /// say that a prompt is too long.
    private static let overflows = [
        "context_length_exceeded", "maximum context length", "exceed_context_size", "range of input length",
        "exceeds the available context size", "exceed context window", "context size has been exceeded",
        "trying to keep the first", "tokens to keep from the initial prompt", "cannot truncate prompt",
        "exceeded model token limit", "prompt exceeds max length", "maximum prompt length", "prompt is too long",
        "input is too long",
    ]

    /// How OpenAI, DashScope and DeepSeek say that nobody pays any more.
    private static let poverty = [
        "insufficient_quota", "exceeded your current quota", "arrearage", "insufficient balance",
    ]

    private static func isModelNotFound(_ words: String) -> Bool {
        let isAboutModel = words.contains("model") || words.contains("deployment")
        let marks = ["model_not_found", "deploymentnotfound", "not found", "does not exist", "not exist"]
        return isAboutModel && marks.contains { words.contains($0) }
    }

    private static func status(inWords words: String) -> Int {
        let known: KeyValuePairs = [
            "invalid_api_key": 401, "unauthorized": 401, "insufficient_quota": 429, "rate_limit": 429,
            "rate limit": 429, "throttling": 429, "too many requests": 429, "overloaded": 503, "unavailable": 503,
            "busy": 503,
            "invalid_request": 400, "invalid_parameter": 400, "invalidparameter": 400, "bad_request": 400,
            "badrequest": 400, "not support": 400, "content_filter": 400,
        ]
        return known.first { words.contains($0.key) }?.value ?? 502
    }

    // MARK: Keys

    /// The text without our secrets, and without words that look like a key or the rest of one: `sk-…`, `ab***yz`.
    func masked(_ text: String) -> String {
        var text = text
        // A short one is no secret, and would be found everywhere.
        for secret in secrets where secret.utf8.count >= 8 { text = text.replacing(secret, with: "[key]") }
        var masked = ""
        var word = ""
        func end() {
            masked += word.contains("***") || word.hasPrefix("sk-") ? "[key]" : word
            word = ""
        }
        for character in text {
            if character == "*" || character.utf8.allSatisfy(Self.isWordByte) {
                word.append(character)
            } else {
                end()
                masked.append(character)
            }
        }
        end()
        return masked
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
