/// Gathers whole requests from the bytes of one client connection (RFC 9112).
///
/// Call `feed` with what was read, then `next` until it returns nil. Requests that were sent ahead stay in the buffer
/// until asked for; so as not to let it grow, read no more while a request is being served.
struct HTTPRequestDecoder: Sendable {
    enum Event: Equatable, Sendable {
        /// The head is whole; given once a request, before anything of its body is taken.
        case head(HTTPRequest)
        /// The client waits for a 100 before it sends the body; given at most once a request, and before it.
        case expectsContinue
        case request(HTTPRequest)
    }

    private let limits: HTTPLimits
    private var buffer = ByteBuffer()
    private var scanner = HTTPHeadScanner()
    private var hasSkippedBlankLine = false
    /// `nil` while a head is awaited.
    private var gatherer: HTTPRequestGatherer?
    private var failure: HTTPError?
    private var failedTarget: String?

    init(limits: HTTPLimits = .standard) { self.limits = limits }

    /// True when some bytes of a request have come that `next` has not returned: when a time-out deserves a 408.
    var hasPartialRequest: Bool { failure == nil && (gatherer != nil || !buffer.isEmpty) }

    /// What the first line of a head asks for that is not whole, or not one; `nil` when that line does not tell.
    var target: String? { failedTarget ?? buffer.withSpan { HTTPHeadParser.target(in: $0) } }

    /// How much of a body has come, and how much it will be (`nil`: it is chunked); `nil` while a head is awaited.
    var body: (received: Int, length: Int?)? { gatherer.map { ($0.request.body.count, $0.length) } }

    /// After `head`: how the request shall come out. One whose body is not kept comes out at once, and ends the connection
    /// if some of it is still to come.
    mutating func proceed(with head: HTTPRequest, body use: HTTPRequestGatherer.BodyUse) {
        gatherer?.request = head
        gatherer?.use = use
    }

    /// Gives up the request whose body is awaited, or has turned out to be none; returns its head, if that has come.
    mutating func abandon() -> HTTPRequest? {
        defer { gatherer = nil }
        gatherer?.request.body = []
        return gatherer?.request
    }

    mutating func feed(_ bytes: Span<UInt8>) { if failure == nil { buffer.append(bytes) } }

    /// The next event; `nil` when more bytes are needed. After an error every call throws that error again.
    mutating func next() throws(HTTPError) -> Event? {
        if let failure { throw failure }
        do throws(HTTPError) { return try advance() } catch {
            failure = error
            failedTarget = gatherer == nil ? target : nil
            buffer = ByteBuffer()
            throw error
        }
    }

    private mutating func advance() throws(HTTPError) -> Event? {
        if gatherer == nil {
            try readHead()
            return gatherer.map { .head($0.request) }
        }
        try gatherer?.take(from: &buffer, limits: limits)
        if let request = gatherer?.completeRequest {
            gatherer = nil
            // The next request is a while away: until the reply to this one has ended.
            if buffer.isEmpty { buffer = ByteBuffer() }
            return .request(request)
        }
        return gatherer?.takeExpectation() == true ? .expectsContinue : nil
    }

    private mutating func readHead() throws(HTTPError) {
        guard isPastBlankLine(), let request = try scanner.take(from: &buffer, limits, HTTPHeadParser.request) else { return }
        gatherer = HTTPRequestGatherer(request: request)
        hasSkippedBlankLine = false
    }

    /// RFC 9112 section 2.2: one empty line before a request is skipped; some clients send it after a body.
    private mutating func isPastBlankLine() -> Bool {
        guard !hasSkippedBlankLine, buffer.withSpan({ !$0.isEmpty && $0[0] == .carriageReturn }) else { return true }
        guard buffer.count > 1 else { return false }
        if buffer.withSpan({ $0[1] == .lineFeed }) {
            buffer.consume(2)
            hasSkippedBlankLine = true
        }
        return true
    }
}
