/// Reads the one response to one request from an upstream connection (RFC 9112).
///
/// Informational responses are skipped. Every error carries status 502; after one every call throws it again.
struct HTTPResponseDecoder: Sendable {
    private let requestMethod: HTTPMethod
    private var limits: HTTPLimits
    private var buffer = ByteBuffer()
    private var scanner = HTTPHeadScanner()
    /// `nil` while the head is awaited.
    private var bodyDecoder: HTTPBodyDecoder?
    private var failure: HTTPError?
    private var informational = 0

    /// The head of the final response; `nil` until it is complete.
    private(set) var head: HTTPResponseHead?

    /// The body is handed on and not gathered, so `limits.bodyBytes` does not hold for it.
    init(requestMethod: HTTPMethod, limits: HTTPLimits = .standard) {
        self.requestMethod = requestMethod
        self.limits = limits
        self.limits.bodyBytes = .max
    }

    /// True when the whole response has come; if its head keeps the connection alive, that can be used again.
    var isComplete: Bool { bodyDecoder?.isComplete ?? false }

    /// Hands out the pieces of the body in `bytes`, without a copy once the head is complete.
    ///
    /// Bytes behind the end of the response are an error, thrown after the last piece was handed out.
    mutating func feed(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) throws(HTTPError) {
        if let failure { throw failure }
        do throws(HTTPError) {
            if bodyDecoder != nil { return try feedBody(bytes, body) }
            buffer.append(bytes)
            while bodyDecoder == nil { guard try readHead() else { return } }
            let rest = buffer
            buffer = ByteBuffer()
            try rest.withSpan { bytes throws(HTTPError) in try feedBody(bytes, body) }
        } catch { throw fail(error) }
    }

    /// The connection has ended: the end of a body until close, and an error before any other end.
    mutating func finish() throws(HTTPError) {
        if let failure { throw failure }
        do throws(HTTPError) {
            guard bodyDecoder != nil else { throw .badRequest("the connection was closed before the end of the head") }
            try bodyDecoder?.finish()
        } catch { throw fail(error) }
    }

    /// Reads one head, which may be one of those to be skipped; false when more bytes are needed.
    private mutating func readHead() throws(HTTPError) -> Bool {
        guard let head = try scanner.take(from: &buffer, limits, HTTPHeadParser.response) else { return false }
        guard head.status != 101 else { throw .badRequest("nobody asked for another protocol") }
        guard head.status.isInformational else {
            try begin(head)
            return true
        }
        // As many as come would keep a call alive for ever.
        informational += 1
        guard informational <= 1000 else { throw .badRequest("more than 1000 responses announce another one") }
        return true
    }

    private mutating func begin(_ head: HTTPResponseHead) throws(HTTPError) {
        let framing = try HTTPFraming(of: head, to: requestMethod)
        bodyDecoder = try HTTPBodyDecoder(framing, limits: limits)
        self.head = head
        if framing == .untilClose { self.head?.keepsAlive = false }
    }

    private mutating func feedBody(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) throws(HTTPError) {
        let count = try bodyDecoder?.feed(bytes, body)
        guard count == bytes.count else { throw .badRequest("bytes follow the end of the response") }
    }

    private mutating func fail(_ error: HTTPError) -> HTTPError {
        // The same failure seen from the other side.
        let error = HTTPError(status: .badGateway, message: "upstream sent a bad response: \(error.message)")
        failure = error
        buffer = ByteBuffer()
        return error
    }
}
