/// What the operator decided for every exchange.
@EventLoop final class ExchangePolicy {
    var think = ThinkRules()
    var passesReasoning = false
    var toolCalls = ToolCallPolicy()
    var stripsVolatileLines = true
    /// After so long without a byte to a streaming client it gets one that it ignores; `nil`: never.
    var keepAlive: Duration? = .seconds(15)
    /// After so long without a byte from upstream an exchange fails.
    var idleLimit = Duration.seconds(600)
    /// A client that has had nothing for so long is told of in the log, and how often that is looked at.
    var waitSteps: [Duration] = [.seconds(15), .seconds(60), .seconds(300)]
    var watchInterval = Duration.seconds(1)
    /// Waited before upstream is asked again after a transient failure, in milliseconds.
    var transientPause = 100...400
    /// How much of an error's body is read, in bytes.
    var refusalLimit = 64 * 1024
    var admission = Admission()

    // What was learned of models, for the life of the process.
    var reasoning = ReasoningMemory(byteLimit: 64 * 1024 * 1024)
    var tokens = TokenEstimate()

    /// Streamed replies that have begun and not ended; for the metrics.
    var openStreams = 0

    /// What is done about a request for a model of this route.
    ///
    /// - Parameter upstreamModel: what the upstream calls the model; `nil`: what the route says.
    func plan(
        _ request: ChatRequest, for client: some ClientDialect, _ route: ModelRoute?, upstreamModel: String? = nil, scope: String?
    )
        -> RequestPlan
    {
        let think = think.level(for: request, upstreamModel: route?.model, ruled: route?.think)
        var shown = stripsVolatileLines ? request.withoutVolatileLines : request
        if think != nil, think != .off { shown = reasoning.restored(shown, scope: scope, now: Reactor.shared.now.seconds) }
        return RequestPlan(
            request, upstreamModel: upstreamModel ?? route?.model, messages: shown.messages.withOriginalIDs, think: think,
            passesReasoning: route?.passesReasoning ?? passesReasoning || client.wantsReasoning(request.think),
            options: route.map { request.options.filled(from: $0.options) }, scope: scope)
    }

    /// Keeps what a model thought, so that it can have it back with the next request of the conversation.
    func remember(_ reply: ReplyTranscript, to plan: RequestPlan) {
        guard !reply.reasoning.isEmpty else { return }
        reasoning.remember(reply, to: plan.request, scope: plan.scope, now: Reactor.shared.now.seconds)
    }

    /// Learns how large a model's tokens are. The usage of several tries is their sum and says nothing.
    func learn(_ plan: RequestPlan, _ usage: Usage?) {
        if let usage { tokens.note(plan.request, promptTokens: usage.promptTokens) }
    }

    /// For an exchange that begins now. A reply that is not streamed has nothing to be kept alive.
    ///
    /// - Parameter holdsCalls: the reply may hold a call, of which nothing comes before it is whole. At ten tokens a second
    ///   a file of 24 kB takes ten minutes.
    func deadlines(isStreaming: Bool, holdsCalls: Bool = false) -> Deadlines {
        Deadlines(
            idleLimit: idleLimit, callLimit: holdsCalls ? max(idleLimit, min(idleLimit * 6, .seconds(3600))) : nil,
            keepAlive: isStreaming ? keepAlive : nil)
    }

    /// What an upstream's failure means to a client. A call is cancelled when the client has gone, or at the program's end.
    func error(for failure: UpstreamFailure, of upstream: UpstreamClient, isClientGone: Bool = true) -> ChatError {
        switch failure {
        case .unreachable(let reason):
            ChatError(
                status: 502, "\(upstream.name) cannot be reached at \(upstream.endpoint.host):\(upstream.endpoint.port): \(reason)",
                code: .upstreamUnreachable)
        case .exhausted(let reason):
            ChatError(
                status: 503, "The proxy is out of file descriptors or memory for a connection to \(upstream.name): \(reason)",
                code: .proxyExhausted, retryAfter: "1")
        case .broken(let reason):
            ChatError(status: 502, "The connection to \(upstream.name) failed: \(reason)", code: .upstreamIncomplete)
        case .timedOut(let limit):
            ChatError(
                status: 504,
                "\(upstream.name) sent nothing for \(limit.seconds) s\(limit == idleLimit ? " (UPSTREAM_IDLE_TIMEOUT_SECONDS)" : "")",
                code: .upstreamTimeout)
        case .cancelled: isClientGone ? .clientGone : .shuttingDown
        }
    }
}

extension ChatError {
    /// The client went away; nobody will read this. 499 is what nginx and Ollama write in their logs.
    static let clientGone = ChatError(status: 499, "the client closed the connection")

    fileprivate static let shuttingDown = ChatError(status: 503, "The proxy is shutting down", code: .shuttingDown)
}

/// How long one exchange waits, and for what.
///
/// A class, so that who tells what is waited for can look at it.
@EventLoop final class Deadlines {
    /// In nanoseconds, as is the keep-alive interval: these are counted with for every event.
    private var idleLimit: Int64
    /// The idle limit once the reply has begun; `nil`: the same.
    let callLimit: Duration?
    private let keepAlive: Int64
    /// When bytes came last.
    private(set) var lastProgress = Reactor.shared.now

    init(idleLimit: Duration, callLimit: Duration?, keepAlive: Duration?) {
        self.idleLimit = idleLimit.nanoseconds
        self.callLimit = callLimit
        self.keepAlive = keepAlive?.nanoseconds ?? .max
    }

    /// When to stop waiting for upstream and look after the client, to whom bytes were last sent at `lastWrite`.
    func next(_ lastWrite: LoopTime) -> LoopTime {
        min(lastProgress.advanced(nanoseconds: idleLimit), lastWrite.advanced(nanoseconds: keepAlive))
    }

    func isKeepAliveDue(_ lastWrite: LoopTime) -> Bool { lastWrite.advanced(nanoseconds: keepAlive) <= Reactor.shared.now }

    /// Upstream is asked only now.
    func begin() { lastProgress = Reactor.shared.now }

    /// Takes note of what waiting has brought; throws when it has brought nothing for too long.
    ///
    /// - Parameter mayBeInCall: something of the reply has come.
    func note(_ reception: UpstreamCall.Reception, mayBeInCall: @autoclosure () -> Bool = false) throws(UpstreamFailure) {
        if reception != .silence {
            lastProgress = Reactor.shared.now
        } else if lastProgress.advanced(nanoseconds: idleLimit) <= Reactor.shared.now {
            guard let callLimit, callLimit.nanoseconds > idleLimit, mayBeInCall() else { throw .timedOut(.nanoseconds(idleLimit)) }
            idleLimit = callLimit.nanoseconds
        }
    }
}
