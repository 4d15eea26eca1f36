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
    var model: String?
    /// The upstream's own name of it.
    var upstreamModel: String?
    var upstream: String?
    /// In tokens, where it is known.
    var contextSize: Int?
    /// The tool that the conversation's last calls are all of, with the same arguments, and how many they are.
    private(set) var repetition: (tool: String, calls: Int)?
    private(set) var isStreaming: Bool?
    private(set) var finishReason: FinishReason?
    private(set) var usage: Usage?
    var toolCalls: Int { reply?.callCount ?? 0 }
    private(set) var adjustments: [ToolCallAdjustment] = []
    var omissions: [OmittedParameter] = []
    /// What of the request no model gets, by its type.
    private(set) var leftOut: Set<String> = []
    var error: ChatError?
    /// The status that was sent, or 499 when the client had gone.
    private(set) var status: Int?
    /// From the end of the request to the first byte of the response.
    private(set) var firstByte: Duration?
    /// From the end of the request to the model's first word, thought or said.
    private(set) var firstWord: Duration?
    private(set) var total = Duration.zero
    /// How often upstream was asked again.
    var retries: Int { retryReasons.count }
    private(set) var retryReasons: [String] = []
    /// Tokens that all tries but the last one cost, as far as upstream said.
    private(set) var retryTokens = 0
    /// What of the time to the first byte this program took itself: until its request was sent, and from the upstream's
    /// answer on.
    private(set) var overhead: Duration?
    /// What is waited for, as far as the exchange itself knows.
    var stage = Awaited.place
    /// The reply of the last try.
    private(set) var reply: ReplyProgress?
    /// What is passed on unread.
    var passedBytes = 0
    private var deadlines: Deadlines?
    private let start: LoopTime
    /// When the client had something last, as far as was seen, and what all it had then.
    private var lastMove: LoopTime
    private var lastSize = 0
    /// How often the log has told of it since.
    private var told = 0
    private var untilSent: Duration?
    private var answered: LoopTime?

    init(_ request: HTTPRequest, _ route: Route, requestID: String, peer: String, start: LoopTime = .now) {
        self.start = start
        lastMove = start
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
        repetition = chat.repetition
    }

    /// A try begins.
    func begin(_ reply: ReplyProgress, _ deadlines: Deadlines) {
        self.reply = reply
        self.deadlines = deadlines
        stage = .place
    }

    func note(_ adjustments: [ToolCallAdjustment], _ outcome: ReplyEnd?) {
        self.adjustments += adjustments
        finishReason = nil
        if case .finished(let reason, let usage) = outcome {
            finishReason = reason
            self.usage = usage
        }
    }

    func noteRetry(because reason: String, spent: Usage?) {
        retryReasons.append(reason)
        retryTokens = spent?.totalTokens ?? 0
    }

    func noteSent() { if untilSent == nil { untilSent = LoopTime.now - start } }

    func noteAnswer() { if answered == nil { answered = .now } }

    func noteFirstWord() { if firstWord == nil { firstWord = LoopTime.now - start } }

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

/// What the log tells of a request that is being answered, or was left.
extension ExchangeRecord {
    /// How long the upstream has sent nothing; `nil`: it was not asked for anything that would be counted.
    func silence(at now: LoopTime = Reactor.shared.now) -> Duration? { deadlines.map { now - $0.lastProgress } }

    func awaited(at now: LoopTime = Reactor.shared.now) -> Awaited {
        guard stage == .firstWord, let reply else { return stage }
        if reply.isInCall { return .endOfCall }
        guard reply.hasBegun else { return .firstWord }
        let isSilent = silence(at: now).map { $0 >= .seconds(5) } ?? false
        if isSilent, deadlines?.callLimit != nil, reply.mayBeInCall { return .nextWordOrCall }
        return reply.textBytes + reply.callCount > 0 ? .nextWord : .endOfThinking
    }

    /// The model has stopped, and of what it said there is neither text nor a call.
    var isEmpty: Bool { finishReason != nil && toolCalls == 0 && reply?.hasText == false }

    /// Looked at again and again: true when the client has had nothing for the next of these times.
    func isOverdue(_ now: LoopTime, _ steps: [Duration]) -> Bool {
        let size = passedBytes + (reply?.visibleSize ?? 0)
        guard size == lastSize else {
            (lastMove, lastSize, told) = (now, size, 0)
            return false
        }
        guard told < steps.count, now - lastMove >= steps[told] else { return false }
        told += 1
        return true
    }

    /// How long the client has had nothing; true: longer than one waits without a thought.
    var waited: (time: Duration, isLong: Bool) { (Reactor.shared.now - lastMove, told > 1) }
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
