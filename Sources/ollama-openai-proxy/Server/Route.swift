/// What a path stands for.
enum Route: Sendable {
    case health, ready, metrics
    case chat(Door)
    case countTokens
    case models
    case model(id: String)
    case ollamaTags, ollamaShow, ollamaVersion, ollamaRunning
    case ollamaEmbed(OllamaAPIEmbedding.Endpoint)
    /// What Ollama serves under /v1 and this program does not translate.
    case passThrough
    /// OPTIONS of a path that takes these.
    case options([HTTPMethod])
    case unknown

    init(path: Substring) {
        switch path {
        case "/health": self = .health
        case "/ready": self = .ready
        case "/metrics": self = .metrics
        case "/v1/chat/completions", "/chat/completions": self = .chat(.chatCompletions)
        case "/v1/responses", "/responses": self = .chat(.responses)
        case "/v1/messages": self = .chat(.messages)
        case "/v1/messages/count_tokens": self = .countTokens
        case "/v1/models", "/models": self = .models
        case "/api/chat": self = .chat(.ollamaChat)
        case "/api/generate": self = .chat(.ollamaGenerate)
        case "/api/embed": self = .ollamaEmbed(.embed)
        case "/api/embeddings": self = .ollamaEmbed(.embeddings)
        case "/api/tags": self = .ollamaTags
        case "/api/show": self = .ollamaShow
        case "/api/version": self = .ollamaVersion
        case "/api/ps": self = .ollamaRunning
        case _ where path.hasPrefix("/v1/models/"):
            self = .model(id: PercentEncoding.decode(path.dropFirst("/v1/models/".count)))
        // Nothing is stored here that could be asked for; Ollama would be asked in vain.
        case _ where path.hasPrefix("/v1/responses/") || path.hasPrefix("/v1/messages/"): self = .unknown
        case _ where path.hasPrefix("/v1/"): self = .passThrough
        default: self = .unknown
        }
    }

    /// `nil`: any.
    var methods: [HTTPMethod]? {
        switch self {
        case .health, .ready, .metrics, .models, .model, .ollamaTags, .ollamaVersion, .ollamaRunning: [.get, .head]
        case .chat, .countTokens, .ollamaShow, .ollamaEmbed: [.post]
        case .passThrough: [.get, .head, .post]
        case .options, .unknown: nil
        }
    }

    /// The answer needs the request's body.
    var readsBody: Bool { methods?.contains(.post) ?? false }
}

extension Route {
    /// The path without slashes that are doubled or at its end, and without a second `/v1`.
    ///
    /// Throws 400 for what a gateway could read as another path: dot segments, escapes and all that needs one. The name of
    /// a model may hold any but dot segments, for it is not passed on as a path.
    static func normalForm(of path: Substring) throws(ChatError) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segments != ["v1"] || segment != "v1" {
            let isPlain = segment.utf8.allSatisfy {
                $0.isHTTPToken && !"#%^`|".utf8.contains($0) || ":@,=".utf8.contains($0)
            }
            guard isPlain || segments.starts(with: ["v1", "models"]), segment != ".", segment != ".." else {
                throw .invalid(nil, "The path holds dot segments, or characters that have no place in it")
            }
            segments.append(segment)
        }
        return "/" + segments.joined(separator: "/")
    }
}
