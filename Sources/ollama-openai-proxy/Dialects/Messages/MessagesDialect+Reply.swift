/// Writes a whole reply: the `message` object of a request that did not ask to stream.
extension MessagesDialect {
    /// Fills the place of the signature that only Anthropic can make. Clients that find none leave the thinking out
    /// when they give the conversation back.
    static let signature = "unsigned"

    func encode(_ response: ChatResponse, for request: ChatRequest, reply: ReplyIdentity) -> HTTPResponse {
        let thinking = response.reasoning.ifAny.map { ["type": "thinking", "thinking": $0, "signature": Self.signature] as JSONObject }
        let text = response.text.ifAny.map { ["type": "text", "text": $0] as JSONObject }
        let content = [thinking, text].compactMap(\.self) + response.toolCalls.map { Self.toolUse($0, input: $0.arguments) }
        let message = Self.message(reply, model: request.model, content, response.finishReason, response.usage)
        return .json(.ok, JSONWriter.object(reserving: response.text.utf8.count + 1024, message))
    }
}

/// The parts that whole replies and events have in common.
extension MessagesDialect {
    static func message(
        _ reply: ReplyIdentity, model: String, _ content: [JSONObject], _ reason: FinishReason?, _ usage: Usage?
    ) -> JSONObject {
        let start: JSONObject = ["id": "msg_" + reply.id, "type": "message", "role": "assistant", "model": model, "content": content]
        return start + stop(reason) + ["usage": Self.usage(usage)]
    }

    /// - Parameter input: the text of an object.
    static func toolUse(_ call: ToolCall, input: String) -> JSONObject {
        ["type": "tool_use", "id": call.id, "name": call.name, "input": RawJSON(input)]
    }

    /// Ollama does not say whether a stop sequence ended a reply, so none is named.
    static func stop(_ reason: FinishReason?) -> JSONObject {
        let word: String? =
            switch reason {
            case .stop, .unstated: "end_turn"
            case .length: "max_tokens"
            case .contextFull: "model_context_window_exceeded"
            case .toolCalls: "tool_use"
            case .contentFilter: "refusal"
            case nil: nil
            }
        return ["stop_reason": word.orNull, "stop_sequence": RawJSON.null]
    }

    /// Anthropic's `input_tokens` are only those that were not read from the cache.
    static func usage(_ usage: Usage?) -> JSONObject {
        let cached = usage?.cachedTokens ?? 0
        return [
            "input_tokens": max(0, (usage?.promptTokens ?? 0) &- cached), "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": cached, "output_tokens": usage?.completionTokens ?? 0,
            "output_tokens_details": usage?.reasoningTokens.map { ["thinking_tokens": $0] as JSONObject },
        ]
    }
}
