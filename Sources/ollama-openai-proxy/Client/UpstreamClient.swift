/// Where an upstream listens.
struct UpstreamEndpoint: Sendable, Equatable {
    let host: String
    let port: Int
    /// HTTP over TLS (https).
    var isSecure = false
    /// The name that the server's certificate must be for; `nil`: `host`.
    var certificateName: String?
    /// Addresses of one's own networks, to which the name may lead, are not asked.
    var refusesPrivate = false

    /// By what is written there, before any look-up.
    var isThisMachine: Bool { host == "localhost" || SocketAddress.numeric(host: host, port: port)?.isLoopback == true }
}

/// What waiting for an upstream may cost.
struct UpstreamLimits: Sendable {
    /// For the look-up of the host's name, all its addresses and the TLS handshake together.
    var connectTimeout = Duration.seconds(5)
    /// Without a byte from upstream, before or within a reply.
    var idleTimeout = Duration.seconds(600)
    /// Kept-alive connections that wait for their next request.
    var idleConnections = 256
    /// How long such a connection is kept.
    var idleConnectionLife = Duration.seconds(60)
    /// How long the end of a body that says nothing more is waited for, to use the connection again.
    var drainTimeout = Duration.milliseconds(100)
    /// How long an upstream that could not be reached again and again is left alone at first.
    var circuitPause = Duration.seconds(1)
    var response = HTTPLimits.standard

    static let standard = UpstreamLimits()
}

/// Why a call to an upstream came to nothing.
enum UpstreamFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// No connection could be made.
    case unreachable(String)
    /// No connection could be made because this process, or its machine, has no descriptor or no memory left for one.
    case exhausted(String)
    /// The connection broke, or what came is not HTTP.
    case broken(String)
    /// Nothing came for so long.
    case timedOut(Duration)
    /// `cancel` was called.
    case cancelled

    var description: String {
        switch self {
        case .unreachable(let reason), .exhausted(let reason), .broken(let reason): reason
        case .timedOut(let limit): "nothing came for \(limit.components.seconds) s"
        case .cancelled: "cancelled"
        }
    }
}

/// Calls to one upstream over HTTP/1.1, plain or over TLS, and the connections kept alive between them.
@EventLoop final class UpstreamClient {
    /// What people call the upstream; for messages.
    let name: String
    let endpoint: UpstreamEndpoint
    let limits: UpstreamLimits
    let resolver: Resolver
    private var idle: [(channel: Channel, since: LoopTime)] = []
    private lazy var purge = LoopTimer { [weak self] in self?.closeOld() }
    private(set) var breaker: CircuitBreaker
    var forms = FormMemory()
    /// `nil` for an endpoint that is not secure.
    private let tls: Result<TLSContext, SystemError>?
    private var resumption: TLSResumption?

    /// - Parameter context: whose certificates are trusted; the system's store if it is `nil`.
    init(
        _ endpoint: UpstreamEndpoint, name: String = "Ollama", limits: UpstreamLimits = .standard, trust context: TLSContext? = nil,
        resolver: Resolver = .shared
    ) {
        self.name = name
        self.endpoint = endpoint
        self.limits = limits
        self.resolver = resolver
        breaker = CircuitBreaker(firstPause: limits.circuitPause)
        tls = endpoint.isSecure ? context.map { .success($0) } ?? TLSContext.system : nil
    }

    /// By which this process knows its own requests when they come back (RFC 9110 section 7.6.3); it tells nothing.
    nonisolated static let mark = "1.1 proxy-" + String(UInt64.random(in: .min ... .max), radix: 36)

    /// A new call; nothing happens before its `send`.
    func call(_ request: HTTPRequest) -> UpstreamCall {
        var request = request
        request.fields.append("Via", Self.mark)
        return UpstreamCall(request, client: self)
    }

    /// Before a chat request: why it shall not be sent now; `nil` lets it pass, and `note` must follow.
    func admit() -> ChatError? {
        breaker.rejection(now: Reactor.shared.now).map { .circuitOpen(name, retryAfter: $0, lastSeen: breaker.lastSeen) }
    }

    /// A request was sent: what comes of it may take minutes, and is no reason to hold others up.
    func noteConnected() { breaker.succeeded() }

    /// The call came to nothing.
    func note(_ failure: UpstreamFailure) {
        if case .unreachable(let reason) = failure { breaker.failed(reason, now: Reactor.shared.now) } else { breaker.abandoned() }
    }

    /// One small request and its whole reply, at most `limit` bytes of it, before the deadline.
    func fetch(_ request: HTTPRequest, limit: Int = 16 * 1024 * 1024, within time: Duration = .seconds(30))
        async throws(UpstreamFailure) -> HTTPResponse
    {
        let deadline = Reactor.shared.now + time
        let call = call(request)
        defer { call.cancel() }
        try await call.send()
        guard try await call.receiveHead(until: deadline) == .progress, let head = call.head else { throw .timedOut(time) }
        let body = try await call.collect(limit: limit, until: deadline)
        await call.finish()
        return HTTPResponse(status: head.status, fields: head.fields, body: body)
    }

    /// The latest used connection that is still open and quiet.
    func takeIdle() -> Channel? {
        while let (channel, _) = idle.popLast() {
            channel.onHangUp(nil)
            if channel.isOpen, channel.isQuiet { return channel }
            channel.close()
        }
        return nil
    }

    /// Keeps a connection whose reply was read to its end.
    func keep(_ channel: Channel) {
        guard channel.isOpen, channel.isQuiet, idle.count < limits.idleConnections else { return channel.close() }
        idle.append((channel, Reactor.shared.now))
        channel.onHangUp { [weak self, weak channel] in
            channel?.close()
            self?.idle.removeAll { !$0.channel.isOpen }
        }
        schedulePurge()
    }

    /// The TLS handshake on a new connection, if the endpoint is secure; `nil` when it has succeeded or there is none,
    /// otherwise why not.
    func secure(_ channel: Channel, until deadline: LoopTime) async -> String? {
        guard let tls else { return nil }
        do throws(SystemError) {
            let session = try TLSSession(tls.get(), host: endpoint.certificateName ?? endpoint.host, resuming: resumption)
            return await channel.secure(by: session, until: deadline)
        } catch { return error.description }
    }

    /// Lets later connections resume what this one has agreed on: the latest one, for as many as come.
    func learn(from channel: Channel) { if let resumption = channel.resumption { self.resumption = resumption } }

    private func schedulePurge() {
        if let oldest = idle.first { Reactor.shared.arm(purge, at: oldest.since + limits.idleConnectionLife) }
    }

    private func closeOld() {
        for (channel, since) in idle where since + limits.idleConnectionLife <= Reactor.shared.now { channel.close() }
        idle.removeAll { !$0.channel.isOpen }
        schedulePurge()
    }
}
