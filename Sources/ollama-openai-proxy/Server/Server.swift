/// Answers requests. One instance serves all connections.
@EventLoop protocol RequestHandler: Sendable {
    /// Finds the route of a request and puts its target in normal form, when its head has come and before any of its body is
    /// kept or asked for.
    func route(_ head: inout HTTPRequest) -> Route

    /// Writes one response. Called once a request; the connection handles the next one afterwards.
    func handle(_ request: HTTPRequest, _ route: Route, _ writer: inout ResponseWriter) async

    /// The answer to a head that is none.
    ///
    /// - Parameter route: what it asks for, as far as its first line tells.
    func response(to error: HTTPError, at route: Route, from peer: String) -> HTTPResponse
}

/// What a client's connection may cost.
struct ServerLimits: Sendable {
    var http = HTTPLimits.standard
    /// How long a kept-alive connection may wait for its next request.
    var idleTimeout = Duration.seconds(75)
    /// How long a client may stay silent in the middle of a request [408].
    var requestTimeout = Duration.seconds(60)
    /// How long a head may take from its first byte on [408].
    var headTimeout = Duration.seconds(30)
    /// How long a body may take, unless it comes at `bodyRate` bytes a second [408].
    var bodyTimeout = Duration.seconds(60)
    var bodyRate = 1024
    /// Bodies that are being received, in bytes together; others wait unread.
    var bodyBytesInFlight = 256 * 1024 * 1024
    /// Connections at once. For another one, that is closed which is longest without a whole request; when all are being
    /// answered, it is told 503 and let go.
    var connections = 8192
    /// How long a client may take nothing of a response.
    var writeTimeout = Duration.seconds(600)

    static let standard = ServerLimits()
}

/// Listens, and serves every connection until it is stopped.
@EventLoop final class Server {
    let handler: any RequestHandler
    let limits: ServerLimits
    let bodies: BodyBudget
    private let listener: Channel
    private var connections: [ObjectIdentifier: Connection] = [:]
    /// Connections without a whole request, the one longest so first: the deadlines are numbers in that order.
    private var waiting = TimerQueue()
    private var lastNumber: Int64 = 0
    /// The port listened at; tells which one the system chose for port 0.
    nonisolated let port: Int

    init(at address: SocketAddress, sharesPort: Bool = false, handler: any RequestHandler, limits: ServerLimits = .standard)
        throws(SystemError)
    {
        let socket = try Socket.listening(at: address, sharesPort: sharesPort)
        port = Socket.localPort(socket.number) ?? address.port
        listener = Channel(socket)
        self.handler = handler
        self.limits = limits
        bodies = BodyBudget(limit: limits.bodyBytesInFlight, largest: limits.http.bodyBytes)
    }

    /// Accepts connections until `stop`; returns when all of them have ended.
    func run() async {
        await withDiscardingTaskGroup { group in
            while await listener.readable(until: .never) == .ready {
                guard let socket = await accept() else { continue }
                let isRefused = connections.count >= limits.connections && !closeLongestWaiting()
                let connection = Connection(Channel(socket), of: self)
                if !isRefused { note(connection, isWaiting: true) }
                let identity = ObjectIdentifier(connection)
                connections[identity] = connection
                group.addTask(executorPreference: EventLoop.shared.executor) { [self] in
                    await connection.serve(isRefused: isRefused)
                    await remove(identity)
                }
            }
        }
    }

    /// Accepts no more, closes idle connections, and lets the others finish what they are doing for so long; who is not
    /// done then is told, for which there is another second.
    func stop(grace: Duration) async {
        listener.close()
        for connection in connections.values { connection.stop() }
        await drain(within: grace)
        for connection in connections.values { connection.interrupt() }
        await drain(within: .seconds(1))
        for connection in connections.values { connection.close() }
    }

    private func drain(within limit: Duration) async {
        let deadline = Reactor.shared.now + limit
        while !connections.isEmpty, Reactor.shared.now < deadline { await Reactor.shared.sleep(.milliseconds(20)) }
    }

    /// Tells whether the connection has no whole request from now on.
    func note(_ connection: Connection, isWaiting: Bool) {
        lastNumber += 1
        waiting.arm(connection.place, at: isWaiting ? LoopTime(nanoseconds: lastNumber) : .never)
    }

    /// False when all connections are being answered.
    private func closeLongestWaiting() -> Bool {
        var first: LoopTimer?
        while first == nil, waiting.count > 0 { first = waiting.fire(now: waiting.earliest).first }
        first?.fire()
        return first != nil
    }

    private func remove(_ identity: ObjectIdentifier) {
        if let place = connections.removeValue(forKey: identity)?.place { waiting.remove(place) }
    }

    private func accept() async -> FileDescriptor? {
        do throws(SystemError) { return try listener.accept() } catch {
            // Out of descriptors: the connection waits in the kernel's queue until one is free.
            if closeLongestWaiting() { return nil }
            await Reactor.shared.sleep(.milliseconds(100))
            return nil
        }
    }
}
