/// What a model said, in the order in which it said it, as an upstream's decoder reads it.
///
/// Grammar: `started (reasoningDelta | textDelta | toolCallDelta)* (finished | failed)`. A stream has exactly one
/// terminal event, and nothing follows it. `failed` may also come first.
///
/// What comes once in a reply is indirect, so that the many pieces of text are moved as three words.
enum ChatEvent: Sendable, Equatable {
    case started
    /// Reasoning; an empty piece says that marks of thinking came, but that what follows may be thought too.
    case reasoningDelta(String)
    /// Text, with the log probabilities of its tokens when they were asked for. The text may be empty then.
    case textDelta(String, logprobs: [TokenLogprob] = [])
    /// A fragment of a call, or a call that says everything.
    indirect case toolCallDelta(ToolCallDelta)
    indirect case finished(FinishReason, Usage?)
    indirect case failed(ChatError)

    var isTerminal: Bool {
        switch self {
        case .finished, .failed: true
        default: false
        }
    }
}

/// A piece of a tool call. What is `nil` was not said in this piece.
struct ToolCallDelta: Sendable, Equatable {
    var index: Int?
    var id: String?
    var name: String?
    /// The next part of the argument text, often empty.
    var arguments = ""
    /// The call was read from text, and its markup or the reply's end has shown where it seems to end.
    var isRecovered = false
}

/// One token with the logarithm of its probability. Number texts are verbatim.
struct TokenLogprob: Sendable, Equatable {
    var token: String
    /// The text of a JSON number.
    var logprob: String
    /// The token's UTF-8 bytes as the upstream gave them; `nil` when it gave none.
    var bytes: [UInt8]?
    var alternatives: [TokenLogprob] = []
}

/// Why a reply ended; the raw values are for the log.
enum FinishReason: String, Sendable {
    case stop, length
    case toolCalls = "tool_calls"
    case contentFilter = "content_filter"
    /// The upstream gave none, or a word that nobody knows. Behind the gatherer it is a stop, or calls.
    case unstated
}

/// Counted tokens, thinking and tool calls included.
struct Usage: Sendable, Equatable {
    var promptTokens: Int
    var completionTokens: Int
    /// Those of the prompt that were not evaluated anew; `nil`: not said.
    var cachedTokens: Int?
    /// Those of the completion that were thought; `nil`: not said.
    var reasoningTokens: Int?
    /// What loading the model and reading the prompt took, in milliseconds; `nil`: not said.
    var loadTime: Int?
    var promptTime: Int?
    var totalTokens: Int { promptTokens &+ completionTokens }

    static func + (a: Usage, b: Usage?) -> Usage {
        guard let b else { return a }
        return Usage(
            promptTokens: a.promptTokens &+ b.promptTokens, completionTokens: a.completionTokens &+ b.completionTokens,
            cachedTokens: sum(a.cachedTokens, b.cachedTokens), reasoningTokens: sum(a.reasoningTokens, b.reasoningTokens),
            loadTime: sum(a.loadTime, b.loadTime), promptTime: sum(a.promptTime, b.promptTime))
    }

    private static func sum(_ a: Int?, _ b: Int?) -> Int? { a == nil && b == nil ? nil : (a ?? 0) &+ (b ?? 0) }
}
