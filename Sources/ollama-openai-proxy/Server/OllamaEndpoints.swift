/// Ollama's own API. What asks for Ollama's models passes through; what asks for a vendor's is answered here or by the
/// vendor.
extension Router {
    /// Who answers a request that Ollama could.
    enum Way {
        /// Ollama, which gets this.
        case toOllama(HTTPRequest)
        /// The vendor of the model that a chat asks for.
        case toVendor(RequestBody, OllamaAPIDialect)
        case answered(HTTPResponse)
    }

    /// What a request asks for. Its body is read once.
    struct Asked {
        let request: HTTPRequest
        let route: Route
        let body: RequestBody
        /// As the client calls it.
        let model: String
        let destination: Upstreams.Destination

        /// As the upstream calls it.
        var upstreamModel: String { destination.upstreamModel(model) }
    }

    /// Answers what Ollama's own API has, and what passes through.
    @inline(never) func answerAsOllama(_ request: HTTPRequest, _ writer: inout ResponseWriter, _ record: ExchangeRecord)
        async throws(ChatError)
    {
        var permit = record.route.makesModelWork(request.method) ? try await admit(&writer) : nil
        defer { permit?.leave() }
        switch try await way(of: request, record) {
        case .answered(let response): await writer.send(response)
        case .toVendor(let body, let dialect): try await accept(request, dialect, record, body).run(&writer)
        case .toOllama(let request):
            if case .chat = record.route { permit = try await admit(&writer) }
            try await pass(request, &writer, record)
        }
    }

    // Apart from the above, whose frame lives as long as a stream: what was read is large.

    @inline(never) private func way(of request: HTTPRequest, _ record: ExchangeRecord) async throws(ChatError) -> Way {
        switch record.route {
        case .ollama(.tags):
            let models = upstreams.table.vendorModels.map { ModelDescription(name: $0) }
            return await besideVendors(request) { OllamaAPIDialect.tags(models, besides: $0) }
        case .ollama(.version):
            return await besideVendors(request) { $0 ?? OllamaAPIDialect.version(OllamaAPIDialect.spokenVersion) }
        case .ollama(.running): return await besideVendors(request) { $0 ?? OllamaAPIDialect.running }
        default: break
        }
        guard let asked = try await read(request, record.route) else { return .toOllama(upstreams.ollama.passing(request)) }
        (record.model, record.upstreamModel, record.upstream) = (asked.model, asked.upstreamModel, asked.destination.client.name)
        guard let vendor = asked.destination.route?.vendor?.dialect else {
            return .toOllama(upstreams.ollama.passing(try await adapted(asked)))
        }
        if let way = try await answer(asked, vendor) { return way }
        record.upstream = upstreams.ollamaClient.name
        return .toOllama(upstreams.ollama.passing(request))
    }

    /// `nil` where nothing depends on the body, and where it cannot be read and Ollama shall say so.
    private func read(_ request: HTTPRequest, _ route: Route) async throws(ChatError) -> Asked? {
        let isChat = if case .chat = route { true } else { false }
        guard request.method == .post, isChat || !upstreams.table.routes.isEmpty else { return nil }
        do throws(ChatError) {
            let (body, model) = try await LargeRequest.work(on: request.body.count) { () throws(ChatError) in
                let body = try RequestBody(parsing: request.body)
                return (body, try OllamaAPIDialect.model(in: body))
            }
            return Asked(request: request, route: route, body: body, model: model, destination: upstreams.destination(for: model))
        } catch {
            if case .passThrough = route { return nil }
            if upstreams.table.vendors.isEmpty { return nil }
            throw error
        }
    }

    /// The request with the upstream's own name of the model, and a chat with what the others say of the context too: for another
    /// value Ollama would load the model again. All else stays as it came.
    private func adapted(_ asked: Asked) async throws(ChatError) -> HTTPRequest {
        let (ollama, body) = (upstreams.ollama, asked.body)
        var changes: [(range: Range<Int>, text: String)] = []
        // Older clients of Ollama say `name`.
        if asked.upstreamModel != asked.model, let name = body.isEmpty("model") ? body["name"] : body["model"] {
            changes.append((name.value.rawRange, asked.upstreamModel.quoted))
        }
        if case .chat = asked.route {
            if let limit = ollama.contextLimit, let size = body["options"]?.value["num_ctx"], size.integer ?? 0 > limit {
                changes.append((size.rawRange, "\(limit)"))
            }
            let start = body.root.value.rawRange.lowerBound + 1
            if ollama.refusesOverflow, body["shift"] == nil { changes.append((start..<start, #""shift":false,"#)) }
        }
        if changes.isEmpty { return asked.request }
        changes.sort { $0.range.lowerBound > $1.range.lowerBound }
        return try await LargeRequest.work(on: asked.request.body.count) { [changes, request = asked.request] in
            var request = request
            for (range, text) in changes { request.body.replaceSubrange(range, with: text.utf8) }
            return request
        }
    }

    // MARK: Vendors' models

    /// `nil` where it passes through to Ollama all the same.
    private func answer(_ asked: Asked, _ vendor: VendorChatDialect) async throws(ChatError) -> Way? {
        switch asked.route {
        case .chat(.ollama(let endpoint)):
            let dialect = OllamaAPIDialect(endpoint: endpoint)
            // A vendor's model is always loaded, so that loading and unloading are answered here.
            let reply = dialect.loadReply(to: asked.body, created: ReplyIdentity.secondsNow)
            return reply.map { Way.answered($0) } ?? Way.toVendor(asked.body, dialect)
        case .ollama(.show):
            let (facts, think) = (asked.destination.route?.facts, asked.destination.route?.think ?? .off)
            return .answered(
                .json(.ok, try OllamaAPIDialect.show(asked.body, facts?.contextLength, facts?.capabilities, think != .off)))
        case .ollama(.embed(let endpoint)): return .answered(.json(.ok, try await embed(asked, endpoint, vendor)))
        case .passThrough where asked.request.path == "/v1/embeddings":
            return .answered(.json(.ok, try await ask(vendor, adapted(asked).body, asked)))
        case .passThrough where asked.request.path == "/v1/completions":
            throw .invalid("model", "'\(asked.model)' is a vendor's model: ask /v1/chat/completions")
        default: return nil
        }
    }

    private func ask(_ vendor: VendorChatDialect, _ body: [UInt8], _ asked: Asked) async throws(ChatError) -> ByteBuffer {
        try await asked.destination.client.ask(vendor.embeddingsRequest(body), in: vendor, within: policy.idleLimit, policy)
    }

    private func embed(_ asked: Asked, _ endpoint: OllamaAPIDialect.Embedding.Endpoint, _ vendor: VendorChatDialect)
        async throws(ChatError) -> ByteBuffer
    {
        let (start, model) = (LoopTime.now, asked.upstreamModel)
        let (question, body) = try await LargeRequest.work(on: asked.request.body.count) { [body = asked.body] () throws(ChatError) in
            let question = try OllamaAPIDialect.Embedding(body, endpoint)
            return (question, question.body(upstreamModel: model))
        }
        let reply = try await ask(vendor, body, asked)
        return try await LargeRequest.work(on: reply.count) { () throws(ChatError) in
            try question.reply(to: reply, elapsed: LoopTime.now - start)
        }
    }

    /// Clients ask for these before anything else, and get an answer also where there are vendors and no Ollama.
    ///
    /// - Parameter answer: made of the body of Ollama's, if it has answered.
    private func besideVendors(_ request: HTTPRequest, _ answer: (ByteBuffer?) -> ByteBuffer) async -> Way {
        guard !upstreams.table.vendors.isEmpty else { return .toOllama(upstreams.ollama.passing(request)) }
        return .answered(.json(.ok, answer(try? await upstreams.ask(String(request.path), policy))))
    }
}
