@testable import ollama_openai_proxy

/// What tests of the Ollama client dialect share.
enum OllamaAPIFixtures {
    static func dialect(_ endpoint: OllamaAPIDialect.Endpoint = .chat) -> OllamaAPIDialect {
        OllamaAPIDialect(endpoint: endpoint)
    }

    /// The request that these members make, besides the model and, for chats, a message.
    static func decode(
        _ members: String = "", _ endpoint: OllamaAPIDialect.Endpoint = .chat
    ) throws(ChatError) -> ChatRequest {
        let own = endpoint == .chat ? #""messages":[{"role":"user","content":"Hi"}]"# : #""prompt":"Hi""#
        return try decode(whole: #"{"model":"m",\#(own)\#(members.isEmpty ? "" : ",")\#(members)}"#, endpoint)
    }

    static func decode(
        whole body: String, _ endpoint: OllamaAPIDialect.Endpoint = .chat
    ) throws(ChatError) -> ChatRequest {
        try dialect(endpoint).decode(HTTPRequest(method: .post, target: "/", body: Array(body.utf8)))
    }

    /// A reply that began 0.5 s and ended 2 s after its request.
    static var identity: ReplyIdentity {
        let times = [Duration.milliseconds(500), .seconds(2)]
        let calls = Counter()
        return ReplyIdentity(id: "abc", created: 1_785_578_400) { times[min(calls.next(), 1)] }
    }

    static func stream(
        _ events: [ReplyEvent], _ endpoint: OllamaAPIDialect.Endpoint = .chat, reply: ReplyIdentity = identity
    ) -> String {
        var encoder = dialect(endpoint).makeEncoder(for: ChatRequest(model: "m", messages: []), reply: reply)
        var bytes = ByteBuffer()
        for event in events { encoder.encode(event, into: &bytes) }
        return bytes.text
    }

    /// Counts how often it was asked; tests call it on one thread only.
    private final class Counter: @unchecked Sendable {
        private var count = 0

        func next() -> Int {
            defer { count += 1 }
            return count
        }
    }
}
