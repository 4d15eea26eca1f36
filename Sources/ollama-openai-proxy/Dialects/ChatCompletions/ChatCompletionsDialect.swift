/// OpenAI's Chat Completions API, as LiteLLM and most other clients speak it.
struct ChatCompletionsDialect: ClientDialect {
    func makeEncoder(for request: ChatRequest, reply: ReplyIdentity) -> ChatCompletionsChunkEncoder {
        ChatCompletionsChunkEncoder(for: request, reply: reply)
    }

    func encode(_ error: ChatError) -> HTTPResponse { .failure(error, OpenAIError.body(of: error)) }
}
