/// The small questions: who is there, what models there are, how large a prompt is.
@EventLoop
struct Information {
    let upstreams: Upstreams
    let policy: ExchangePolicy
    private let openAI = ChatCompletionsDialect()

    init(upstreams: Upstreams, policy: ExchangePolicy) {
        self.upstreams = upstreams
        self.policy = policy
    }

    /// Throws what the client shall be told instead.
    @inline(never)
    func answer(
        _ route: Route, _ request: HTTPRequest, exposition: @autoclosure () -> ByteBuffer
    ) async throws(ChatError) -> HTTPResponse {
        switch route {
        case .health: return .json(.ok, ByteBuffer(#"{"status":"ok"}"#))
        case .ready: return await readiness()
        case .metrics: return .metrics(exposition())
        case .options(let methods): return .options(methods)
        case .countTokens: return try countTokens(request)
        case .models: return .json(.ok, openAI.encode(try await models()))
        case .model(let id): return .json(.ok, openAI.encode(try await model(id)))
        case .ollamaTags: return try await tags()
        case .ollamaShow: return try show(request)
        case .ollamaVersion: return await version()
        case .ollamaRunning: return await running()
        case .ollamaEmbed(let endpoint): return try await embed(request, endpoint)
        case .chat, .passThrough, .unknown:
            throw ChatError(
                status: 404, "There is no \(request.method.rawValue) \(request.path.prefix(200)) here",
                code: .unknownURL)
        }
    }

    private func countTokens(_ request: HTTPRequest) throws(ChatError) -> HTTPResponse {
        let dialect = MessagesDialect()
        let chat = try dialect.decodeForCounting(request)
        return dialect.encode(tokens: policy.memory.tokens.tokens(of: chat))
    }

    // MARK: Models

    private var vendorModels: [ModelDescription] {
        upstreams.table.vendorModels.map { ModelDescription(name: $0, created: 0) }
    }

    /// Ollama's and those of the table. That Ollama is away is no reason to hide the others.
    private func models() async throws(ChatError) -> [ModelDescription] {
        let vendors = vendorModels
        do throws(ChatError) {
            let own = try upstreams.ollama.decodeModels(try await ask(upstreams.ollama.request(.get, "/api/tags")).body)
            let names = Set(vendors.map(\.name))
            return own.filter { !names.contains($0.name) } + vendors
        } catch {
            guard !vendors.isEmpty else { throw error }
            return vendors
        }
    }

    private func model(_ id: String) async throws(ChatError) -> ModelDescription {
        guard upstreams.destination(for: id).isOllama else { return ModelDescription(name: id, created: 0) }
        let name = upstreams.table.route(for: id)?.model ?? id
        return try upstreams.ollama.decodeModel(id, try await ask(upstreams.ollama.showRequest(model: name)).body)
    }

    private func tags() async throws(ChatError) -> HTTPResponse {
        let vendors = vendorModels
        do throws(ChatError) {
            let own = try await ask(upstreams.ollama.request(.get, "/api/tags")).body
            return .json(.ok, vendors.isEmpty ? own : OllamaAPIDirectory.tags(vendors, besides: own))
        } catch {
            guard !vendors.isEmpty else { throw error }
            return .json(.ok, OllamaAPIDirectory.tags(vendors, besides: nil))
        }
    }

    private func show(_ request: HTTPRequest) throws(ChatError) -> HTTPResponse {
        let name = try OllamaAPIDirectory.shownModel(RequestBody(parsing: request.body))
        let description = ModelDescription(name: name, created: 0)
        return .json(.ok, OllamaAPIDirectory.show(description, capabilities: ["completion", "tools", "vision"]))
    }

    /// Clients ask for it before anything else, and get an answer also where there are vendors and no Ollama.
    private func version() async -> HTTPResponse {
        let reply = try? await ask(upstreams.ollama.request(.get, "/api/version"))
        return reply ?? .json(.ok, OllamaAPIDirectory.version("0.0.0"))
    }

    private func running() async -> HTTPResponse {
        let reply = try? await ask(upstreams.ollama.request(.get, "/api/ps"))
        return reply ?? .json(.ok, OllamaAPIDirectory.running)
    }

    private func embed(
        _ request: HTTPRequest, _ endpoint: OllamaAPIEmbedding.Endpoint
    ) async throws(ChatError) -> HTTPResponse {
        let start = LoopTime.now
        let question = try OllamaAPIEmbedding(RequestBody(parsing: request.body), endpoint)
        let destination = upstreams.destination(for: question.model)
        // Ollama answers for its own models itself; the table may have been replaced since that was found out.
        guard case .openAI(let vendor) = destination.dialect else {
            throw ChatError(status: 503, "The models file has just changed; ask again", retryAfter: "1")
        }
        let body = question.body(upstreamModel: destination.route?.model)
        let reply = try await ask(
            vendor.embeddingsRequest(body), of: destination.client, within: policy.idleLimit,
            errors: vendor.decodeError)
        return .json(.ok, try question.reply(to: reply.body, elapsed: LoopTime.now - start))
    }

    // MARK: Upstream

    private func readiness() async -> HTTPResponse {
        var text = JSONWriter()
        text.beginObject()
        var status = HTTPStatus.ok
        do throws(ChatError) {
            let reply = try await ask(upstreams.ollama.request(.get, "/api/version"))
            let version = try upstreams.ollama.decodeVersion(reply.body)
            upstreams.ollamaClient.noteConnected()
            text.name("status")
            text.string("ready")
            text.name("ollama_version")
            text.string(version)
        } catch {
            status = HTTPStatus(rawValue: 503)
            text.name("status")
            text.string("unavailable")
            text.name("reason")
            text.string(error.message)
        }
        text.name("circuit")
        text.string(upstreams.ollamaClient.breaker.state.rawValue)
        writeCircuits(into: &text)
        text.endObject()
        return .json(status, text.buffer)
    }

    private func writeCircuits(into text: inout JSONWriter) {
        let vendors = upstreams.all.dropFirst()
        guard !vendors.isEmpty else { return }
        text.name("vendor_circuits")
        text.beginObject()
        for vendor in vendors {
            text.name(escaping: vendor.name)
            text.string(vendor.breaker.state.rawValue)
        }
        text.endObject()
    }

    private func ask(_ request: HTTPRequest) async throws(ChatError) -> HTTPResponse {
        try await ask(
            request, of: upstreams.ollamaClient, within: .seconds(30), errors: upstreams.ollama.decodeError)
    }

    /// A small request of our own. The reply keeps its status and type, and nothing else of its head.
    private func ask(
        _ request: HTTPRequest, of client: UpstreamClient, within time: Duration,
        errors: @Sendable (HTTPStatus, HTTPFields, ByteBuffer) -> ChatError
    ) async throws(ChatError) -> HTTPResponse {
        let response: HTTPResponse
        do throws(UpstreamFailure) { response = try await client.fetch(request, within: time) } catch {
            throw policy.error(for: error, of: client)
        }
        guard response.status.isSuccess else { throw errors(response.status, response.fields, response.body) }
        return .json(response.status, response.body)
    }
}

extension HTTPResponse {
    fileprivate static func metrics(_ text: ByteBuffer) -> HTTPResponse {
        var response = HTTPResponse(status: .ok, body: text)
        response.fields.append(.contentType, "text/plain; version=0.0.4; charset=utf-8")
        return response
    }

    /// The answer to OPTIONS: what may be done here (RFC 9110 section 9.3.7).
    fileprivate static func options(_ methods: [HTTPMethod]) -> HTTPResponse {
        var response = HTTPResponse(status: .noContent)
        response.fields.append(.allow, (methods + [.options]).map(\.rawValue).joined(separator: ", "))
        return response
    }
}
