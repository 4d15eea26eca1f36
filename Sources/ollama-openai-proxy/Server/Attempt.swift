/// A request on its way, and what may still be tried for it.
@EventLoop
final class Attempt {
    /// Why upstream is asked again.
    enum RetryReason {
        /// It did not take the request's form.
        case form
        /// What the model called cannot be used, or it called nothing.
        case call
        /// A 502 or 503, or an end before anything was said.
        case transientFailure
    }

    private(set) var chat: ChatRequest
    /// The API key that the client showed; what is remembered for one key is never used for another.
    let scope: String?
    /// The request's place among those that run.
    let ticket: AdmissionTicket
    /// How often upstream may be asked again, for all reasons together and for two of them.
    private var retriesLeft = 2
    private var callRetriesLeft: Int
    private var transientRetriesLeft = 1
    /// What the tries before cost; the client's usage is the sum.
    private(set) var spent: Usage?
    /// Nothing was tried before.
    private(set) var isFirst = true
    /// Waited before the next try.
    private var pause = Duration.zero

    /// - Parameter callRetries: how often the model may be asked again for what it got wrong.
    init(_ chat: ChatRequest, scope: String?, ticket: AdmissionTicket, callRetries: Int) {
        self.chat = chat
        self.scope = scope
        self.ticket = ticket
        callRetriesLeft = callRetries
    }

    func mayRetry(for reason: RetryReason) -> Bool {
        switch reason {
        case .form: retriesLeft > 0
        case .call: retriesLeft > 0 && callRetriesLeft > 0
        case .transientFailure: retriesLeft > 0 && transientRetriesLeft > 0
        }
    }

    /// False when upstream was asked often enough.
    ///
    /// - Parameters:
    ///   - chat: what it is asked.
    ///   - spent: what this try and those before it cost.
    func retry(for reason: RetryReason, _ chat: ChatRequest, spent: Usage?, after pause: Duration = .zero) -> Bool {
        guard mayRetry(for: reason) else { return false }
        retriesLeft -= 1
        if reason == .call { callRetriesLeft -= 1 }
        if reason == .transientFailure { transientRetriesLeft -= 1 }
        self.chat = chat
        self.spent = spent
        self.pause = pause
        isFirst = false
        return true
    }

    /// Waits for the request's turn; false when the deadline came first.
    @inline(never)
    func mayBegin(until deadline: LoopTime) async throws(UpstreamFailure) -> Bool {
        let isTurn: Bool
        do throws(ChatError) { isTurn = try await ticket.wait(until: deadline) } catch { throw .cancelled }
        if isTurn, pause > .zero { await Reactor.shared.sleep(pause) }
        return isTurn
    }
}
