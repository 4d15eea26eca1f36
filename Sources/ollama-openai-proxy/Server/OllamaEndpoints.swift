/// Ollama's own API. What asks for Ollama's models passes through; what asks for a vendor's is answered here or by the
/// vendor.
@EventLoop struct OllamaEndpoints {
    /// What there is besides chats.
    enum Endpoint: Sendable {
        case tags, show, version, running
        case embed(OllamaAPIDialect.Embedding.Endpoint)
    }

    /// Who answers a chat request.
    enum ChatWay {
        case toOllama, toVendor
        case answered(HTTPResponse)
    }

    let upstreams: Upstreams
    let policy: ExchangePolicy

    /// `nil`: Ollama answers itself.
    @inline(never) func answer(_ endpoint: Endpoint, _ request: HTTPRequest) async throws(ChatError) -> HTTPResponse? {
        switch endpoint {
        case .tags: return .json(.ok, try await tags())
        case .show:
            guard let body = try vendorBody(of: request) else { return nil }
            return .json(.ok, try OllamaAPIDialect.show(body))
        case .embed(let endpoint):
            guard let body = try vendorBody(of: request) else { return nil }
            return try await embed(OllamaAPIDialect.Embedding(body, endpoint))
        // Clients ask for these before anything else, and get an answer also where there are vendors and no Ollama.
        case .version: return await orElse("/api/version", OllamaAPIDialect.version("0.0.0"))
        case .running: return await orElse("/api/ps", OllamaAPIDialect.running)
        }
    }

    /// A vendor's model is always loaded, so that loading and unloading are answered here.
    @inline(never) func way(of request: HTTPRequest, _ dialect: OllamaAPIDialect) throws(ChatError) -> ChatWay {
        guard let body = try vendorBody(of: request) else { return .toOllama }
        return dialect.loadReply(to: body, created: ReplyIdentity.secondsNow).map { .answered($0) } ?? .toVendor
    }

    func pass(_ request: HTTPRequest, _ writer: inout ResponseWriter, _ record: ExchangeRecord) async throws(ChatError) {
        let way = PassThrough(upstream: upstreams.ollama, backend: upstreams.ollamaClient, policy: policy)
        try await way.run(fitted(renamed(request), record), &writer, record)
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

    /// The body of a request for a vendor's model; `nil` for models of Ollama.
    private func vendorBody(of request: HTTPRequest) throws(ChatError) -> RequestBody? {
        guard !upstreams.table.vendors.isEmpty else { return nil }
        let body = try RequestBody(parsing: request.body)
        return upstreams.destination(for: try OllamaAPIDialect.model(in: body)).isOllama ? nil : body
    }

    /// The request with Ollama's own name for a model that the table calls otherwise; all else stays as it came.
    @inline(never) private func renamed(_ request: HTTPRequest) -> HTTPRequest {
        guard !upstreams.table.routes.isEmpty, let body = try? RequestBody(parsing: request.body),
            let model = try? OllamaAPIDialect.model(in: body), let route = upstreams.table.route(for: model), route.vendor == nil,
            let name = route.model, let value = (body.isEmpty("model") ? body["name"] : body["model"])?.value
        else { return request }
        var request = request
        request.body.replaceSubrange(value.rawRange, with: name.quoted.utf8)
        return request
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

    private func embed(_ question: OllamaAPIDialect.Embedding) async throws(ChatError) -> HTTPResponse? {
        let start = LoopTime.now
        let destination = upstreams.destination(for: question.model)
        guard case .openAI(let vendor) = destination.dialect else { return nil }
        let reply = try await destination.client.ask(
            vendor.embeddingsRequest(question.body(upstreamModel: destination.route?.model)), in: vendor, within: policy.idleLimit,
            policy)
        return .json(.ok, try question.reply(to: reply, elapsed: LoopTime.now - start))
    }
}
