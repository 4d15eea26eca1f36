/// A whole reply: the fold of its events.
struct ChatResponse: Sendable, Equatable {
    var model: String?
    var reasoning = ""
    var text = ""
    var logprobs: [TokenLogprob] = []
    var toolCalls: [ToolCall] = []
    /// `nil` until the terminal event.
    private(set) var outcome: Outcome?

    enum Outcome: Sendable, Equatable {
        case finished(FinishReason, Usage?)
        case failed(ChatError)
    }

    /// Takes the next event. Calls must be whole, as the gatherer leaves them.
    mutating func fold(_ event: ChatEvent) {
        switch event {
        case .started(let start): model = start.model
        case .reasoningDelta(let piece): reasoning += piece
        case .textDelta(let piece, let tokens):
            text += piece
            logprobs += tokens
        case .toolCallDelta(let call): toolCalls.append(ToolCall(call))
        case .finished(let reason, let usage): outcome = .finished(reason, usage)
        case .failed(let error): outcome = .failed(error)
        }
    }
}
