/// Small requests of our own.
extension UpstreamClient {
    /// The body of a good reply. Throws what the upstream says instead, or why it says nothing.
    func ask(_ request: HTTPRequest, in dialect: some UpstreamDialect, within time: Duration = .seconds(30), _ policy: ExchangePolicy)
        async throws(ChatError) -> ByteBuffer
    {
        let response: HTTPResponse
        do throws(UpstreamFailure) { response = try await fetch(request, within: time) } catch {
            throw policy.error(for: error, of: self)
        }
        guard response.status.isSuccess else {
            throw dialect.decodeError(status: response.status, fields: response.fields, body: response.body)
        }
        return response.body
    }
}

extension Upstreams {
    /// The same of Ollama, with GET.
    func ask(_ path: String, within time: Duration = .seconds(30), _ policy: ExchangePolicy) async throws(ChatError) -> ByteBuffer {
        try await ollamaClient.ask(ollama.request(.get, path), in: ollama, within: time, policy)
    }
}
