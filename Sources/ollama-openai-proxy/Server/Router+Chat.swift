/// The way of a chat request.
extension Router {
    /// Opens the API's dialect. Each pair of dialects is a type of its own, so that nothing is looked up for an event.
    func answer(
        _ request: HTTPRequest, _ api: ClientAPI, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        switch api {
        case .chatCompletions: try await exchange(request, ChatCompletionsDialect(), &writer, record)
        case .responses: try await exchange(request, ResponsesDialect(), &writer, record)
        case .messages: try await exchange(request, MessagesDialect(), &writer, record)
        case .ollama(let endpoint):
            let dialect = OllamaAPIDialect(endpoint: endpoint)
            switch try ollama.way(of: request, dialect) {
            case .toOllama: try await ollama.pass(request, &writer, record)
            case .toVendor: try await exchange(request, dialect, &writer, record)
            case .answered(let response): await writer.send(response)
            }
        }
    }

    private func exchange<Client: ClientDialect>(
        _ request: HTTPRequest, _ client: Client, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        let (attempt, destination) = try accept(request, client, record)
        let (backend, policy) = (destination.client, policy)
        switch destination.dialect {
        case .ollama(let upstream):
            try await Exchange(client: client, upstream: upstream, backend: backend, policy: policy)
                .run(attempt, &writer, record)
        case .openAI(let upstream):
            try await Exchange(client: client, upstream: upstream, backend: backend, policy: policy)
                .run(attempt, &writer, record)
        }
    }

    /// Reads the request, finds where it goes, makes it as it goes there, and takes it into the line.
    @inline(never)
    private func accept<Client: ClientDialect>(
        _ request: HTTPRequest, _ client: Client, _ record: ExchangeRecord
    ) throws(ChatError) -> (Attempt, Upstreams.Destination) {
        let chat = try client.decode(request)
        record.note(chat)
        let destination = upstreams.destination(for: chat.model)
        let scope = AccessKeys.shown(by: request)
        let attempt = Attempt(
            policy.prepare(chat, of: client, destination.route, scope: scope), scope: scope,
            ticket: try policy.admission.enter(), callRetries: policy.toolCalls.retries)
        return (attempt, destination)
    }
}
