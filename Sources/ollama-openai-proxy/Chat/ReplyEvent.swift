/// What a client gets of a reply, in order: what `ChatEvent`s come to once calls are whole.
///
/// Grammar: `started (reasoning | text | call)* end`. Nothing follows the end; a failure may also come first.
///
/// What comes once in a reply is indirect, so that the many pieces of text are moved as three words.
enum ReplyEvent: Sendable, Equatable {
    /// The model has begun.
    case started
    case reasoning(String)
    /// Text, with the log probabilities of its tokens when they were asked for. The text may be empty then.
    case text(String, logprobs: [TokenLogprob] = [])
    indirect case call(ToolCall)
    indirect case end(ReplyEnd)
}

/// How a reply ended.
enum ReplyEnd: Sendable, Equatable {
    case finished(FinishReason, Usage?)
    case failed(ChatError)
}
