/// OpenAI's Chat Completions API, as LiteLLM and most other clients speak it.
struct ChatCompletionsDialect: ClientDialect {
    /// True: reasoning goes out as `reasoning_content`. False: it is left out, since LiteLLM cannot sign the thinking
    /// blocks that it makes of it, and its older releases then break the stream.
    let passesReasoning: Bool

    func decode(_ request: HTTPRequest) throws(ChatError) -> ChatRequest {
        try ChatCompletionsRequestDecoder.decode(request.body)
    }

    func makeEncoder(for request: ChatRequest, reply: ReplyIdentity) -> ChatCompletionsChunkEncoder {
        ChatCompletionsChunkEncoder(for: request, reply: reply, passesReasoning: passesReasoning)
    }

    func encode(_ response: ChatResponse, for request: ChatRequest, reply: ReplyIdentity) -> HTTPResponse {
        switch response.outcome {
        case .finished(let reason, let usage):
            let body = ChatCompletionsReplyWriter(passesReasoning: passesReasoning)
                .write(response, finishReason: reason, usage: usage, model: request.model, reply: reply)
            return .json(.ok, body)
        case .failed(let error): return encode(error)
        case nil: preconditionFailure("a reply without its end")
        }
    }

    func encode(_ error: ChatError) -> HTTPResponse {
        .failure(error, OpenAIError.body(of: error))
    }
}
