/// A prompt that does not fit, in the words on which clients act; the upstream's own stand behind them.
///
/// Claude Code (2.1.332) compacts on `prompt is too long` and takes from `: X tokens > Y` how much must go; on Anthropic's
/// other form with its three numbers it lowers `max_tokens`. LiteLLM (1.106) and those behind it go by words alone.
struct ContextOverflow {
    private let words: String
    private let numbers: [Int]

    init(_ words: String) {
        self.words = words
        numbers = Self.numbers(in: words)
    }

    /// What a client is told.
    var message: String {
        if let sum, sum.prompt < sum.limit {
            return "input length and `max_tokens` exceed context limit: \(sum.prompt) + \(sum.reply) > \(sum.limit), "
                + "decrease input length or `max_tokens` and try again (\(words))"
        }
        var message = "prompt is too long: \(words)"
        if let sizes { message = "prompt is too long: \(sizes.prompt) tokens > \(sizes.limit) maximum (\(words))" }
        let text = message.lowercased()
        let isKnown = Self.knownToLiteLLM.contains { $0.split(separator: "…").allSatisfy { text.contains($0) } }
        return isKnown ? message : message + "; the request exceeds the available context size"
    }

    // MARK: Sizes

    private typealias Sum = (prompt: Int, reply: Int, limit: Int)

    /// The larger one of the first two numbers that differ is the prompt, since it did not fit.
    private var sizes: (prompt: Int, limit: Int)? {
        if let sum { return (sum.prompt, sum.limit) }
        guard let first = numbers.first, let second = numbers.first(where: { $0 != first }) else { return nil }
        return (max(first, second), min(first, second))
    }

    /// Prompt and reply together are what is too much.
    private var sum: Sum? {
        let text = words.lowercased()
        guard let order = Self.sums.first(where: { $0.numbers <= numbers.count && text.contains($0.phrase) })?.order else { return nil }
        let sum = order(numbers)
        let (total, isOver) = sum.prompt.addingReportingOverflow(sum.reply)
        return sum.prompt > 0 && (isOver || total > sum.limit) ? sum : nil
    }

    /// Who counts both, the phrase that tells it, and what stands where among the numbers.
    private static let sums: [(phrase: String, numbers: Int, order: @Sendable ([Int]) -> Sum)] = [
        ("exceed context limit", 3, { ($0[0], $0[1], $0[2]) }),  // Anthropic
        ("is too large: ", 3, { ($0[2], $0[0], $0[1]) }),  // vLLM 0.10
        ("output tokens and your prompt", 3, { ($0[2], $0[1], $0[0]) }),  // vLLM since 0.11
        ("`max_new_tokens`", 3, { ($0[1], $0[2], $0[0]) }),  // Hugging Face TGI
        ("in the completion", 4, { ($0[1] &- $0[$0.count - 1], $0[$0.count - 1], $0[0]) }),  // OpenAI, older vLLM
        ("in the output", 4, { ($0[1] &- $0[$0.count - 1], $0[$0.count - 1], $0[0]) }),  // OpenRouter
    ]

    /// Digits inside words, as in the name of a model, are no numbers, no context is smaller than 16 tokens, and what comes
    /// after "by" is the difference (Ollama's cloud).
    private static func numbers(in words: String) -> [Int] {
        var numbers: [Int] = []
        var isDifference = false
        for word in words.split(whereSeparator: { !($0.isLetter || $0.isNumber || "._-,".contains($0)) }) {
            // A mark behind a number ends a clause; between digits a comma stands for a thousand.
            let parts = word.split(separator: ".")
            if !isDifference, parts.count == 1, let number = Int(parts[0].filter { $0 != "," }), number >= 16 { numbers.append(number) }
            isDifference = word == "by"
        }
        return numbers
    }

    /// What LiteLLM 1.106 tells the error by; parts around "…" must all be there.
    private static let knownToLiteLLM = [
        "exceed context limit", "this model's maximum context length is", "model's maximum context limit",
        "is longer than the model's context length", "input tokens exceed the configured limit",
        "`inputs` tokens + `max_new_tokens` must be", "exceeds the available context size",
        "exceeds the maximum number of tokens allowed", "current length is…while limit is", "maximum input length is…tokens",
    ]
}

extension ChatError {
    /// The message as clients are told it, whatever their API.
    var told: String { self.code == .contextLengthExceeded ? ContextOverflow(self.message).message : self.message }
}
