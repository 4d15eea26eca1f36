/// Ollama's own API as its clients speak it: `POST /api/chat` and `POST /api/generate` (Ollama's source of August 2026,
/// Ollama's Python SDK 0.6.3).
struct OllamaAPIDialect: ClientDialect {
    enum Endpoint: Sendable { case chat, generate }

    let endpoint: Endpoint

    func makeEncoder(for request: ChatRequest, reply: ReplyIdentity) -> OllamaAPILineEncoder {
        OllamaAPILineEncoder(
            writer: OllamaAPIReplyWriter(endpoint, model: request.model, created: reply.created), elapsed: reply.elapsed)
    }

    func encode(_ response: ChatResponse, for request: ChatRequest, reply: ReplyIdentity) -> HTTPResponse {
        whole(response, .init(total: reply.elapsed()), model: request.model, created: reply.created)
    }

    func encode(_ error: ChatError) -> HTTPResponse { .failure(error, Self.body(of: error)) }

    /// The reply to a request that has no messages or no prompt, by which clients want a model loaded, or unloaded when
    /// `keep_alive` is 0; `nil` for all other requests. For a model elsewhere there is nothing to be done.
    func loadReply(to body: RequestBody, created: Int) -> HTTPResponse? {
        let isEmpty =
            switch endpoint {
            case .chat: body.isEmpty("messages")
            case .generate: body.isEmpty("prompt") && body.isEmpty("images")
            }
        guard isEmpty, let model = try? body.model() else { return nil }
        let keepAlive = body["keep_alive"]?.value
        // The Go client writes durations as text.
        let isUnload = keepAlive?.double == 0 || keepAlive?.string == "0" || keepAlive?.string == "0s"
        return whole(ChatResponse(), .init(reason: isUnload ? "unload" : "load"), model: model, created: created)
    }

    /// `{"error":"message"}`: the same before a reply and as a line in it.
    static func body(of error: ChatError) -> ByteBuffer { JSONWriter.object(["error": error.told]) }

    func wantsReasoning(_ think: ThinkLevel?) -> Bool { think != nil && think != .off }

    private func whole(_ response: ChatResponse, _ end: OllamaAPIReplyWriter.End, model: String, created: Int) -> HTTPResponse {
        var body = ByteBuffer()
        OllamaAPIReplyWriter(endpoint, model: model, created: created).write(response, end, into: &body)
        return .json(.ok, body)
    }
}
