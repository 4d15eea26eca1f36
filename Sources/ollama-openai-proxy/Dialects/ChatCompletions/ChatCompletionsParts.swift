/// The parts that whole replies and chunks have in common.
extension JSONWriter {
    /// A tool call; the index is written in chunks only.
    mutating func write(_ call: ToolCall, index: Int?) {
        beginObject()
        if let index {
            name("index")
            integer(index)
        }
        name("id")
        string(call.id)
        name("type")
        string("function")
        name("function")
        beginObject()
        name("name")
        string(call.name)
        name("arguments")
        string(call.arguments)
        endObject()
        endObject()
    }

    /// Zeros when nothing was counted: LiteLLM would count with a tokenizer of its own otherwise.
    mutating func write(_ usage: Usage?) {
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
    mutating func write(_ tokens: [TokenLogprob]) {
        beginObject()
        name("content")
        beginArray()
        for token in tokens { write(token, withAlternatives: true) }
        endArray()
        name("refusal")
        null()
        endObject()
    }

    mutating func write(_ token: TokenLogprob, withAlternatives: Bool) {
        beginObject()
        name("token")
        string(token.token)
        name("logprob")
        raw(text: token.logprob)
        name("bytes")
        if let bytes = token.bytes {
            beginArray()
            for byte in bytes { integer(Int(byte)) }
            endArray()
        } else {
            null()
        }
        if withAlternatives {
            name("top_logprobs")
            beginArray()
            for alternative in token.alternatives { write(alternative, withAlternatives: false) }
            endArray()
        }
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
