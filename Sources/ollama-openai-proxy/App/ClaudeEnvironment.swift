/// `--claude-env`: the variables with which Claude Code (2.1.329) asks this proxy for one model, as a shell reads them. They are
/// those of `ollama launch claude`, and with the context's size two that keep its guess of a million tokens away.
@EventLoop struct ClaudeEnvironment {
    let configuration: Configuration
    let upstreams: Upstreams
    /// `nil`: the first that Ollama or the models file has.
    let model: String?
    private let policy = ExchangePolicy()

    init(_ configuration: Configuration, _ upstreams: Upstreams, model: String?) {
        self.configuration = configuration
        self.upstreams = upstreams
        self.model = model
    }

    /// Prints, and returns the exit code: 0 where there is a model.
    func run() async -> Int32 {
        let first = try? upstreams.ollama.decodeModels(await upstreams.ask("/api/tags", policy)).first?.name
        guard let model = model ?? upstreams.table.vendorModels.first ?? first else {
            Console.complain("--claude-env: Ollama does not answer, or has no model; name one: --claude-env MODEL")
            return ExitCode.failure
        }
        for line in lines(model, window: await window(of: model)) { print(line) }
        return 0
    }

    /// In tokens; `nil`: Ollama decides when it loads the model.
    private func window(of model: String) async -> Int? {
        let destination = upstreams.destination(for: model)
        guard destination.isOllama else { return destination.route?.facts.contextLength }
        if let size = configuration.contextSize { return min(size, configuration.contextLimit ?? size) }
        let (dialect, name) = (upstreams.ollama, destination.upstreamModel(model))
        let running = try? await upstreams.ask("/api/ps", policy)
        let shown = try? await upstreams.ollamaClient.ask(dialect.showRequest(model: name), in: dialect, policy)
        return running.flatMap { dialect.loadedContext(of: name, $0) } ?? shown.flatMap(dialect.cloudContext)
    }

    private func lines(_ model: String, window: Int?) -> [String] {
        let host = HealthProbe.host(of: configuration)
        let isOpen = configuration.proxyKeys.isEmpty
        let name = "'" + model.replacing("'", with: "'\\''") + "'"
        var values = [
            ("ANTHROPIC_BASE_URL", "http://\(host.contains(":") ? "[\(host)]" : host):\(configuration.port)"),
            ("ANTHROPIC_AUTH_TOKEN", isOpen ? "unused" : "KEY"), ("ANTHROPIC_API_KEY", ""),
            ("ANTHROPIC_MODEL", name), ("ANTHROPIC_DEFAULT_OPUS_MODEL", name), ("ANTHROPIC_DEFAULT_SONNET_MODEL", name),
            ("ANTHROPIC_DEFAULT_HAIKU_MODEL", name), ("CLAUDE_CODE_SUBAGENT_MODEL", name),
            ("CLAUDE_CODE_ATTRIBUTION_HEADER", "0"), ("CLAUDE_CODE_MAX_RETRIES", "4"),
        ]
        if let window {
            values += ["CLAUDE_CODE_MAX_CONTEXT_TOKENS", "CLAUDE_CODE_AUTO_COMPACT_WINDOW"].map { ($0, "\(window)") }
        }
        var lines = values.map { "export \($0)=\($1)" }
        if !isOpen { lines.append("# KEY is one of PROXY_API_KEYS") }
        if window == nil { lines.append("# The context's size is not known: set NUM_CTX=65536 here, and ask again") }
        return lines
    }
}
