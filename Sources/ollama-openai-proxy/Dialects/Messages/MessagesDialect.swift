/// Anthropic's Messages API, as Claude Code (seen: 2.1.329) and the Anthropic SDKs speak it.
struct MessagesDialect: ClientDialect {
    /// `max_tokens` must be there, as in every request for a reply.
    var needsLimit = true

    let countsPrompt = true

    func makeEncoder(for request: ChatRequest, reply: ReplyIdentity) -> MessagesEventEncoder {
        MessagesEventEncoder(for: request, reply: reply)
    }

    func encode(_ error: ChatError) -> HTTPResponse {
        .failure(error, status: MessagesError.status(of: error), MessagesError.body(of: error))
    }
}

/// Counting a prompt's tokens (`POST /v1/messages/count_tokens`).
extension MessagesDialect {
    /// Reads what is to be counted: a request without a limit for its reply.
    static let forCounting = MessagesDialect(needsLimit: false)

    func encode(tokens: Int) -> HTTPResponse { .json(.ok, JSONWriter.object(["input_tokens": tokens])) }
}
