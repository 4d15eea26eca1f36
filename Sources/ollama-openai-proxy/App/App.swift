/// Puts the parts together as the configuration says, and runs them.
@EventLoop struct App {
    private(set) var configuration: Configuration
    private let log: Log

    init(_ configuration: Configuration) {
        self.configuration = configuration
        // A pipe or a file gets the same as ever (https://no-color.org).
        let isForEyes = configuration.logFormat == .text && isatty(2) != 0 && configuration.environment["NO_COLOR"] == nil
        log = Log(level: configuration.logLevel, format: isForEyes ? .terminal : configuration.logFormat)
    }

    /// Ends the process when it is done.
    func run(_ command: Command) async {
        switch command {
        case .serve: await serve()
        case .demo: await demo()
        case .check: exit(await check())
        case .health: exit(await health())
        case .claudeEnvironment(let model):
            let environment = ClaudeEnvironment(configuration: configuration, upstreams: openUpstreams(openRemotes()), model: model)
            exit(await environment.run())
        }
    }

    /// Throws when there is nothing to speak https with.
    private static func requireTLS(for key: ConfigurationKey) throws(ConfigurationError) {
        do throws(SystemError) { try TLSLibrary.load() } catch { throw ConfigurationError(key: key.name, problem: "\(error)") }
    }

    /// The upstreams with what the models file says of them; ends the process where that cannot be had.
    func openUpstreams(_ remotes: RemoteModelFile?) -> Upstreams {
        let limits = UpstreamLimits(connectTimeout: configuration.connectTimeout, idleTimeout: configuration.idleTimeout)
        let upstreams = Upstreams(
            ollama, UpstreamClient(configuration.baseURL.endpoint, limits: limits),
            speaksOpenAI: configuration.speaksOpenAI, limits: limits, isOllamaNamed: configuration.isOllamaNamed)
        do throws(ConfigurationError) {
            if configuration.baseURL.endpoint.isSecure { try Self.requireTLS(for: Settings.declared.baseURL.key) }
            upstreams.replace(try readModels(remotes))
        } catch {
            Console.complain("\(error)")
            exit(ExitCode.configuration)
        }
        return upstreams
    }

    /// The models made by request, where the operator allows that; ends the process where they cannot be read.
    func openRemotes() -> RemoteModelFile? {
        do { return try RemoteModelFile(configuration, log) } catch {
            Console.complain("\(error)")
            exit(ExitCode.configuration)
        }
    }

    private func serve() async {
        let remotes = openRemotes()
        let upstreams = openUpstreams(remotes)
        let router = router(upstreams, remotes)
        remotes?.onChange = { [aliases = configuration.aliases] models in
            var table = models
            table.add(aliases)
            upstreams.replace(table)
        }
        let server: Server
        do { server = try listen(router) } catch {
            let problem = await occupant(after: error).words
            Console.complain("\(Settings.declared.host.key.name)/\(Settings.declared.port.key.name): \(problem)")
            exit(ExitCode.configuration)
        }
        Signals.watch(
            stop: {
                log.write(.info, "stopping")
                await server.stop(grace: .seconds(10))
                exit(0)
            }, reload: { await self.reload(upstreams, router, remotes) })
        for warning in warnings(upstreams) + (remotes?.warnings ?? []) { log.write(.warning, warning) }
        log.write(
            .info, "listening",
            [
                ("address", .text("\(configuration.host):\(server.port)")), ("ollama", .text(configuration.baseURL.text)),
                ("api", .text(configuration.text(of: Settings.declared.speaksOpenAI))),
                ("routes", .number(upstreams.table.routes.count)),
                ("think", .text(configuration.text(of: Settings.declared.think))), ("version", .text(Main.version)),
            ])
        var app = self
        app.configuration.port = server.port
        await withDiscardingTaskGroup { [app] group in
            group.addTask(executorPreference: EventLoop.shared.executor) { await app.greet(upstreams) }
            await server.run()
        }
        // `stop` ends the process when the last stream has ended.
        await Reactor.shared.sleep(.seconds(60))
    }

    /// Asks Ollama, once this serves: what is wrong there is a warning, and a terminal is told who answers and what a client
    /// needs.
    private func greet(_ upstreams: Upstreams) async {
        let report = await OllamaReport.ask(upstreams, configuration, within: .seconds(3), limit: 10)
        for warning in report.warnings { log.write(.warning, warning) }
        guard log.format == .terminal, log.level <= .info else { return }
        let places = [(Settings.declared.host.key, configuration.host), (Settings.declared.port.key, "\(configuration.port)")]
        let settings = places.filter { $0.standard != $1 }.map { "\($0.name)=\($1) " }.joined()
        let model = (upstreams.table.vendorModels + report.models).first ?? "MODEL"
        let command = "\(settings)\(CommandLine.arguments[0].quotedForShell) --claude-env \(model.quotedForShell)"
        let key = configuration.proxyKeys.isEmpty ? "any key" : "one of PROXY_API_KEYS"
        let openAI = "OpenAI's clients: base URL \(configuration.address.text)/v1, \(key)"
        let lines = report.lines + [openAI, "Claude Code: eval \"$(\(command))\"; claude", ""]
        LogOutput.standardError.append(ByteBuffer(lines.joined(separator: "\n").visible))
    }

    // MARK: Models

    private func readModels(_ remotes: RemoteModelFile?) throws(ConfigurationError) -> ModelTable {
        var table = ModelTable()
        if let path = configuration.modelsFile { table = try ModelsFile.read(path, environment: configuration.environment) }
        if let remotes { table = remotes.table(behind: table) }
        table.add(configuration.aliases)
        if table.vendors.values.contains(where: \.isSecure) { try Self.requireTLS(for: Settings.declared.modelsFile.key) }
        return table
    }

    /// Reads the models file and the files of keys. All or nothing: what was read before holds on when there is a mistake.
    private func reload(_ upstreams: Upstreams, _ router: Router, _ remotes: RemoteModelFile?) async {
        guard configuration.modelsFile != nil || configuration.hasKeyFiles else {
            return log.write(.info, "SIGHUP ignored: neither MODELS_FILE nor a file of keys is set")
        }
        do throws(ConfigurationError) {
            let fresh = try Configuration(configuration.environment)
            let table = try readModels(remotes)
            upstreams.replace(table)
            upstreams.use(ollamaKey: fresh.ollamaKey)
            router.keys = AccessKeys(fresh.proxyKeys)
            log.write(
                .info, "models and keys read", [("models", .number(table.routes.count)), ("vendors", .number(table.vendors.count))])
        } catch { log.write(.error, "models and keys not read; those read before stay", [("reason", .text("\(error)"))]) }
    }

    /// The same program in front of the stand-in.
    private func demo() async {
        guard let address = SocketAddress.numeric(host: "127.0.0.1", port: 0),
            let standIn = try? Server(at: address, handler: DemoOllama())
        else {
            Console.complain("the demo cannot listen on loopback")
            exit(ExitCode.failure)
        }
        var app = self
        app.configuration.baseURL = BaseURL(endpoint: UpstreamEndpoint(host: "127.0.0.1", port: standIn.port))
        Console.complain(
            "demo: a stand-in plays Ollama, no model is involved. Model names: " + DemoOllama.models.joined(separator: ", "))
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: EventLoop.shared.executor) { await standIn.run() }
            await app.serve()
        }
    }

    private func listen(_ handler: any RequestHandler) throws(SystemError) -> Server {
        let limits = ServerLimits(
            http: HTTPLimits(bodyBytes: configuration.bodyBytes), bodyBytesInFlight: configuration.bodyBytesInFlight,
            connections: configuration.connections)
        let address = try configuration.socketAddress()
        return try Server(at: address, sharesPort: configuration.sharesPort, handler: handler, limits: limits)
    }

    private func router(_ upstreams: Upstreams, _ remotes: RemoteModelFile?) -> Router {
        let policy = ExchangePolicy()
        policy.think = configuration.think
        policy.passesReasoning = configuration.passesReasoning
        policy.toolCalls = configuration.toolCalls
        policy.stripsVolatileLines = configuration.stripsVolatileLines
        policy.reasoning = ReasoningMemory(byteLimit: configuration.reasoningMemory)
        policy.keepAlive = configuration.eventKeepAlive
        policy.idleLimit = configuration.idleTimeout
        policy.admission = Admission(limit: configuration.concurrentRequests, queueLimit: configuration.queuedRequests)
        let origins = OriginPolicy(origins: configuration.corsOrigins, hosts: configuration.allowedHosts + [Environment.hostName])
        let metrics = Metrics(log: log, refusesOverflow: configuration.refusesOverflow) { [policy] in
            Metrics.Gauges(
                streamsOpen: policy.openStreams, active: policy.admission.active, waiting: policy.admission.waiting,
                refused: policy.admission.refused, circuits: upstreams.all.map { ($0.name, $0.breaker.state) })
        }
        return Router(
            upstreams: upstreams, policy: policy, keys: AccessKeys(configuration.proxyKeys), origins: origins, observer: metrics,
            remotes: remotes)
    }

    func warnings(_ upstreams: Upstreams) -> [String] {
        let isLoopbackOnly = (try? configuration.socketAddress())?.isLoopback ?? false
        return configuration.warnings(isLoopbackOnly: isLoopbackOnly, descriptors: FileDescriptor.raiseLimit(), table: upstreams.table)
    }

    private var ollama: OllamaDialect {
        OllamaDialect(
            host: configuration.baseURL.authority, basePath: configuration.baseURL.prefix, apiKey: configuration.ollamaKey,
            defaultContextSize: configuration.contextSize, contextLimit: configuration.contextLimit,
            defaultKeepAlive: configuration.keepAlive,
            refusesOverflow: configuration.refusesOverflow, rawTokens: configuration.rawTokens)
    }

}
