/// Ollama's small endpoints: which models there are, and which version answers.
extension OllamaDialect {
    /// Asks about one model. 404 when there is none of that name.
    func showRequest(model: String) -> HTTPRequest {
        request(.post, "/api/show", body: JSONWriter.object(["model": model]).array)
    }

    /// Reads `/api/tags`: `model` names a model, in older versions `name`. `models` may be null.
    func decodeModels(_ body: ByteBuffer) throws(ChatError) -> [ModelDescription] {
        let models = try object(body)["models"]
        return (models.map { Array($0.elements) } ?? []).compactMap { entry in
            guard let name = entry["model"]?.string ?? entry["name"]?.string else { return nil }
            return description(name, entry)
        }
    }

    /// Reads `/api/show`; the model is called as the client called it.
    func decodeModel(_ name: String, _ body: ByteBuffer) throws(ChatError) -> ModelDescription { description(name, try object(body)) }

    /// The context with which a model is loaded, in tokens, as `/api/ps` tells it; `nil`: it is not loaded.
    func loadedContext(of model: String, _ body: ByteBuffer) -> Int? {
        let pattern = ModelNamePattern(model)
        let entry = (try? object(body))?["models"]?.elements.first { pattern.matches($0["name"]?.string ?? "") }
        return entry?["context_length"]?.integer
    }

    /// The context of a model of Ollama's cloud, in tokens, as `/api/show` tells it. What it tells of others is what they could
    /// have, not what they get.
    func cloudContext(_ body: ByteBuffer) -> Int? {
        guard let root = try? object(body), root["remote_host"] != nil || root["remote_model"] != nil else { return nil }
        return root["model_info"]?.members.first { $0.key.string?.hasSuffix(".context_length") == true }?.value.integer
    }

    /// Reads `/api/version`.
    func decodeVersion(_ body: ByteBuffer) throws(ChatError) -> String {
        guard let version = try object(body)["version"]?.string else { throw notOllama }
        return version
    }

    /// The client's own request for Ollama's `/v1`, with our fields and of the client's only those that describe the
    /// body.
    func passing(_ original: HTTPRequest) -> HTTPRequest {
        var request = request(original.method, original.target, body: original.body, describesBody: false)
        for name in ["Content-Type", "Content-Encoding", "Accept"] {
            if let value = original.fields[name] { request.fields.append(name, value) }
        }
        return request
    }

    private func description(_ name: String, _ entry: JSONValue) -> ModelDescription {
        ModelDescription(name: name, created: entry["modified_at"]?.string.flatMap(InternetTime.seconds) ?? 0)
    }

    private func object(_ body: ByteBuffer) throws(ChatError) -> JSONValue {
        guard let document = try? JSONDocument(parsing: body.array), document.root.kind == .object else { throw notOllama }
        return document.root
    }

    private var notOllama: ChatError {
        ChatError(status: 502, "What answers at \(host) does not speak Ollama's API", code: .upstreamInvalid)
    }
}
