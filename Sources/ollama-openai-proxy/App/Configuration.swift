/// Everything the operator can decide, read from the environment once and checked.
struct Configuration: Sendable {
    var baseURL: BaseURL
    let ollamaKey: String?
    let think: ThinkRules
    /// The rules as the operator wrote them.
    let thinkText: String
    let passesReasoning: Bool
    let reasoningMemory: Int
    let refusesOverflow: Bool
    /// Chat requests go to Ollama's `/v1`.
    let speaksOpenAI: Bool
    /// The path of the models file; `nil`: there is none.
    let modelsFile: String?
    /// Where the models file's keys are looked up.
    let environment: [String: String]
    let toolCalls: ToolCallPolicy
    let stripsVolatileLines: Bool
    let host: String
    let port: Int
    let sharesPort: Bool
    let proxyKeys: [String]
    let corsOrigins: [String]
    let concurrentRequests: Int
    let queuedRequests: Int
    let connections: Int
    let contextSize: Int?
    let keepAlive: String?
    let logLevel: LogLevel
    let logFormat: LogFormat
    let eventKeepAlive: Duration?
    let bodyBytes: Int
    let bodyBytesInFlight: Int
    let connectTimeout: Duration
    let idleTimeout: Duration

    /// A variable that is set to nothing counts as not set: compose files do that.
    init(_ environment: [String: String]) throws(ConfigurationError) {
        let source = Source(environment: environment)
        baseURL = try source.read(.baseURL) { text throws(ConfigurationError) in try BaseURL(text) }
        ollamaKey = try source.headerValue(.ollamaKey)
        speaksOpenAI = try source.choice(.ollamaMode, ["native": false, "openai": true])
        modelsFile = source.text(.modelsFile).isEmpty ? nil : source.text(.modelsFile)
        self.environment = environment
        thinkText = source.text(.thinkModels)
        _ = try source.list(.thinkModels)
        think = try source.read(.thinkModels) { text throws(ConfigurationError) in
            do { return try ThinkRules(text) } catch {
                throw ConfigurationError(key: ConfigurationKey.thinkModels.name, problem: "\(error)")
            }
        }
        passesReasoning = try source.choice(.reasoning, ["strip": false, "pass": true])
        reasoningMemory = try source.integer(.reasoningMemory, 0...17_179_869_184)
        refusesOverflow = try source.choice(.contextOverflow, ["error": true, "truncate": false])
        toolCalls = ToolCallPolicy(
            repairs: try source.flag(.callRepair), coerces: try source.flag(.callCoercion),
            recovers: try source.flag(.callRecovery), retries: try source.integer(.callRetries, 0...5))
        stripsVolatileLines = try source.flag(.stripVolatileLines)
        host = source.text(.host)
        port = try source.integer(.port, 0...65535)
        sharesPort = try source.flag(.reusePort)
        proxyKeys = try source.list(.proxyKeys)
        corsOrigins = try source.list(.corsOrigins)
        concurrentRequests = try source.integer(.concurrentRequests, 0...1_000_000)
        queuedRequests = try source.integer(.queuedRequests, 0...1_000_000)
        connections = try source.integer(.connections, 1...1_000_000)
        contextSize = source.text(.contextSize).isEmpty ? nil : try source.integer(.contextSize, 1...Int(Int32.max))
        let keepAlive = source.text(.keepAlive)
        guard keepAlive.isEmpty || Int(keepAlive) != nil || GoDuration.isValid(keepAlive) else {
            throw ConfigurationError(
                key: ConfigurationKey.keepAlive.name, problem: "is \"\(keepAlive)\", not seconds or a duration like 5m")
        }
        self.keepAlive = keepAlive.isEmpty ? nil : keepAlive
        logLevel = try source.choice(
            .logLevel, ["debug": .debug, "info": .info, "warning": .warning, "error": .error])
        logFormat = try source.choice(.logFormat, ["text": .text, "json": .json])
        let seconds = try source.integer(.eventKeepAlive, 0...3600)
        eventKeepAlive = seconds == 0 ? nil : .seconds(seconds)
        bodyBytes = try source.integer(.bodyBytes, 1024...1_073_741_824)
        bodyBytesInFlight =
            source.text(.bodyBytesInFlight).isEmpty
            ? max(bodyBytes, 268_435_456) : try source.integer(.bodyBytesInFlight, bodyBytes...17_179_869_184)
        connectTimeout = .seconds(try source.integer(.connectTimeout, 1...300))
        idleTimeout = .seconds(try source.integer(.idleTimeout, 1...86400))
    }

    /// What was hardly meant so, in a line each.
    func warnings(isLoopbackOnly: Bool) -> [String] {
        var warnings = environment.keys.sorted().compactMap { name in
            ConfigurationKey.meant(by: name).map { "\(name) is no setting; did you mean \($0)?" }
        }
        if !isLoopbackOnly, proxyKeys.isEmpty {
            warnings.append("HOST is \(host) and PROXY_API_KEYS is not set: all who reach the port may use every model")
        }
        return warnings
    }

    /// Reads single variables.
    private struct Source {
        let environment: [String: String]

        func text(_ key: ConfigurationKey) -> String {
            let value = environment[key.name]?.trimmed ?? ""
            return value.isEmpty ? key.standard : value
        }

        func read<Value>(
            _ key: ConfigurationKey, _ convert: (String) throws(ConfigurationError) -> Value
        ) throws(ConfigurationError) -> Value {
            try convert(text(key))
        }

        func integer(_ key: ConfigurationKey, _ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
            guard let value = Int(text(key)), range.contains(value) else {
                throw ConfigurationError(
                    key: key.name,
                    problem: "is \"\(text(key))\", not a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }

        func choice<Value>(
            _ key: ConfigurationKey, _ choices: KeyValuePairs<String, Value>
        ) throws(ConfigurationError) -> Value {
            if let match = choices.first(where: { $0.key == text(key).lowercased() }) { return match.value }
            let names = choices.map(\.key).joined(separator: ", ")
            throw ConfigurationError(key: key.name, problem: "is \"\(text(key))\", not one of \(names)")
        }

        func flag(_ key: ConfigurationKey) throws(ConfigurationError) -> Bool {
            try choice(key, ["1": true, "0": false])
        }

        /// From the variable, or from the file that the variable with `_FILE` behind its name names (Docker secrets).
        func secret(_ key: ConfigurationKey) throws(ConfigurationError) -> String {
            guard let fileName = key.fileName, let path = environment[fileName]?.trimmed, !path.isEmpty else {
                return text(key)
            }
            guard text(key).isEmpty else {
                throw ConfigurationError(key: fileName, problem: "is set, and so is \(key.name); set one of them")
            }
            guard let content = TextFile.read(path, limit: 64 * 1024) else {
                throw ConfigurationError(key: fileName, problem: "\(path) cannot be read")
            }
            let value = content.trimmed
            guard !value.isEmpty else { throw ConfigurationError(key: fileName, problem: "\(path) is empty") }
            return value
        }

        /// What stands between commas or, in a file, between line breaks. Where only these were written, as of `$A,$B` with
        /// both unset, something else was meant.
        func list(_ key: ConfigurationKey) throws(ConfigurationError) -> [String] {
            let text = try secret(key)
            let entries = text.split { $0 == "," || $0.isNewline }.map { $0.trimmed }.filter { !$0.isEmpty }
            guard text.isEmpty || !entries.isEmpty else {
                throw ConfigurationError(key: key.name, problem: "is set, but holds nothing between its commas")
            }
            return entries
        }

        /// `nil` when not set. The value itself is secret, so it is not repeated in the error.
        func headerValue(_ key: ConfigurationKey) throws(ConfigurationError) -> String? {
            let value = try secret(key)
            guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw ConfigurationError(key: key.name, problem: "holds spaces or other characters no key can have")
            }
            return value.isEmpty ? nil : value
        }
    }
}

extension StringProtocol {
    /// Without spaces and line breaks at both ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
