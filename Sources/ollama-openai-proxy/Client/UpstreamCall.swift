/// One request to an upstream and its reply, read as it comes.
///
/// `send`, then `receive` until it returns `end`, then `finish`. `cancel` may be called at any moment, also while
/// another task waits in one of these: the connection is closed at once, which makes Ollama stop generating.
@EventLoop final class UpstreamCall {
    enum Reception: Sendable { case progress, silence, end }

    private let client: UpstreamClient
    private var state = State.idle
    /// What is sent, kept until an answer begins: a small body with its head, a large one apart, without a copy.
    private var request: [ByteBuffer] = []
    private var decoder: HTTPResponseDecoder
    private var early = ByteBuffer()
    /// What went wrong behind the bytes in `early`, in the same read.
    private var lateFailure: UpstreamFailure?

    private enum State {
        case idle
        case connecting(Dialer)
        /// `isFirstUse` is false for a kept-alive connection that has not yet said anything to this request.
        case open(Channel, isFirstUse: Bool)
        case cancelled
        case done
    }

    init(_ request: HTTPRequest, client: UpstreamClient) {
        self.client = client
        decoder = HTTPResponseDecoder(requestMethod: request.method, limits: client.limits.response)
        var head = ByteBuffer()
        request.encodeHead(into: &head)
        let isSmall = request.body.count <= 16 * 1024
        if isSmall { head.append(request.body) }
        self.request = isSmall ? [head] : [head, ByteBuffer(request.body)]
    }

    /// The reply's head, once it has come.
    var head: HTTPResponseHead? { decoder.head }

    /// A success has been answered.
    var isSuccess: Bool { decoder.head?.status.isSuccess ?? false }

    /// Sends the request over a kept-alive connection or a new one.
    @inline(never) func send() async throws(UpstreamFailure) {
        if case .cancelled = state { throw .cancelled }
        if let channel = client.takeIdle() {
            state = .open(channel, isFirstUse: false)
            if try await transmit(over: channel) { return }
        }
        try await sendOverNewConnection()
    }

    /// Waits for the next bytes of the reply and hands on those that belong to its body. `head` is set before the
    /// first of them.
    ///
    /// `silence` means that nothing came before the deadline; calling again goes on waiting.
    func receive(until deadline: LoopTime, _ body: (Span<UInt8>) -> Void) async throws(UpstreamFailure) -> Reception {
        while true {
            switch try receiveNow(body) {
            case .progress: return .progress
            case .end: return .end
            case .blocked(let channel):
                switch await channel.readable(until: deadline) {
                case .ready: continue
                case .timedOut: return .silence
                case .closed: throw .cancelled
                }
            case .lost: try await sendOverNewConnection()
            }
        }
    }

    private enum Step {
        case progress, end
        case blocked(Channel)
        /// A kept-alive connection that was closed before it said anything to this request.
        case lost
    }

    /// Takes what there is.
    private func receiveNow(_ body: (Span<UInt8>) -> Void) throws(UpstreamFailure) -> Step {
        if !early.isEmpty {
            early.withSpan(body)
            early = ByteBuffer()
            if !decoder.isComplete { return .progress }
        }
        if decoder.isComplete { return .end }
        if let lateFailure { throw lateFailure }
        guard case .open(let channel, let isFirstUse) = state else { throw .cancelled }
        var failure: HTTPError?
        let result = channel.read { bytes in do throws(HTTPError) { try decoder.feed(bytes, body) } catch { failure = error } }
        switch result {
        case .bytes:
            if !isFirstUse { state = .open(channel, isFirstUse: true) }
            if !request.isEmpty { request = [] }
            if let failure { throw breakOff("the upstream's reply is not HTTP: \(failure.message)") }
            return decoder.isComplete ? .end : .progress
        case .wouldBlock: return .blocked(channel)
        case .end, .failed:
            if !isFirstUse {
                channel.close()
                return .lost
            }
            do throws(HTTPError) {
                // Only an end in order is the end of a body that has no length.
                guard result == .end else { throw .badRequest("the connection broke") }
                try decoder.finish()
            } catch { throw breakOff("the upstream closed the connection before its reply was complete") }
            return .end
        }
    }

    /// Waits for the reply's head; `progress` means that `head` is there. Bytes of the body that came with it are
    /// kept for the next `receive`.
    @inline(never) func receiveHead(until deadline: LoopTime) async throws(UpstreamFailure) -> Reception {
        while decoder.head == nil {
            do throws(UpstreamFailure) {
                let reception = try await receive(until: deadline) { early.append($0) }
                if reception == .silence { return .silence }
            } catch {
                guard !early.isEmpty else { throw error }
                lateFailure = error
            }
        }
        return .progress
    }

    /// The whole rest of the body, or its first `limit` bytes; the connection is of no more use then.
    @inline(never) func collect(limit: Int, until deadline: LoopTime) async throws(UpstreamFailure) -> ByteBuffer {
        var body = ByteBuffer()
        while true {
            let reception = try await receive(until: deadline) { bytes in
                body.append(bytes.extracting(first: max(0, limit - body.count)))
            }
            if reception == .end || body.count >= limit { return body }
            if reception == .silence { throw breakOff("the upstream's reply did not end in time") }
        }
    }

    /// Gives the connection back for another request, if the reply ends soon; otherwise closes it.
    @inline(never) func finish() async {
        let deadline = Reactor.shared.now + client.limits.drainTimeout
        while !decoder.isComplete, Reactor.shared.now < deadline {
            guard let reception = try? await receive(until: deadline, { _ in }), reception == .progress else { break }
        }
        guard case .open(let channel, _) = state else { return }
        state = .done
        client.learn(from: channel)
        if decoder.isComplete, decoder.head?.keepsAlive == true { client.keep(channel) } else { channel.close() }
    }

    /// Closes the connection, unless the call is over and the connection no longer its own.
    func cancel() {
        switch state {
        case .connecting(let dialer): dialer.cancel()
        case .open(let channel, _): channel.close()
        case .done: return
        case .idle, .cancelled: break
        }
        state = .cancelled
    }

    private func sendOverNewConnection() async throws(UpstreamFailure) {
        let dialer = Dialer(client)
        state = .connecting(dialer)
        let channel = try await dialer.connect()
        if case .cancelled = state { throw .cancelled }
        state = .open(channel, isFirstUse: true)
        guard try await transmit(over: channel) else { throw breakOff("the upstream closed the connection while the request was sent") }
    }

    /// False when the connection broke; a reply that came before it broke can still be read.
    private func transmit(over channel: Channel) async throws(UpstreamFailure) -> Bool {
        var isSent = true
        for var part in request where isSent {
            isSent = await channel.writeAll(&part, limit: client.limits.idleTimeout, stopsAtHangUp: true)
        }
        if case .cancelled = state { throw .cancelled }
        if !isSent, channel.isHungUp, channel.isOpen { return true }
        if !isSent { channel.close() }
        return isSent
    }

    private func breakOff(_ reason: String) -> UpstreamFailure {
        cancel()
        return .broken(reason)
    }
}
