/// Who may start now, who waits, and who is turned away: the machine behind `Admission`.
///
/// First come, first served, whoever they are: a place that becomes free goes to the one who has waited longest, and
/// nobody who comes later can take it. One who leaves the queue lets everybody behind move up.
struct AdmissionQueue: Sendable {
    /// One who waits. Numbers grow in the order of arrival and are never used again.
    typealias Number = UInt64

    enum Answer: Sendable, Equatable {
        case enter
        /// Until `leave` returns this number.
        case wait(Number)
        /// All places are taken and the queue is full.
        case full
    }

    /// How many may be active at once; 0: no limit, and nobody ever waits.
    let limit: Int
    /// How many may wait; 0: who cannot start at once is turned away.
    let queueLimit: Int
    /// How many have entered and not left.
    private(set) var active = 0
    /// Short, and of eight bytes each: taking one out of the middle costs less than any cleverer structure saves.
    private var numbers: [Number] = []
    private var nextNumber: Number = 0

    init(limit: Int, queueLimit: Int) {
        self.limit = limit
        self.queueLimit = queueLimit
    }

    var waiting: Int { numbers.count }

    mutating func arrive() -> Answer {
        if limit == 0 || active < limit {
            active += 1
            return .enter
        }
        guard numbers.count < queueLimit else { return .full }
        nextNumber += 1
        numbers.append(nextNumber)
        return .wait(nextNumber)
    }

    /// One who had entered leaves. Returns who takes the place over and is active from now on; `nil`: nobody waits.
    mutating func leave() -> Number? {
        precondition(active > 0, "more have left than entered")
        if numbers.isEmpty {
            active -= 1
            return nil
        }
        return numbers.removeFirst()
    }

    /// One who waits goes away without having entered. Harmless when it does not wait (any more).
    mutating func withdraw(_ number: Number) { if let index = numbers.firstIndex(of: number) { numbers.remove(at: index) } }
}
