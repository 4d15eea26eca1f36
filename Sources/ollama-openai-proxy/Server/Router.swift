/// Which request goes which way, and what is the same for all of them: keys, request ids, the record for the log.
@EventLoop
final class Router: RequestHandler {
    private let upstreams: Upstreams
    private let policy: ExchangePolicy
    private let keys: AccessKeys
    private let origins: OriginPolicy
    private let observer: any ExchangeObserver
    private let information: Information
    private var hasWarned = false

    init(
        upstreams: Upstreams, policy: ExchangePolicy, keys: AccessKeys, origins: OriginPolicy = OriginPolicy(),
        observer: any ExchangeObserver
    ) {
        self.upstreams = upstreams
        self.policy = policy
        self.keys = keys
        self.origins = origins
        self.observer = observer
        information = Information(upstreams: upstreams, policy: policy)
    }

    func handle(_ request: HTTPRequest, _ route: Result<Route, ChatError>, _ writer: inout ResponseWriter) async {
        let record = begin(request, &writer)
        do throws(ChatError) {
            let route = try route.get()
            if case .chat(let door) = route {
                try await answer(request, at: door, &writer, record)
            } else if try isOllamas(route, request) {
                try await passThrough(request, &writer, record)
            } else {
                await writer.send(try await information.answer(route, request, exposition: observer.exposition))
            }
        } catch {
            record.note(error)
            await writer.send(response(to: error, request))
        }
        record.close(writer)
        observer.observe(record)
    }

    func response(to error: HTTPError) -> HTTPResponse {
        observer.observe(error)
        return Door.encode(ChatError(status: error.status.rawValue, error.message), at: "")
    }

    @inline(never)
    private func begin(_ request: HTTPRequest, _ writer: inout ResponseWriter) -> ExchangeRecord {
        let id = RequestID.of(request)
        writer.addField(.requestID, id)
        for field in origins.fields(for: request).all {
            writer.addField(HTTPFieldName(stringLiteral: field.name), field.value)
        }
        return ExchangeRecord(request, requestID: id)
    }

    @inline(never)
    func route(_ request: inout HTTPRequest) throws(ChatError) -> Route {
        try origins.check(request)
        let route = try normalize(&request)
        if let methods = route.methods, !methods.contains(request.method) {
            guard request.method != .options else { return .options(methods) }
            throw .wrongMethod(request, methods)
        }
        if case .health = route { return route }
        try keys.check(request)
        return route
    }

    private func normalize(_ request: inout HTTPRequest) throws(ChatError) -> Route {
        // What is asked for most is in normal form when it is found.
        if case .chat(let door) = Route(path: request.path) { return .chat(door) }
        let path = try Route.normalForm(of: request.path)
        if path != request.path, !hasWarned {
            hasWarned = true
            observer.warn("a client asks for \(request.path.prefix(200)), which is read as \(path.prefix(200))")
        }
        request.target = path + request.target[request.path.endIndex...]
        return Route(path: request.path)
    }

    @inline(never)
    private func response(to error: ChatError, _ request: HTTPRequest) -> HTTPResponse {
        var response = Door.encode(error, at: request.path)
        if error.code == .methodNotAllowed, let methods = Route(path: request.path).methods {
            response.fields.append(.allow, methods.map(\.rawValue).joined(separator: ", "))
        }
        return response
    }

    // MARK: Chat

    /// Opens the door's dialect. Each pair of dialects is a type of its own, so that nothing is looked up for an event.
    private func answer(
        _ request: HTTPRequest, at door: Door, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        switch door {
        case .chatCompletions: try await exchange(request, ChatCompletionsDialect(), &writer, record)
        case .responses: try await exchange(request, ResponsesDialect(), &writer, record)
        case .messages: try await exchange(request, MessagesDialect(), &writer, record)
        case .ollamaChat, .ollamaGenerate:
            let dialect = OllamaAPIDialect(endpoint: door == .ollamaChat ? .chat : .generate)
            guard let body = try vendorBody(of: request) else { return try await passThrough(request, &writer, record) }
            // A vendor's model is always loaded.
            if let response = dialect.loadReply(to: body, created: ReplyIdentity.secondsNow) {
                return await writer.send(response)
            }
            try await exchange(request, dialect, &writer, record)
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

    // MARK: Ollama's own API

    private func passThrough(
        _ request: HTTPRequest, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        let way = PassThrough(upstream: upstreams.ollama, backend: upstreams.ollamaClient, policy: policy)
        try await way.run(renamed(request), &writer, record)
    }

    /// The request with Ollama's own name for a model that the table calls otherwise; all else stays as it came.
    @inline(never)
    private func renamed(_ request: HTTPRequest) -> HTTPRequest {
        guard !upstreams.table.routes.isEmpty, let body = try? RequestBody(parsing: request.body),
            let model = try? OllamaAPIDirectory.shownModel(body), let route = upstreams.table.route(for: model),
            route.vendor == nil, let name = route.model,
            let value = (body.isEmpty("model") ? body["name"] : body["model"])?.value
        else { return request }
        var request = request
        request.body.replaceSubrange(value.rawRange, with: name.quoted.utf8)
        return request
    }

    /// What Ollama answers itself.
    @inline(never)
    private func isOllamas(_ route: Route, _ request: HTTPRequest) throws(ChatError) -> Bool {
        switch route {
        case .passThrough: true
        case .ollamaShow, .ollamaEmbed: try vendorBody(of: request) == nil
        case .ollamaVersion, .ollamaRunning: upstreams.table.vendors.isEmpty
        default: false
        }
    }

    /// The body of a request for a vendor's model, which older clients call `name`; `nil` for models of Ollama.
    @inline(never)
    private func vendorBody(of request: HTTPRequest) throws(ChatError) -> RequestBody? {
        guard !upstreams.table.vendors.isEmpty else { return nil }
        let body = try RequestBody(parsing: request.body)
        return upstreams.destination(for: try OllamaAPIDirectory.shownModel(body)).isOllama ? nil : body
    }
}

/// Who is told of every request, and what it makes of that.
@EventLoop
protocol ExchangeObserver: Sendable {
    /// After the last byte of a response.
    func observe(_ record: ExchangeRecord)

    /// What was refused before it was a request: bytes that are no HTTP, too many of them, or too slow ones.
    func observe(_ refusal: HTTPError)

    /// What a client does wrong and is served all the same.
    func warn(_ message: String)

    /// Counters in Prometheus' text format.
    var exposition: ByteBuffer { get }
}

extension ChatError {
    fileprivate static func wrongMethod(_ request: HTTPRequest, _ methods: [HTTPMethod]) -> ChatError {
        let names = methods.map(\.rawValue).joined(separator: ", ")
        return ChatError(
            status: 405, "\(request.path) takes \(names), not \(request.method.rawValue)", code: .methodNotAllowed)
    }
}
