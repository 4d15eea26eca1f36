/// The error object of OpenAI's APIs, before a reply and inside a stream.
enum OpenAIError {
    /// The body of an error response: `code` is the stable word, or null.
    static func body(of error: ChatError) -> ByteBuffer { object(error, ["code": (error.code?.rawValue).orNull]) }

    /// The data of an error event in a stream. It has no HTTP status, and LiteLLM tells the class of the error by an
    /// integer `code`: the status goes there, and the stable word, if there is one, into `reason`.
    static func frame(of error: ChatError) -> ByteBuffer {
        object(error, ["code": error.status, "reason": error.code?.rawValue])
    }

    /// The word for the class of an error, in OpenAI's terms where it has one.
    static func type(ofStatus status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "insufficient_quota"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 408: "timeout_error"
        case 429: "rate_limit_error"
        case 400..<500: "invalid_request_error"
        default: "server_error"
        }
    }

    private static func object(_ error: ChatError, _ code: JSONObject) -> ByteBuffer {
        let words: JSONObject = ["message": error.told, "type": type(ofStatus: error.status), "param": error.parameter.orNull]
        return JSONWriter.object(["error": words + code])
    }
}
