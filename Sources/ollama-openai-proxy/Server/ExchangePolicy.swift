/// What the operator decided for every exchange.
@EventLoop
final class ExchangePolicy {
    var think = ThinkRules()
    var passesReasoning = false
    var toolCalls = ToolCallPolicy()
    var stripsVolatileLines = true
    /// After so long without a byte to a streaming client it gets one that it ignores; `nil`: never.
    var keepAlive: Duration? = .seconds(15)
    /// After so long without a byte from upstream an exchange fails.
    var idleLimit = Duration.seconds(600)
    /// Waited before upstream is asked again after a stumble, in milliseconds.
    var recoveryPause = 100...400
    /// How much of an error's body is read, in bytes.
    var refusalLimit = 64 * 1024
    let memory = ModelMemory()
    var admission = Admission()
    let load = ExchangeLoad()

    /// The request as it goes upstream: what the operator decides is added, what was learned is taken into account.
    func prepare(
        _ chat: ChatRequest, of client: some ClientDialect, _ route: ModelRoute?, scope: String?
    ) -> ChatRequest {
        var chat = stripsVolatileLines ? chat.withoutVolatileLines : chat
        chat.think = think.level(for: chat, ruled: route?.think)
        if let route {
            chat.upstreamModel = route.model
            chat.options = chat.options.filled(from: route.options)
        }
        chat.passesReasoning = route?.passesReasoning ?? passesReasoning || client.wantsReasoning(of: chat)
        guard chat.expectsThinking else { return chat }
        return memory.reasoning.restored(chat, scope: scope, now: Reactor.shared.now.seconds)
    }

    func filters(for chat: ChatRequest) -> ReplyFilters {
        ReplyFilters(
            for: chat, policy: toolCalls, memoryLimit: chat.expectsThinking ? memory.reasoning.byteLimit : 0,
            makeID: { "call_" + RandomID.make() })
    }

    /// Keeps what a model thought, so that it can have it back with the next request of the conversation.
    func remember(_ reply: ThoughtReply, _ attempt: Attempt) {
        guard !reply.thoughts.isEmpty else { return }
        memory.reasoning.remember(reply, to: attempt.chat, scope: attempt.scope, now: Reactor.shared.now.seconds)
    }

    /// Learns how large a model's tokens are. The usage of several tries is their sum and says nothing.
    func learn(_ attempt: Attempt, _ usage: Usage?) {
        guard attempt.isFirst, let usage else { return }
        memory.tokens.note(attempt.chat, promptTokens: usage.promptTokens)
    }

    /// For an exchange that begins now. A reply that is not streamed has nothing to be kept alive.
    func patience(isStreaming: Bool) -> Patience {
        Patience(idleLimit: idleLimit, keepAlive: isStreaming ? keepAlive : nil)
    }

    /// Why a reply cannot be read, although its status is good.
    func objection(to head: HTTPResponseHead, from upstream: UpstreamClient) -> ChatError? {
        guard let coding = head.fields[.contentEncoding], coding.lowercased() != "identity" else { return nil }
        return ChatError(
            status: 502, "\(upstream.name) answered in the coding \(coding.prefix(50)), for which nobody asked",
            code: .upstreamInvalid)
    }

    /// What an upstream's failure means to a client. A call is cancelled when the client has gone, or at the program's end.
    func error(
        for failure: UpstreamFailure, of upstream: UpstreamClient, isClientGone: Bool = true
    ) -> ChatError {
        switch failure {
        case .unreachable(let reason):
            ChatError(
                status: 502,
                "\(upstream.name) cannot be reached at \(upstream.endpoint.host):\(upstream.endpoint.port): \(reason)",
                code: .upstreamUnreachable)
        case .exhausted(let reason):
            ChatError(
                status: 503,
                "The proxy is out of file descriptors or memory for a connection to \(upstream.name): \(reason)",
                code: .proxyExhausted, retryAfter: "1")
        case .broken(let reason):
            ChatError(status: 502, "The connection to \(upstream.name) failed: \(reason)", code: .upstreamIncomplete)
        case .timedOut(let limit):
            ChatError(
                status: 504,
                "\(upstream.name) sent nothing for \(limit.components.seconds) s (UPSTREAM_IDLE_TIMEOUT_SECONDS)",
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
@EventLoop
final class ExchangeLoad {
    /// Streamed replies that have begun and not ended.
    var streams = 0
}

/// What was learned of models, for the life of the process.
@EventLoop
final class ModelMemory {
    var reasoning = ReasoningMemory(byteLimit: 64 * 1024 * 1024)
    var tokens = TokenEstimate()
}

/// How long one exchange waits, and for what.
@EventLoop
struct Patience {
    private let idleLimit: Duration
    /// The same, and the keep-alive interval, in nanoseconds: these are counted with for every event.
    private let idleNanoseconds: Int64
    private let keepAliveNanoseconds: Int64
    private var lastProgress = Reactor.shared.now

    init(idleLimit: Duration, keepAlive: Duration?) {
        self.idleLimit = idleLimit
        idleNanoseconds = idleLimit.nanoseconds
        keepAliveNanoseconds = keepAlive?.nanoseconds ?? .max
    }

    /// When to stop waiting for upstream and look after the client, to whom bytes were last sent at `lastWrite`.
    func deadline(_ lastWrite: LoopTime) -> LoopTime {
        min(lastProgress.advanced(nanoseconds: idleNanoseconds), lastWrite.advanced(nanoseconds: keepAliveNanoseconds))
    }

    func isKeepAliveDue(_ lastWrite: LoopTime) -> Bool {
        lastWrite.advanced(nanoseconds: keepAliveNanoseconds) <= Reactor.shared.now
    }

    /// Upstream is asked only now.
    mutating func begin() { lastProgress = Reactor.shared.now }

    /// Takes note of what waiting has brought; throws when it has brought nothing for too long.
    mutating func note(_ reception: UpstreamCall.Reception) throws(UpstreamFailure) {
        if reception != .silence {
            lastProgress = Reactor.shared.now
        } else if lastProgress.advanced(nanoseconds: idleNanoseconds) <= Reactor.shared.now {
            throw .timedOut(idleLimit)
        }
    }
}
