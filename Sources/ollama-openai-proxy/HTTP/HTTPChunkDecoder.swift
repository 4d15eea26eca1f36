/// Takes the chunked coding apart (RFC 9112 section 7.1).
///
/// Chunk extensions and trailer fields are checked and skipped. White space around a size, signs, prefixes and bare
/// line feeds are errors: readers that forgive them are what request smuggling lives on.
struct HTTPChunkDecoder: Sendable {
    private enum State: Equatable {
        /// Before the first digit of a size, and after one.
        case sizeStart
        case size(Int)
        case chunkExtension(size: Int)
        /// Before the LF after a size, inside the chunk, then before the CR and the LF after the chunk.
        case sizeEnd(Int)
        case data(left: Int)
        case dataEnd
        case dataLineFeed
        /// At the start of a trailer line, in its name, in its value, before its LF.
        case trailer
        case trailerName
        case trailerValue
        case trailerLineFeed
        /// Before the LF of the blank line.
        case lastLineFeed
        case complete
    }

    /// The longest chunk line, and the longest trailer section [400].
    private let lineLimit: Int
    /// What may still come as chunk data [413].
    private var allowance: Int
    private var state = State.sizeStart
    private var lineBytes = 0

    init(lineLimit: Int, bodyLimit: Int) {
        self.lineLimit = lineLimit
        allowance = bodyLimit
    }

    var isComplete: Bool { state == .complete }

    /// Hands out the data in `bytes` without a copy, and returns how many bytes belonged to this body.
    mutating func feed(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) throws(HTTPError) -> Int {
        var next = 0
        while next < bytes.count {
            switch state {
            case .complete: return next
            case .data(let left):
                let end = next + min(left, bytes.count - next)
                body(bytes.extracting(next..<end))
                state = end - next == left ? .dataEnd : .data(left: left - (end - next))
                next = end
            default:
                state = try state(after: bytes[next])
                next += 1
            }
        }
        return next
    }

    private mutating func state(after byte: UInt8) throws(HTTPError) -> State {
        lineBytes += 1
        guard lineBytes <= lineLimit else { throw .badRequest("a chunk line or the trailer section is too long") }
        switch state {
        case .sizeStart, .size, .chunkExtension, .sizeEnd: return try stateInChunkLine(after: byte)
        case .trailer, .trailerName, .trailerValue: return try stateInTrailer(after: byte)
        case .dataEnd where byte == .carriageReturn: return .dataLineFeed
        case .dataLineFeed where byte == .lineFeed:
            lineBytes = 0
            return .sizeStart
        case .trailerLineFeed where byte == .lineFeed: return .trailer
        case .lastLineFeed where byte == .lineFeed: return .complete
        case .dataEnd, .dataLineFeed: throw .badRequest("a chunk is longer than its size")
        case .trailerLineFeed, .lastLineFeed, .data, .complete: throw .badRequest("a trailer line does not end with CRLF")
        }
    }

    private mutating func stateInChunkLine(after byte: UInt8) throws(HTTPError) -> State {
        switch (state, byte) {
        case (.size(let size), .carriageReturn), (.chunkExtension(let size), .carriageReturn): return .sizeEnd(size)
        case (.size(let size), UInt8(ascii: ";")): return .chunkExtension(size: size)
        case (.chunkExtension, _) where byte.isHTTPText: return state
        case (.sizeEnd(let size), .lineFeed):
            guard size <= allowance else { throw HTTPError(status: 413, message: "the body is too large") }
            allowance -= size
            lineBytes = 0
            return size == 0 ? .trailer : .data(left: size)
        case (.sizeStart, _): return .size(try Self.size(0, then: byte))
        case (.size(let size), _): return .size(try Self.size(size, then: byte))
        default: throw .badRequest("a chunk line does not end with CRLF")
        }
    }

    private static func size(_ size: Int, then byte: UInt8) throws(HTTPError) -> Int {
        guard let digit = byte.hexDigitValue else { throw .badRequest("a chunk size is not a hexadecimal number") }
        guard size <= Int.max >> 4 else { throw .badRequest("a chunk size is too large") }
        return size << 4 | digit
    }

    private func stateInTrailer(after byte: UInt8) throws(HTTPError) -> State {
        switch state {
        case .trailer where byte == .carriageReturn: return .lastLineFeed
        case .trailer where byte.isHTTPToken, .trailerName where byte.isHTTPToken: return .trailerName
        case .trailerName where byte == UInt8(ascii: ":"): return .trailerValue
        case .trailerValue where byte == .carriageReturn: return .trailerLineFeed
        case .trailerValue where byte.isHTTPText: return .trailerValue
        default: throw .badRequest("a trailer field is not valid")
        }
    }
}
