/// A failure as a client shall hear of it: the kind decides status and type, the message says what happened.
///
/// It is one word: every function that throws one keeps room for it, and some of these wait as long as a stream takes.
@dynamicMemberLookup indirect enum ChatError: Error, Equatable {
    case with(Details)

    struct Details: Sendable, Equatable {
        /// The HTTP status that says it best.
        var status: Int
        /// For people: what went wrong, in the upstream's own words where it spoke.
        var message: String
        /// Stable, for programs; `nil` when the status says it all.
        var code: Code?
        /// The request parameter that is wrong, e.g. `messages[2].content`.
        var parameter: String?
        /// The upstream's `Retry-After` value, kept as it came.
        var retryAfter: String?
        /// What the model wrote, where the upstream could not read its call and says so. Never for a log.
        var rawToolCall: String?
        /// The upstream's parser came to the end of what the model wrote: it may have been cut by the limit of its tokens.
        var mayBeCut = false
        /// The message is the upstream's, and of a kind that repeats nothing of the conversation.
        var quotesNothing = false
    }

    subscript<Value>(dynamicMember path: WritableKeyPath<Details, Value>) -> Value {
        get { details[keyPath: path] }
        set {
            var details = details
            details[keyPath: path] = newValue
            self = .with(details)
        }
    }

    private var details: Details {
        switch self {
        case .with(let details): details
        }
    }

    init(status: Int, _ message: String, code: Code? = nil, parameter: String? = nil, retryAfter: String? = nil) {
        self = .with(Details(status: status, message: message, code: code, parameter: parameter, retryAfter: retryAfter))
    }

    /// For the log and the metrics: the code, or else the status.
    var label: String { self.code?.rawValue ?? "status_\(self.status)" }

    /// The same request comes to the same again: clients need not try.
    var isFinal: Bool { self.code == .insufficientMemory || 400..<500 ~= self.status && ![408, 409, 425, 429].contains(self.status) }

    struct Code: RawRepresentable, Sendable, Equatable {
        let rawValue: String

        static let invalidJSON = Code(rawValue: "invalid_json")
        static let invalidType = Code(rawValue: "invalid_type")
        static let invalidValue = Code(rawValue: "invalid_value")
        static let missingParameter = Code(rawValue: "missing_required_parameter")
        static let unsupportedValue = Code(rawValue: "unsupported_value")
        static let invalidAPIKey = Code(rawValue: "invalid_api_key")
        static let modelNotFound = Code(rawValue: "model_not_found")
        static let contextLengthExceeded = Code(rawValue: "context_length_exceeded")
        static let insufficientQuota = Code(rawValue: "insufficient_quota")
        /// The model needs more memory than the upstream's machine has.
        static let insufficientMemory = Code(rawValue: "insufficient_memory")
        static let rateLimitExceeded = Code(rawValue: "rate_limit_exceeded")
        static let invalidToolCall = Code(rawValue: "invalid_tool_call")
        /// The client believes that an earlier part of the conversation is kept here.
        static let threadUnsupported = Code(rawValue: "thread_unsupported_request")
        static let unknownURL = Code(rawValue: "unknown_url")
        static let methodNotAllowed = Code(rawValue: "method_not_allowed")
        /// The program ends, and so does every reply that is not done.
        static let shuttingDown = Code(rawValue: "shutting_down")
        /// Ollama cannot be reached at all.
        static let upstreamUnreachable = Code(rawValue: "upstream_unreachable")
        /// Ollama answered, and then something else than a reply came.
        static let upstreamInvalid = Code(rawValue: "upstream_invalid_response")
        /// The upstream's stream ended without its last line.
        static let upstreamIncomplete = Code(rawValue: "upstream_incomplete")
        /// The upstream ended its reply in order, and without its last line: the model repeated itself.
        static let upstreamRepetition = Code(rawValue: "upstream_repetition")
        /// Nothing came for the idle limit.
        static let upstreamTimeout = Code(rawValue: "upstream_timeout")
    }

    /// The upstream's reply ended without a word on why, and nobody knows whether its last call was cut.
    static let brokenOffInCall = ChatError(
        status: 502, "The upstream's reply ended in a tool call, and it did not say why", code: .upstreamIncomplete)

    /// The client's own mistake: 400, naming the parameter.
    static func invalid(_ parameter: String?, _ message: String, code: Code = .invalidValue) -> ChatError {
        ChatError(status: 400, message, code: code, parameter: parameter)
    }
}
