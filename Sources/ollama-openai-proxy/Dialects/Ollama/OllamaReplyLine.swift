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
            switch name {
            case "message": try readMessage(&scanner, bytes)
            case "done":
                let value = try bytes.extracting(scanner.skipValue(bytes))
                isDone = value.equals("true") ? true : value.equals("false") ? false : nil
            case "done_reason": doneReason = try scanner.text(bytes)
            case "prompt_eval_count": promptTokens = try scanner.count(bytes) ?? 0
            case "eval_count": replyTokens = try scanner.count(bytes) ?? 0
            case "logprobs": logprobs = try scanner.array(bytes)
            case "error": hasError = try scanner.something(bytes) != nil
            case "load_duration" where isDone == true: loadTime = try scanner.count(bytes).map { $0 / 1_000_000 }
            case "prompt_eval_duration" where isDone == true: promptTime = try scanner.count(bytes).map { $0 / 1_000_000 }
            default: try scanner.skipValue(bytes)
            }
        }
        try scanner.end(bytes)
    }

    private mutating func readMessage(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            switch name {
            case "content": content = try scanner.text(bytes)
            case "thinking": thinking = try scanner.text(bytes)
            case "tool_calls": toolCalls = try scanner.array(bytes)
            default: try scanner.skipValue(bytes)
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

    /// Ollama sends whole calls, whose arguments are an object; its index is not to be relied on then (some parsers say 0
    /// for each), so it is left out. Arguments that are a string, or missing, come from other servers behind the same API
    /// and may be a fragment: those keep the index by which they belong together.
    func calls(in bytes: Span<UInt8>) throws(JSONError) -> [ToolCallDelta] {
        guard let toolCalls else { return [] }
        return try ToolCallDelta.all(in: bytes.extracting(toolCalls)) { call, isWhole in
            guard isWhole else { return }
            call.index = nil
            // Models write `null` for "no arguments".
            if call.arguments.isEmpty { call.arguments = "{}" }
        }
    }

    func tokens(in bytes: Span<UInt8>) -> [TokenLogprob] { logprobs.map { [TokenLogprob](in: bytes.extracting($0)) } ?? [] }
}
