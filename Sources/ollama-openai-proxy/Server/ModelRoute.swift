/// Where requests for a model go, and what the operator wants of them.
///
/// A class, as it is handed on to where a stream waits and is large.
final class ModelRoute: Sendable {
    let pattern: ModelNamePattern
    /// The name as it was written; what clients are shown when it stands for one model.
    let name: String
    /// `nil`: Ollama.
    let vendor: Vendor?
    /// The upstream's own name of the model; `nil`: the same.
    let model: String?
    /// `nil`: as everywhere.
    let think: ThinkLevel?
    /// `nil`: as everywhere.
    let passesReasoning: Bool?
    /// Used where the client says nothing.
    let options: GenerationOptions
    /// What Ollama's clients are told of a vendor's model.
    let facts: Facts
    /// Whether chats with a model of Ollama's go to its `/v1`; `nil`: as everywhere.
    let speaksOpenAI: Bool?

    struct Facts: Sendable {
        /// In tokens.
        var contextLength: Int?
        /// In Ollama's words; `nil`: those that most have.
        var capabilities: [String]?
    }

    init(
        _ name: String, vendor: Vendor? = nil, model: String? = nil, think: ThinkLevel? = nil, passesReasoning: Bool? = nil,
        options: GenerationOptions = GenerationOptions(), facts: Facts = Facts(), speaksOpenAI: Bool? = nil
    ) {
        pattern = ModelNamePattern(name)
        self.name = name
        self.vendor = vendor
        self.model = model
        self.think = think
        self.passesReasoning = passesReasoning
        self.options = options
        self.facts = facts
        self.speaksOpenAI = speaksOpenAI
    }

    /// A vendor as it is spoken to for one model: the path may hold the model's name.
    struct Vendor: Sendable {
        /// As the operator calls it; one of the table's upstreams.
        let name: String
        let dialect: VendorChatDialect
    }
}

/// Another name of a model, in which `*` stands for anything (`MODEL_ALIASES`).
struct ModelAlias: Sendable, Equatable {
    let name: String
    let model: String
}

/// Every route, and where the vendors among them are.
struct ModelTable: Sendable {
    /// In the order of the file: the first that matches holds.
    var routes: [ModelRoute] = []
    var vendors: [String: UpstreamEndpoint] = [:]
    private var aliases: [ModelAlias] = []

    func route(for model: String) -> ModelRoute? { routes.first { $0.pattern.matches(model) } }

    /// The models of vendors that have a name.
    var vendorModels: [String] { routes.filter { $0.vendor != nil && $0.pattern.isName }.map(\.name) }

    /// What is listed besides Ollama's own models. The gateway discovery of Claude Code (2.1.329) takes names with "claude"
    /// in them: of a pattern, those by which it asks for its three sizes.
    var listed: [String] {
        let sizes = ["claude-opus", "claude-sonnet", "claude-haiku"]
        var names = vendorModels
        for alias in aliases {
            let pattern = ModelNamePattern(alias.name)
            let found = pattern.isName ? [alias.name] : sizes.filter(pattern.matches)
            names += found.filter { !names.contains($0) }
        }
        return names
    }

    /// Takes other names, behind all routes. A model that a route sends to a vendor is sent there by each name.
    mutating func add(_ aliases: [ModelAlias]) {
        self.aliases = aliases
        routes += aliases.map { alias in
            let route = route(for: alias.model)
            return ModelRoute(
                alias.name, vendor: route?.vendor, model: route?.model ?? alias.model, think: route?.think,
                passesReasoning: route?.passesReasoning, options: route?.options ?? GenerationOptions(), facts: route?.facts ?? .init(),
                speaksOpenAI: route?.speaksOpenAI)
        }
    }
}

/// Which upstream a model's requests go to. Those that no route names go to Ollama.
@EventLoop final class Upstreams {
    /// Ollama's own API, for its small endpoints and what is passed through.
    private(set) var ollama: OllamaDialect
    let ollamaClient: UpstreamClient
    /// Ollama's `/v1`, for chat requests that shall go there: all, or those for some models.
    private var ollamaV1: VendorChatDialect
    private let speaksOpenAI: Bool
    private let limits: UpstreamLimits
    private(set) var table = ModelTable()
    private var clients: [String: UpstreamClient] = [:]
    let isOllamaNamed: Bool

    /// False where there are vendors, and nobody said where Ollama is: that it does not answer is no fault then.
    var expectsOllama: Bool { isOllamaNamed || table.vendors.isEmpty }

    /// How one request is spoken, and to whom.
    struct Destination {
        enum Dialect {
            case ollama(OllamaDialect)
            case openAI(VendorChatDialect)
        }

        let dialect: Dialect
        let client: UpstreamClient
        let route: ModelRoute?

        var isOllama: Bool { route?.vendor == nil }

        /// What the upstream calls a model. Ollama's clients put `:latest` behind a name, which no vendor knows.
        func upstreamModel(_ name: String) -> String {
            if let model = route?.model { return model }
            guard let route, !isOllama, name.hasSuffix(":latest"), !route.name.hasSuffix(":latest") else { return name }
            return String(name.dropLast(":latest".count))
        }
    }

    /// - Parameter isOllamaNamed: the operator said where it is.
    init(
        _ ollama: OllamaDialect, _ client: UpstreamClient, speaksOpenAI: Bool = false, limits: UpstreamLimits = .standard,
        isOllamaNamed: Bool = true
    ) {
        self.isOllamaNamed = isOllamaNamed
        self.ollama = ollama
        ollamaClient = client
        self.speaksOpenAI = speaksOpenAI
        ollamaV1 = VendorChatDialect(ofOllama: ollama)
        self.limits = limits
    }

    func destination(for model: String) -> Destination {
        let route = table.route(for: model)
        if let vendor = route?.vendor, let client = clients[vendor.name] {
            return Destination(dialect: .openAI(vendor.dialect), client: client, route: route)
        }
        let dialect = speaksOpenAI(route) ? Destination.Dialect.openAI(ollamaV1) : .ollama(ollama)
        return Destination(dialect: dialect, client: ollamaClient, route: route)
    }

    /// A chat with a model of Ollama's goes to its `/v1`.
    func speaksOpenAI(_ route: ModelRoute?) -> Bool { route?.speaksOpenAI ?? speaksOpenAI }

    /// Every upstream; Ollama first, then the vendors by name.
    var all: [UpstreamClient] { [ollamaClient] + clients.values.sorted { $0.name < $1.name } }

    /// From now on Ollama is shown that key.
    func use(ollamaKey: String?) {
        ollama.apiKey = ollamaKey
        ollamaV1 = VendorChatDialect(ofOllama: ollama)
    }

    /// Takes another table. A vendor that is where it was keeps its connections and its circuit, but what is known of its
    /// models is learnt anew; requests under way stay where they are.
    func replace(_ table: ModelTable) {
        var kept: [String: UpstreamClient] = [:]
        for (name, endpoint) in table.vendors {
            let same = clients[name].flatMap { $0.endpoint == endpoint ? $0 : nil }
            kept[name] = same ?? UpstreamClient(endpoint, name: name, limits: limits)
        }
        clients = kept
        for upstream in all { upstream.forms = FormMemory() }
        self.table = table
    }
}

extension VendorChatDialect {
    /// Ollama's own `/v1`, where it is and with its key.
    fileprivate init(ofOllama ollama: OllamaDialect) {
        self.init(
            name: "Ollama", host: ollama.host, basePath: ollama.basePath + "/v1",
            authorization: ollama.apiKey.map { .bearer($0) } ?? .none, holdsCalls: true)
    }
}
