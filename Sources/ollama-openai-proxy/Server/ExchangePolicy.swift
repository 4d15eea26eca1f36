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
    let memory = ModelMemory()
    var admission = Admission()
    let load = ExchangeLoad()

    /// What is done about a request for a model of this route.
    func plan(_ request: ChatRequest, for client: some ClientDialect, _ route: ModelRoute?, scope: String?) -> RequestPlan {
        let think = think.level(for: request, upstreamModel: route?.model, ruled: route?.think)
        var shown = stripsVolatileLines ? request.withoutVolatileLines : request
        if think != nil, think != .off { shown = memory.reasoning.restored(shown, scope: scope, now: Reactor.shared.now.seconds) }
        return RequestPlan(
            request, upstreamModel: route?.model, messages: shown.messages.withOriginalIDs, think: think,
            passesReasoning: route?.passesReasoning ?? passesReasoning || client.wantsReasoning(request.think),
            options: route.map { request.options.filled(from: $0.options) }, scope: scope)
    }

    /// Keeps what a model thought, so that it can have it back with the next request of the conversation.
    func remember(_ reply: ReplyTranscript, to plan: RequestPlan) {
        guard !reply.reasoning.isEmpty else { return }
        memory.reasoning.remember(reply, to: plan.request, scope: plan.scope, now: Reactor.shared.now.seconds)
    }

    /// Learns how large a model's tokens are. The usage of several tries is their sum and says nothing.
    func learn(_ plan: RequestPlan, _ usage: Usage?) {
        if let usage { memory.tokens.note(plan.request, promptTokens: usage.promptTokens) }
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

    /// Why a reply cannot be read, although its status is good.
    func rejection(of head: HTTPResponseHead, from upstream: UpstreamClient) -> ChatError? {
        guard let coding = head.fields[.contentEncoding], coding.lowercased() != "identity" else { return nil }
        return ChatError(
            status: 502, "\(upstream.name) answered in the coding \(coding.prefix(50)), for which nobody asked", code: .upstreamInvalid)
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
                status: 504, "\(upstream.name) sent nothing for \(limit.components.seconds) s (UPSTREAM_IDLE_TIMEOUT_SECONDS)",
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

/// What is going on, for the metrics.
@EventLoop final class ExchangeLoad {
    /// Streamed replies that have begun and not ended.
    var streams = 0
}

/// What was learned of models, for the life of the process.
@EventLoop final class ModelMemory {
    var reasoning = ReasoningMemory(byteLimit: 64 * 1024 * 1024)
    var tokens = TokenEstimate()
}

/// How long one exchange waits, and for what.
///
/// A class, so that who tells what is waited for can look at it.
@EventLoop final class Deadlines {
    private var idleLimit: Duration
    /// The idle limit once the reply has begun; `nil`: the same.
    let callLimit: Duration?
    /// The same, and the keep-alive interval, in nanoseconds: these are counted with for every event.
    private var idleNanoseconds: Int64
    private let keepAliveNanoseconds: Int64
    /// When bytes came last.
    private(set) var lastProgress = Reactor.shared.now

    init(idleLimit: Duration, callLimit: Duration?, keepAlive: Duration?) {
        self.idleLimit = idleLimit
        self.callLimit = callLimit
        idleNanoseconds = idleLimit.nanoseconds
        keepAliveNanoseconds = keepAlive?.nanoseconds ?? .max
    }

    /// When to stop waiting for upstream and look after the client, to whom bytes were last sent at `lastWrite`.
    func next(_ lastWrite: LoopTime) -> LoopTime {
        min(lastProgress.advanced(nanoseconds: idleNanoseconds), lastWrite.advanced(nanoseconds: keepAliveNanoseconds))
    }

    func isKeepAliveDue(_ lastWrite: LoopTime) -> Bool { lastWrite.advanced(nanoseconds: keepAliveNanoseconds) <= Reactor.shared.now }

    /// Upstream is asked only now.
    func begin() { lastProgress = Reactor.shared.now }

    /// Takes note of what waiting has brought; throws when it has brought nothing for too long.
    ///
    /// - Parameter mayBeInCall: something of the reply has come.
    func note(_ reception: UpstreamCall.Reception, mayBeInCall: @autoclosure () -> Bool = false) throws(UpstreamFailure) {
        if reception != .silence {
            lastProgress = Reactor.shared.now
        } else if lastProgress.advanced(nanoseconds: idleNanoseconds) <= Reactor.shared.now {
            guard let callLimit, callLimit > idleLimit, mayBeInCall() else { throw .timedOut(idleLimit) }
            idleLimit = callLimit
            idleNanoseconds = callLimit.nanoseconds
        }
    }
}
