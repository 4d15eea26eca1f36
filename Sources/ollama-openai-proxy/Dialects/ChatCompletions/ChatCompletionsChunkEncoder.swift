/// Writes a streamed reply: `chat.completion.chunk` objects as server-sent events.
///
/// The shape is the one that LiteLLM's releases turn into correct Anthropic streams without exception: the role in a
/// chunk of its own, every tool call whole in a chunk of its own, the finish reason with an empty delta.
struct ChatCompletionsChunkEncoder: ReplyEventEncoder {
    /// Every chunk up to its choices, rendered once.
    private let opening: [UInt8]
    private let includesUsage: Bool
    var progress = StreamProgress.silent
    private var calls = 0

    init(for request: ChatRequest, reply: ReplyIdentity) {
        includesUsage = request.includesUsage
        var json = JSONWriter()
        json.beginObject()
        json.member("id", "chatcmpl-" + reply.id)
        json.member("object", "chat.completion.chunk")
        json.member("created", reply.created)
        json.member("model", request.model)
        json.member("system_fingerprint", "fp_ollama")
        json.name("choices")
        json.beginArray()
        opening = json.buffer.array
    }

    mutating func write(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        switch event {
        case .started: break
        case .reasoning(let text): append(text, as: "{\"reasoning_content\":\"", [], into: &bytes)
        case .text(let text, let logprobs): append(text, as: "{\"content\":\"", logprobs, into: &bytes)
        case .call(let call):
            append(call, into: &bytes)
            calls += 1
        case .end(.finished(let reason, let usage)): appendEnd(reason, usage, into: &bytes)
        case .end(.failed(let error)):
            bytes.beginEvent()
            bytes.append(OpenAIError.frame(of: error).array)
            bytes.endEvent()
        }
    }

    /// A comment: clients ignore it.
    func keepAlive(into bytes: inout ByteBuffer) { bytes.append(": keep-alive\n\n") }

    /// Writes the role.
    func open(into bytes: inout ByteBuffer) {
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
            bytes.append(",\"logprobs\":")
            bytes.append(JSONWriter.object(.choiceLogprobs(logprobs)).array)
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
            bytes.beginEvent()
            bytes.append(opening)
            bytes.append("],\"usage\":")
            bytes.append(JSONWriter.object(.chatUsage(usage)).array)
            bytes.append("}")
            bytes.endEvent()
        }
        bytes.append("data: [DONE]\n\n")
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
