/// Writes a streamed reply: one JSON object a line, the fold of one event.
struct OllamaAPILineEncoder: ReplyEventEncoder {
    static let contentType: StaticString = "application/x-ndjson"

    private let writer: OllamaAPIReplyWriter
    private let elapsed: @Sendable () -> Duration
    var progress = StreamProgress.silent
    private var calls = 0
    /// How long the model took to begin.
    private var prompt = Duration.zero

    init(writer: OllamaAPIReplyWriter, elapsed: @escaping @Sendable () -> Duration) {
        self.writer = writer
        self.elapsed = elapsed
    }

    func open(into bytes: inout ByteBuffer) {}

    mutating func write(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        let start = bytes.count
        var part = ChatResponse()
        part.fold(event)
        switch event {
        case .started:
            prompt = elapsed()
            return
        case .end(.finished): writer.write(part, .init(prompt: prompt, total: elapsed()), into: &bytes)
        case .end(.failed(let error)): bytes.append(OllamaAPIDialect.body(of: error).array)
        case .reasoning, .text, .call: writer.write(part, firstCall: calls, into: &bytes)
        }
        bytes.endLine(from: start)
        calls += part.toolCalls.count
    }

    /// A message that says nothing: clients read every line as JSON, an empty one too.
    func keepAlive(into bytes: inout ByteBuffer) {
        let start = bytes.count
        writer.write(ChatResponse(), into: &bytes)
        bytes.endLine(from: start)
    }
}

extension ByteBuffer {
    /// Makes the JSON text that begins at `start` one line, for every client's idea of a line, and ends it.
    ///
    /// Breaks can stand between the values of a call's arguments. httpx, on which Ollama's Python SDK is built, takes
    /// U+0085, U+2028 and U+2029 for line ends too (0.28.1, as `str.splitlines`): they are escaped.
    fileprivate mutating func endLine(from start: Int) {
        if withSpan({ $0.extracting(start...).hasLineEnd }) {
            let json = withSpan { $0.extracting(start...).text }
            truncate(to: start)
            for scalar in json.unicodeScalars {
                switch scalar {
                case "\n", "\r": append(" ")
                case "\u{85}": append("\\u0085")
                case "\u{2028}": append("\\u2028")
                case "\u{2029}": append("\\u2029")
                default: append(text: String(scalar))
                }
            }
        }
        append("\n")
    }
}

extension Span<UInt8> {
    fileprivate var hasLineEnd: Bool {
        for at in indices {
            switch self[at] {
            case 0x0A, 0x0D: return true
            case 0x85 where at > 0 && self[at - 1] == 0xC2: return true
            case 0xA8, 0xA9: if at > 1, self[at - 1] == 0x80, self[at - 2] == 0xE2 { return true }
            default: break
            }
        }
        return false
    }
}
