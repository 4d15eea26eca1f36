/// What Ollama says of itself, and what in the settings does not fit to it: for the start and for `--check`.
struct OllamaReport: Sendable {
    /// Version, models and who of them thinks.
    private(set) var lines: [String]
    private(set) var warnings: [String] = []
    /// Their names.
    private(set) var models: [String] = []
    /// It answers, or need not.
    private(set) var isGood = true

    /// - Parameter limit: of the models that `lines` name.
    init(version: String, models: [String], _ think: ThinkRules, _ table: ModelTable, limit: Int = .max) {
        self.models = models
        lines = ["Ollama \(version) answers. Models:"]
        lines += models.prefix(limit).map { "  \($0)\(think.entry(for: $0).map { "  thinks by \($0)" } ?? "")" }
        if models.count > limit { lines.append("  and \(models.count - limit) more") }
        if models.isEmpty { warnings = ["Ollama has no models: ollama pull NAME"] }
        let ruled = think.names.filter { table.route(for: $0) == nil }.map { ("THINK_MODELS", $0) }
        let routed = table.routes.filter { $0.vendor == nil }.map { ("MODEL_ALIASES or MODELS_FILE", $0.model ?? $0.name) }
        // Models of the cloud are served without being pulled, and listed only when they were.
        let named = (ruled + routed).filter { !$0.1.hasSuffix("cloud") }
        for (setting, name) in named where !models.isEmpty && !models.contains(where: ModelNamePattern(name).matches) {
            let hint = ModelNamePattern.hint(at: models, like: name)
            let warning = "\(setting) names \(name), and Ollama lists no such model\(hint)"
            if !warnings.contains(warning) { warnings.append(warning) }
        }
    }

    /// Why it says nothing, and what helps.
    init(_ error: ChatError, at url: BaseURL, isExpected: Bool) {
        let name = Settings.declared.baseURL.key.name
        var line = "Ollama at \(url.text) says: \(error.message)"
        if error.code == .upstreamUnreachable {
            line = "\(error.message); start it (ollama serve), or set \(name)"
        } else if error.status == 404 || error.code == .upstreamInvalid {
            let way = url.prefix.isEmpty ? "set \(name)" : "leave \(url.prefix) out of \(name)"
            line = "something answers at \(url.text), but it is not Ollama: \(way)"
        }
        isGood = !isExpected
        (lines, warnings) = isExpected ? ([], [line]) : ([line], [])
    }

    @EventLoop static func ask(_ upstreams: Upstreams, _ configuration: Configuration, within time: Duration, limit: Int = .max) async
        -> OllamaReport
    {
        let policy = ExchangePolicy()
        do throws(ChatError) {
            let version = try upstreams.ollama.decodeVersion(try await upstreams.ask("/api/version", within: time, policy))
            let models = try upstreams.ollama.decodeModels(try await upstreams.ask("/api/tags", within: time, policy))
            return OllamaReport(
                version: version, models: models.map(\.name), configuration.think, upstreams.table, limit: limit)
        } catch { return OllamaReport(error, at: configuration.baseURL, isExpected: upstreams.expectsOllama) }
    }
}
