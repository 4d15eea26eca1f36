/// Writes a whole reply: the `message` object of a request that did not ask to stream.
struct MessagesReplyWriter {
    /// Fills the place of the signature that only Anthropic can make. Clients that find none leave the thinking out
    /// when they give the conversation back.
    static let signature = "unsigned"

    let passesReasoning: Bool
    private(set) var json = JSONWriter()

    init(passesReasoning: Bool) {
        self.passesReasoning = passesReasoning
    }

    mutating func write(
        _ response: ChatResponse, finishReason: FinishReason, usage: Usage?, model: String, reply: ReplyIdentity
    ) {
        json = JSONWriter(reserving: response.text.utf8.count + 1024)
        json.beginMessage(reply, model: model)
        json.name("content")
        json.beginArray()
        if passesReasoning, !response.reasoning.isEmpty {
            beginBlock("thinking")
            json.name("thinking")
            json.string(response.reasoning)
            json.name("signature")
            json.string(Self.signature)
            json.endObject()
        }
        if !response.text.isEmpty {
            beginBlock("text")
            json.name("text")
            json.string(response.text)
            json.endObject()
        }
        for call in response.toolCalls { json.write(call) }
        json.endArray()
        json.writeStop(finishReason)
        json.writeUsage(usage)
        json.endObject()
    }

    private mutating func beginBlock(_ type: String) {
        json.beginObject()
        json.name("type")
        json.string(type)
    }
}

/// The parts that whole replies and events have in common.
extension JSONWriter {
    /// Opens a `message` object, up to its content.
    mutating func beginMessage(_ reply: ReplyIdentity, model: String) {
        beginObject()
        name("id")
        string("msg_" + reply.id)
        name("type")
        string("message")
        name("role")
        string("assistant")
        name("model")
        string(model)
    }

    /// A `tool_use` block.
    mutating func write(_ call: ToolCall) {
        beginObject()
        name("type")
        string("tool_use")
        name("id")
        string(call.id)
        name("name")
        string(call.name)
        name("input")
        raw(text: call.arguments)
        endObject()
    }

    /// Ollama does not say whether a stop sequence ended a reply, so none is named.
    mutating func writeStop(_ reason: FinishReason?) {
        name("stop_reason")
        switch reason {
        case .stop: string("end_turn")
        case .length: string("max_tokens")
        case .toolCalls: string("tool_use")
        case .contentFilter: string("refusal")
        case nil: null()
        }
        name("stop_sequence")
        null()
    }

    /// The member `usage`. Anthropic's `input_tokens` are only those that were not read from the cache.
    mutating func writeUsage(_ usage: Usage?) {
        let cached = usage?.cachedTokens ?? 0
        name("usage")
        beginObject()
        name("input_tokens")
        integer(max(0, (usage?.promptTokens ?? 0) &- cached))
        name("cache_creation_input_tokens")
        integer(0)
        name("cache_read_input_tokens")
        integer(cached)
        name("output_tokens")
        integer(usage?.completionTokens ?? 0)
        if let thought = usage?.reasoningTokens {
            name("output_tokens_details")
            beginObject()
            name("thinking_tokens")
            integer(thought)
            endObject()
        }
        endObject()
    }
}
