/// What only looks, and does not serve.
extension App {
    /// `--check`: prints the configuration as understood, whether the port is free, and what Ollama and the vendors say; returns
    /// the exit code: 0 when all of them answer, and nobody else has the port.
    func check() async -> Int32 {
        let upstreams = openUpstreams(openRemotes())
        let lines = ConfigurationKey.all.map { $0.shown(in: configuration.environment) }
        let standard = lines.filter { $0.hasSuffix("  (default)") }
        print((lines.filter { !standard.contains($0) } + [""] + standard + [""]).joined(separator: "\n"))
        for warning in warnings(upstreams) { print("warning: \(warning)".visible) }
        var isGood = await checkPort()
        let report = await OllamaReport.ask(upstreams, configuration, within: .seconds(30))
        print("\n" + (report.lines + report.warnings.map { "warning: \($0)" }).joined(separator: "\n").visible)
        isGood = report.isGood && isGood
        var asked: Set<String> = []
        for vendor in upstreams.table.routes.compactMap(\.vendor) where asked.insert(vendor.name).inserted {
            isGood = await check(vendor, upstreams) && isGood
        }
        for name in upstreams.table.vendors.keys.sorted() where !asked.contains(name) { print("\n\(name): no model uses it.".visible) }
        if !upstreams.table.routes.isEmpty { print("\nRoutes:") }
        for route in upstreams.table.routes {
            let name = route.model.map { " as \($0)" } ?? ""
            let api = route.vendor == nil && upstreams.speaksOpenAI(route) ? " by its /v1" : ""
            print("  \(route.name)  to \(route.vendor?.name ?? "ollama")\(name)\(api)".visible)
        }
        return isGood ? 0 : ExitCode.failure
    }

    private func checkPort() async -> Bool {
        do throws(SystemError) {
            _ = try Socket.listening(at: configuration.socketAddress(), sharesPort: configuration.sharesPort)
            print("\(configuration.address.text) is free.")
            return true
        } catch {
            let (words, isOwn) = await occupant(after: error)
            print(words)
            return isOwn
        }
    }

    private func check(_ vendor: ModelRoute.Vendor, _ upstreams: Upstreams) async -> Bool {
        let client = upstreams.all.first { $0.name == vendor.name } ?? upstreams.ollamaClient
        let start = LoopTime.now
        do throws(ChatError) {
            let body = try await client.ask(vendor.dialect.modelsRequest(), in: vendor.dialect, ExchangePolicy())
            let models = try vendor.dialect.decodeModels(body).map(\.name)
            print("\n\(vendor.name) answers in \((LoopTime.now - start).milliseconds) ms: \(models.count) models.".visible)
            for route in upstreams.table.routes where route.vendor?.name == vendor.name {
                guard let model = route.model ?? (route.pattern.isName ? route.name : nil), !models.contains(model) else { continue }
                print("warning: \(vendor.name) lists no model \(model)\(ModelNamePattern.hint(at: models, like: model))".visible)
            }
            return true
        } catch {
            print("\n\(vendor.name) does not answer: \(error.message)".visible)
            return false
        }
    }

    // MARK: Who listens

    /// `--health`: asks the server that runs with the same configuration whether it serves; returns the exit code.
    func health() async -> Int32 {
        do throws(UpstreamFailure) {
            let response = try await askHealth()
            if response.status == .ok { return 0 }
            Console.complain("/health answered \(response.status.rawValue)")
        } catch { Console.complain("/health does not answer: \(error)") }
        return ExitCode.failure
    }

    private func askHealth() async throws(UpstreamFailure) -> HTTPResponse {
        var request = HTTPRequest(method: .get, target: "/health")
        request.fields.append("Host", "localhost")
        return try await UpstreamClient(configuration.address.endpoint).fetch(request, within: .seconds(3))
    }

    /// Why the server could not listen, with who does in its place; and whether that is this program.
    func occupant(after error: SystemError) async -> (words: String, isOwn: Bool) {
        guard error.code == EADDRINUSE else { return ("\(error)", false) }
        let response = try? await askHealth()
        let isOwn = response?.body.text == Router.health.body.text
        let who = isOwn ? "an ollama-openai-proxy serves" : response == nil ? "another program is" : "another web server is"
        return ("\(error); \(who) there already", isOwn)
    }
}
