/// The parts that whole replies and chunks have in common.
extension JSONObject {
    /// Zeros when nothing was counted, since LiteLLM would count with a tokenizer of its own then.
    static func chatUsage(_ usage: Usage?) -> JSONObject {
        [
            "prompt_tokens": usage?.promptTokens ?? 0, "completion_tokens": usage?.completionTokens ?? 0,
            "total_tokens": usage?.totalTokens ?? 0,
            "prompt_tokens_details": usage?.cachedTokens.map { ["cached_tokens": $0] as JSONObject },
            "completion_tokens_details": usage?.reasoningTokens.map { ["reasoning_tokens": $0] as JSONObject },
        ]
    }

    /// A choice's `logprobs`: all its tokens are of the content.
    static func choiceLogprobs(_ tokens: [TokenLogprob]) -> JSONObject { ["content": tokens.objects(), "refusal": RawJSON.null] }
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
