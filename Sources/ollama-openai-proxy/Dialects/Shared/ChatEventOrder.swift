/// Keeps a decoder's events in order: one start before all others, one terminal event, nothing behind it.
struct ChatEventOrder: Sendable {
    private(set) var hasStarted = false
    private(set) var isFinished = false

    mutating func start(into events: inout [ChatEvent]) {
        if !hasStarted { events.append(.started) }
        hasStarted = true
    }

    mutating func append(_ event: ChatEvent, into events: inout [ChatEvent]) {
        start(into: &events)
        events.append(event)
    }

    /// What one line or chunk says, in that order. Log probabilities of one that only thinks are the reasoning's own; they
    /// must not come out as the text's. Text that is, or begins, the rest of a call's arguments goes behind the calls.
    mutating func append(
        reasoning: String?, text: String?, tokens: @autoclosure () -> [TokenLogprob], calls: [ToolCallDelta],
        into events: inout [ChatEvent]
    ) {
        if let reasoning { append(.reasoningDelta(reasoning), into: &events) }
        let logprobs = text == nil && reasoning != nil ? [] : tokens()
        let isRest = !calls.isEmpty && text.map(CallRest.mayBeRest) == true
        if !isRest, text != nil || !logprobs.isEmpty { append(.textDelta(text ?? "", logprobs: logprobs), into: &events) }
        for call in calls { append(.toolCallDelta(call), into: &events) }
        if isRest { append(.textDelta(text ?? "", logprobs: logprobs), into: &events) }
    }

    mutating func end(with event: ChatEvent, into events: inout [ChatEvent]) {
        guard !isFinished else { return }
        isFinished = true
        events.append(event)
    }
}
