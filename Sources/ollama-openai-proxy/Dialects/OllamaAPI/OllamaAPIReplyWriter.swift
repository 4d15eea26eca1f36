/// Writes one object of a reply: a line of a stream, or the whole of it.
struct OllamaAPIReplyWriter: Sendable {
    /// What an object says besides its model and time.
    struct Part {
        var text = ""
        var thinking = ""
        var calls: [ToolCall] = []
        /// The index of the first call in its reply.
        var firstIndex = 0
        var logprobs: [TokenLogprob] = []
        /// `nil`: the reply goes on.
        var end: End?
    }

    struct End {
        var reason: String
        var usage: Usage?
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
        json.member("model", model)
        json.member("created_at", InternetTime.text(created))
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
    func write(_ part: Part, into bytes: inout ByteBuffer) {
        guard part.calls.isEmpty, part.logprobs.isEmpty, part.end == nil else { return bytes.append(whole(part).array) }
        bytes.append(opening.buffer.array)
        bytes.append("\"")
        bytes.appendEscaped(part.text)
        if !part.thinking.isEmpty {
            bytes.append("\",\"thinking\":\"")
            bytes.appendEscaped(part.thinking)
        }
        bytes.append(endpoint == .chat ? "\"},\"done\":false}" : "\",\"done\":false}")
    }

    private func whole(_ part: Part) -> ByteBuffer {
        var json = opening
        json.string(part.text)
        json.member("thinking", ifAny: part.thinking.isEmpty ? nil : part.thinking)
        if !part.calls.isEmpty {
            json.array("tool_calls") { json in
                for (index, call) in part.calls.enumerated() { json.write(call, ollamaIndex: part.firstIndex + index) }
            }
        }
        if endpoint == .chat { json.endObject() }
        if !part.logprobs.isEmpty {
            json.name("logprobs")
            json.write(part.logprobs, omitsAbsent: true)
        }
        json.member("done", part.end != nil)
        if let end = part.end { write(end, to: &json) }
        json.endObject()
        return json.buffer
    }

    /// All durations are there, since clients divide by them; how long the model took to load cannot be known.
    private func write(_ end: End, to json: inout JSONWriter) {
        json.member("done_reason", end.reason)
        json.member("total_duration", Int(end.total.nanoseconds))
        json.member("load_duration", 0)
        json.member("prompt_eval_duration", Int(end.prompt.nanoseconds))
        json.member("eval_duration", Int((end.total - end.prompt).nanoseconds))
        json.member("prompt_eval_count", ifAny: end.usage?.promptTokens)
        json.member("eval_count", ifAny: end.usage?.completionTokens)
    }
}

extension FinishReason {
    /// Ollama has no word for calls. Its clients take any other word; a filtered reply must not look like a whole one.
    var ollamaName: String {
        switch self {
        case .stop, .toolCalls, .unstated: "stop"
        case .length, .contextFull: "length"
        case .contentFilter: rawValue
        }
    }
}
