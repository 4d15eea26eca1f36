/// A language that clients speak: its requests are read into the canonical form, its replies written from it.
///
/// Implementations hold only configuration; everything about one request is in the encoder they make.
protocol ClientDialect: Sendable {
    associatedtype Encoder: ReplyEventEncoder

    /// Reads and checks a request. Throws the client's mistake, with the parameter's name.
    func decode(_ body: RequestBody) throws(ChatError) -> ChatRequest

    /// For `isStreaming`: writes events as they come.
    func makeEncoder(for request: ChatRequest, reply: ReplyIdentity) -> Encoder

    /// For the other case: the whole of a reply that has finished.
    func encode(_ response: ChatResponse, for request: ChatRequest, reply: ReplyIdentity) -> HTTPResponse

    /// A failure before the first byte of a reply.
    func encode(_ error: ChatError) -> HTTPResponse

    /// Whether a streaming client understands this failure, though nothing was sent yet, only as the end of a stream.
    func tellsInStream(_ error: ChatError) -> Bool

    /// A stream begins with the size of the prompt.
    var countsPrompt: Bool { get }

    /// Whether reasoning is let through to this client although the operator strips it.
    ///
    /// - Parameter think: as the client asks for it.
    func wantsReasoning(_ think: ThinkLevel?) -> Bool
}

extension ClientDialect {
    /// - Parameter body: the request's, if it was read already.
    func decode(_ request: HTTPRequest, _ body: RequestBody? = nil) throws(ChatError) -> ChatRequest {
        var chat = if let body { try decode(body) } else { try decode(RequestBody(parsing: request.body)) }
        chat.size = request.body.count
        return chat
    }

    func tellsInStream(_ error: ChatError) -> Bool { false }

    var countsPrompt: Bool { false }

    func wantsReasoning(_ think: ThinkLevel?) -> Bool { false }
}

/// What marks every part of one reply as belonging together. Made once a request, by the exchange.
struct ReplyIdentity: Sendable {
    /// Random letters and digits, 24 or more; dialects put their prefix before it.
    let id: String
    /// Seconds since 1970.
    let created: Int
    /// About how many tokens the prompt has, where the dialect asks.
    var promptTokens = 0
    /// How long ago the request came. Encoders have no clock of their own.
    var elapsed: @Sendable () -> Duration = { .zero }
}

/// How far the writing of a stream is.
enum StreamProgress: Sendable {
    /// Nothing that opens the reply has been written.
    case silent
    case open
    /// The terminal event has been written.
    case ended
}

/// Writes the events of one reply as the bytes of a stream. A value machine: no clock, no I/O.
///
/// The events come in the grammar of `ReplyEvent`. After the end the bytes are complete: every dialect's end mark is
/// written with it. Nothing is written before the model says something that is passed on, so that until then a failure
/// can still be retried.
protocol ReplyEventEncoder: Sendable {
    /// The media type of the stream.
    static var contentType: StaticString { get }

    /// Text that is empty says something where it has log probabilities.
    static var writesLogprobs: Bool { get }

    var progress: StreamProgress { get set }

    /// Writes what stands before all that the model says.
    mutating func open(into bytes: inout ByteBuffer)

    /// Writes an event that says something. Behind a start, and before a failure, nothing may have been opened.
    mutating func write(_ event: ReplyEvent, into bytes: inout ByteBuffer)

    /// Bytes that say nothing new, to show that the stream lives; also opens a stream.
    mutating func keepAlive(into bytes: inout ByteBuffer)
}

extension ReplyEventEncoder {
    static var contentType: StaticString { "text/event-stream" }
    static var writesLogprobs: Bool { true }

    mutating func encode(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        switch event {
        case _ where progress == .ended: return
        case .reasoning(let text) where text.isEmpty: return
        case .text(let text, let logprobs) where text.isEmpty && (logprobs.isEmpty || !Self.writesLogprobs): return
        case .started, .end(.failed): break
        default: begin(into: &bytes)
        }
        write(event, into: &bytes)
        if case .end = event { progress = .ended }
    }

    mutating func begin(into bytes: inout ByteBuffer) {
        guard progress == .silent else { return }
        progress = .open
        open(into: &bytes)
    }
}

extension HTTPResponse {
    /// An error with its `Retry-After`, whatever it looks like in a dialect.
    static func failure(_ error: ChatError, status: Int? = nil, _ body: ByteBuffer) -> HTTPResponse {
        var response = HTTPResponse.json(HTTPStatus(rawValue: status ?? error.status), body)
        // Any other byte would make the field no field (RFC 9110 section 5.5).
        if let delay = error.retryAfter, delay.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) { response.fields.append("Retry-After", delay) }
        // The SDKs of OpenAI and Anthropic, and so Claude Code (2.1.329), do not try again then.
        if error.isFinal { response.fields.append("X-Should-Retry", "false") }
        return response
    }
}
