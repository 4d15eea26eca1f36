/// What a request asks for. Found once, when its head has come, and handed on with it.
enum Route: Sendable {
    case health, ready, metrics
    case chat(ClientAPI)
    case countTokens
    case models
    case model(id: String)
    case ollama(OllamaEndpoint)
    /// What Ollama serves under /v1 and this program does not translate.
    case passThrough
    /// Nothing is served there; by its path it would belong to that API.
    case unknown(ClientAPI)
    /// The request is answered with an error, whatever its body.
    indirect case refused(ChatError, at: Route)

    /// What Ollama's own API has besides chats.
    enum OllamaEndpoint: Sendable {
        case tags, show, version, running
        /// Models of vendors are made and removed.
        case create, delete
        case embed(OllamaAPIDialect.Embedding.Endpoint)
    }

    init(path: Substring) {
        switch path {
        // The last two Claude Code and Ollama's clients ask, to see whether anybody is there.
        case "/health", "/", "/api/hello": self = .health
        case "/ready": self = .ready
        case "/metrics": self = .metrics
        case "/v1/chat/completions", "/chat/completions": self = .chat(.chatCompletions)
        case "/v1/responses", "/responses": self = .chat(.responses)
        case "/v1/messages": self = .chat(.messages)
        case "/v1/messages/count_tokens": self = .countTokens
        case "/v1/models", "/models": self = .models
        case "/api/chat": self = .chat(.ollama(.chat))
        case "/api/generate": self = .chat(.ollama(.generate))
        case "/api/embed": self = .ollama(.embed(.embed))
        case "/api/embeddings": self = .ollama(.embed(.embeddings))
        case "/api/tags": self = .ollama(.tags)
        case "/api/show": self = .ollama(.show)
        case "/api/version": self = .ollama(.version)
        case "/api/ps": self = .ollama(.running)
        case "/api/create": self = .ollama(.create)
        case "/api/delete": self = .ollama(.delete)
        case _ where path.hasPrefix("/v1/models/"): self = .model(id: PercentEncoding.decode(path.dropFirst("/v1/models/".count)))
        // Nothing is stored here that could be asked for; Ollama would be asked in vain.
        case _ where path.hasPrefix("/v1/messages/"): self = .unknown(.messages)
        case _ where path.hasPrefix("/v1/responses/"): self = .unknown(.responses)
        case _ where path.hasPrefix("/v1/api/"): self = .unknown(.ollama(.chat))
        case _ where HTTPRequest.superfluousPart(of: path) != nil: self = .unknown(.chatCompletions)
        case _ where path.hasPrefix("/v1/"): self = .passThrough
        case _ where path.hasPrefix("/api/"): self = .unknown(.ollama(.chat))
        default: self = .unknown(.chatCompletions)
        }
    }

    /// For a request of which no more than its target is known; an empty one is that of nothing.
    init(target: String) {
        let path = HTTPRequest(method: .get, target: target).path
        self.init(path: Self.normalForm(of: path)?[...] ?? path)
    }

    /// In whose shape an error is told.
    var api: ClientAPI { traits.api }

    /// Empty where nothing is served.
    var methods: [HTTPMethod] { traits.methods }

    /// The value of the metrics' label `route`.
    var label: String { traits.label }

    // Made once, and not for every request.
    private static let reading: [HTTPMethod] = [.get, .head]
    private static let posting: [HTTPMethod] = [.post]
    private static let both = reading + posting

    private var traits: (api: ClientAPI, methods: [HTTPMethod], label: String) {
        switch self {
        case .health: (.chatCompletions, Self.reading, "health")
        case .ready: (.chatCompletions, Self.reading, "ready")
        case .metrics: (.chatCompletions, Self.reading, "metrics")
        case .chat(.chatCompletions): (.chatCompletions, Self.posting, "chat_completions")
        case .chat(.responses): (.responses, Self.posting, "responses")
        case .chat(.messages): (.messages, Self.posting, "messages")
        case .chat(let api): (api, Self.posting, "ollama")
        case .countTokens: (.messages, Self.posting, "count_tokens")
        case .models: (.chatCompletions, Self.reading, "models")
        case .model: (.chatCompletions, Self.reading, "model")
        case .ollama(.tags), .ollama(.version), .ollama(.running): (.ollama(.chat), Self.reading, "ollama")
        case .ollama(.delete): (.ollama(.chat), [.delete], "ollama")
        case .ollama: (.ollama(.chat), Self.posting, "ollama")
        case .passThrough: (.chatCompletions, Self.both, "pass_through")
        case .unknown(let api): (api, [], "other")
        case .refused(_, let route): route.traits
        }
    }

    /// It is the administrator's.
    var changesModels: Bool {
        switch self {
        case .ollama(.create), .ollama(.delete): true
        default: false
        }
    }

    var isRefused: Bool { if case .refused = self { true } else { false } }

    /// What becomes of the body of a request with that method.
    func bodyUse(_ method: HTTPMethod) -> HTTPRequestGatherer.BodyUse {
        isRefused ? .refused : [.post, .delete].contains(method) && methods.contains(method) ? .kept : .skipped
    }

    /// A request with that method, which is no chat, counts against MAX_CONCURRENT_REQUESTS.
    func makesModelWork(_ method: HTTPMethod) -> Bool {
        switch self {
        case .passThrough, .ollama(.embed): method == .post
        default: false
        }
    }

    /// The path without slashes that are doubled or at its end, and without a second `/v1`.
    ///
    /// `nil` for what a gateway could read as another path: dot segments, escapes and all that needs one. The name of a
    /// model may hold any but dot segments, for it is not passed on as a path.
    static func normalForm(of path: Substring) -> String? {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segments != ["v1"] || segment != "v1" {
            let isPlain = segment.utf8.allSatisfy { $0.isHTTPToken && !"#%^`|".utf8.contains($0) || ":@,=".utf8.contains($0) }
            guard isPlain || segments.starts(with: ["v1", "models"]), segment != ".", segment != ".." else { return nil }
            segments.append(segment)
        }
        return "/" + segments.joined(separator: "/")
    }
}
