/// Writes one object of a reply: a line of a stream, or the whole of it.
struct OllamaAPIReplyWriter: Sendable {
    /// How the reply ended, besides what its last part says.
    struct End {
        /// `nil`: the part's own.
        var reason: String?
        /// Until the model began to speak; zero when not known.
        var prompt: Duration = .zero
        var total: Duration = .zero
    }

    private let endpoint: OllamaAPIDialect.Endpoint
    /// Every object up to its text, rendered once.
    private let opening: JSONWriter

    /// - Parameter created: seconds since 1970.
    init(_ endpoint: OllamaAPIDialect.Endpoint, model: String, created: Int) {
        self.endpoint = endpoint
        var json = JSONWriter()
        json.beginObject()
        json.members(["model": model, "created_at": InternetTime.text(created)])
        switch endpoint {
        case .chat:
            json.name("message")
            json.beginObject()
            json.member("role", "assistant")
            json.name("content")
        case .generate: json.name("response")
        }
        opening = json
    }

    /// Text and reasoning take the hot path, which allocates nothing.
    ///
    /// - Parameters:
    ///   - firstCall: the index of the part's first call in the reply.
    ///   - end: `nil`: the reply goes on.
    func write(_ part: ChatResponse, firstCall: Int = 0, _ end: End? = nil, into bytes: inout ByteBuffer) {
        guard part.toolCalls.isEmpty, part.logprobs.isEmpty, end == nil else {
            return bytes.append(whole(part, firstCall, end).array)
        }
        bytes.append(opening.buffer.array)
        bytes.append("\"")
        bytes.appendEscaped(part.text)
        if !part.reasoning.isEmpty {
            bytes.append("\",\"thinking\":\"")
            bytes.appendEscaped(part.reasoning)
        }
        bytes.append(endpoint == .chat ? "\"},\"done\":false}" : "\",\"done\":false}")
    }

    private func whole(_ part: ChatResponse, _ firstCall: Int, _ end: End?) -> ByteBuffer {
        var json = opening
        json.string(part.text)
        let calls = part.toolCalls.enumerated().map { JSONObject($1, ollamaIndex: firstCall + $0) }
        json.members(["thinking": part.reasoning.ifAny, "tool_calls": calls.ifAny])
        if endpoint == .chat { json.endObject() }
        json.members(["logprobs": part.logprobs.objects(omitsAbsent: true).ifAny, "done": end != nil])
        if let end { json.members(members(of: end, part)) }
        json.endObject()
        return json.buffer
    }

    /// All durations are there, since clients divide by them; how long the model took to load cannot be known.
    private func members(of end: End, _ part: ChatResponse) -> JSONObject {
        [
            "done_reason": end.reason ?? part.finishReason.ollamaName, "total_duration": Int(end.total.nanoseconds), "load_duration": 0,
            "prompt_eval_duration": Int(end.prompt.nanoseconds), "eval_duration": Int((end.total - end.prompt).nanoseconds),
            "prompt_eval_count": part.usage?.promptTokens, "eval_count": part.usage?.completionTokens,
        ]
    }
}

extension FinishReason {
    /// Ollama has no word for calls. Its clients take any other word; a filtered reply must not look like a whole one.
    fileprivate var ollamaName: String {
        switch self {
        case .stop, .toolCalls, .unstated: "stop"
        case .length, .contextFull: "length"
        case .contentFilter: rawValue
        }
    }
}
