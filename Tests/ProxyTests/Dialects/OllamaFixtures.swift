@testable import ollama_openai_proxy

/// What tests of the Ollama dialect share.
enum OllamaFixtures {
    static func json(_ text: String) throws -> JSONValue { try JSONDocument(parsing: text).root }

    static func message(
        _ role: ChatMessage.Role, _ text: String = "", calls: [ToolCall] = [], toolCallID: String? = nil
    ) -> ChatMessage {
        var message = ChatMessage(role: role, text: JSONText(text))
        message.toolCalls = calls
        message.toolCallID = toolCallID
        return message
    }

    static func tool(_ name: String, parameters: String? = nil) throws -> Tool {
        Tool(name: name, description: nil, parameters: try parameters.map(json))
    }

    static func request(_ messages: ChatMessage...) -> ChatRequest {
        ChatRequest(model: "m", messages: messages.isEmpty ? [message(.user, "Hi")] : messages)
    }

    /// The body that is sent for a request.
    static func body(
        _ request: ChatRequest, contextSize: Int? = nil, keepAlive: String? = nil
    ) throws -> String {
        let dialect = OllamaDialect(host: "h", defaultContextSize: contextSize, defaultKeepAlive: keepAlive)
        let bytes = try dialect.body(RequestPlan(request), tokens: request.logprobs)
        // What is sent must be one JSON text, whatever the test looks at.
        _ = try JSONDocument(parsing: bytes)
        return ByteBuffer(bytes).text
    }

    /// One member of the body that is sent, as it stands there; `nil` when it is not sent.
    static func member(
        _ name: String, of request: ChatRequest, contextSize: Int? = nil, keepAlive: String? = nil
    ) throws -> String? {
        try json(body(request, contextSize: contextSize, keepAlive: keepAlive))[name]?.rawText
    }

    /// The events of a reply that comes in these pieces.
    static func events(_ pieces: [[UInt8]], lineLimit: Int = 1 << 20) -> [ChatEvent] {
        var decoder = OllamaStreamDecoder(lineLimit: lineLimit)
        var events: [ChatEvent] = []
        for piece in pieces { decoder.feed(piece.span, into: &events) }
        decoder.finish(into: &events)
        return events
    }

    static func events(_ text: String) -> [ChatEvent] { events([Array(text.utf8)]) }
}
