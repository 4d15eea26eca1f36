/// Keeps a model's reasoning out of the reply, or lets it pass.
///
/// Reasoning is kept out by default: what stands between proxy and agent cannot sign thinking blocks, and agents hang
/// on unsigned ones. An empty piece, which marks a place only, goes no further. Nothing else is touched.
struct ReasoningFilter: Sendable {
    /// True: reasoning reaches the client.
    let passes: Bool

    func feed(_ event: ChatEvent, into events: inout [ChatEvent]) {
        if case .reasoningDelta(let piece) = event, !passes || piece.isEmpty { return }
        events.append(event)
    }
}
