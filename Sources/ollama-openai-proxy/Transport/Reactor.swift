/// Waits for sockets and timers and wakes who waits for them; one turn at a time, called by the loop's executor.
@EventLoop final class Reactor {
    static let shared = Reactor()

    private let poller = EventLoop.shared.executor.poller
    private var channels: [Channel?] = []
    private var timers = TimerQueue()

    /// The moment at which the current turn began; deadlines are counted from it, which spares a clock call each.
    private(set) var now = LoopTime.now

    /// Where every socket is read into. Its bytes are used up before anything suspends.
    let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 * 1024)

    /// One turn: waits, unless there are jobs to run, and hands out what has come.
    func turn(mayWait: Bool) {
        let timeout = mayWait ? Self.milliseconds(until: timers.earliest) : 0
        poller.wait(milliseconds: timeout) { descriptor, readiness in
            guard Int(descriptor) < channels.count, let channel = channels[Int(descriptor)] else { return }
            channel.noticed(readiness)
        }
        now = .now
        for timer in timers.fire(now: now) { timer.fire() }
    }

    func register(_ channel: Channel, _ descriptor: Int32) {
        let index = Int(descriptor)
        if index >= channels.count { channels += [Channel?](repeating: nil, count: index + 1 - channels.count) }
        channels[index] = channel
        poller.add(descriptor)
    }

    /// Before the descriptor is closed. Readiness that the kernel reported in the same turn then finds nobody.
    func unregister(_ descriptor: Int32) { channels[Int(descriptor)] = nil }

    func arm(_ timer: LoopTimer, at deadline: LoopTime) { timers.arm(timer, at: deadline) }
    func disarm(_ timer: LoopTimer) { timers.disarm(timer) }
    func remove(_ timer: LoopTimer) { timers.remove(timer) }

    /// Suspends the calling task; nothing wakes it early.
    func sleep(_ duration: Duration) async {
        await withUnsafeContinuation { continuation in arm(LoopTimer { continuation.resume() }, at: now + duration) }
    }

    /// Rounded up, so that a timer is due when the wait ends; -1 for ever.
    private static func milliseconds(until deadline: LoopTime) -> Int32 {
        guard deadline < .never else { return -1 }
        let nanoseconds = deadline.nanoseconds - LoopTime.now.nanoseconds
        return nanoseconds <= 0 ? 0 : Int32(min(nanoseconds / 1_000_000 + 1, 3_600_000))
    }
}

/// What the kernel said of a descriptor.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt8

    static let readable = Readiness(rawValue: 1)
    static let writable = Readiness(rawValue: 2)
    /// The peer sends nothing more, or the connection is broken.
    static let hungUp = Readiness(rawValue: 4)
}
