/// A moment of the monotonic clock, in nanoseconds since some fixed point.
struct LoopTime: Comparable, Sendable {
    let nanoseconds: Int64

    static var now: LoopTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return LoopTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Whole seconds.
    var seconds: Int { Int(nanoseconds / 1_000_000_000) }

    /// Later than every moment that is waited for.
    static let never = LoopTime(nanoseconds: .max)

    static func < (a: LoopTime, b: LoopTime) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Stays `never` instead of overflowing.
    static func + (time: LoopTime, duration: Duration) -> LoopTime { time.advanced(nanoseconds: duration.nanoseconds) }

    /// The same where it is done for every event: a `Duration` has 128 bits.
    func advanced(nanoseconds more: Int64) -> LoopTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(more)
        return overflow ? .never : LoopTime(nanoseconds: sum)
    }

    static func - (a: LoopTime, b: LoopTime) -> Duration { .nanoseconds(a.nanoseconds - b.nanoseconds) }
}

extension Duration {
    /// Whole nanoseconds; the largest number for what does not fit (some 292 years).
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : scaled &+ attoseconds / 1_000_000_000
    }

    var milliseconds: Int { Int(nanoseconds / 1_000_000) }

    /// Whole ones.
    var seconds: Int { milliseconds / 1000 }
}
