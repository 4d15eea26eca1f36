/// OpenAI's Responses API (`POST /v1/responses`), of which nothing is stored: every request brings its conversation.
struct ResponsesDialect: ClientDialect {
    func makeEncoder(for request: ChatRequest, reply: ReplyIdentity) -> ResponsesEventEncoder {
        ResponsesEventEncoder(for: request, reply: reply)
    }

    func encode(_ response: ChatResponse, for request: ChatRequest, reply: ReplyIdentity) -> HTTPResponse {
        var items: [ResponsesItem] = []
        if !response.reasoning.isEmpty { items.append(ResponsesItem(.reasoning, response.reasoning)) }
        if !response.text.isEmpty { items.append(ResponsesItem(.message, response.text, response.logprobs)) }
        let tools = ResponsesTools(of: request.toolSet)
        items += response.toolCalls.map { ResponsesItem($0, tools) }
        let end = ReplyEnd.finished(response.finishReason, response.usage)
        let object = ResponsesReplyWriter(request: request, reply: reply).object(items, end)
        return .json(.ok, JSONWriter.object(reserving: response.text.utf8.count + 4096, object))
    }

    /// Both of OpenAI's APIs say it in the same words.
    func encode(_ error: ChatError) -> HTTPResponse { .failure(error, OpenAIError.body(of: error)) }

    /// Codex (0.163) compacts on the event that OpenAI sends, and not on a 400.
    func tellsInStream(_ error: ChatError) -> Bool { error.code == .contextLengthExceeded }
}
