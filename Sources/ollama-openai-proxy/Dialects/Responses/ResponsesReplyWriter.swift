/// Writes the `response` object: the whole of a reply, and what a stream's first and last events carry.
///
/// It has the members that the OpenAI Python SDK 2.54.0 knows as required, and those that echo the request.
struct ResponsesReplyWriter {
    let request: ChatRequest
    let reply: ReplyIdentity

    /// - Parameter end: `nil` while the reply is being made.
    func write(_ items: [ResponsesItem], _ end: ReplyEnd?, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", "resp_" + reply.id)
            json.member("object", "response")
            json.member("created_at", reply.created)
            json.member("status", end.responsesStatus)
            json.member("model", request.model)
            json.array("output") { json in
                for (index, item) in items.enumerated() {
                    let isCut = end.incompleteReason != nil && index == items.count - 1
                    item.write(id: item.id(index, of: reply), isCut ? item.statusWhenCut : .completed, to: &json)
                }
            }
            writeEnd(end, to: &json)
            writeEcho(to: &json)
        }
    }

    private func writeEnd(_ end: ReplyEnd?, to json: inout JSONWriter) {
        if case .failed(let error) = end {
            json.object("error") { json in
                json.member("code", error.responsesCode)
                json.member("message", error.told)
            }
        } else {
            json.member("error", raw: "null")
        }
        if let reason = end.incompleteReason {
            json.object("incomplete_details") { json in json.member("reason", reason) }
        } else {
            json.member("incomplete_details", raw: "null")
        }
        if case .finished(_, let usage) = end { write(usage, to: &json) } else { json.member("usage", raw: "null") }
    }

    /// Zeros when nothing was counted: LiteLLM would count with a tokenizer of its own otherwise.
    private func write(_ usage: Usage?, to json: inout JSONWriter) {
        json.object("usage") { json in
            json.member("input_tokens", usage?.promptTokens ?? 0)
            json.object("input_tokens_details") { json in
                json.member("cached_tokens", usage?.cachedTokens ?? 0)
                json.member("cache_write_tokens", 0)
            }
            json.member("output_tokens", usage?.completionTokens ?? 0)
            json.object("output_tokens_details") { json in json.member("reasoning_tokens", usage?.reasoningTokens ?? 0) }
            json.member("total_tokens", usage?.totalTokens ?? 0)
        }
    }

    /// What the client asked, byte for byte, or what counts when it said nothing.
    private func writeEcho(to json: inout JSONWriter) {
        for (name, absent) in Self.echoed {
            if let value = request.original?[name], !value.isNull { json.member(name, value) } else { json.member(name, raw: absent) }
        }
        json.member("store", false)
        json.member("background", false)
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
    fileprivate var statusWhenCut: Status { if case .call = self { .completed } else { .incomplete } }
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
