/// Which models there are, in OpenAI's words, and how large a prompt is, in Anthropic's.
extension Router {
    func listModels() async throws(ChatError) -> HTTPResponse { .json(.ok, ChatCompletionsDialect().encode(try await allModels())) }

    /// That a model is unknown, with names of those that are there: the same but for the tag, or for a letter.
    func explained(_ error: ChatError, _ model: String?) async -> ChatError {
        if let model, error.code == .upstreamUnreachable || error.code == .upstreamUnavailable, !upstreams.expectsOllama,
            upstreams.destination(for: model).isOllama
        {
            let known = upstreams.table.listed.prefix(20).joined(separator: ", ")
            return ChatError(
                status: 404, "model '\(model)' is in no MODELS_FILE, and no Ollama answers. There is \(known)", code: .modelNotFound)
        }
        guard error.code == .modelNotFound, let model, let known = try? await allModels() else { return error }
        var error = error
        error.message += ModelNamePattern.hint(at: known.map(\.name), like: model)
        return error
    }

    /// Ollama's models and the vendors'. That Ollama is away is no reason to hide the others.
    private func allModels() async throws(ChatError) -> [ModelDescription] {
        let vendors = upstreams.table.listed
        var models = vendors.map { ModelDescription(name: $0) }
        do throws(ChatError) {
            let own = try upstreams.ollama.decodeModels(try await upstreams.ask("/api/tags", policy))
            models = own.filter { !vendors.contains($0.name) } + models
        } catch { guard !vendors.isEmpty else { throw error } }
        return models
    }

    func showModel(_ id: String) async throws(ChatError) -> HTTPResponse {
        let destination = upstreams.destination(for: id)
        var model = ModelDescription(name: id)
        if destination.isOllama {
            let question = upstreams.ollama.showRequest(model: destination.upstreamModel(id))
            let body = try await upstreams.ollamaClient.ask(question, in: upstreams.ollama, policy)
            model = try upstreams.ollama.decodeModel(id, body)
        }
        return .json(.ok, ChatCompletionsDialect().encode(model))
    }

    func countTokens(_ request: HTTPRequest) async throws(ChatError) -> HTTPResponse {
        let (dialect, estimate) = (MessagesDialect.forCounting, policy.tokens)
        let count = try await LargeRequest.work(on: request.body.count) { () throws(ChatError) in
            estimate.tokens(of: try dialect.decode(request))
        }
        return dialect.encode(tokens: count)
    }
}
