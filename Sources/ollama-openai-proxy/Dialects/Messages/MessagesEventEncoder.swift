/// Writes a streamed reply as Anthropic's events (API reference, "Streaming messages").
///
/// Blocks follow each other with contiguous indexes and never overlap.
struct MessagesEventEncoder: ReplyEventEncoder {
    static let writesLogprobs = false

    /// The block that takes deltas. Tool calls come whole and are never left open.
    private enum Block { case none, thinking, text }

    private let start: ByteBuffer
    var progress = StreamProgress.silent
    private var block = Block.none
    /// Of the open block, or of the next one.
    private var index = 0

    init(for request: ChatRequest, reply: ReplyIdentity) {
        let usage = Usage(promptTokens: reply.promptTokens, completionTokens: 0)
        let message = MessagesDialect.message(reply, model: request.model, [], nil, usage)
        start = JSONWriter.object(["type": "message_start", "message": message])
    }

    mutating func write(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        switch event {
        case .started: break
        case .reasoning(let text):
            open(.thinking, into: &bytes)
            append(text, as: "\"thinking_delta\",\"thinking\":\"", into: &bytes)
        case .text(let text, _):
            open(.text, into: &bytes)
            append(text, as: "\"text_delta\",\"text\":\"", into: &bytes)
        case .call(let call): append(call, into: &bytes)
        case .end(.finished(let reason, let usage)):
            close(into: &bytes)
            let (stop, usage) = (MessagesDialect.stop(reason), MessagesDialect.usage(usage))
            append("message_delta", JSONWriter.object(["type": "message_delta", "delta": stop, "usage": usage]), into: &bytes)
            append("message_stop", JSONWriter.object(["type": "message_stop"]), into: &bytes)
        case .end(.failed(let error)): append("error", MessagesError.body(of: error), into: &bytes)
        }
    }

    func open(into bytes: inout ByteBuffer) { append("message_start", start, into: &bytes) }

    /// SDKs leave pings out before they look at the order of events, so one may come first of all.
    func keepAlive(into bytes: inout ByteBuffer) { append("ping", JSONWriter.object(["type": "ping"]), into: &bytes) }

    // MARK: Blocks

    private mutating func open(_ kind: Block, into bytes: inout ByteBuffer) {
        guard block != kind else { return }
        close(into: &bytes)
        block = kind
        begin("content_block_start", into: &bytes)
        bytes.append(",\"content_block\":{\"type\":")
        bytes.append(kind == .text ? "\"text\",\"text\":\"\"}" : "\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
        end(into: &bytes)
    }

    private mutating func close(into bytes: inout ByteBuffer) {
        guard block != .none else { return }
        if block == .thinking { append(MessagesDialect.signature, as: "\"signature_delta\",\"signature\":\"", into: &bytes) }
        block = .none
        endBlock(into: &bytes)
    }

    private mutating func endBlock(into bytes: inout ByteBuffer) {
        begin("content_block_stop", into: &bytes)
        end(into: &bytes)
        index += 1
    }

    /// A whole call: its block is opened, filled by one delta and closed.
    private mutating func append(_ call: ToolCall, into bytes: inout ByteBuffer) {
        close(into: &bytes)
        begin("content_block_start", into: &bytes)
        bytes.append(",\"content_block\":")
        bytes.append(JSONWriter.object(MessagesDialect.toolUse(call, input: "{}")).array)
        end(into: &bytes)
        append(call.arguments, as: "\"input_json_delta\",\"partial_json\":\"", into: &bytes)
        endBlock(into: &bytes)
    }

    /// The hot path: appends bytes and allocates nothing.
    private func append(_ text: String, as delta: StaticString, into bytes: inout ByteBuffer) {
        begin("content_block_delta", into: &bytes)
        bytes.append(",\"delta\":{\"type\":")
        bytes.append(delta)
        bytes.appendEscaped(text)
        bytes.append("\"}")
        end(into: &bytes)
    }

    // MARK: Events

    /// Appends a whole event.
    private func append(_ name: StaticString, _ data: ByteBuffer, into bytes: inout ByteBuffer) {
        bytes.beginEvent(name)
        bytes.append(data.array)
        bytes.endEvent()
    }

    /// Opens an event of a block, up to its index; `end` ends it.
    private func begin(_ name: StaticString, into bytes: inout ByteBuffer) {
        bytes.beginEvent(name)
        bytes.append("{\"type\":\"")
        bytes.append(name)
        bytes.append("\",\"index\":")
        bytes.append(decimal: index)
    }

    private func end(into bytes: inout ByteBuffer) {
        bytes.append("}")
        bytes.endEvent()
    }
}
