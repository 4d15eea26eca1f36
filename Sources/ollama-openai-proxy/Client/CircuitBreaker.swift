/// Decides whether an upstream that has failed again and again is worth another try, so that requests to one that is
/// down fail at once instead of piling up.
///
/// Closed: everything passes. After `failureLimit` failures in a row it opens: everything is rejected for a pause.
/// Then it is half-open: one request passes as a probe, the others are still rejected. Any good answer closes it; a
/// probe that fails opens it again for twice as long.
///
/// A failure is that the upstream cannot be reached, or that it answers 502 or 503. Every other answer is a good one:
/// a 4xx, a 500 and an error of the model come from an upstream that works. A client that left says nothing.
struct CircuitBreaker: Sendable {
    /// Failures in a row that open the circuit. High enough that a stumble of a cloud model, which is retried once,
    /// does not open it, and low enough that it opens within a few requests when Ollama is down.
    static let failureLimit = 5
    static let longestPause = Duration.seconds(30)

    /// The raw values are for `GET /ready` and the metrics.
    enum State: String, Sendable, CaseIterable {
        case closed, open
        case halfOpen = "half_open"
    }

    enum Decision: Sendable, Equatable {
        case pass
        /// As `pass`, and the circuit waits for what comes of it: `succeeded`, `failed` or `abandoned`.
        case probe
        /// `lastSeen` is why the last request failed.
        case reject(retryAfter: Duration, lastSeen: String)
    }

    enum Failure: Sendable {
        /// No connection could be made.
        case unreachable
        /// It answered 502 or 503.
        case unavailable
    }

    private enum Phase {
        case closed(failures: Int)
        case open(until: LoopTime, pause: Duration)
        /// The next request is a probe; none before `until`, where the last one may still bring an answer.
        case halfOpen(until: LoopTime?, pause: Duration)
    }

    private let firstPause: Duration
    private var phase = Phase.closed(failures: 0)
    /// Every failure since the last good answer was that no connection could be made.
    private var isOnlyUnreachable = true
    /// Why the last request failed; empty before the first failure.
    private(set) var lastSeen = ""

    /// - Parameter firstPause: how long everything is rejected when the circuit opens.
    init(firstPause: Duration = .seconds(1)) { self.firstPause = firstPause }

    /// An open circuit stays so until a request comes after its pause.
    var state: State {
        switch phase {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        }
    }

    /// Before each request to the upstream. What it lets pass must be followed by `succeeded`, `failed` or `abandoned`.
    mutating func admit(now: LoopTime) -> Decision {
        let pause: Duration
        switch phase {
        case .closed: return .pass
        case .open(let until, let length):
            guard until <= now else { return .reject(retryAfter: until - now, lastSeen: lastSeen) }
            pause = length
        case .halfOpen(let until, let length):
            // A model may load for minutes before the probe has its answer; that must not hold up the others for good.
            if let until, now < until { return .reject(retryAfter: until - now, lastSeen: lastSeen) }
            pause = length
        }
        phase = .halfOpen(until: now + pause, pause: pause)
        return .probe
    }

    /// A connection was made and the request is sent. That is a good answer where all that was seen is that no
    /// connection could be made: what the model then does, it may do after minutes.
    mutating func connected() {
        if isOnlyUnreachable { succeeded() }
    }

    /// A good answer has begun.
    mutating func succeeded() {
        phase = .closed(failures: 0)
        isOnlyUnreachable = true
    }

    /// The upstream failed, for a reason in one line.
    mutating func failed(_ failure: Failure, _ reason: String, now: LoopTime) {
        lastSeen = reason
        if failure == .unavailable { isOnlyUnreachable = false }
        switch phase {
        case .closed(let failures) where failures + 1 < Self.failureLimit: phase = .closed(failures: failures + 1)
        case .closed: phase = .open(until: now + firstPause, pause: firstPause)
        // A request from before the circuit opened; it has nothing new to say.
        case .open: break
        case .halfOpen(_, let pause):
            let longer = min(pause * 2, Self.longestPause)
            phase = .open(until: now + longer, pause: longer)
        }
    }

    /// The client of a probe left before there was an answer: the next request is the probe. Harmless at other times.
    mutating func abandoned() {
        if case .halfOpen(_, let pause) = phase { phase = .halfOpen(until: nil, pause: pause) }
    }
}

extension ChatError {
    /// The answer to a request that the circuit rejects: 503, when to come again, and what was last seen.
    static func circuitOpen(_ upstream: String, retryAfter: Duration, lastSeen: String) -> ChatError {
        let seconds = max(1, (retryAfter.nanoseconds + 999_999_999) / 1_000_000_000)
        return ChatError(
            status: 503,
            "\(upstream) has failed repeatedly and is given a pause of \(seconds) s; last seen: \(lastSeen)",
            code: .upstreamUnavailable, retryAfter: "\(seconds)")
    }
}

extension ChatError.Code {
    /// Upstream was not asked, because it has failed again and again.
    static let upstreamUnavailable = ChatError.Code(rawValue: "upstream_unavailable")
}
