/// Cuts one body out of the bytes that follow a head (RFC 9112 section 6).
struct HTTPBodyDecoder: Sendable {
    private enum State {
        case length(left: Int)
        case chunked(HTTPChunkDecoder)
        case untilClose
        case complete
    }

    private var state: State

    /// `limits.bodyBytes` holds for a length that is declared [413] and for chunks, not for a body until close.
    init(_ framing: HTTPFraming, limits: HTTPLimits) throws(HTTPError) {
        switch framing {
        case .none, .length(0): state = .complete
        case .length(let length):
            guard length <= limits.bodyBytes else { throw HTTPError(status: 413, message: "the body is too large") }
            state = .length(left: length)
        case .chunked: state = .chunked(HTTPChunkDecoder(lineLimit: limits.chunkLineBytes, bodyLimit: limits.bodyBytes))
        case .untilClose: state = .untilClose
        }
    }

    var isComplete: Bool { if case .complete = state { true } else { false } }

    /// Hands out the pieces of the body in `bytes` without a copy, and returns how many bytes belonged to it.
    ///
    /// The others are of the next message. After an error it must not be asked again.
    mutating func feed(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) throws(HTTPError) -> Int {
        switch state {
        case .complete: return 0
        case .untilClose:
            if !bytes.isEmpty { body(bytes) }
            return bytes.count
        case .length(let left):
            let count = min(left, bytes.count)
            if count > 0 { body(bytes.extracting(..<count)) }
            state = count == left ? .complete : .length(left: left - count)
            return count
        case .chunked(var chunks):
            let count = try chunks.feed(bytes, body)
            state = chunks.isComplete ? .complete : .chunked(chunks)
            return count
        }
    }

    /// The connection has ended: the end of a body until close, and an error in the middle of any other.
    mutating func finish() throws(HTTPError) {
        switch state {
        case .complete, .untilClose: state = .complete
        case .length, .chunked: throw .badRequest("the connection was closed in the middle of the body")
        }
    }
}
