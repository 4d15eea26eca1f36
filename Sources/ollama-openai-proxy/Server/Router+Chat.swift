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

    // Not in its caller, whose frame would hold every pair of dialects as long as a stream lives.
    @inline(never)
    private func exchange<Client: ClientDialect>(
        _ request: HTTPRequest, _ client: Client, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        let (plan, permit, destination) = try accept(request, client, record)
        let (upstream, policy) = (destination.client, policy)
        switch destination.dialect {
        case .ollama(let dialect):
            try await Exchange(client, dialect, upstream, policy, plan, permit, record).run(&writer)
        case .openAI(let dialect):
            try await Exchange(client, dialect, upstream, policy, plan, permit, record).run(&writer)
        }
    }

    /// Reads the request, finds where it goes, plans what is done about it, and takes it into the queue.
    @inline(never)
    private func accept<Client: ClientDialect>(
        _ request: HTTPRequest, _ client: Client, _ record: ExchangeRecord
    ) throws(ChatError) -> (RequestPlan, AdmissionPermit, Upstreams.Destination) {
        let chat = try client.decode(request)
        record.note(chat)
        let destination = upstreams.destination(for: chat.model)
        let plan = policy.plan(chat, for: client, destination.route, scope: AccessKeys.shown(by: request))
        return (plan, try policy.admission.enter(), destination)
    }
}
