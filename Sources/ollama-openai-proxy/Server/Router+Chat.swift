/// The way of a chat request.
extension Router {
    /// Opens the API's dialect. Each pair of dialects is a type of its own, so that nothing is looked up for an event.
    @inline(never) func answer(_ request: HTTPRequest, _ api: ClientAPI, _ writer: inout ResponseWriter, _ record: ExchangeRecord)
        async throws(ChatError)
    {
        switch api {
        case .chatCompletions: try await accept(request, ChatCompletionsDialect(), record).run(&writer)
        case .responses: try await accept(request, ResponsesDialect(), record).run(&writer)
        case .messages: try await accept(request, MessagesDialect(), record).run(&writer)
        case .ollama(let endpoint): try await answer(request, OllamaAPIDialect(endpoint: endpoint), &writer, record)
        }
    }

    @inline(never) private func answer(
        _ request: HTTPRequest, _ dialect: OllamaAPIDialect, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        switch try way(of: request, dialect) {
        case .toOllama:
            let permit = try await admit(&writer)
            defer { permit.leave() }
            try await pass(request, &writer, record)
        case .toVendor: try await accept(request, dialect, record).run(&writer)
        case .answered(let response): await writer.send(response)
        }
    }

    /// Reads the request, finds where it goes, plans what is done about it, and takes it into the queue.
    @inline(never) private func accept<Client: ClientDialect>(_ request: HTTPRequest, _ client: Client, _ record: ExchangeRecord)
        async throws(ChatError) -> any RunnableExchange
    {
        let isLarge = request.body.count > LargeRequest.size
        let decoded =
            isLarge ? try await LargeRequest.work { () throws(ChatError) in try client.decode(request) } : try client.decode(request)
        let destination = upstreams.destination(for: decoded.model)
        let chat = try decoded.settlingRemoteImages(areFetched: !destination.isOllama)
        record.note(chat)
        let model = destination.upstreamModel(chat.model)
        (record.upstreamModel, record.upstream) = (model, destination.client.name)
        for part in chat.newlyLeftOut {
            record.note(
                OmittedParameter(
                    upstream: destination.client.name, model: model, parameter: part.kind.rawValue,
                    isRemembered: false))
        }
        let plan = policy.plan(chat, for: client, destination.route, upstreamModel: model, scope: AccessKeys.shown(by: request))
        let (upstream, permit) = (destination.client, try policy.admission.enter())
        switch destination.dialect {
        case .ollama(let dialect):
            record.contextSize = dialect.contextSize(of: plan.options)
            return Exchange(client, dialect, upstream, policy, plan, permit, record)
        case .openAI(let dialect): return Exchange(client, dialect, upstream, policy, plan, permit, record)
        }
    }
}
