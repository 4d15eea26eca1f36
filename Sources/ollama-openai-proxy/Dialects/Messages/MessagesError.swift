/// Anthropic's error object, the same before a reply and inside a stream (API reference, "Errors").
enum MessagesError {
    static func body(of error: ChatError) -> ByteBuffer {
        // On this Anthropic's SDK (Python, 2.12) sends the request, and all that follow, without a thread.
        let details: JSONObject? = error.code == .threadUnsupported ? ["error_code": "thread_unsupported_request"] : nil
        let words: JSONObject = ["type": type(ofStatus: status(of: error)), "message": error.told, "details": details]
        return JSONWriter.object(["type": "error", "error": words])
    }

    /// What clients do about an overflow hangs on its being a 400.
    static func status(of error: ChatError) -> Int { error.code == .contextLengthExceeded ? 400 : error.status }

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
}
