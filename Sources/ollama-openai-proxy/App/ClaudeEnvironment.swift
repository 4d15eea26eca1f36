/// `--claude-env`: the variables with which Claude Code (2.1.329) asks this proxy for one model, as a shell reads them. They are
/// those of `ollama launch claude`, and with the context's size two that keep its guess of a million tokens away.
@EventLoop struct ClaudeEnvironment {
    let configuration: Configuration
    let upstreams: Upstreams
    /// As it was asked for; `nil`: the first that the models file or Ollama has.
    let model: String?
    private let policy = ExchangePolicy()

    /// Prints, and returns the exit code: 0 where there is a model.
    func run() async -> Int32 {
        guard let model = await chosenModel() else {
            Console.complain("--claude-env: Ollama does not answer, or has no model; name one: --claude-env MODEL")
            return ExitCode.failure
        }
        for line in lines(model, window: await window(of: model)) { print(line) }
        return 0
    }

    private func chosenModel() async -> String? {
        if let model = model ?? upstreams.table.vendorModels.first { return model }
        return try? upstreams.ollama.decodeModels(await upstreams.ask("/api/tags", policy)).first?.name
    }

    /// In tokens; `nil`: Ollama decides when it loads the model.
    private func window(of model: String) async -> Int? {
        let destination = upstreams.destination(for: model)
        guard destination.isOllama else { return destination.route?.facts.contextLength }
        let (dialect, name) = (upstreams.ollama, destination.upstreamModel(model))
        if let size = dialect.contextSize(of: destination.route?.options ?? GenerationOptions()) { return size }
        let running = try? await upstreams.ask("/api/ps", policy)
        if let size = running.flatMap({ dialect.loadedContext(of: name, $0) }) { return size }
        let shown = try? await upstreams.ollamaClient.ask(dialect.showRequest(model: name), in: dialect, policy)
        return shown.flatMap(dialect.cloudContext)
    }

    private func lines(_ model: String, window: Int?) -> [String] {
        let isOpen = configuration.proxyKeys.isEmpty
        let name = model.quotedForShell
        var values = [
            ("ANTHROPIC_BASE_URL", configuration.address.text),
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

extension String {
    /// As one word of a shell.
    var quotedForShell: String { "'" + replacing("'", with: "'\\''") + "'" }
}
