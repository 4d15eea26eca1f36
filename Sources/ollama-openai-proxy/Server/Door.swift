/// The APIs that clients find here.
enum Door: Sendable {
    case chatCompletions, responses, messages, ollamaChat, ollamaGenerate

    /// The dialect in which an error on a path is told; paths of no door are taken for OpenAI's.
    static func encode(_ error: ChatError, at path: Substring) -> HTTPResponse {
        if path.hasPrefix("/api/") { return OllamaAPIDialect(endpoint: .chat).encode(error) }
        if path.hasPrefix("/v1/messages") { return MessagesDialect().encode(error) }
        return ChatCompletionsDialect().encode(error)
    }
}
