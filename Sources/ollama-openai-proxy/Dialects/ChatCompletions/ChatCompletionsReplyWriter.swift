/// Writes a whole reply: the `chat.completion` object of a request that did not ask to stream.
struct ChatCompletionsReplyWriter {
    let passesReasoning: Bool
    private(set) var json = JSONWriter()

    init(passesReasoning: Bool) {
        self.passesReasoning = passesReasoning
    }

    mutating func write(
        _ response: ChatResponse, finishReason: FinishReason, usage: Usage?, model: String, reply: ReplyIdentity
    ) {
        json = JSONWriter(reserving: response.text.utf8.count + 1024)
        json.beginObject()
        json.name("id")
        json.string("chatcmpl-" + reply.id)
        json.name("object")
        json.string("chat.completion")
        json.name("created")
        json.integer(reply.created)
        json.name("model")
        json.string(model)
        json.name("system_fingerprint")
        json.string("fp_ollama")
        json.name("choices")
        json.beginArray()
        writeChoice(response, finishReason)
        json.endArray()
        json.name("usage")
        json.writeChatUsage(usage)
        json.endObject()
    }

    private mutating func writeChoice(_ response: ChatResponse, _ finishReason: FinishReason) {
        json.beginObject()
        json.name("index")
        json.integer(0)
        json.name("message")
        writeMessage(response)
        json.name("logprobs")
        if response.logprobs.isEmpty { json.null() } else { json.writeChoiceLogprobs(response.logprobs) }
        json.name("finish_reason")
        json.string(finishReason.chatCompletionsName)
        json.endObject()
    }

    private mutating func writeMessage(_ response: ChatResponse) {
        json.beginObject()
        json.name("role")
        json.string("assistant")
        json.name("content")
        // OpenAI: null when there are only calls.
        if response.text.isEmpty, !response.toolCalls.isEmpty { json.null() } else { json.string(response.text) }
        if passesReasoning, !response.reasoning.isEmpty {
            json.name("reasoning_content")
            json.string(response.reasoning)
        }
        if !response.toolCalls.isEmpty {
            json.name("tool_calls")
            json.beginArray()
            for call in response.toolCalls { json.write(call, index: nil) }
            json.endArray()
        }
        json.endObject()
    }
}
