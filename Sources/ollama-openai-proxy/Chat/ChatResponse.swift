/// A whole reply: the fold of its events.
struct ChatResponse: Sendable, Equatable {
    private(set) var reasoning = ""
    private(set) var text = ""
    private(set) var logprobs: [TokenLogprob] = []
    private(set) var toolCalls: [ToolCall] = []
    /// Why it ended; `stop` until it has.
    private(set) var finishReason = FinishReason.stop
    /// `nil`: nothing was counted.
    private(set) var usage: Usage?

    /// Takes the next event. A failure changes nothing: what failed is no response.
    mutating func fold(_ event: ReplyEvent) {
        switch event {
        case .started, .end(.failed): break
        case .reasoning(let piece): reasoning += piece
        case .text(let piece, let tokens):
            text += piece
            logprobs += tokens
        case .call(let call): toolCalls.append(call)
        case .end(.finished(let reason, let usage)):
            finishReason = reason
            self.usage = usage
        }
    }
}
