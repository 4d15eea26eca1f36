/// Writes one object of a reply: a line of a stream, or the whole of it.
struct OllamaClientReplyWriter: Sendable {
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
        /// Needs no escapes.
        var reason: String
        var usage: Usage?
        /// Until the model began to speak; zero when not known.
        var prompt: Duration = .zero
        var total: Duration = .zero
    }

    private let endpoint: OllamaClientDialect.Endpoint
    /// Every object up to its text, rendered once.
    private let opening: [UInt8]

    /// - Parameter created: seconds since 1970.
    init(_ endpoint: OllamaClientDialect.Endpoint, model: String, created: Int) {
        self.endpoint = endpoint
        let text = endpoint == .chat ? #""message":{"role":"assistant","content":""# : #""response":""#
        opening = Array(#"{"model":\#(model.quoted),"created_at":"\#(InternetTime.text(created))",\#(text)"#.utf8)
    }

    /// Text and thoughts take the hot path, which allocates nothing.
    func write(_ part: Part, into bytes: inout ByteBuffer) {
        bytes.append(opening)
        bytes.appendEscaped(part.text)
        if !part.thinking.isEmpty {
            bytes.append("\",\"thinking\":\"")
            bytes.appendEscaped(part.thinking)
        }
        bytes.append("\"")
        if !part.calls.isEmpty {
            let calls = part.calls.enumerated().map { Self.json($1, index: part.firstIndex + $0) }
            bytes.append(text: #","tool_calls":[\#(calls.joined(separator: ","))]"#)
        }
        if endpoint == .chat { bytes.append("}") }
        if !part.logprobs.isEmpty { bytes.append(text: #","logprobs":\#(Self.json(part.logprobs))"#) }
        if let end = part.end { bytes.append(text: Self.json(end)) } else { bytes.append(",\"done\":false}") }
    }

    private static func json(_ call: ToolCall, index: Int) -> String {
        #"{"id":\#(call.id.quoted),"function":{"index":\#(index),"name":\#(call.name.quoted),"#
            + #""arguments":\#(call.arguments)}}"#
    }

    private static func json(_ tokens: [TokenLogprob]) -> String {
        let list = tokens.map { token in
            let bytes = token.bytes.map { $0.map(String.init).joined(separator: ",") }
            return #"{"token":\#(token.token.quoted),"logprob":\#(token.logprob)"#
                + (bytes.map { #","bytes":[\#($0)]"# } ?? "")
                + (token.alternatives.isEmpty ? "}" : #","top_logprobs":\#(json(token.alternatives))}"#)
        }
        return "[\(list.joined(separator: ","))]"
    }

    /// All durations are there, since clients divide by them; how long the model took to load cannot be known.
    private static func json(_ end: End) -> String {
        let counts = end.usage.map {
            #","prompt_eval_count":\#($0.promptTokens),"eval_count":\#($0.completionTokens)"#
        }
        return #","done":true,"done_reason":"\#(end.reason)","total_duration":\#(end.total.wholeNanoseconds),"#
            + #""load_duration":0,"prompt_eval_duration":\#(end.prompt.wholeNanoseconds),"#
            + #""eval_duration":\#((end.total - end.prompt).wholeNanoseconds)\#(counts ?? "")}"#
    }
}

extension FinishReason {
    /// Ollama has no word for calls. Its clients take any other word; a filtered reply must not look like a whole one.
    var ollamaName: String {
        switch self {
        case .stop, .toolCalls: "stop"
        case .length, .contentFilter: rawValue
        }
    }
}

extension Duration {
    /// The whole nanoseconds of a span of at most some hundred years.
    var wholeNanoseconds: Int {
        Int(components.seconds) &* 1_000_000_000 &+ Int(components.attoseconds / 1_000_000_000)
    }
}
