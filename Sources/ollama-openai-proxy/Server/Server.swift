/// Answers requests. One instance serves all connections.
@EventLoop
protocol RequestHandler: Sendable {
    /// Writes one response. Called once a request; the connection handles the next one afterwards.
    func handle(_ request: HTTPRequest, _ writer: inout ResponseWriter) async

    /// The answer to bytes that are no request.
    func response(to error: HTTPError) -> HTTPResponse
}

/// What a client's connection may cost.
struct ServerLimits: Sendable {
    var http = HTTPLimits.standard
    /// How long a kept-alive connection may wait for its next request.
    var idleTimeout = Duration.seconds(75)
    /// How long a client may stay silent in the middle of a request [408].
    var requestTimeout = Duration.seconds(60)
    /// Connections at once; who comes beyond is told 503 and let go.
    var connections = 8192
    /// How long a client may take nothing of a response.
    var writeTimeout = Duration.seconds(600)

    static let standard = ServerLimits()
}

/// Listens, and serves every connection until it is stopped.
@EventLoop
final class Server {
    private let handler: any RequestHandler
    private let limits: ServerLimits
    private let listener: Channel
    private var connections: [ObjectIdentifier: Connection] = [:]
    /// The port listened at; tells which one the system chose for port 0.
    nonisolated let port: Int

    init(
        at address: SocketAddress, sharesPort: Bool = false, handler: any RequestHandler,
        limits: ServerLimits = .standard
    ) throws(SystemError) {
        let socket = try Socket.listen(at: address, sharesPort: sharesPort)
        port = Socket.localPort(socket.number) ?? address.port
        listener = Channel(socket)
        self.handler = handler
        self.limits = limits
    }

    /// Accepts connections until `stop`; returns when all of them have ended.
    func run() async {
        await withDiscardingTaskGroup { group in
            while await listener.readable(until: .never) == .ready {
                guard let socket = await accept() else { continue }
                let connection = Connection(
                    Channel(socket), handler: handler, limits: limits,
                    isRefused: connections.count >= limits.connections)
                let identity = ObjectIdentifier(connection)
                connections[identity] = connection
                group.addTask(executorPreference: EventLoop.shared.executor) { [self] in
                    await connection.serve()
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
        while !connections.isEmpty, Reactor.shared.now < deadline {
            await Reactor.shared.sleep(.milliseconds(20))
        }
    }

    private func remove(_ identity: ObjectIdentifier) { connections[identity] = nil }

    private func accept() async -> FileDescriptor? {
        do throws(SystemError) {
            return try listener.accept()
        } catch {
            // Out of descriptors: the connection waits in the kernel's queue until one is free.
            await Reactor.shared.sleep(.milliseconds(100))
            return nil
        }
    }
}
