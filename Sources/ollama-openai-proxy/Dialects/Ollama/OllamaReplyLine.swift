/// Where the members that matter lie in one line of a reply.
///
/// It holds places only, so reading a line allocates nothing; what is asked for is read from the same bytes then. A
/// member of an unexpected type counts as absent.
struct OllamaReplyLine {
    typealias Text = JSONScanner.StringToken

    private(set) var thinking: Text?
    private(set) var content: Text?
    /// False also for an `error` that is null, false or empty.
    private(set) var hasError = false
    /// `nil` when the line does not say.
    private(set) var isDone: Bool?
    private var doneReason: Text?
    private var promptTokens: Int?
    private var replyTokens: Int?
    /// In milliseconds.
    private var loadTime: Int?
    private var promptTime: Int?
    private var toolCalls: Range<Int>?
    private var logprobs: Range<Int>?

    /// Throws when the bytes are not one JSON object.
    init(_ bytes: Span<UInt8>) throws(JSONError) {
        var scanner = JSONScanner()
        guard try scanner.peek(bytes) == UInt8(ascii: "{") else { throw scanner.unexpected() }
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            if name.equals("message") {
                try readMessage(&scanner, bytes)
            } else if name.equals("done") {
                let value = try bytes.extracting(scanner.skipValue(bytes))
                isDone = value.equals("true") ? true : value.equals("false") ? false : nil
            } else if name.equals("done_reason") {
                doneReason = try scanner.text(bytes)
            } else if name.equals("prompt_eval_count") {
                promptTokens = try scanner.count(bytes) ?? 0
            } else if name.equals("eval_count") {
                replyTokens = try scanner.count(bytes) ?? 0
            } else if name.equals("logprobs") {
                logprobs = try scanner.array(bytes)
            } else if name.equals("error") {
                hasError = try scanner.something(bytes) != nil
            } else if isDone == true, name.equals("load_duration") {
                loadTime = try scanner.count(bytes).map { $0 / 1_000_000 }
            } else if isDone == true, name.equals("prompt_eval_duration") {
                promptTime = try scanner.count(bytes).map { $0 / 1_000_000 }
            } else {
                try scanner.skipValue(bytes)
            }
        }
        try scanner.end(bytes)
    }

    private mutating func readMessage(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            if name.equals("content") {
                content = try scanner.text(bytes)
            } else if name.equals("thinking") {
                thinking = try scanner.text(bytes)
            } else if name.equals("tool_calls") {
                toolCalls = try scanner.array(bytes)
            } else {
                try scanner.skipValue(bytes)
            }
        }
    }

    /// Ollama says `stop` for calls and stop sequences too, and nothing in old versions and when its runner went away;
    /// clouds may say anything. `nil` for a word of failure.
    func finishReason(in bytes: Span<UInt8>) -> FinishReason? {
        bytes.nonEmptyText(doneReason).map { FinishReason(upstreamWord: $0) } ?? .stop
    }

    /// `nil` when nothing was counted. Ollama leaves out a count that is zero.
    var usage: Usage? {
        guard promptTokens != nil || replyTokens != nil else { return nil }
        return Usage(promptTokens: promptTokens ?? 0, completionTokens: replyTokens ?? 0, loadTime: loadTime, promptTime: promptTime)
    }

    /// Each call as one delta that says everything but the index: Ollama's own cannot be trusted.
    func calls(in bytes: Span<UInt8>) throws(JSONError) -> [ToolCallDelta] {
        guard let toolCalls else { return [] }
        return try OllamaToolCall.all(in: bytes.extracting(toolCalls))
    }

    func tokens(in bytes: Span<UInt8>, textsOnly: Bool = false) throws(JSONError) -> [TokenLogprob] {
        guard let logprobs else { return [] }
        return try TokenLogprobs.all(in: bytes.extracting(logprobs), textsOnly: textsOnly)
    }
}
