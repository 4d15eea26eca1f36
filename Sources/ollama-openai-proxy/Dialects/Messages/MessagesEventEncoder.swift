/// Writes a streamed reply as Anthropic's events (API reference, "Streaming messages").
///
/// Blocks follow each other with contiguous indexes and never overlap. Nothing is written before the model says
/// something that is passed on, so that until then a failure can still be retried.
struct MessagesEventEncoder: ReplyEventEncoder {
    static let contentType: StaticString = "text/event-stream"

    /// The block that takes deltas. Tool calls come whole and are never left open.
    private enum Open { case none, thinking, text }

    private let start: [UInt8]
    private var progress = StreamProgress.silent
    private var open = Open.none
    /// Of the open block, or of the next one.
    private var index = 0

    init(for request: ChatRequest, reply: ReplyIdentity) {
        start =
            JSONWriter.object { json in
                json.member("type", "message_start")
                json.object("message") { json in
                    let usage = Usage(promptTokens: reply.promptTokens, completionTokens: 0)
                    json.writeMessageObject(reply, model: request.model, nil, usage) { _ in }
                }
            }.array
    }

    mutating func encode(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        guard progress != .ended else { return }
        switch event {
        case .started: break
        case .reasoning(let text):
            guard !text.isEmpty else { return }
            open(.thinking, into: &bytes)
            append(text, as: "\"thinking_delta\",\"thinking\":\"", into: &bytes)
        case .text(let text, _):
            guard !text.isEmpty else { return }
            open(.text, into: &bytes)
            append(text, as: "\"text_delta\",\"text\":\"", into: &bytes)
        case .call(let call): append(call, into: &bytes)
        case .end(.finished(let reason, let usage)):
            beginReply(into: &bytes)
            close(into: &bytes)
            appendEnd(reason, usage, into: &bytes)
            progress = .ended
        case .end(.failed(let error)):
            append("error", MessagesError.body(of: error).array, into: &bytes)
            progress = .ended
        }
    }

    /// SDKs leave pings out before they look at the order of events, so one may come first of all.
    func keepAlive(into bytes: inout ByteBuffer) {
        bytes.beginEvent("ping")
        bytes.append("{\"type\":\"ping\"}")
        bytes.endEvent()
    }

    // MARK: Blocks

    /// Writes `message_start`, once.
    private mutating func beginReply(into bytes: inout ByteBuffer) {
        guard progress == .silent else { return }
        progress = .open
        append("message_start", start, into: &bytes)
    }

    private mutating func open(_ kind: Open, into bytes: inout ByteBuffer) {
        guard open != kind else { return }
        beginReply(into: &bytes)
        close(into: &bytes)
        open = kind
        begin("content_block_start", into: &bytes)
        bytes.append(",\"content_block\":{\"type\":")
        bytes.append(kind == .text ? "\"text\",\"text\":\"\"}" : "\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
        end(into: &bytes)
    }

    private mutating func close(into bytes: inout ByteBuffer) {
        guard open != .none else { return }
        if open == .thinking { append(MessagesDialect.signature, as: "\"signature_delta\",\"signature\":\"", into: &bytes) }
        open = .none
        endBlock(into: &bytes)
    }

    private mutating func endBlock(into bytes: inout ByteBuffer) {
        begin("content_block_stop", into: &bytes)
        end(into: &bytes)
        index += 1
    }

    /// A whole call: its block is opened, filled by one delta and closed.
    private mutating func append(_ call: ToolCall, into bytes: inout ByteBuffer) {
        beginReply(into: &bytes)
        close(into: &bytes)
        var json = JSONWriter()
        json.writeToolUse(ToolCall(id: call.id, name: call.name, arguments: "{}"))
        begin("content_block_start", into: &bytes)
        bytes.append(",\"content_block\":")
        bytes.append(json.buffer.array)
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

    private func appendEnd(_ reason: FinishReason, _ usage: Usage?, into bytes: inout ByteBuffer) {
        let delta = JSONWriter.object { json in
            json.member("type", "message_delta")
            json.object("delta") { json in json.writeStop(reason) }
            json.writeUsage(usage)
        }
        append("message_delta", delta.array, into: &bytes)
        append("message_stop", JSONWriter.object { json in json.member("type", "message_stop") }.array, into: &bytes)
    }

    // MARK: Events

    /// Appends a whole event.
    private func append(_ name: StaticString, _ data: [UInt8], into bytes: inout ByteBuffer) {
        bytes.beginEvent(name)
        bytes.append(data)
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
