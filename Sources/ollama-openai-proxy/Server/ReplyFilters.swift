/// What stands between an upstream's decoder and a client's encoder, in order.
struct ReplyFilters: Sendable {
    private var rescue: ToolCallRescue?
    private var thinkTags: ThinkTagSplitter
    private var recovery: TextCallRecovery?
    private var gatherer: ToolCallGatherer
    private let reasoning: ReasoningFilter
    /// Bytes of reasoning that are worth remembering; 0: none are kept.
    private let memoryLimit: Int
    /// What the memory of reasoning needs to know of the reply; empty without it.
    private(set) var memorable = ThoughtReply()
    private var first: [ChatEvent] = []
    private var second: [ChatEvent] = []

    /// - Parameter makeID: gives an id for a call that has none; each must be new.
    init(
        for plan: RequestPlan, policy: ToolCallPolicy, memoryLimit: Int,
        makeID: @escaping @Sendable () -> String
    ) {
        let chat = plan.request
        let catalog = ToolCatalog(of: chat)
        let recovers = policy.recovers && !catalog.isEmpty
        rescue = recovers ? ToolCallRescue(catalog: catalog) : nil
        thinkTags = ThinkTagSplitter(expectsThinking: plan.expectsThinking, holdsUntilEnd: !chat.isStreaming)
        let recovery = TextCallRecovery(
            catalog: recovers ? catalog : ToolCatalog([]), expectsThinking: plan.expectsThinking)
        self.recovery = recovery.isDone ? nil : recovery
        gatherer = ToolCallGatherer(
            makeID: makeID, allowsParallelCalls: chat.allowsParallelToolCalls,
            mender: ToolCallMender(catalog: catalog, repairs: policy.repairs, coerces: policy.coerces))
        reasoning = ReasoningFilter(passes: plan.passesReasoning)
        self.memoryLimit = memoryLimit
    }

    /// What was done to tool calls so far.
    var receipts: [ToolCallReceipt] { (rescue?.receipts ?? []) + (recovery?.receipts ?? []) + gatherer.receipts }

    /// True when something was done to a call.
    func did(_ rule: ToolCallReceipt.Rule) -> Bool { gatherer.receipts.contains { $0.rule == rule } }

    /// Takes events and leaves their array empty.
    mutating func feed(_ events: inout [ChatEvent], into filtered: inout [ChatEvent]) {
        for event in events {
            guard case .failed(let error) = event, let others = rescue?.replacement(for: error) else {
                thinkTags.feed(event, into: &first)
                continue
            }
            for other in others { thinkTags.feed(other, into: &first) }
        }
        events.clear()
        if recovery != nil {
            for event in first { recovery?.feed(event, into: &second) }
            first.clear()
            swap(&first, &second)
            if recovery?.isDone == true { recovery = nil }
        }
        for event in first { gatherer.feed(event, into: &second) }
        first.clear()
        for event in second {
            if memoryLimit > 0 { remember(event) }
            reasoning.feed(event, into: &filtered)
        }
        second.clear()
    }

    private mutating func remember(_ event: ChatEvent) {
        switch event {
        case .reasoningDelta(let piece) where memorable.thoughts.utf8.count + piece.utf8.count <= memoryLimit:
            memorable.thoughts += piece
        case .textDelta(let piece, _) where memorable.text.utf8.count + piece.utf8.count <= memoryLimit:
            memorable.text += piece
        case .toolCallDelta(let call):
            memorable.calls.append(ToolCall(id: call.id ?? "", name: call.name ?? "", arguments: call.arguments))
            memorable.ownIDs = gatherer.madeIDs
        default: break
        }
    }
}

extension Array {
    /// Removes the few elements that there are and keeps the memory; for so few, `removeAll(keepingCapacity:)` costs more.
    mutating func clear() {
        while popLast() != nil {}
    }
}
