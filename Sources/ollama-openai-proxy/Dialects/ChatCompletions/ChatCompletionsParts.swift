/// The parts that whole replies and chunks have in common.
extension JSONWriter {
    /// Zeros when nothing was counted: LiteLLM would count with a tokenizer of its own otherwise.
    mutating func writeChatUsage(_ usage: Usage?) {
        beginObject()
        name("prompt_tokens")
        integer(usage?.promptTokens ?? 0)
        name("completion_tokens")
        integer(usage?.completionTokens ?? 0)
        name("total_tokens")
        integer(usage?.totalTokens ?? 0)
        if let cached = usage?.cachedTokens { write(detail: "cached_tokens", cached, of: "prompt_tokens_details") }
        if let thought = usage?.reasoningTokens {
            write(detail: "reasoning_tokens", thought, of: "completion_tokens_details")
        }
        endObject()
    }

    private mutating func write(detail: StaticString, _ count: Int, of group: StaticString) {
        name(group)
        beginObject()
        name(detail)
        integer(count)
        endObject()
    }

    /// A choice's `logprobs`: all its tokens are of the content.
    mutating func writeChoiceLogprobs(_ tokens: [TokenLogprob]) {
        beginObject()
        name("content")
        write(tokens)
        name("refusal")
        null()
        endObject()
    }
}

extension FinishReason {
    /// OpenAI's word for it.
    var chatCompletionsName: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        }
    }
}
