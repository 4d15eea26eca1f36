/// What one request and its response come to, for the log. It holds no text, no arguments and no keys.
///
/// A class, because it is passed all the way down: as a value it would stand in the frame of every call on the way, and
/// those frames are most of the memory of a waiting stream.
@EventLoop final class ExchangeRecord {
    let method: HTTPMethod
    /// The path as it was asked for, without the query.
    let path: String
    let route: Route
    let requestID: String
    /// The client's address; empty when it had left already.
    let peer: String
    private(set) var model: String?
    /// The upstream's own name of it.
    var upstreamModel: String?
    private(set) var isStreaming: Bool?
    private(set) var finishReason: FinishReason?
    private(set) var usage: Usage?
    private(set) var toolCalls = 0
    private(set) var adjustments: [ToolCallAdjustment] = []
    private(set) var omissions: [OmittedParameter] = []
    /// What of the request no model gets, by its type.
    private(set) var leftOut: Set<String> = []
    private(set) var error: ChatError?
    /// The status that was sent, or 499 when the client had gone.
    private(set) var status: Int?
    /// From the end of the request to the first byte of the response.
    private(set) var firstByte: Duration?
    private(set) var total = Duration.zero
    /// How often upstream was asked again.
    private(set) var retries = 0
    /// Tokens that all tries but the last one cost, as far as upstream said.
    private(set) var retryTokens = 0
    /// What of the time to the first byte this program took itself: until its request was sent, and from the upstream's
    /// answer on.
    private(set) var overhead: Duration?
    private let start = LoopTime.now
    private var untilSent: Duration?
    private var answered: LoopTime?

    init(_ request: HTTPRequest, _ route: Route, requestID: String, peer: String) {
        method = request.method
        path = String(request.path)
        self.route = route
        self.requestID = requestID
        self.peer = peer
    }

    func note(_ chat: ChatRequest) {
        model = chat.model
        isStreaming = chat.isStreaming
        leftOut = chat.leftOut
    }

    func note(_ error: ChatError) { self.error = error }

    func note(_ omission: OmittedParameter) { omissions.append(omission) }

    func note(_ adjustments: [ToolCallAdjustment], _ calls: Int, _ outcome: ReplyEnd?) {
        self.adjustments += adjustments
        toolCalls = calls
        finishReason = nil
        if case .finished(let reason, let usage) = outcome {
            finishReason = reason
            self.usage = usage
        }
    }

    func noteRetry(spent: Usage?) {
        retries += 1
        retryTokens = spent?.totalTokens ?? 0
    }

    func noteSent() { if untilSent == nil { untilSent = LoopTime.now - start } }

    func noteAnswer() { if answered == nil { answered = .now } }

    func noteFirstByte() {
        guard firstByte == nil else { return }
        let now = LoopTime.now
        firstByte = now - start
        if let untilSent, let answered { overhead = untilSent + (now - answered) }
    }

    /// After the last byte.
    func close(_ writer: borrowing ResponseWriter) {
        noteFirstByte()
        total = LoopTime.now - start
        let isGone = error.map { $0.status == ChatError.clientGone.status } ?? writer.isBroken
        status = isGone ? ChatError.clientGone.status : writer.status?.rawValue
    }
}

/// A parameter that an upstream's model turned out not to take, so that the request was sent without it.
struct OmittedParameter: Sendable {
    let upstream: String
    /// The upstream's own name.
    let model: String
    let parameter: String
    /// False: only this value was refused, and the next request is sent with its own.
    var isRemembered: Bool
}
