import Synchronization

@testable import ollama_openai_proxy

/// What a fresh gatherer makes of some events, in the same form, so that it can be compared with them.
struct GatheredReply: Equatable {
    private(set) var events: [ChatEvent] = []
    private(set) var adjustments: [ToolCallAdjustment] = []

    private final class Counter: Sendable {
        private let value = Atomic(0)
        func next() -> Int { value.add(1, ordering: .relaxed).newValue }
    }

    /// Ids of our own are `own1`, `own2`, …
    init(
        _ events: [ChatEvent], allowsParallelCalls: Bool = true,
        argumentLimit: Int = ToolCallGatherer.standardArgumentLimit, normalizer: ToolCallNormalizer = .none
    ) {
        let counter = Counter()
        var gatherer = ToolCallGatherer(
            makeID: { "own\(counter.next())" }, allowsParallelCalls: allowsParallelCalls,
            argumentLimit: argumentLimit, normalizer: normalizer)
        var replies: [ReplyEvent] = []
        for event in events { gatherer.feed(event, into: &replies) }
        self.events = replies.asChatEvents
        adjustments = gatherer.adjustments
    }

    /// The fragments between a start and an end.
    init(
        _ fragments: [ToolCallDelta], end: FinishReason = .stop, allowsParallelCalls: Bool = true,
        argumentLimit: Int = ToolCallGatherer.standardArgumentLimit, normalizer: ToolCallNormalizer = .none
    ) {
        let calls = fragments.map { ChatEvent.toolCallDelta($0) }
        self.init(
            [.started] + calls + [.finished(end, nil)], allowsParallelCalls: allowsParallelCalls,
            argumentLimit: argumentLimit, normalizer: normalizer)
    }

    /// One line a call: `index id name arguments`.
    var calls: [String] {
        events.compactMap { event in
            guard case .toolCallDelta(let call) = event else { return nil }
            return "\(call.index ?? -1) \(call.id ?? "-") \(call.name ?? "-") \(call.arguments)"
        }
    }

    /// Why the reply ended; `nil` when it failed.
    var reason: FinishReason? {
        guard case .finished(let reason, _) = events.last else { return nil }
        return reason
    }

    /// The error it failed with.
    var error: ChatError? {
        guard case .failed(let error) = events.last else { return nil }
        return error
    }

    var rules: [ToolCallAdjustment.Rule] { adjustments.map(\.rule) }
}

/// A fragment of a call with an index.
func fragment(_ index: Int, id: String? = nil, _ name: String? = nil, _ arguments: String = "") -> ToolCallDelta {
    ToolCallDelta(index: index, id: id, name: name, arguments: arguments)
}

/// A fragment of a call without an index.
func fragment(id: String? = nil, _ name: String? = nil, _ arguments: String = "") -> ToolCallDelta {
    ToolCallDelta(id: id, name: name, arguments: arguments)
}

/// What an upstream said as a client gets it, and back again, so that both can be compared.
extension ReplyEvent {
    /// - Parameter event: a call must be whole.
    init(_ event: ChatEvent) {
        switch event {
        case .started: self = .started
        case .reasoningDelta(let text): self = .reasoning(text)
        case .textDelta(let text, let logprobs): self = .text(text, logprobs: logprobs)
        case .toolCallDelta(let call):
            self = .call(ToolCall(id: call.id ?? "", name: call.name ?? "", arguments: call.arguments))
        case .finished(let reason, let usage): self = .end(.finished(reason, usage))
        case .failed(let error): self = .end(.failed(error))
        }
    }
}

extension [ReplyEvent] {
    /// Calls are numbered in their order.
    var asChatEvents: [ChatEvent] {
        var calls = 0
        return map { event in
            switch event {
            case .started: return .started
            case .reasoning(let text): return .reasoningDelta(text)
            case .text(let text, let logprobs): return .textDelta(text, logprobs: logprobs)
            case .call(let call):
                defer { calls += 1 }
                return .toolCallDelta(
                    ToolCallDelta(index: calls, id: call.id, name: call.name, arguments: call.arguments))
            case .end(.finished(let reason, let usage)): return .finished(reason, usage)
            case .end(.failed(let error)): return .failed(error)
            }
        }
    }
}
