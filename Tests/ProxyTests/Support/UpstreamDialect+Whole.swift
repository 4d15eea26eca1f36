@testable import ollama_openai_proxy

extension UpstreamDialect {
    /// The request as it goes to a model of which nothing is known.
    func encode(_ request: ChatRequest) throws(ChatError) -> HTTPRequest { try encode(request, form: []) }
}
