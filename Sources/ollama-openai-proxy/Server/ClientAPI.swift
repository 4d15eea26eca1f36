/// The APIs that clients find here, each with the ways to chat in it.
enum ClientAPI: Sendable {
    case chatCompletions, responses, messages
    case ollama(OllamaAPIDialect.Endpoint)

    /// An error in the API's own shape.
    func encode(_ error: ChatError) -> HTTPResponse {
        switch self {
        case .chatCompletions: ChatCompletionsDialect().encode(error)
        case .responses: ResponsesDialect().encode(error)
        case .messages: MessagesDialect().encode(error)
        case .ollama(let endpoint): OllamaAPIDialect(endpoint: endpoint).encode(error)
        }
    }
}
