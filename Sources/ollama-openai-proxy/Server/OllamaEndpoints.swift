/// Ollama's own API. What asks for Ollama's models passes through; what asks for a vendor's is answered here or by the
/// vendor.
extension Router {
    /// Who answers a chat request.
    enum ChatWay {
        case toOllama, toVendor
        case answered(HTTPResponse)
    }

    /// `nil`: Ollama answers itself.
    @inline(never) func answer(_ endpoint: Route.OllamaEndpoint, _ request: HTTPRequest) async throws(ChatError) -> HTTPResponse? {
        switch endpoint {
        case .tags: return .json(.ok, try await tags())
        case .show:
            guard let (body, destination) = try vendorBody(of: request), let route = destination.route else { return nil }
            let doesThink = route.think.map { $0 != .off } ?? false
            return .json(.ok, try OllamaAPIDialect.show(body, route.facts.contextLength, route.facts.capabilities, doesThink))
        case .embed(let endpoint):
            guard let (body, destination) = try vendorBody(of: request) else { return nil }
            return try await embed(OllamaAPIDialect.Embedding(body, endpoint), destination)
        // Clients ask for these before anything else, and get an answer also where there are vendors and no Ollama.
        case .version: return await orElse("/api/version", OllamaAPIDialect.version(OllamaAPIDialect.spokenVersion))
        case .create: return try await createModel(request)
        case .delete: return try deleteModel(request)
        case .running: return await orElse("/api/ps", OllamaAPIDialect.running)
        }
    }

    /// A vendor's answer to what else passes through; `nil` for Ollama's models.
    @inline(never) func answerForVendor(_ request: HTTPRequest) async throws(ChatError) -> HTTPResponse? {
        guard request.method == .post, ["/v1/embeddings", "/v1/completions"].contains(request.path),
            let (body, destination) = try? vendorBody(of: request), case .openAI(let vendor) = destination.dialect,
            let model = try? body.model()
        else { return nil }
        guard request.path == "/v1/embeddings" else {
            throw .invalid("model", "'\(model)' is a vendor's model: ask /v1/chat/completions")
        }
        let question = vendor.embeddingsRequest(request.naming(destination.upstreamModel(model), in: body).body)
        return .json(.ok, try await destination.client.ask(question, in: vendor, within: policy.idleLimit, policy))
    }

    /// A vendor's model is always loaded, so that loading and unloading are answered here.
    @inline(never) func way(of request: HTTPRequest, _ dialect: OllamaAPIDialect) throws(ChatError) -> ChatWay {
        guard let (body, _) = try vendorBody(of: request) else { return .toOllama }
        return dialect.loadReply(to: body, created: ReplyIdentity.secondsNow).map { .answered($0) } ?? .toVendor
    }

    /// The request as Ollama gets it, with its own name of the model.
    @inline(never) func passed(_ request: HTTPRequest, _ record: ExchangeRecord) -> HTTPRequest {
        upstreams.ollama.passing(fitted(renamed(request), record))
    }

    /// The request with what the others say of the context too: for another value Ollama would load the model again.
    @inline(never) private func fitted(_ request: HTTPRequest, _ record: ExchangeRecord) -> HTTPRequest {
        guard ["/api/chat", "/api/generate"].contains(request.target.prefix { $0 != "?" }),
            let root = try? JSONDocument(parsing: request.body).root, !root.members.isEmpty
        else { return request }
        (record.model, record.upstream) = (root["model"]?.string, upstreams.ollamaClient.name)
        var request = request
        if let limit = upstreams.ollama.contextLimit, let size = root["options"]?["num_ctx"], size.integer ?? 0 > limit {
            request.body.replaceSubrange(size.rawRange, with: "\(limit)".utf8)
        }
        guard upstreams.ollama.refusesOverflow, root["shift"] == nil else { return request }
        request.body.insert(contentsOf: #""shift":false,"#.utf8, at: root.rawRange.lowerBound + 1)
        return request
    }

    // MARK: Vendors' models

    /// The body of a request for a vendor's model, and where that is; `nil` for models of Ollama.
    private func vendorBody(of request: HTTPRequest) throws(ChatError) -> (RequestBody, Upstreams.Destination)? {
        guard !upstreams.table.vendors.isEmpty else { return nil }
        let body = try RequestBody(parsing: request.body)
        let destination = upstreams.destination(for: try OllamaAPIDialect.model(in: body))
        return destination.isOllama ? nil : (body, destination)
    }

    /// The request with Ollama's own name for a model that the table calls otherwise; all else stays as it came.
    @inline(never) private func renamed(_ request: HTTPRequest) -> HTTPRequest {
        guard !upstreams.table.routes.isEmpty, let body = try? RequestBody(parsing: request.body),
            let model = try? OllamaAPIDialect.model(in: body), let route = upstreams.table.route(for: model), route.vendor == nil,
            let name = route.model
        else { return request }
        return request.naming(name, in: body)
    }

    private func tags() async throws(ChatError) -> ByteBuffer {
        let vendors = upstreams.table.vendorModels.map { ModelDescription(name: $0) }
        do throws(ChatError) {
            let own = try await upstreams.ask("/api/tags", policy)
            return vendors.isEmpty ? own : OllamaAPIDialect.tags(vendors, besides: own)
        } catch {
            guard !vendors.isEmpty else { throw error }
            return OllamaAPIDialect.tags(vendors, besides: nil)
        }
    }

    /// `nil` where there is nobody but Ollama.
    private func orElse(_ path: String, _ other: ByteBuffer) async -> HTTPResponse? {
        guard !upstreams.table.vendors.isEmpty else { return nil }
        return .json(.ok, (try? await upstreams.ask(path, policy)) ?? other)
    }

    private func embed(_ question: OllamaAPIDialect.Embedding, _ destination: Upstreams.Destination) async throws(ChatError)
        -> HTTPResponse?
    {
        let start = LoopTime.now
        guard case .openAI(let vendor) = destination.dialect else { return nil }
        let reply = try await destination.client.ask(
            vendor.embeddingsRequest(question.body(upstreamModel: destination.upstreamModel(question.model))), in: vendor,
            within: policy.idleLimit,
            policy)
        return .json(.ok, try question.reply(to: reply, elapsed: LoopTime.now - start))
    }
}

extension HTTPRequest {
    /// The same with another name of the model; all else stays as it came. Older clients of Ollama say `name`.
    ///
    /// - Parameter parsed: what the body holds.
    fileprivate func naming(_ model: String, in parsed: RequestBody) -> HTTPRequest {
        guard let value = (parsed.isEmpty("model") ? parsed["name"] : parsed["model"])?.value else { return self }
        var request = self
        request.body.replaceSubrange(value.rawRange, with: model.quoted.utf8)
        return request
    }
}
