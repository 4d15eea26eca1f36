@testable import ollama_openai_proxy

/// What tests of the OpenAI-compatible upstream share.
enum VendorChatFixtures {
    static let dialect = VendorChatDialect(
        name: "vendor", host: "h", authorization: .bearer("sk-secret-of-the-operator"))

    /// The body that is sent for a request, without the members that every one ends with.
    static func body(_ request: ChatRequest, _ form: VendorChatDialect.Form = []) throws -> String {
        let bytes = try dialect.encode(RequestPlan(request), form: form).body
        _ = try JSONDocument(parsing: bytes)
        return ByteBuffer(bytes).text
    }

    /// One member of the body that is sent, as it stands there; `nil` when it is not sent.
    static func member(
        _ name: String, of request: ChatRequest, _ form: VendorChatDialect.Form = []
    ) throws -> String? {
        try OllamaFixtures.json(body(request, form))[name]?.rawText
    }

    static func members(of request: ChatRequest, _ form: VendorChatDialect.Form = []) throws -> [String] {
        try OllamaFixtures.json(body(request, form)).members.compactMap(\.key.string)
    }

    /// The events of a reply that comes in these pieces.
    static func events(_ pieces: [[UInt8]], lineLimit: Int = 1 << 20) -> [ChatEvent] {
        let errors = VendorChatErrorDecoder(vendor: "vendor")
        var decoder = VendorChatStreamDecoder(errors: errors, lineLimit: lineLimit)
        var events: [ChatEvent] = []
        for piece in pieces { decoder.feed(piece.span, into: &events) }
        decoder.finish(into: &events)
        return events
    }

    static func events(_ text: String) -> [ChatEvent] { events([Array(text.utf8)]) }

    /// An event with a chunk of model `m`; `choice` holds members of its only choice.
    static func chunk(_ choice: String, _ rest: String = "") -> String {
        #"data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,\#(choice)}]\#(rest)}"#
            + "\n\n"
    }

    static func delta(_ members: String) -> String { chunk(#""delta":{\#(members)},"finish_reason":null"#) }

    static func finish(_ reason: String = "stop", _ rest: String = "") -> String {
        chunk(#""delta":{},"finish_reason":"\#(reason)""#, rest)
    }

    static let done = "data: [DONE]\n\n"
}
