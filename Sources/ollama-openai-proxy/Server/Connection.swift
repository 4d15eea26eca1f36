/// One client's connection: requests one after another, each answered before the next is looked at.
@EventLoop
final class Connection {
    private enum Phase { case idle, busy, stopping }

    private let channel: Channel
    private let handler: any RequestHandler
    private let limits: ServerLimits
    private var decoder: HTTPRequestDecoder
    private var phase = Phase.idle
    /// There are too many connections: this one is told so.
    private let isRefused: Bool

    init(_ channel: Channel, handler: any RequestHandler, limits: ServerLimits, isRefused: Bool = false) {
        self.channel = channel
        self.handler = handler
        self.limits = limits
        self.isRefused = isRefused
        decoder = HTTPRequestDecoder(limits: limits.http)
    }

    /// Returns when the connection is closed.
    func serve() async {
        defer { channel.close() }
        if isRefused {
            return await refuse(
                HTTPError(
                    status: .serviceUnavailable, message: "the proxy has \(limits.connections) connections already"))
        }
        while let request = await nextRequest() {
            if case .stopping = phase { return }
            phase = .busy
            guard await answer(request) else { return await linger() }
            if case .stopping = phase { return }
            phase = .idle
        }
    }

    /// Ends the connection now if it is idle, else after the response it is busy with.
    func stop() {
        if case .idle = phase { channel.close() }
        phase = .stopping
    }

    /// Ends what the connection is busy with; the client is still told.
    func interrupt() { channel.interrupt() }

    func close() { channel.close() }

    /// The next request; `nil` when there is none to come. What is no request is answered here.
    private func nextRequest() async -> HTTPRequest? {
        while true {
            do throws(HTTPError) {
                switch try decoder.next() {
                case .request(let request): return request
                case .expectsContinue:
                    var line = ByteBuffer("HTTP/1.1 100 Continue\r\n\r\n")
                    guard await channel.writeAll(&line, limit: limits.writeTimeout) else { return nil }
                case nil:
                    guard try await readMore() else { return nil }
                }
            } catch {
                await refuse(error)
                return nil
            }
        }
    }

    /// False at the end of the connection.
    private func readMore() async throws(HTTPError) -> Bool {
        while true {
            switch channel.read({ decoder.feed($0) }) {
            case .bytes: return true
            case .end, .failed: return false
            case .wouldBlock:
                let isWithinRequest = decoder.hasPartialRequest
                let limit = isWithinRequest ? limits.requestTimeout : limits.idleTimeout
                switch await channel.readable(until: Reactor.shared.now + limit) {
                case .ready: continue
                case .timedOut where isWithinRequest:
                    throw HTTPError(
                        status: HTTPStatus(rawValue: 408),
                        message: "nothing more of the request came within \(limit.components.seconds) s")
                case .timedOut, .closed: return false
                }
            }
        }
    }

    /// True when the connection may serve another request.
    private func answer(_ request: HTTPRequest) async -> Bool {
        var terms = ResponseWriter.Terms()
        terms.omitsBody = request.method == .head
        terms.isHTTP10 = request.isHTTP10
        terms.keepsAlive = request.keepsAlive && phase == .busy
        var writer = ResponseWriter(channel, terms: terms, writeLimit: limits.writeTimeout)
        await handler.handle(request, &writer)
        writer.onHangUp(nil)
        return writer.allowsAnother
    }

    private func refuse(_ error: HTTPError) async {
        var terms = ResponseWriter.Terms()
        terms.keepsAlive = false
        var writer = ResponseWriter(channel, terms: terms, writeLimit: limits.writeTimeout)
        await writer.send(handler.response(to: error))
        await linger()
    }

    /// Reads on for a moment before closing: unread bytes would turn the close into a reset, and the client might
    /// never see the response (RFC 9112 section 9.6).
    private func linger() async {
        channel.finishWriting()
        let deadline = Reactor.shared.now + .seconds(1)
        while Reactor.shared.now < deadline {
            switch channel.read({ _ in }) {
            case .bytes: continue
            case .end, .failed: return
            case .wouldBlock: guard await channel.readable(until: deadline) == .ready else { return }
            }
        }
    }
}
