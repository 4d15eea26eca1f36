/// A vendor's model that was made by request (`POST /api/create` with `remote_host`).
struct RemoteModel: Sendable {
    /// What clients call it.
    let name: String
    /// What the vendor calls it.
    let model: String
    /// The vendor's base URL as it was written.
    let baseURL: String
    /// `nil`: the vendor takes none.
    let key: String?

    private static let known = ["model", "name", "from", "remote_host", "remote_type", "remote_api_key", "stream"]

    /// Reads the body of a create request. What is not known would silently be lost, and is a mistake.
    init(_ body: RequestBody) throws(ChatError) {
        guard let host = body["remote_host"] else {
            throw .invalid(
                "remote_host",
                "'remote_host' is required: Ollama's own models are made at Ollama itself; a vendor's is made here by remote_host "
                    + "for hosts that OLLAMA_REMOTES names, or named in MODELS_FILE", code: .missingParameter)
        }
        for (key, value) in body.root.value.members where !Self.known.contains(key.string ?? "") {
            throw Parameter(value).mistake("is not known; it can be \(Self.known.joined(separator: ", ")).")
        }
        if let type = body["remote_type"], try type.string() != "openai" { throw type.unknownValue("openai") }
        name = try OllamaAPIDialect.model(in: body)
        guard !name.contains("*"), name.utf8.count <= 256 else {
            throw .invalid("model", "'model' must be a name of 256 bytes at most, without *.")
        }
        model = try body.required("from").nonEmptyString()
        baseURL = try host.nonEmptyString()
        key = try body["remote_api_key"]?.string().ifAny
    }
}

/// Keeps the models that are made by request.
@EventLoop protocol RemoteModelStore: Sendable {
    /// Those of which one must be shown to change anything. Never one of the clients' keys.
    var keys: AccessKeys { get }

    /// Throws for a host that is not allowed, for what no vendor can be, and for what cannot be kept; nothing has changed then.
    func create(_ model: RemoteModel) throws(ChatError)

    /// Throws a 404 for a name that none of them has.
    func delete(_ name: String) throws(ChatError)

    func holds(_ name: String) -> Bool
}

/// `POST /api/create` and `DELETE /api/delete`, as Ollama's clients send them.
extension Router {
    /// Who may change models by request: who shows the administrator's key, which is no client's, and never a web page.
    func checkAdministrator(_ head: HTTPRequest) throws(ChatError) {
        guard let remotes else { throw .notFound(head) }
        guard head.fields["Origin"] == nil, head.fields["Sec-Fetch-Site"] == nil else {
            throw ChatError(status: 403, "Models are not made or removed by web pages", code: .originRefused)
        }
        guard !remotes.keys.isEmpty else {
            throw ChatError(
                status: 403, "Models are made and removed with an administrator's key only, and REMOTE_MODELS_KEY is not set",
                code: .invalidAPIKey)
        }
        try remotes.keys.check(head, "The key of REMOTE_MODELS_KEY")
    }

    func createModel(_ request: HTTPRequest) async throws(ChatError) -> HTTPResponse? {
        guard let remotes else { return nil }
        let body = try RequestBody(parsing: request.body)
        let streams = try body["stream"]?.bool() ?? true
        let model = try RemoteModel(body)
        if !remotes.holds(model.name), let owner = try await owner(of: model.name) {
            throw ChatError(status: 409, "'\(model.name)' is answered by \(owner) already; choose another name")
        }
        try remotes.create(model)
        var success = JSONWriter.object(["status": "success"])
        guard streams else { return .json(.ok, success) }
        success.append("\n")
        var response = HTTPResponse(status: .ok, body: success)
        response.fields.append("Content-Type", "\(OllamaAPILineEncoder.contentType)")
        return response
    }

    func deleteModel(_ request: HTTPRequest) throws(ChatError) -> HTTPResponse? {
        try remotes?.delete(try OllamaAPIDialect.model(in: try RequestBody(parsing: request.body)))
        return HTTPResponse(status: .ok)
    }

    /// Who answers for a model of that name; `nil`: nobody. An Ollama that is expected must be there to be asked.
    private func owner(of name: String) async throws(ChatError) -> String? {
        if let route = upstreams.table.route(for: name) { return "\"\(route.name)\" of MODELS_FILE or MODEL_ALIASES" }
        do throws(ChatError) {
            _ = try await upstreams.ollamaClient.ask(upstreams.ollama.showRequest(model: name), in: upstreams.ollama, policy)
            return "Ollama"
        } catch {
            guard error.status == 404 || !upstreams.isOllamaNamed else { throw error }
            return nil
        }
    }
}
