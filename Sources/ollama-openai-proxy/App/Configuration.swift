/// Everything the operator can decide, read from the environment once and checked: a member for each one of `Settings`.
@dynamicMemberLookup struct Configuration: Sendable {
    /// Where the models file's keys are looked up.
    let environment: [String: String]
    private var values: [String: any Sendable] = [:]

    init(_ environment: [String: String]) throws(ConfigurationError) {
        self.environment = environment
        for setting in Settings.all { values[setting.key.name] = try setting.value(in: environment) }
        guard bodyBytesInFlight >= self.bodyBytes else {
            throw ConfigurationError(
                key: Settings.declared.bodyBytesInFlight.key.name, problem: "is less than the largest body, \(self.bodyBytes)")
        }
        if let key = self.remoteModelsKey, self.proxyKeys.contains(key) {
            throw ConfigurationError(
                key: Settings.declared.remoteModelsKey.key.name, problem: "is one of PROXY_API_KEYS, which every client has")
        }
    }

    subscript<Value>(dynamicMember setting: KeyPath<Settings, Setting<Value>>) -> Value {
        get {
            guard let value = values[Settings.declared[keyPath: setting].key.name] as? Value else {
                preconditionFailure("a setting is read before the environment is")
            }
            return value
        }
        set { values[Settings.declared[keyPath: setting].key.name] = newValue }
    }

    /// As it was written, or would be.
    func text(of setting: some AnySetting) -> String { (try? setting.key.text(in: environment)) ?? "" }

    /// False: it is looked for at its default address.
    var isOllamaNamed: Bool { environment[Settings.declared.baseURL.key.name]?.trimmed.isEmpty == false }

    /// Where clients on this machine reach the server.
    var address: BaseURL {
        let isAny = ["0.0.0.0", "::", "*"].contains(self.host)
        return BaseURL(endpoint: UpstreamEndpoint(host: isAny ? "127.0.0.1" : self.host, port: self.port))
    }

    /// Where to listen.
    func socketAddress() throws(SystemError) -> SocketAddress {
        guard let address = try SocketAddress.resolve(host: self.host, port: self.port).first else {
            throw SystemError(code: 0, action: "cannot resolve \(self.host)")
        }
        return address
    }

    var bodyBytesInFlight: Int { self[dynamicMember: \.bodyBytesInFlight] ?? max(self.bodyBytes, 268_435_456) }

    /// `nil`: never.
    var eventKeepAlive: Duration? {
        let seconds = self[dynamicMember: \.eventKeepAlive]
        return seconds == 0 ? nil : .seconds(seconds)
    }

    var toolCalls: ToolCallPolicy {
        ToolCallPolicy(repairs: self.callRepair, coerces: self.callCoercion, recovers: self.callRecovery, retries: self.callRetries)
    }

    var hasKeyFiles: Bool { ConfigurationKey.all.contains { $0.isInFile(environment) } }

    /// What was hardly meant so, in a line each.
    ///
    /// - Parameters:
    ///   - descriptors: how many this process may have.
    ///   - table: where vendors are, and which of them have keys.
    func warnings(isLoopbackOnly: Bool, descriptors: Int = .max, table: ModelTable = ModelTable()) -> [String] {
        var warnings = environment.keys.sorted().compactMap { name in
            ConfigurationKey.meant(by: name).map { "\(name) is no setting; did you mean \($0)?" }
        }
        // Ollama's own variable. On this machine it may as well tell Ollama's clients where this program is.
        if !isOllamaNamed, let text = environment["OLLAMA_HOST"]?.trimmed,
            let other = try? BaseURL(text.contains("://") ? text : "http://\(text)").endpoint,
            !["127.0.0.1", "0.0.0.0", "localhost", "::", "::1"].contains(other.host) || ![80, 11434, self.port].contains(other.port)
        {
            warnings.append("OLLAMA_HOST is \(text), but is not read here: set OLLAMA_BASE_URL")
        }
        if !isLoopbackOnly, self.proxyKeys.isEmpty {
            let who = "all who reach the port may use every model"
            warnings.append("HOST is \(self.host) and PROXY_API_KEYS is not set: \(who)")
        }
        if self.connections * 2 > descriptors {
            let need = "each of its connections may need two file descriptors"
            warnings.append("MAX_CONNECTIONS is \(self.connections), but \(need) and ulimit -n is \(descriptors)")
        }
        var upstreams = [(name: "Ollama", endpoint: self.baseURL.endpoint, hasKey: self.ollamaKey != nil)]
        for (name, endpoint) in table.vendors.sorted(by: { $0.key < $1.key }) {
            let hasKey = table.routes.contains { $0.vendor?.name == name && $0.vendor?.dialect.hasKey == true }
            upstreams.append((name, endpoint, hasKey))
        }
        for (name, endpoint, hasKey) in upstreams where hasKey && !endpoint.isSecure {
            let host = BaseURL(endpoint: endpoint).authority
            if HostName.of(host).map(HostName.isPrivate) ?? false { continue }
            warnings.append("the key for \(name) goes to \(host) over http, where others can read it; use https")
        }
        if upstreams.contains(where: \.endpoint.isSecure), let path = environment["SSL_CERT_FILE"], !path.isEmpty,
            access(path, R_OK) != 0
        {
            warnings.append("SSL_CERT_FILE names \(path), which cannot be read: no https upstream can be trusted")
        }
        return warnings
    }
}
