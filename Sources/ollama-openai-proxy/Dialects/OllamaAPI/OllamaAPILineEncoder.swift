/// Writes a streamed reply: one JSON object a line.
///
/// Nothing is written before the model says something that is passed on, so that until then a failure can still be
/// retried.
struct OllamaAPILineEncoder: ReplyEventEncoder {
    static let contentType: StaticString = "application/x-ndjson"

    private let writer: OllamaAPIReplyWriter
    private let elapsed: @Sendable () -> Duration
    private var calls = 0
    /// How long the model took to begin.
    private var prompt = Duration.zero
    private var hasEnded = false

    init(writer: OllamaAPIReplyWriter, elapsed: @escaping @Sendable () -> Duration) {
        self.writer = writer
        self.elapsed = elapsed
    }

    mutating func encode(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        guard !hasEnded else { return }
        switch event {
        case .started: prompt = elapsed()
        case .reasoning(let text):
            guard !text.isEmpty else { return }
            append(.init(thinking: text), to: &bytes)
        case .text(let text, let logprobs):
            guard !text.isEmpty || !logprobs.isEmpty else { return }
            append(.init(text: text, logprobs: logprobs), to: &bytes)
        case .call(let call):
            append(.init(calls: [call], firstIndex: calls), to: &bytes)
            calls += 1
        case .end(.finished(let reason, let usage)):
            let end = OllamaAPIReplyWriter.End(reason: reason.ollamaName, usage: usage, prompt: prompt, total: elapsed())
            append(.init(end: end), to: &bytes)
            hasEnded = true
        case .end(.failed(let error)):
            let start = bytes.count
            bytes.append(OllamaAPIDialect.body(of: error).array)
            bytes.endLine(from: start)
            hasEnded = true
        }
    }

    /// A message that says nothing: clients read every line as JSON, an empty one too.
    func keepAlive(into bytes: inout ByteBuffer) { append(.init(), to: &bytes) }

    private func append(_ part: OllamaAPIReplyWriter.Part, to bytes: inout ByteBuffer) {
        let start = bytes.count
        writer.write(part, into: &bytes)
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
