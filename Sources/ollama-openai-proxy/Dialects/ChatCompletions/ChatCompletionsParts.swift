/// The parts that whole replies and chunks have in common.
extension JSONWriter {
    /// The member `usage`: zeros when nothing was counted, since LiteLLM would count with a tokenizer of its own then.
    mutating func writeChatUsage(_ usage: Usage?) {
        object("usage") { json in
            json.member("prompt_tokens", usage?.promptTokens ?? 0)
            json.member("completion_tokens", usage?.completionTokens ?? 0)
            json.member("total_tokens", usage?.totalTokens ?? 0)
            if let cached = usage?.cachedTokens {
                json.object("prompt_tokens_details") { json in json.member("cached_tokens", cached) }
            }
            if let thought = usage?.reasoningTokens {
                json.object("completion_tokens_details") { json in json.member("reasoning_tokens", thought) }
            }
        }
    }

    /// A choice's `logprobs`: all its tokens are of the content.
    mutating func writeChoiceLogprobs(_ tokens: [TokenLogprob]) {
        object { json in
            json.name("content")
            json.write(tokens)
            json.member("refusal", raw: "null")
        }
    }
}

extension FinishReason {
    /// OpenAI's word for it.
    var chatCompletionsName: String {
        switch self {
        case .stop, .unstated: "stop"
        case .length, .contextFull: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        }
    }
}
