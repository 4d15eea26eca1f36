#if canImport(Glibc)
    import CEpoll
#endif

/// Room for the request bodies that are being received (`MAX_BODY_BYTES_IN_FLIGHT`), first come, first served.
///
/// A body takes more as it grows, so that a length that is only claimed takes nothing from others. So that half-read ones
/// cannot wait for each other for ever, room for one of the largest size is kept aside, for one at a time. A whole body
/// gives its room back, as a stream may keep it for an hour; from there `MAX_CONCURRENT_REQUESTS` is the limit.
@EventLoop final class BodyBudget {
    /// One body's part of the room.
    @EventLoop final class Share {
        fileprivate var held = 0
        fileprivate var wanted = 0
        /// What it wanted when it was let go on last, and when that was.
        fileprivate var granted = 0
        fileprivate(set) var grantedAt: LoopTime?
        fileprivate var waiter: UnsafeContinuation<Bool, Never>?
    }

    /// Somebody waits for room.
    var isContended: Bool { !queue.isEmpty }

    /// In bytes, without what is kept aside.
    private var free: Int
    /// Who has what is kept aside, and need not ask again.
    private var favoured: Share?
    private var queue: [Share] = []
    private var freed = 0
    private lazy var trimTimer = LoopTimer { [weak self] in
        self?.freed = 0
        #if canImport(Glibc)
            malloc_trim(0)
        #endif
    }

    /// - Parameter largest: the largest body, in bytes.
    init(limit: Int, largest: Int) { free = max(0, limit - largest) }

    /// Suspends until the body may grow to so many bytes; false after `leave`.
    func grow(_ share: Share, to size: Int) async -> Bool {
        share.wanted = size
        if queue.isEmpty || share.held >= size || share === favoured, grant(share) { return true }
        return await withUnsafeContinuation {
            share.waiter = $0
            queue.append(share)
        }
    }

    /// Gives the room back. Harmless when there is none.
    func leave(_ share: Share) {
        free += share.held
        (share.held, share.granted, share.grantedAt) = (0, 0, nil)
        if favoured === share { favoured = nil }
        if let waiter = share.waiter.take() {
            queue.removeAll { $0 === share }
            waiter.resume(returning: false)
        }
        while let next = queue.first, grant(next) { queue.removeFirst().waiter.take()?.resume(returning: true) }
    }

    private func grant(_ share: Share) -> Bool {
        let missing = max(0, share.wanted - share.held)
        if missing <= free {
            free -= missing
            share.held += missing
        } else {
            if favoured == nil { favoured = share }
            guard share === favoured else { return false }
        }
        if share.wanted > share.granted { (share.granted, share.grantedAt) = (share.wanted, Reactor.shared.now) }
        return true
    }

    /// Tells that so many bytes are needed no longer. When they are many, the C library, which would keep them, gives them
    /// back to the system; a moment later, for the last of them are still in use.
    func noteFreed(_ count: Int) {
        let limit = 32 * 1024 * 1024
        if freed < limit, freed + count >= limit { Reactor.shared.arm(trimTimer, at: Reactor.shared.now + .seconds(1)) }
        freed += count
    }
}
