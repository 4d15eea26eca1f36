/// The calls with which a reply's thoughts end that never closed: nothing else was said, and the model stopped by itself.
///
/// Such calls may be only thought of. So the model is asked again first, and only if its second reply has the same shape
/// are its calls the ones that it meant (llama.cpp and vLLM take them at once).
struct ThoughtCalls: Sendable {
    let catalog: ToolCatalog
    /// The reply before had the same shape.
    let takes: Bool
    /// `nil` once something was said.
    private(set) var thoughts: String? = ""
    /// The shape is there, and its calls were not taken.
    private(set) var areFound = false
    private(set) var adjustments: [ToolCallAdjustment] = []

    /// Nothing can come of it any more.
    var isDone: Bool { thoughts == nil }

    /// - Parameter hasClosed: a mark has ended the thoughts, or the client has seen them.
    mutating func feed(_ event: ChatEvent, hasClosed: Bool, into events: inout [ChatEvent]) {
        switch event {
        case .reasoningDelta(let text): thoughts?.append(text)
        case .textDelta(let text, _) where text.utf8.allSatisfy(JSONScanner.isWhitespace): break
        case .finished(.stop, _): if !hasClosed { end(into: &events) }
        case .started: break
        default: thoughts = nil
        }
        if let size = thoughts?.utf8.count, size > TextCallRecovery.standardBlockLimit { thoughts = nil }
        events.append(event)
    }

    private mutating func end(into events: inout [ChatEvent]) {
        var recovery = TextCallRecovery(catalog: catalog)
        var found: [ChatEvent] = []
        recovery.feed(.textDelta(thoughts ?? ""), into: &found)
        recovery.feed(.finished(.stop, nil), into: &found)
        let calls = found.dropLast().reversed().prefix { event in
            guard case .toolCallDelta(let call) = event else { return false }
            return ArgumentRepair.repair(call.arguments, ended: true) != nil
        }
        areFound = !takes && !calls.isEmpty
        guard takes else { return }
        events += calls.reversed()
        adjustments = recovery.adjustments.suffix(calls.count)
    }
}
