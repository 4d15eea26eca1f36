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
            json.member("thinking", response.reasoning)
            json.member("signature", Self.signature)
            json.endObject()
        }
        if !response.text.isEmpty {
            beginBlock("text")
            json.member("text", response.text)
            json.endObject()
        }
        for call in response.toolCalls { json.writeToolUse(call) }
        json.endArray()
        json.writeStop(finishReason)
        json.writeUsage(usage)
        json.endObject()
    }

    private mutating func beginBlock(_ type: String) {
        json.beginObject()
        json.member("type", type)
    }
}

/// The parts that whole replies and events have in common.
extension JSONWriter {
    /// Opens a `message` object, up to its content.
    mutating func beginMessage(_ reply: ReplyIdentity, model: String) {
        beginObject()
        member("id", "msg_" + reply.id)
        member("type", "message")
        member("role", "assistant")
        member("model", model)
    }

    /// A `tool_use` block.
    mutating func writeToolUse(_ call: ToolCall) {
        beginObject()
        member("type", "tool_use")
        member("id", call.id)
        member("name", call.name)
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
        member("input_tokens", max(0, (usage?.promptTokens ?? 0) &- cached))
        member("cache_creation_input_tokens", 0)
        member("cache_read_input_tokens", cached)
        member("output_tokens", usage?.completionTokens ?? 0)
        if let thought = usage?.reasoningTokens {
            name("output_tokens_details")
            beginObject()
            member("thinking_tokens", thought)
            endObject()
        }
        endObject()
    }
}
