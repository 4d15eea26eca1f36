/// Lets a limited number of requests run at once (`MAX_CONCURRENT_REQUESTS`) and a limited number wait for that
/// (`MAX_QUEUED_REQUESTS`), first come, first served. With neither given there is no limit; requests are then only
/// counted.
///
/// ```
/// let permit = try admission.enter()
/// defer { permit.leave() }
/// writer.onHangUp { permit.cancel() }
/// while try await !permit.wait(until: deadline) { … tell the client that it still waits … }
/// ```
@EventLoop final class Admission {
    /// How many may run at once; 0: no limit, and nobody ever waits.
    private let limit: Int
    /// How many may wait; 0: who cannot start at once is turned away.
    private let queueLimit: Int
    /// Requests that run now.
    private(set) var active = 0
    /// Who has waited longest is the first. Short: taking one out of the middle costs less than any cleverer structure saves.
    private var queue: [AdmissionPermit] = []
    /// How many requests were turned away since the start.
    private(set) var refused: UInt64 = 0

    init(limit: Int = 0, queueLimit: Int = 0) {
        self.limit = limit
        self.queueLimit = queueLimit
    }

    /// Requests that wait for a place.
    var waiting: Int { queue.count }

    /// A place, or one in the queue. Throws 429 with `Retry-After` when the queue is full.
    func enter() throws(ChatError) -> AdmissionPermit {
        if limit == 0 || active < limit {
            active += 1
            return AdmissionPermit(self, .admitted)
        }
        guard queue.count < queueLimit else {
            refused &+= 1
            throw .queueFull(running: limit, waiting: queueLimit)
        }
        let permit = AdmissionPermit(self, .waiting)
        queue.append(permit)
        return permit
    }

    /// A place that becomes free goes to the one who has waited longest: nobody who comes later can take it.
    fileprivate func admitNext() { if queue.isEmpty { active -= 1 } else { queue.removeFirst().admit() } }

    fileprivate func withdraw(_ permit: AdmissionPermit) { queue.removeAll { $0 === permit } }
}

/// One request's place among those that run, or in the queue for it. Its holder calls `leave` in the end, whatever has
/// happened.
@EventLoop final class AdmissionPermit {
    fileprivate enum State {
        case waiting, admitted
        /// It was left, or the client went away while it waited.
        case over
    }

    private let admission: Admission
    private var state: State
    private lazy var waiter = Waiter<Void>()

    fileprivate init(_ admission: Admission, _ state: State) {
        self.admission = admission
        self.state = state
    }

    /// Suspends until the request may run; returns at once when it may already. False when the deadline came first:
    /// the place in the queue is kept, and calling again goes on waiting. Throws `cancelled` after `cancel`.
    @inline(never) func wait(until deadline: LoopTime = .never) async throws(UpstreamFailure) -> Bool {
        if case .waiting = state { await waiter.wait(until: deadline) }
        switch state {
        case .admitted: return true
        case .waiting: return false
        case .over: throw .cancelled
        }
    }

    /// The client went away: a request that waits is out of the queue at once. One that runs keeps its place until
    /// `leave`, because it still has something to wind up.
    func cancel() {
        guard case .waiting = state else { return }
        state = .over
        admission.withdraw(self)
        waiter.wake()
    }

    /// Gives the place up to the next in the queue. Harmless when there is none to give up.
    func leave() {
        cancel()
        guard case .admitted = state else { return }
        state = .over
        admission.admitNext()
    }

    fileprivate func admit() {
        state = .admitted
        waiter.wake()
    }
}

extension ChatError {
    /// A second is the least that the field can say, and about what a place takes to become free.
    fileprivate static func queueFull(running: Int, waiting: Int) -> ChatError {
        ChatError(
            status: 429,
            "The proxy is full: \(running) requests run (MAX_CONCURRENT_REQUESTS) and \(waiting) wait "
                + "(MAX_QUEUED_REQUESTS); try again in a second", code: .rateLimitExceeded, retryAfter: "1")
    }
}
