/// Decides whether an upstream that could not be reached again and again is worth another try, so that requests to one
/// that is down fail at once instead of piling up.
///
/// Closed: everything passes. After `failureLimit` failures in a row it opens: everything is rejected for a pause.
/// Then it is half-open: one request passes as a probe, the others are still rejected. Any connection closes it; a probe
/// that fails opens it again for twice as long.
///
/// A failure is that no connection can be made, and nothing else. What is answered, 502 and 503 too, is for one request
/// or one model, and says nothing of the next. Nor does a client that left, or that this process has no descriptor left.
struct CircuitBreaker: Sendable {
    /// Failures in a row that open the circuit. High enough that a lost packet does not open it, and low enough that it
    /// opens within a few requests when Ollama is down.
    static let failureLimit = 5
    static let longestPause = Duration.seconds(30)

    /// The raw values are for `GET /ready` and the metrics.
    enum State: String, Sendable, CaseIterable {
        case closed, open
        case halfOpen = "half_open"
    }

    private enum Phase {
        case closed(failures: Int)
        case open(until: LoopTime, pause: Duration)
        /// The next request is a probe; none before `until`, where the last one may still bring an answer.
        case halfOpen(until: LoopTime?, pause: Duration)
    }

    private let firstPause: Duration
    private var phase = Phase.closed(failures: 0)
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

    /// Before each request to the upstream: `nil` lets it pass, and `succeeded`, `failed` or `abandoned` must follow;
    /// otherwise it is rejected, and may come again after so long.
    mutating func rejection(now: LoopTime) -> Duration? {
        switch phase {
        case .closed: return nil
        case .open(let until, _) where now < until: return until - now
        // A connection may take its time; that must not hold up the others for good.
        case .halfOpen(let until?, _) where now < until: return until - now
        case .open(_, let pause), .halfOpen(_, let pause):
            phase = .halfOpen(until: now + pause, pause: pause)
            return nil
        }
    }

    /// The request is sent: what the model then does, it may do after minutes.
    mutating func succeeded() { phase = .closed(failures: 0) }

    /// No connection could be made, for a reason in one line.
    mutating func failed(_ reason: String, now: LoopTime) {
        lastSeen = reason
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
    mutating func abandoned() { if case .halfOpen(_, let pause) = phase { phase = .halfOpen(until: nil, pause: pause) } }
}

extension ChatError {
    /// The answer to a request that the circuit rejects: 503, when to come again, and what was last seen.
    static func circuitOpen(_ upstream: String, retryAfter: Duration, lastSeen: String) -> ChatError {
        let seconds = max(1, (retryAfter.nanoseconds + 999_999_999) / 1_000_000_000)
        return ChatError(
            status: 503,
            "\(upstream) could not be reached several times in a row; it is tried again in \(seconds) s; last seen: \(lastSeen)",
            code: .upstreamUnavailable, retryAfter: "\(seconds)")
    }
}

extension ChatError.Code {
    /// Upstream was not asked, because it could not be reached again and again.
    static let upstreamUnavailable = ChatError.Code(rawValue: "upstream_unavailable")
    /// This process has no descriptor or no memory left for a connection to the upstream.
    static let proxyExhausted = ChatError.Code(rawValue: "proxy_exhausted")
}
