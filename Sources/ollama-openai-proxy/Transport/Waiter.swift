/// A task on the loop that waits to be woken.
@EventLoop final class Waiter<Value: Sendable> {
    private var continuation: UnsafeContinuation<Value?, Never>?
    private var timer: LoopTimer?

    /// Suspends until `wake`, and returns what that brings; `nil` at the deadline.
    func wait(until deadline: LoopTime) async -> Value? {
        precondition(continuation == nil, "two tasks wait in one place")
        return await withUnsafeContinuation {
            continuation = $0
            let timer = timer ?? LoopTimer { [weak self] in self?.wake() }
            self.timer = timer
            postpone(until: deadline)
        }
    }

    /// Who waits now does so until this deadline.
    func postpone(until deadline: LoopTime) { if continuation != nil, let timer { Reactor.shared.arm(timer, at: deadline) } }

    /// Harmless when nobody waits.
    func wake(with value: Value? = nil) {
        if let timer { Reactor.shared.remove(timer) }
        continuation.take()?.resume(returning: value)
    }
}
