/// Writes one response to a client: whole, or a head, then pieces, then the end.
///
/// What is rarely called and suspends is not inlined: it would make the frame of every waiting stream larger.
///
/// It lives as long as the request is handled. What it writes goes out at once; while the client takes nothing, the
/// calling task is suspended, and so nothing more is read from upstream.
@EventLoop struct ResponseWriter: ~Copyable {
    /// What the request decides about the way its response is sent.
    struct Terms: Sendable {
        /// HEAD: the head alone.
        var omitsBody = false
        /// HTTP/1.0 knows no chunks.
        var isHTTP10 = false
        /// False: the connection closes after this response, and says so.
        var keepsAlive = true
    }

    private enum State {
        case awaitingHead
        case streaming(HTTPFraming)
        case ended
        case broken
    }

    private let channel: Channel
    private let terms: Terms
    private var fields = HTTPFields()
    private let writeLimit: Duration
    private var state = State.awaitingHead
    private var unsent = ByteBuffer()
    /// What the head said of the connection.
    private var keepsConnection = false
    /// The status sent; `nil` before the head.
    private(set) var status: HTTPStatus?
    /// When bytes were last handed to the socket.
    private(set) var lastWrite: LoopTime

    init(_ channel: Channel, terms: Terms, writeLimit: Duration) {
        self.channel = channel
        self.terms = terms
        self.writeLimit = writeLimit
        lastWrite = Reactor.shared.now
    }

    /// The head has been written; the status can no longer change.
    var hasBegun: Bool { status != nil }

    /// The client is gone or took nothing for too long; whatever is written is dropped.
    var isBroken: Bool { if case .broken = state { true } else { false } }

    /// Nobody reads what is written.
    var isClientGone: Bool { isBroken || channel.isHungUp }

    /// The response is complete and the connection may serve another.
    var allowsAnother: Bool { if case .ended = state { keepsConnection } else { false } }

    /// Who reads, by address.
    var peer: String { channel.peer }

    /// Calls `body` when the client goes away, right now if it already has. `nil` ends the watch.
    func onHangUp(_ body: (@EventLoop () -> Void)?) { channel.onHangUp(body) }

    /// A field that the response gets whatever it is.
    mutating func addField(_ name: String, _ value: String) { fields.append(name, value) }

    /// Sends a whole response.
    @inline(never) mutating func send(_ response: HTTPResponse) async {
        precondition(!hasBegun, "a response was already begun")
        let omitsBody = terms.omitsBody || response.status.isBodyless
        writeHead(response, framing: response.status.isBodyless ? .none : .length(response.body.count))
        if !omitsBody { response.body.withSpan { unsent.append($0) } }
        state = .ended
        await flush()
    }

    /// Begins a response whose length is not known, or one that can have no body. Nothing is sent before the next
    /// `write`.
    mutating func begin(_ response: HTTPResponse) {
        precondition(!hasBegun, "a response was already begun")
        let framing: HTTPFraming = response.status.isBodyless ? .none : terms.isHTTP10 ? .untilClose : .chunked
        writeHead(response, framing: framing)
        state = .streaming(framing)
    }

    /// Sends a piece of the body and empties the buffer.
    mutating func write(_ piece: inout ByteBuffer) async { if !writeNow(&piece) { await flush() } }

    /// Sends as much of a piece as the socket takes and empties the buffer. False: `flush` must follow, and suspends.
    /// It nearly never does, and a call that cannot suspend costs less.
    mutating func writeNow(_ piece: inout ByteBuffer) -> Bool {
        append(&piece)
        lastWrite = Reactor.shared.now
        guard !isBroken else { return true }
        guard let isWritten = channel.writeNow(&unsent) else {
            noteBroken()
            return true
        }
        return isWritten
    }

    /// Sends the last piece and the end of the body.
    @inline(never) mutating func end(_ piece: inout ByteBuffer) async {
        append(&piece)
        guard case .streaming(let framing) = state else { return }
        if case .chunked = framing, !terms.omitsBody { unsent.appendLastChunk() }
        state = .ended
        await flush()
    }

    /// Ends a body that cannot be ended honestly: the client sees a reset, and no end that looks like one.
    mutating func breakOff() {
        state = .broken
        channel.abort()
    }

    private mutating func append(_ piece: inout ByteBuffer) {
        defer { piece.removeAll() }
        guard case .streaming(let framing) = state, framing != .none, !piece.isEmpty, !terms.omitsBody else { return }
        piece.withSpan { if case .chunked = framing { unsent.appendChunk($0) } else { unsent.append($0) } }
    }

    private mutating func writeHead(_ response: HTTPResponse, framing: HTTPFraming) {
        var response = response
        response.fields.append("Date", HTTPDate.now)
        for field in fields.all { response.fields.append(field.name, field.value) }
        keepsConnection = terms.keepsAlive && framing != .untilClose
        if !keepsConnection {
            response.fields.append("Connection", "close")
        } else if terms.isHTTP10 {
            response.fields.append("Connection", "keep-alive")
        }
        response.encodeHead(into: &unsent, framing: framing)
        status = response.status
    }

    /// Waits until everything is sent.
    @inline(never) mutating func flush() async {
        lastWrite = Reactor.shared.now
        guard !isBroken, !unsent.isEmpty else { return }
        if await !channel.writeAll(&unsent, limit: writeLimit) { noteBroken() }
    }

    private mutating func noteBroken() {
        state = .broken
        unsent = ByteBuffer()
    }
}
