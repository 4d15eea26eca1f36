/// What may still be tried for one request: the decisions of an exchange, without its sockets.
struct ExchangeState: Sendable {
    /// How a try has ended.
    enum Ending: Sendable {
        /// The reply is whole; `isMissingCall`: it has not the call that it must have, or one that may not be, or it is
        /// empty where there was something to do.
        case finished(isMissingCall: Bool)
        /// The upstream does not take something that can be left out.
        case refused(ChatError)
        /// There is no good reply; `status` is the upstream's, if it has answered.
        case failed(ChatError, status: HTTPStatus?)
        /// The same, where the upstream may not have been able to read a call. `mayBeCut`: it came to the end of what was
        /// written, and there was a limit to it.
        case unreadable(ChatError, mayBeCut: Bool)
        /// The client has gone, or the program ends.
        case cancelled(ChatError)
    }

    /// What follows.
    enum Verdict: Sendable, Equatable {
        /// The client gets the reply as it is.
        case deliver
        /// The same; it ends with `length`.
        case cut
        /// The upstream is asked once more.
        case retry(after: Duration)
        /// The client gets an error with a status of its own.
        case fail(ChatError)
        /// The stream has begun and ends with the error.
        case failInStream(ChatError)
    }

    /// What the client has of the reply.
    enum Progress: Sendable {
        case nothing
        /// Bytes that it ignores.
        case opening
        /// Something that no other try can take back.
        case content
    }

    private static let limit = 2
    /// How often the upstream may be asked again, for all reasons together and for two of them.
    private var retriesLeft = Self.limit
    private var callRetriesLeft: Int
    private var transientRetriesLeft = 1
    /// How many tries may have been cut. One may be a mistake of the model's.
    private var cuts = 0
    private let transientPause: ClosedRange<Int>
    /// What the tries before cost; the client's usage is the sum.
    private(set) var spent: Usage?

    /// - Parameters:
    ///   - callRetries: how often the model may be asked again for what it got wrong.
    ///   - transientPause: waited after a transient failure, in milliseconds; of random length, so that requests that
    ///     failed together do not come back together.
    init(callRetries: Int, transientPause: ClosedRange<Int>) {
        callRetriesLeft = callRetries
        self.transientPause = transientPause
    }

    /// The upstream may be asked again for some reason.
    var mayAskAgain: Bool { retriesLeft > 0 }

    var isFirstTry: Bool { retriesLeft == Self.limit }

    /// The model may be asked again for a call.
    var mayAskForCall: Bool { retriesLeft > 0 && callRetriesLeft > 0 }

    /// - Parameter usage: what this try and those before it cost.
    mutating func conclude(_ ending: Ending, _ progress: Progress, usage: Usage? = nil) -> Verdict {
        if case .unreadable(_, mayBeCut: true) = ending { cuts += 1 }
        if cuts == 2 { return .cut }
        if progress != .content, retriesLeft > 0, let pause = takeRetry(after: ending) {
            retriesLeft -= 1
            spent = usage
            return .retry(after: pause)
        }
        switch ending {
        case .finished: return .deliver
        case .refused(let error), .failed(let error, _), .unreadable(let error, _), .cancelled(let error):
            return progress == .nothing ? .fail(error) : .failInStream(error)
        }
    }

    /// `nil` when there is no reason to ask again, or it was reason often enough.
    private mutating func takeRetry(after ending: Ending) -> Duration? {
        switch ending {
        case .finished(isMissingCall: false), .cancelled: return nil
        case .refused: return .zero
        case .failed(let error, let status) where error.code != .invalidToolCall:
            // What may have passed in a moment.
            guard transientRetriesLeft > 0, error.code == .upstreamIncomplete || status == .badGateway || status == .serviceUnavailable
            else { return nil }
            transientRetriesLeft -= 1
            return .milliseconds(Int.random(in: transientPause))
        case .finished, .failed, .unreadable:
            guard callRetriesLeft > 0 else { return nil }
            callRetriesLeft -= 1
            return .zero
        }
    }
}
