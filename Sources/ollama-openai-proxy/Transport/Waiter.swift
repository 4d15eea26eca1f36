/// A task on the loop that waits to be woken.
@EventLoop final class Waiter<Value: Sendable> {
    private var continuation: UnsafeContinuation<Value?, Never>?
    private lazy var timer = LoopTimer { [weak self] in self?.wake() }

    /// Suspends until `wake`, and returns what that brings; `nil` at the deadline.
    func wait(until deadline: LoopTime) async -> Value? {
        precondition(continuation == nil, "two tasks wait in one place")
        return await withUnsafeContinuation {
            continuation = $0
            postpone(until: deadline)
        }
    }

    /// Who waits now does so until this deadline.
    func postpone(until deadline: LoopTime) { if continuation != nil { Reactor.shared.arm(timer, at: deadline) } }

    /// Harmless when nobody waits.
    func wake(with value: Value? = nil) {
        guard let waiting = continuation.take() else { return }
        Reactor.shared.remove(timer)
        waiting.resume(returning: value)
    }
}
