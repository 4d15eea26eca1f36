/// A request on its way, and what may still be tried for it.
@EventLoop
final class Attempt {
    private(set) var chat: ChatRequest
    /// The API key that the client showed; what is remembered for one key is never used for another.
    let scope: String?
    /// The request's place among those that run.
    let ticket: AdmissionTicket
    /// How often the model may be asked again for what it got wrong.
    private var retriesLeft: Int
    /// How often upstream may stumble: answer 502 or 503, or break off before anything was said.
    private var stumblesLeft = 1
    /// What the tries before cost; the client's usage is the sum.
    private(set) var spent: Usage?
    /// Nothing was tried before.
    private(set) var isFirst = true
    /// Waited before the next try.
    private var pause = Duration.zero

    init(_ chat: ChatRequest, scope: String?, ticket: AdmissionTicket, retriesLeft: Int) {
        self.chat = chat
        self.scope = scope
        self.ticket = ticket
        self.retriesLeft = retriesLeft
    }

    /// The same in a form that upstream may take.
    func takeOtherForm(_ chat: ChatRequest) {
        self.chat = chat
        isFirst = false
        pause = .zero
    }

    /// False when it was asked often enough.
    func askAgain(spent: Usage?) -> Bool {
        guard retriesLeft > 0 else { return false }
        retriesLeft -= 1
        isFirst = false
        self.spent = spent
        pause = .zero
        return true
    }

    /// After a moment of random length, so that requests that failed together do not come back together. False when
    /// upstream has stumbled often enough.
    func recover(after milliseconds: ClosedRange<Int>) -> Bool {
        guard stumblesLeft > 0 else { return false }
        stumblesLeft -= 1
        isFirst = false
        pause = .milliseconds(Int.random(in: milliseconds))
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
