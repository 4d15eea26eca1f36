@testable import ollama_openai_proxy

extension UpstreamDialect {
    /// The request as it goes to a model of which nothing is known.
    func encode(_ request: ChatRequest) throws(ChatError) -> HTTPRequest { try encode(RequestPlan(request), form: []) }

    /// A decoder of what such a model says.
    func makeDecoder(for request: ChatRequest) -> Decoder { makeDecoder(for: RequestPlan(request, think: nil), form: []) }
}

extension RequestPlan {
    /// As the client wants it.
    convenience init(_ request: ChatRequest, upstreamModel: String? = nil, passesReasoning: Bool = false) {
        self.init(
            request, upstreamModel: upstreamModel, think: request.think, passesReasoning: passesReasoning)
    }
}
