/// Where the members that matter lie in one `chat.completion.chunk`, or in a whole `chat.completion`.
///
/// It holds places only, so reading a chunk allocates nothing. A member of an unexpected type counts as absent.
struct VendorChatChunk {
    typealias Text = JSONScanner.StringToken

    private(set) var content: Text?
    /// Of a list instead of a text: what it says is read only when asked for.
    private var contentParts: Range<Int>?
    private var reasoningParts: Range<Int>?
    private(set) var finishReason: Text?
    private(set) var usage: Usage?
    /// Of a whole reply: what it says may have been streamed before.
    private(set) var isWhole = false
    private var reasoning: [3 of Text?] = [nil, nil, nil]
    private var refusal: Text?
    private var toolCalls: Range<Int>?
    private var functionCall: Range<Int>?
    private var logprobs: Range<Int>?
    private var hasChoices = false
    private var hasError = false
    /// Where OpenRouter puts it when a model breaks off.
    private(set) var errorInChoice: Range<Int>?
    private var hasMessage = false

    /// True for `{"error": …}`, for MiniMax' status in `base_resp`, and for a message of somebody who knows no choices.
    var isError: Bool { hasError || errorInChoice != nil || hasMessage && !hasChoices }

    /// Throws when the bytes are not one JSON object.
    init(_ bytes: Span<UInt8>) throws(JSONError) {
        var scanner = JSONScanner()
        guard try scanner.peek(bytes) == UInt8(ascii: "{") else { throw scanner.unexpected() }
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            switch name {
            case "choices": try readChoices(&scanner, bytes)
            case "usage": try readUsage(&scanner, bytes)
            case "error": hasError = try scanner.something(bytes) != nil
            case "message", "detail", "msg": hasMessage = try scanner.something(bytes) != nil || hasMessage
            case "base_resp":
                try scanner.member("status_code", bytes) { (scanner) throws(JSONError) in
                    hasError = try scanner.count(bytes) != 0 || hasError
                }
            case "x_groq":
                try scanner.member("usage", bytes) { (scanner) throws(JSONError) in try readUsage(&scanner, bytes) }
            default: try scanner.skipValue(bytes)
            }
        }
        try scanner.end(bytes)
    }

    private mutating func readChoices(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        guard try scanner.peek(bytes) == UInt8(ascii: "[") else {
            try scanner.skipValue(bytes)
            return
        }
        // Only one is ever asked for.
        try scanner.elements(bytes) { (scanner) throws(JSONError) in
            if hasChoices { try scanner.skipValue(bytes) } else { try readChoice(&scanner, bytes) }
            hasChoices = true
        }
        hasChoices = true
    }

    private mutating func readChoice(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            switch name {
            case "delta": try readMessage(&scanner, bytes)
            case "message":
                isWhole = true
                try readMessage(&scanner, bytes)
            case "finish_reason": try readFinishReason(&scanner, bytes)
            case "logprobs":
                try scanner.member("content", bytes) { (scanner) throws(JSONError) in logprobs = try scanner.array(bytes) }
            case "usage": try readUsage(&scanner, bytes)
            case "error": errorInChoice = try scanner.something(bytes)
            default: try scanner.skipValue(bytes)
            }
        }
    }

    /// SGLang has been seen to send `{"type": "abort", …}`.
    private mutating func readFinishReason(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        guard try scanner.peek(bytes) == UInt8(ascii: "{") else {
            finishReason = try scanner.text(bytes)
            return
        }
        try scanner.member("type", bytes) { (scanner) throws(JSONError) in finishReason = try scanner.text(bytes) }
    }

    private mutating func readMessage(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            switch name {
            case "content":
                if try scanner.peek(bytes) == UInt8(ascii: "[") {
                    contentParts = try scanner.array(bytes)
                } else {
                    content = try scanner.text(bytes)
                }
            case "reasoning_details": reasoningParts = try scanner.array(bytes)
            case "reasoning_content": reasoning[0] = try scanner.text(bytes)
            case "reasoning": reasoning[1] = try scanner.text(bytes)
            case "thinking": reasoning[2] = try scanner.text(bytes)
            case "refusal": refusal = try scanner.text(bytes)
            case "tool_calls": toolCalls = try scanner.array(bytes)
            case "function_call":
                let isObject = try scanner.peek(bytes) == UInt8(ascii: "{")
                let range = try scanner.skipValue(bytes)
                functionCall = isObject ? range : nil
            default: try scanner.skipValue(bytes)
            }
        }
    }

    /// The counts of the chunk; some vendors send them with every one, Kimi inside the choice.
    private mutating func readUsage(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) {
        guard try scanner.peek(bytes) == UInt8(ascii: "{") else {
            try scanner.skipValue(bytes)
            return
        }
        var usage = Usage(promptTokens: 0, completionTokens: 0)
        var total = 0
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            switch name {
            case "prompt_tokens": usage.promptTokens = try scanner.count(bytes) ?? 0
            case "completion_tokens": usage.completionTokens = try scanner.count(bytes) ?? 0
            case "total_tokens": total = try scanner.count(bytes) ?? 0
            // Moonshot's, and DeepSeek's.
            case "cached_tokens", "prompt_cache_hit_tokens": usage.cachedTokens = try scanner.count(bytes) ?? usage.cachedTokens
            case "prompt_tokens_details":
                try scanner.member("cached_tokens", bytes) { (scanner) throws(JSONError) in
                    usage.cachedTokens = try scanner.count(bytes)
                }
            case "completion_tokens_details":
                try scanner.member("reasoning_tokens", bytes) { (scanner) throws(JSONError) in
                    usage.reasoningTokens = try scanner.count(bytes)
                }
            default: try scanner.skipValue(bytes)
            }
        }
        // Gemini counts what was thought in the total alone.
        let thought = total.subtractingReportingOverflow(usage.totalTokens).partialValue
        if thought > 0, usage.completionTokens > 0 {
            usage.completionTokens += thought
            usage.reasoningTokens = usage.reasoningTokens ?? thought
        }
        self.usage = usage
    }

    // MARK: What was said

    /// The first that is not empty: some send the same under two names.
    func reasoning(in bytes: Span<UInt8>) -> String? {
        bytes.nonEmptyText(reasoning[0]) ?? bytes.nonEmptyText(reasoning[1]) ?? bytes.nonEmptyText(reasoning[2])
            ?? Self.text("thinking", of: contentParts, in: bytes) ?? Self.text("text", of: reasoningParts, in: bytes)
            ?? Self.text("summary", of: reasoningParts, in: bytes)
    }

    /// What the model says to people, be it a refusal.
    func text(in bytes: Span<UInt8>) -> String? {
        bytes.nonEmptyText(content) ?? Self.text("text", of: contentParts, in: bytes) ?? bytes.nonEmptyText(refusal)
    }

    /// What a member says in all parts of a list, as Mistral sends `text` and `thinking` (a list once more), and OpenRouter and
    /// MiniMax the `text` of `reasoning_details`; `nil`: nothing.
    private static func text(_ name: String, of parts: Range<Int>?, in bytes: Span<UInt8>) -> String? {
        guard let parts, let list = try? JSONDocument(parsing: bytes.extracting(parts).text).root else { return nil }
        var text = ""
        for member in list.elements.compactMap({ $0[name] }) {
            text += member.string ?? member.elements.compactMap { $0["text"]?.string }.joined()
        }
        return text.isEmpty ? nil : text
    }

    func tokens(in bytes: Span<UInt8>) -> [TokenLogprob] { logprobs.map { [TokenLogprob](in: bytes.extracting($0)) } ?? [] }

    /// Fragments of calls, or whole ones. The older form of one call counts only where the newer is missing: llama.cpp's
    /// Python server sends the same in both.
    func calls(in bytes: Span<UInt8>) throws(JSONError) -> [ToolCallDelta] {
        if let toolCalls { return try ToolCallDelta.all(in: bytes.extracting(toolCalls)) }
        guard let functionCall else { return [] }
        var scanner = JSONScanner()
        var call = ToolCallDelta()
        try call.read(&scanner, bytes.extracting(functionCall))
        return [call]
    }
}
