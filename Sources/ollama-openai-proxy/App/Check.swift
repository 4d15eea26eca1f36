/// `--check`: the configuration as understood, and what Ollama and the vendors say.
@EventLoop struct Check {
    private let configuration: Configuration
    private let upstreams: Upstreams
    private let warnings: [String]
    private let policy = ExchangePolicy()

    init(_ configuration: Configuration, _ upstreams: Upstreams, warnings: [String]) {
        self.configuration = configuration
        self.upstreams = upstreams
        self.warnings = warnings
    }

    /// Prints, and returns the exit code: 0 when all of them answer.
    func run() async -> Int32 {
        for key in ConfigurationKey.all { print(key.shown(in: configuration.environment)) }
        for warning in warnings { print("warning: \(warning)") }
        var doAllAnswer = await ask("Ollama") { try await ollama() }
        var asked: Set<String> = []
        for vendor in upstreams.table.routes.compactMap(\.vendor) where asked.insert(vendor.name).inserted {
            doAllAnswer = await ask(vendor.name) { try await list(of: vendor) } && doAllAnswer
        }
        printRoutes()
        return doAllAnswer ? 0 : ExitCode.failure
    }

    private func ask(_ name: String, _ question: () async throws -> Void) async -> Bool {
        do { try await question() } catch {
            let words = (error as? ChatError)?.message ?? "\(error)"
            print("\n\(name) does not answer: \(words)".visible)
            return false
        }
        return true
    }

    private func ollama() async throws {
        let version = try upstreams.ollama.decodeVersion(await upstreams.ask("/api/version", policy))
        print("\nOllama \(version) answers.".visible)
        let models = try upstreams.ollama.decodeModels(await upstreams.ask("/api/tags", policy))
        print(models.isEmpty ? "It has no models." : "Models:")
        for model in models {
            print("  \(model.name)\(configuration.think.entry(for: model.name).map { "  thinks by \($0)" } ?? "")".visible)
        }
    }

    private func list(of vendor: ModelRoute.Vendor) async throws {
        let client = upstreams.all.first { $0.name == vendor.name } ?? upstreams.ollamaClient
        let body = try await client.ask(vendor.dialect.modelsRequest(), in: vendor.dialect, policy)
        print("\n\(vendor.name) answers: \(try vendor.dialect.decodeModels(body).count) models.")
    }

    private func printRoutes() {
        guard !upstreams.table.routes.isEmpty else { return }
        print("\nRoutes:")
        for route in upstreams.table.routes {
            let name = route.model.map { " as \($0)" } ?? ""
            print("  \(route.name)  to \(route.vendor?.name ?? "ollama")\(name)")
        }
    }
}

/// `--health`: asks the server that runs with the same configuration whether it serves.
@EventLoop enum HealthProbe {
    static func run(_ configuration: Configuration) async -> Int32 {
        let client = UpstreamClient(UpstreamEndpoint(host: host(of: configuration), port: configuration.port))
        var request = HTTPRequest(method: .get, target: "/health")
        request.fields.append("Host", "localhost")
        do {
            let response = try await client.fetch(request, within: .seconds(3))
            if response.status == .ok { return 0 }
            Console.complain("/health answered \(response.status.rawValue)")
        } catch { Console.complain("/health does not answer: \(error)") }
        return ExitCode.failure
    }

    /// Where the server is reached from this machine.
    static func host(of configuration: Configuration) -> String {
        ["0.0.0.0", "::", "*"].contains(configuration.host) ? "127.0.0.1" : configuration.host
    }
}
