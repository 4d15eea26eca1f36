/// Writes a streamed reply: `chat.completion.chunk` objects as server-sent events.
///
/// The shape is the one that LiteLLM's releases turn into correct Anthropic streams without exception: the role in a
/// chunk of its own, every tool call whole in a chunk of its own, the finish reason with an empty delta. Nothing is
/// written before the model says something that is passed on, so that until then a failure can still be retried.
struct ChatCompletionsChunkEncoder: ReplyEventEncoder {
    static let contentType: StaticString = "text/event-stream"

    /// Every chunk up to its choices, rendered once.
    private let opening: [UInt8]
    private let includesUsage: Bool
    private var progress = StreamProgress.silent
    private var calls = 0

    init(for request: ChatRequest, reply: ReplyIdentity) {
        includesUsage = request.includesUsage
        var opening = ByteBuffer()
        opening.append("{\"id\":\"chatcmpl-")
        opening.appendEscaped(reply.id)
        opening.append("\",\"object\":\"chat.completion.chunk\",\"created\":")
        opening.append(decimal: reply.created)
        opening.append(",\"model\":\"")
        opening.appendEscaped(request.model)
        opening.append("\",\"system_fingerprint\":\"fp_ollama\",\"choices\":[")
        self.opening = opening.array
    }

    mutating func encode(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        guard progress != .ended else { return }
        switch event {
        case .started: break
        case .reasoning(let text):
            guard !text.isEmpty else { return }
            begin(into: &bytes)
            append(text, as: "{\"reasoning_content\":\"", [], into: &bytes)
        case .text(let text, let logprobs):
            guard !text.isEmpty || !logprobs.isEmpty else { return }
            begin(into: &bytes)
            append(text, as: "{\"content\":\"", logprobs, into: &bytes)
        case .call(let call):
            begin(into: &bytes)
            append(call, into: &bytes)
            calls += 1
        case .end(.finished(let reason, let usage)):
            begin(into: &bytes)
            appendEnd(reason, usage, into: &bytes)
            progress = .ended
        case .end(.failed(let error)):
            bytes.beginEvent()
            bytes.append(OpenAIError.frame(of: error).array)
            bytes.endEvent()
            progress = .ended
        }
    }

    /// A comment: clients ignore it.
    func keepAlive(into bytes: inout ByteBuffer) { bytes.append(": keep-alive\n\n") }

    /// Writes the role, once.
    private mutating func begin(into bytes: inout ByteBuffer) {
        guard progress == .silent else { return }
        progress = .open
        beginDelta(into: &bytes)
        bytes.append("{\"role\":\"assistant\",\"content\":\"\"}")
        endDelta(into: &bytes)
    }

    /// The hot path: appends bytes and allocates nothing.
    private func append(_ text: String, as member: StaticString, _ logprobs: [TokenLogprob], into bytes: inout ByteBuffer) {
        beginDelta(into: &bytes)
        bytes.append(member)
        bytes.appendEscaped(text)
        bytes.append("\"}")
        if !logprobs.isEmpty {
            var json = JSONWriter()
            json.writeChoiceLogprobs(logprobs)
            bytes.append(",\"logprobs\":")
            bytes.append(json.buffer.array)
        }
        endDelta(into: &bytes)
    }

    private func append(_ call: ToolCall, into bytes: inout ByteBuffer) {
        var json = JSONWriter(reserving: call.arguments.utf8.count + 256)
        json.write(call, index: calls)
        beginDelta(into: &bytes)
        bytes.append("{\"tool_calls\":[")
        bytes.append(json.buffer.array)
        bytes.append("]}")
        endDelta(into: &bytes)
    }

    private func appendEnd(_ reason: FinishReason, _ usage: Usage?, into bytes: inout ByteBuffer) {
        beginDelta(into: &bytes)
        bytes.append("{},\"finish_reason\":\"")
        bytes.appendEscaped(reason.chatCompletionsName)
        bytes.append("\"}]}")
        bytes.endEvent()
        if includesUsage {
            var json = JSONWriter()
            json.writeChatUsage(usage)
            bytes.beginEvent()
            bytes.append(opening)
            bytes.append("],")
            bytes.append(json.buffer.array)
            bytes.append("}")
            bytes.endEvent()
        }
        bytes.beginEvent()
        bytes.append("[DONE]")
        bytes.endEvent()
    }

    private func beginDelta(into bytes: inout ByteBuffer) {
        bytes.beginEvent()
        bytes.append(opening)
        bytes.append("{\"index\":0,\"delta\":")
    }

    private func endDelta(into bytes: inout ByteBuffer) {
        bytes.append(",\"finish_reason\":null}]}")
        bytes.endEvent()
    }
}
