/// Makes the `response` object: the whole of a reply, and what a stream's first and last events carry.
///
/// It has the members that the OpenAI Python SDK 2.54.0 knows as required, and those that echo the request.
struct ResponsesReplyWriter {
    let request: ChatRequest
    let reply: ReplyIdentity

    /// - Parameter end: `nil` while the reply is being made.
    func object(_ items: [ResponsesItem], _ end: ReplyEnd?) -> JSONObject {
        let output = items.enumerated().map { index, item in
            let isCut = end.incompleteReason != nil && index == items.count - 1
            return item.object(index, of: reply, isCut ? item.statusWhenCut : .completed)
        }
        var object: JSONObject = [
            "id": "resp_" + reply.id, "object": "response", "created_at": reply.created, "status": end.responsesStatus,
            "model": request.model, "output": output, "error": end.error.orNull,
            "incomplete_details": end.incompleteReason.map { ["reason": $0] as JSONObject }.orNull, "usage": end.usage.orNull,
        ]
        // What the client asked, byte for byte, or what counts when it said nothing.
        for (name, absent) in Self.echoed {
            let asked = request.original?[name]
            object.members.append((name, asked?.isNull == false ? asked : RawJSON(absent)))
        }
        return object + ["store": false, "background": false]
    }

    private static let echoed: [(StaticString, String)] = [
        ("instructions", "null"), ("max_output_tokens", "null"), ("max_tool_calls", "null"), ("metadata", "{}"),
        ("parallel_tool_calls", "true"), ("previous_response_id", "null"), ("prompt_cache_key", "null"),
        ("reasoning", #"{"effort":null,"summary":null}"#), ("safety_identifier", "null"), ("temperature", "null"),
        ("text", #"{"format":{"type":"text"}}"#), ("tool_choice", #""auto""#), ("tools", "[]"), ("top_logprobs", "0"),
        ("top_p", "null"), ("truncation", #""disabled""#), ("user", "null"),
    ]
}

extension ReplyEnd? {
    fileprivate var error: JSONObject? {
        if case .failed(let error) = self { ["code": error.responsesCode, "message": error.told] } else { nil }
    }

    /// Zeros when nothing was counted: LiteLLM would count with a tokenizer of its own otherwise.
    fileprivate var usage: JSONObject? {
        guard case .finished(_, let usage) = self else { return nil }
        let input: JSONObject = ["cached_tokens": usage?.cachedTokens ?? 0, "cache_write_tokens": 0]
        let output: JSONObject = ["reasoning_tokens": usage?.reasoningTokens ?? 0]
        return [
            "input_tokens": usage?.promptTokens ?? 0, "input_tokens_details": input, "output_tokens": usage?.completionTokens ?? 0,
            "output_tokens_details": output, "total_tokens": usage?.totalTokens ?? 0,
        ]
    }

    /// OpenAI's word for it, which also names the event of a stream that tells it.
    var responsesStatus: String {
        switch self {
        case nil: "in_progress"
        case .failed: "failed"
        case .finished: incompleteReason == nil ? "completed" : "incomplete"
        }
    }

    /// Why the model could not say all; `nil` when it could.
    var incompleteReason: String? {
        switch self {
        case .finished(.length, _), .finished(.contextFull, _): "max_output_tokens"
        case .finished(.contentFilter, _): "content_filter"
        default: nil
        }
    }
}

extension ResponsesItem {
    /// Of the last item of a reply that was cut: a call is told only when it is whole.
    fileprivate var statusWhenCut: Status { if case .call = kind { .completed } else { .incomplete } }
}

extension ChatError {
    /// The words that `response.error.code` may be (SDK 2.54.0), and two more that OpenAI says and clients act on:
    /// LiteLLM 1.106.2 reads the class of the error from it, Codex that its conversation has become too long.
    fileprivate var responsesCode: String {
        switch (self.code, self.status) {
        case (.contextLengthExceeded?, _): Code.contextLengthExceeded.rawValue
        case (.insufficientQuota?, _): Code.insufficientQuota.rawValue
        case (_, 429): Code.rateLimitExceeded.rawValue
        case (_, 400..<500): "invalid_prompt"
        default: "server_error"
        }
    }
}
