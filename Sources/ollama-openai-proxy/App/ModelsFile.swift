/// `MODELS_FILE`: which models go to which upstream, and what the operator wants of them. JSON; the README shows one.
///
/// Every member is checked, and one that is not known is a mistake: a misspelled name would silently do nothing.
struct ModelsFile {
    private let environment: [String: String]
    /// Written by the program itself: keys stand in it, and hosts were named by who may make models.
    private let isOwn: Bool
    private var upstreams: [String: Upstream] = [:]
    private(set) var table = ModelTable()

    /// A vendor before it is known for which model it is asked.
    private struct Upstream {
        let base: BaseURL
        let authorization: VendorChatDialect.Authorization
        let fields: HTTPFields
        /// Azure's `api-version`; with one the model's name stands in the path.
        let apiVersion: String?
    }

    /// Throws for a file that cannot be read and for the first mistake in it.
    static func read(_ path: String, environment: [String: String]) throws(ConfigurationError) -> ModelTable {
        let key = Settings.declared.modelsFile.key
        let text = try text(of: path, key)
        do throws(ChatError) { return try ModelsFile(text, environment: environment).table } catch {
            throw ConfigurationError(key: key.name, problem: "\(path): \(error.message)")
        }
    }

    /// In bytes.
    static let sizeLimit = 1024 * 1024

    /// - Parameter key: the setting that names the file.
    static func text(of path: String, _ key: ConfigurationKey) throws(ConfigurationError) -> String {
        if let text = TextFile.read(path, limit: sizeLimit) { return text }
        throw ConfigurationError(key: key.name, problem: "\(path) cannot be read, or is larger than 1 MiB")
    }

    init(_ text: String, environment: [String: String], isOwn: Bool = false) throws(ChatError) {
        self.environment = environment
        self.isOwn = isOwn
        let body = try RequestBody(parsing: Array(text.utf8))
        try Self.check(body.root, knows: ["upstreams", "models"])
        for (name, upstream) in try Self.entries(body["upstreams"]) {
            guard name != Self.ollama, !name.isEmpty else { throw upstream.mistake("needs another name.") }
            guard upstreams.updateValue(try self.upstream(upstream), forKey: name) == nil else {
                throw upstream.mistake("stands there twice.")
            }
        }
        table.vendors = upstreams.mapValues(\.base.endpoint)
        for (name, model) in try Self.entries(body["models"]) { table.routes.append(try route(name, model)) }
    }

    // MARK: Upstreams

    private func upstream(_ parameter: Parameter) throws(ChatError) -> Upstream {
        let known = ["base_url", "api_key_env", "api_key_file", "auth", "headers", "api_version"]
        try Self.check(parameter, knows: isOwn ? known + ["api_key"] : known)
        guard let address = parameter["base_url"] else { throw parameter.missing("base_url") }
        let text = try address.string()
        let base: BaseURL
        do throws(SettingMistake) { base = try BaseURL(text, refusesPrivate: isOwn) } catch { throw address.mistake(error.problem) }
        let version = try parameter["api_version"]?.nonEmptyString()
        guard version.map(Self.isPathSafe) ?? true else { throw address.mistake("has an api_version that is none.") }
        return Upstream(
            base: base, authorization: try authorization(parameter), fields: try fields(parameter["headers"]), apiVersion: version)
    }

    private func authorization(_ parameter: Parameter) throws(ChatError) -> VendorChatDialect.Authorization {
        let style = try parameter["auth"]?.string() ?? "bearer"
        switch style {
        case "bearer": return .bearer(try key(parameter))
        case "api-key": return .apiKey(try key(parameter))
        case "none": return .none
        default: throw parameter["auth"]?.unknownValue("bearer, api-key, none") ?? parameter.missing("auth")
        }
    }

    /// The key itself stands in no error.
    private func key(_ parameter: Parameter) throws(ChatError) -> String {
        let key: String
        let source: Parameter
        if isOwn, let own = parameter["api_key"] {
            source = own
            key = try own.nonEmptyString()
        } else if let variable = parameter["api_key_env"] {
            source = variable
            key = environment[try variable.nonEmptyString()]?.trimmed ?? ""
            guard !key.isEmpty else { throw variable.mistake("names a variable that is not set.") }
        } else if let file = parameter["api_key_file"] {
            source = file
            guard let text = TextFile.read(try file.nonEmptyString(), limit: 64 * 1024) else { throw file.mistake("cannot be read.") }
            key = text.trimmed
            guard !key.isEmpty else { throw file.mistake("is empty.") }
        } else {
            throw parameter.mistake("needs api_key_env or api_key_file, or \"auth\": \"none\".")
        }
        guard key.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw source.mistake("holds spaces or other characters no key can have.")
        }
        return key
    }

    /// Twice they would mean two things.
    private static let ownFields: Set = [
        "accept-encoding", "authorization", "connection", "content-encoding", "content-length", "content-type", "expect", "host",
        "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "via",
    ]

    private func fields(_ parameter: Parameter?) throws(ChatError) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in try Self.entries(parameter) {
            let text = try value.string()
            guard !name.isEmpty, name.utf8.allSatisfy(\.isHTTPToken) else { throw value.mistake("is no name of a header.") }
            guard !Self.ownFields.contains(name.lowercased()) else {
                throw value.mistake("is set by the proxy itself; a key belongs into api_key_env or api_key_file.")
            }
            guard text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else { throw value.mistake("holds characters no header can have.") }
            fields.append(name, text)
        }
        return fields
    }

    // MARK: Models

    private func route(_ name: String, _ parameter: Parameter) throws(ChatError) -> ModelRoute {
        try Self.check(
            parameter,
            knows: [
                "upstream", "api", "model", "deployment", "think", "think_as", "reasoning", "options", "extra_body", "context_length",
                "capabilities",
            ])
        guard let upstream = parameter["upstream"] else { throw parameter.missing("upstream") }
        let model = try parameter["model"]?.nonEmptyString()
        let deployment = try parameter["deployment"]?.nonEmptyString() ?? model ?? name
        var options = GenerationOptions()
        if let defaults = try parameter["options"]?.object() { options = try RequestBody(defaults).generationOptions() }
        options.extra = try parameter["extra_body"]?.object().value
        var facts = ModelRoute.Facts()
        if case .integer(let size) = options["num_ctx"] { facts.contextLength = size }
        facts.contextLength = try parameter["context_length"]?.integer(in: 1...Int.max) ?? facts.contextLength
        if let capabilities = try parameter["capabilities"]?.array() {
            facts.capabilities = try capabilities.map { capability throws(ChatError) in try capability.nonEmptyString() }
        }
        if let api = parameter["api"], try upstream.string() != Self.ollama { throw api.mistake("is for models of ollama only.") }
        return ModelRoute(
            name, vendor: try vendor(upstream, deployment, parameter["think_as"]), model: model,
            think: try think(parameter["think"]),
            passesReasoning: try parameter["reasoning"]?.oneOf(["strip": false, "pass": true]), options: options, facts: facts,
            speaksOpenAI: try parameter["api"]?.oneOf(["native": false, "openai": true]))
    }

    private func vendor(_ parameter: Parameter, _ deployment: String, _ habit: Parameter?) throws(ChatError) -> ModelRoute.Vendor? {
        let name = try parameter.string()
        guard name != Self.ollama else {
            if let habit { throw habit.mistake("is for models of other upstreams than ollama.") }
            return nil
        }
        guard let known = upstreams[name] else {
            throw parameter.unknownValue(([Self.ollama] + upstreams.keys.sorted()).joined(separator: ", "))
        }
        var path = known.base.prefix
        if known.apiVersion != nil {
            guard Self.isPathSafe(deployment) else {
                throw parameter.mistake("takes the deployment in its path: name one with \"deployment\".")
            }
            path += "/openai/deployments/\(deployment)"
        }
        var dialect = VendorChatDialect(
            name: name, host: known.base.authority, basePath: path, query: known.apiVersion.map { "?api-version=\($0)" } ?? "",
            authorization: known.authorization, extraFields: known.fields)
        if let habit, !dialect.learnThinking(try habit.string()) {
            throw habit.unknownValue(VendorChatDialect.thinkingWords.joined(separator: ", "))
        }
        return .init(name: name, dialect: dialect)
    }

    private func think(_ parameter: Parameter?) throws(ChatError) -> ThinkLevel? {
        guard let parameter else { return nil }
        if let isOn = parameter.value.bool { return isOn ? .on : .off }
        guard let level = ThinkLevel(rawValue: try parameter.string()) else {
            throw parameter.unknownValue("true, false, low, medium, high, max")
        }
        return level
    }

    // MARK: Reading

    private static let ollama = "ollama"

    /// The members of an object in their order; none when there is no object.
    private static func entries(_ parameter: Parameter?) throws(ChatError) -> [(name: String, value: Parameter)] {
        guard let object = try parameter?.object() else { return [] }
        return object.value.members.compactMap { key, value in key.string.map { ($0, Parameter(value)) } }
    }

    private static func check(_ parameter: Parameter, knows known: [String]) throws(ChatError) {
        for (name, value) in try entries(parameter.object()) where !known.contains(name) {
            throw value.mistake("is not known; it can be \(known.joined(separator: ", ")).")
        }
    }

    private static func isPathSafe(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0.isHTTPToken && !"%#*".utf8.contains($0) } && text != "." && text != ".."
    }
}
