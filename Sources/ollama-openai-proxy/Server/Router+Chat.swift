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
        case .ollama: try await answerAsOllama(request, &writer, record)
        }
    }

    /// Reads the request, finds where it goes, plans what is done about it, and takes it into the queue.
    ///
    /// - Parameter body: the request's, if it was read already.
    @inline(never) func accept<Client: ClientDialect>(
        _ request: HTTPRequest, _ client: Client, _ record: ExchangeRecord, _ body: RequestBody? = nil
    ) async throws(ChatError) -> any RunnableExchange {
        let decoded = try await LargeRequest.work(on: request.body.count) { () throws(ChatError) in try client.decode(request, body) }
        let destination = upstreams.destination(for: decoded.model)
        let chat = destination.isOllama ? try decoded.withoutRemoteImages() : decoded
        record.note(chat)
        let model = destination.upstreamModel(chat.model)
        (record.upstreamModel, record.upstream) = (model, destination.client.name)
        record.omissions = chat.newlyLeftOut.map {
            OmittedParameter(upstream: destination.client.name, model: model, parameter: $0.kind.rawValue, isRemembered: false)
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
