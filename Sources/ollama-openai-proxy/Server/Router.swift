/// Which request goes which way, and what is the same for all of them: keys, request ids, the record for the log.
@EventLoop final class Router: RequestHandler {
    let upstreams: Upstreams
    let policy: ExchangePolicy
    var keys: AccessKeys
    private let origins: OriginPolicy
    private let observer: any ExchangeObserver
    /// `nil`: no model is made by request.
    let remotes: (any RemoteModelStore)?
    private let watch: ExchangeWatch
    private var hasWarned = false
    /// What was said of hosts, each of which is warned of once.
    private var refusedHosts: Set<String> = []

    init(
        upstreams: Upstreams, policy: ExchangePolicy, keys: AccessKeys, origins: OriginPolicy = OriginPolicy(),
        observer: any ExchangeObserver, remotes: (any RemoteModelStore)? = nil
    ) {
        self.upstreams = upstreams
        self.policy = policy
        self.keys = keys
        self.origins = origins
        self.observer = observer
        self.remotes = remotes
        watch = ExchangeWatch(policy, telling: observer)
    }

    // MARK: At the head

    @inline(never) func route(_ head: inout HTTPRequest) -> Route {
        let route = normalize(&head)
        do throws(ChatError) {
            if let hops = head.fields["Via"], hops.contains(UpstreamClient.mark) { throw .loop }
            if keys.isEmpty { try origins.checkHost(head) }
            try origins.check(head, route)
            // Browsers ask for what is allowed without a key (Fetch standard), load balancers for health.
            let isPreflight = head.method == .options && !route.methods.isEmpty
            if route.changesModels {
                try checkAdministrator(head)
            } else if case .health = route {
            } else if !isPreflight {
                try keys.check(head)
            }
            if route.isRefused { return route }
            if case .unknown = route { throw .notFound(head) }
            guard isPreflight || route.methods.contains(head.method) else { throw .wrongMethod(head, route.methods) }
            if case .passThrough = route { return route }
            if route.bodyUse(head.method) == .kept, let coding = head.contentCoding { throw .compressed(coding) }
            return route
        } catch {
            if error.code == .hostRefused, refusedHosts.count < 16, refusedHosts.insert(error.message).inserted {
                observer.warn(error.message)
            }
            return .refused(error, at: route)
        }
    }

    /// Finds the route, and puts the target in normal form.
    private func normalize(_ head: inout HTTPRequest) -> Route {
        let route = Route(path: head.path)
        // What is asked for most is in normal form when it is found.
        if case .chat = route { return route }
        guard let path = Route.normalForm(of: head.path) else {
            let problem = "The path holds dot segments, or characters that have no place in it"
            return .refused(.invalid(nil, problem), at: route)
        }
        if path != head.path, !hasWarned {
            hasWarned = true
            observer.warn("a client asks for \(head.path.prefix(200)), which is read as \(path.prefix(200))")
        }
        head.target = path + head.target[head.path.endIndex...]
        return Route(path: head.path)
    }

    // MARK: Answers

    func handle(_ request: HTTPRequest, _ route: Route, _ writer: inout ResponseWriter) async {
        let record = begin(request, route, &writer)
        if request.method == .post { watch.add(record) }
        do throws(ChatError) {
            if request.method == .post, case .chat(let api) = route {
                try await answer(request, api, &writer, record)
            } else {
                try await answerShortly(request, route, &writer, record)
            }
        } catch {
            let error = await explained(error, record.model)
            record.error = error
            await send(response(to: error, at: route), &writer)
        }
        record.close(writer)
        watch.remove(record)
        observer.observe(record)
    }

    // Apart from `handle`, whose frame lives as long as a stream: responses are large.

    @inline(never) private func send(_ response: HTTPResponse, _ writer: inout ResponseWriter) async { await writer.send(response) }

    @inline(never) private func answerShortly(
        _ request: HTTPRequest, _ route: Route, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        guard let response = try await response(to: request, route) else { return try await answerAsOllama(request, &writer, record) }
        await writer.send(response)
    }

    /// A place among the requests that run, for one that is no exchange; its client, who hears nothing meanwhile, may leave
    /// the queue.
    @inline(never) func admit(_ writer: inout ResponseWriter) async throws(ChatError) -> AdmissionPermit {
        let permit = try policy.admission.enter()
        writer.onHangUp { permit.cancel() }
        do throws(UpstreamFailure) { _ = try await permit.wait() } catch {
            throw policy.error(for: error, of: upstreams.ollamaClient, isClientGone: writer.isClientGone)
        }
        return permit
    }

    func response(to error: HTTPError, at route: Route, from peer: String) -> HTTPResponse {
        observer.observe(error, from: peer)
        return route.api.encode(ChatError(error))
    }

    @inline(never) private func begin(_ request: HTTPRequest, _ route: Route, _ writer: inout ResponseWriter) -> ExchangeRecord {
        let id = RequestID.of(request)
        writer.addField("X-Request-Id", id)
        for field in origins.fields(for: request).all { writer.addField(field.name, field.value) }
        return ExchangeRecord(request, route, requestID: id, peer: writer.peer)
    }

    @inline(never) private func response(to error: ChatError, at route: Route) -> HTTPResponse {
        var response = route.api.encode(error)
        switch error.status {
        case 405: response.fields.append("Allow", HTTPMethod.list(route.methods))
        // What is spoken instead (RFC 9110 section 15.5.22).
        case 426:
            response.fields.append("Upgrade", "HTTP/1.1")
            response.fields.append("Connection", "upgrade")
        // What would be read instead (RFC 9110 section 15.5.16).
        case 415: response.fields.append("Accept-Encoding", "identity")
        default: break
        }
        return response
    }

    /// A response that is short and made here; `nil` where Ollama may answer itself.
    @inline(never) private func response(to request: HTTPRequest, _ route: Route) async throws(ChatError) -> HTTPResponse? {
        if case .refused(let error, _) = route { throw error }
        guard request.method != .options else { return .options(route.methods) }
        switch route {
        case .health: return Self.health
        case .ready: return await readiness()
        case .metrics: return Self.metrics(observer.exposition)
        case .countTokens: return try await countTokens(request)
        case .models: return try await listModels()
        case .model(let id): return try await showModel(id)
        case .ollama(.create): return try await createModel(request)
        case .ollama(.delete): return try deleteModel(request)
        case .ollama, .passThrough, .chat, .unknown, .refused: return nil
        }
    }
}
