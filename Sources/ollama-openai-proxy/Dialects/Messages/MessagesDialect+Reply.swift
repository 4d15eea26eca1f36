/// Writes a whole reply: the `message` object of a request that did not ask to stream.
extension MessagesDialect {
    /// Fills the place of the signature that only Anthropic can make. Clients that find none leave the thinking out
    /// when they give the conversation back.
    static let signature = "unsigned"

    func encode(_ response: ChatResponse, for request: ChatRequest, reply: ReplyIdentity) -> HTTPResponse {
        let body = JSONWriter.object(reserving: response.text.utf8.count + 1024) { json in
            json.writeMessageObject(reply, model: request.model, response.finishReason, response.usage) { json in
                if !response.reasoning.isEmpty {
                    json.object { json in
                        json.member("type", "thinking")
                        json.member("thinking", response.reasoning)
                        json.member("signature", Self.signature)
                    }
                }
                if !response.text.isEmpty {
                    json.object { json in
                        json.member("type", "text")
                        json.member("text", response.text)
                    }
                }
                for call in response.toolCalls { json.writeToolUse(call) }
            }
        }
        return .json(.ok, body)
    }
}

/// The parts that whole replies and events have in common.
extension JSONWriter {
    /// The members of a `message`.
    mutating func writeMessageObject(_ reply: ReplyIdentity, model: String, _ reason: FinishReason?, _ usage: Usage?, content: Body) {
        member("id", "msg_" + reply.id)
        member("type", "message")
        member("role", "assistant")
        member("model", model)
        array("content", content)
        writeStop(reason)
        writeUsage(usage)
    }

    /// A `tool_use` block.
    mutating func writeToolUse(_ call: ToolCall) {
        object { json in
            json.member("type", "tool_use")
            json.member("id", call.id)
            json.member("name", call.name)
            json.member("input", raw: call.arguments)
        }
    }

    /// Ollama does not say whether a stop sequence ended a reply, so none is named.
    mutating func writeStop(_ reason: FinishReason?) {
        let word: String? =
            switch reason {
            case .stop, .unstated: "end_turn"
            case .length: "max_tokens"
            case .contextFull: "model_context_window_exceeded"
            case .toolCalls: "tool_use"
            case .contentFilter: "refusal"
            case nil: nil
            }
        member("stop_reason", orNull: word)
        member("stop_sequence", raw: "null")
    }

    /// The member `usage`. Anthropic's `input_tokens` are only those that were not read from the cache.
    mutating func writeUsage(_ usage: Usage?) {
        let cached = usage?.cachedTokens ?? 0
        object("usage") { json in
            json.member("input_tokens", max(0, (usage?.promptTokens ?? 0) &- cached))
            json.member("cache_creation_input_tokens", 0)
            json.member("cache_read_input_tokens", cached)
            json.member("output_tokens", usage?.completionTokens ?? 0)
            if let thought = usage?.reasoningTokens {
                json.object("output_tokens_details") { json in json.member("thinking_tokens", thought) }
            }
        }
    }
}
