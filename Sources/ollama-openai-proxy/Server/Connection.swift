/// One client's connection: requests one after another, each answered before the next is looked at.
@EventLoop final class Connection {
    private enum Phase { case idle, busy, stopping }

    private let channel: Channel
    private unowned let server: Server
    private let limits: ServerLimits
    private var decoder: HTTPRequestDecoder
    private var phase = Phase.idle
    /// Of the request whose head has come last.
    private var route = Route.unknown(.chatCompletions)
    /// When the head or body that is being read began; `nil` before its first byte.
    private var start: LoopTime?
    private let share = BodyBudget.Share()
    /// The server's mark for a connection without a whole request; closes it.
    private(set) lazy var place = LoopTimer { [unowned self] in close() }

    init(_ channel: Channel, of server: Server) {
        self.channel = channel
        self.server = server
        limits = server.limits
        decoder = HTTPRequestDecoder(limits: limits.http)
    }

    /// Returns when the connection is closed. One that is refused is told that there are too many.
    func serve(isRefused: Bool) async {
        defer {
            close()
            // A connection itself takes some 4 kB.
            server.bodies.noteFreed(4096 + (decoder.body?.received ?? 0))
        }
        if isRefused {
            return await refuse(
                HTTPError(status: .serviceUnavailable, message: "the proxy has \(limits.connections) connections already"))
        }
        while let request = await nextRequest() {
            if case .stopping = phase { return }
            phase = .busy
            server.note(self, isWaiting: false)
            let mayServeAnother = await answer(request)
            server.note(self, isWaiting: true)
            server.bodies.noteFreed(request.body.count)
            guard mayServeAnother else { return await linger() }
            if case .stopping = phase { return }
            phase = .idle
        }
    }

    /// Ends the connection now if it is idle, else after the response it is busy with.
    func stop() {
        if case .idle = phase { close() }
        phase = .stopping
    }

    /// Ends what the connection is busy with; the client is still told.
    func interrupt() { channel.interrupt() }

    func close() {
        channel.close()
        server.bodies.leave(share)
    }

    /// The next request; `nil` when there is none to come. Where the head is no good, that is answered here; where the body
    /// is not, the request is one that is refused.
    private func nextRequest() async -> HTTPRequest? {
        start = nil
        while true {
            do throws(HTTPError) {
                switch try decoder.next() {
                case .head(var head):
                    start = Reactor.shared.now
                    route = server.handler.route(&head)
                    decoder.proceed(with: head, body: route.bodyUse(head.method))
                case .request(let request):
                    server.bodies.leave(share)
                    return request
                case .expectsContinue:
                    var line = ByteBuffer("HTTP/1.1 100 Continue\r\n\r\n")
                    guard await hasRoom(), await channel.writeAll(&line, limit: limits.writeTimeout) else { return nil }
                case nil: guard await hasRoom(), try await readMore() else { return nil }
                }
            } catch {
                server.bodies.leave(share)
                server.bodies.noteFreed(decoder.body?.received ?? 0)
                guard var request = decoder.abandon() else {
                    await refuse(error)
                    return nil
                }
                request.keepsAlive = false
                route = .refused(ChatError(error), at: route)
                return request
            }
        }
    }

    /// Waits for room for more of a body, if it is larger than what may come with a head; that time is not the client's.
    /// False when the client has left meanwhile.
    private func hasRoom() async -> Bool {
        guard let body = decoder.body else { return true }
        // Others have their turn, however fast a large body comes.
        if body.received > 1024 * 1024 { await Reactor.shared.sleep(.zero) }
        let step = min(max(body.received, 256 * 1024), 4 * 1024 * 1024)
        let size = min(body.length ?? limits.http.bodyBytes, body.received + step)
        guard size > 64 * 1024, body.length != nil || body.received > 0 else { return true }
        let begun = Reactor.shared.now
        channel.onHangUp { [unowned self] in close() }
        defer { channel.onHangUp(nil) }
        guard channel.isOpen, await server.bodies.grow(share, to: size) else { return false }
        start = start.map { $0 + (Reactor.shared.now - begun) }
        return true
    }

    /// False at the end of the connection.
    private func readMore() async throws(HTTPError) -> Bool {
        while true {
            switch channel.read({ decoder.feed($0) }) {
            case .bytes: return true
            case .end, .failed: return false
            case .wouldBlock:
                switch await channel.readable(until: deadline()) {
                case .ready: continue
                case .timedOut where decoder.hasPartialRequest:
                    throw HTTPError(status: 408, message: "the request came too slowly")
                case .timedOut, .closed: return false
                }
            }
        }
    }

    /// When more must have come.
    private func deadline() -> LoopTime {
        let now = Reactor.shared.now
        guard decoder.hasPartialRequest else { return now + limits.idleTimeout }
        start = start ?? now
        let time = decoder.body.map { max(limits.bodyTimeout, .seconds($0.received) / limits.bodyRate) }
        let end = min(now + limits.requestTimeout, (start ?? now) + (time ?? limits.headTimeout))
        // While others wait, room must be used: the last step of at most 4 MiB has as long as a whole body has at first.
        guard server.bodies.isContended, let granted = share.grantedAt else { return end }
        return min(end, granted + limits.bodyTimeout)
    }

    /// True when the connection may serve another request.
    private func answer(_ request: HTTPRequest) async -> Bool {
        let terms = ResponseWriter.Terms(
            omitsBody: request.method == .head, isHTTP10: request.isHTTP10, keepsAlive: request.keepsAlive && phase == .busy)
        var writer = ResponseWriter(channel, terms: terms, writeLimit: limits.writeTimeout)
        await server.handler.handle(request, route, &writer)
        writer.onHangUp(nil)
        return writer.allowsAnother
    }

    private func refuse(_ error: HTTPError) async {
        var writer = ResponseWriter(channel, terms: .init(keepsAlive: false), writeLimit: limits.writeTimeout)
        let route = Route(target: decoder.target ?? "")
        await writer.send(server.handler.response(to: error, at: route, from: channel.peer))
        await linger()
    }

    /// Reads on before closing, while the client sends: unread bytes would turn the close into a reset, and the client
    /// might never see the response (RFC 9112 section 9.6).
    private func linger() async {
        if case .busy = phase { phase = .idle }
        channel.finishWriting()
        let end = Reactor.shared.now + .seconds(30)
        var left = limits.http.bodyBytes
        while left > 0, Reactor.shared.now < end {
            switch channel.read({ left -= $0.count }) {
            case .bytes: await Reactor.shared.sleep(.zero)
            case .end, .failed: return
            case .wouldBlock: guard await channel.readable(until: Reactor.shared.now + .seconds(1)) == .ready else { return }
            }
        }
    }
}
