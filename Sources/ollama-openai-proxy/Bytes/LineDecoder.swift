/// Cuts a byte stream into lines at byte 0x0A.
///
/// An optional 0x0D before it is dropped and blank lines are skipped (Ollama's own client does both). A line that
/// lies whole inside one `feed` is handed on without a copy; only an unfinished tail is kept. A line longer than the
/// limit is an error: after it the decoder hands out nothing more.
struct LineDecoder: Sendable {
    enum Failure: Error, Equatable { case lineTooLong(limit: Int) }

    /// The longest line in bytes, without its end.
    let limit: Int
    private var partial: [UInt8] = []
    private var hasFailed = false

    /// Ollama's own client accepts lines of 8,000,000 bytes; tool calls that carry a file come in one line.
    init(limit: Int = 32 * 1024 * 1024) { self.limit = limit }

    mutating func feed(_ bytes: Span<UInt8>, _ line: (Span<UInt8>) -> Void) throws(Failure) {
        guard !hasFailed else { return }
        var start = 0
        while let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) {
            let piece = bytes.extracting(start..<end)
            start = end + 1
            if partial.isEmpty {
                guard piece.count <= limit else { throw fail() }
                Self.hand(piece, to: line)
            } else {
                try keep(piece)
                Self.hand(partial.span, to: line)
                partial.removeAll(keepingCapacity: partial.capacity <= 64 * 1024)
            }
        }
        if start < bytes.count { try keep(bytes.extracting(start...)) }
    }

    /// Hands on a last line that came without its end.
    mutating func finish(_ line: (Span<UInt8>) -> Void) {
        guard !hasFailed else { return }
        Self.hand(partial.span, to: line)
        partial = []
    }

    private mutating func keep(_ piece: Span<UInt8>) throws(Failure) {
        guard partial.count + piece.count <= limit else { throw fail() }
        piece.withUnsafeBufferPointer { partial.append(contentsOf: $0) }
    }

    private mutating func fail() -> Failure {
        hasFailed = true
        partial = []
        return .lineTooLong(limit: limit)
    }

    private static func hand(_ line: Span<UInt8>, to body: (Span<UInt8>) -> Void) {
        var end = line.count
        if end > 0, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if end > 0 { body(line.extracting(..<end)) }
    }
}
