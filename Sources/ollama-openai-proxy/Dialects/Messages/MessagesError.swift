/// Anthropic's error object, the same before a reply and inside a stream (API reference, "Errors").
enum MessagesError {
    static func body(of error: ChatError) -> ByteBuffer {
        JSONWriter.object { json in
            json.member("type", "error")
            json.object("error") { json in
                json.member("type", type(ofStatus: status(of: error)))
                json.member("message", message(of: error))
                guard error.code == .threadUnsupported else { return }
                // On this Anthropic's SDK (Python, 2.12) sends the request, and all that follow, without a thread.
                json.object("details") { json in json.member("error_code", "thread_unsupported_request") }
            }
        }
    }

    /// What clients do about an overflow hangs on its being a 400.
    static func status(of error: ChatError) -> Int {
        error.code == .contextLengthExceeded ? 400 : error.status
    }

    /// Claude Code (2.1.329) goes by the status where there is one, and by the type inside a stream. It tries again
    /// after 408, 409, 429 and every 5xx, and after `overloaded_error` for the turn itself but not for what it does
    /// beside that.
    static func type(ofStatus status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 408, 504: "timeout_error"
        case 429: "rate_limit_error"
        case 503, 529: "overloaded_error"
        case 400..<500: "invalid_request_error"
        default: "api_error"
        }
    }

    /// Claude Code compacts a conversation when it reads `prompt is too long`, and takes from
    /// `: X tokens > Y` behind that how much must go. The upstream's own words stay.
    private static func message(of error: ChatError) -> String {
        guard error.code == .contextLengthExceeded else { return error.message }
        guard let sizes = sizes(in: error.message) else { return "prompt is too long: \(error.message)" }
        return "prompt is too long: \(sizes.prompt) tokens > \(sizes.limit) maximum (\(error.message))"
    }

    /// The first two numbers that differ: the larger one is the prompt, since it did not fit. Digits inside words, as in
    /// the name of a model, are no numbers, and no context is smaller than 16 tokens.
    private static func sizes(in message: String) -> (prompt: Int, limit: Int)? {
        let words = message.split { !($0.isLetter || $0.isNumber || "._-".contains($0)) }
        let numbers = words.compactMap { word -> Int? in
            // A full stop behind a number ends a sentence.
            let parts = word.split(separator: ".")
            guard parts.count == 1, let number = Int(parts[0]), number >= 16 else { return nil }
            return number
        }
        guard let first = numbers.first, let second = numbers.first(where: { $0 != first }) else { return nil }
        return (max(first, second), min(first, second))
    }
}
