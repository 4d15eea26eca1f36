/// One environment variable that the program reads.
struct ConfigurationKey: Sendable {
    let name: String
    /// As it would be written; empty for none.
    let standard: String
    /// What it does, its range and unit, in one line.
    let help: String
    /// Its value is never printed, and may stand in a file that the variable with `_FILE` behind its name names.
    var isSecret = false

    var fileName: String? { isSecret ? name + "_FILE" : nil }

    /// The variable that somebody meant who has set one that differs from it by a letter, or by case.
    static func meant(by name: String) -> String? {
        let names = all.flatMap { [$0.name, $0.fileName].compactMap(\.self) }
        // HOST and PORT are near too many words.
        return names.contains(name) ? nil : names.first { $0.count > 5 && name.uppercased().isNear($0) }
    }

    static let all = [
        baseURL, ollamaKey, ollamaMode, modelsFile, thinkModels, reasoning, reasoningMemory, contextSize,
        contextOverflow, keepAlive,
        callRepair, callCoercion, callRecovery, callRetries, stripVolatileLines, host, port, reusePort, proxyKeys,
        corsOrigins,
        logLevel, logFormat, eventKeepAlive, concurrentRequests, queuedRequests, connections, bodyBytes,
        bodyBytesInFlight, connectTimeout, idleTimeout,
    ]

    static let baseURL = ConfigurationKey(
        name: "OLLAMA_BASE_URL", standard: "http://localhost:11434",
        help: "where Ollama listens: http[s]://HOST[:PORT][/PREFIX]")
    static let ollamaKey = ConfigurationKey(
        name: "OLLAMA_API_KEY", standard: "",
        help: "sent to Ollama as bearer token; OLLAMA_API_KEY_FILE names a file instead", isSecret: true)
    static let ollamaMode = ConfigurationKey(
        name: "OLLAMA_API_MODE", standard: "native",
        help: "native: chat goes to Ollama's /api/chat | openai: to its /v1/chat/completions")
    static let modelsFile = ConfigurationKey(
        name: "MODELS_FILE", standard: "",
        help: "path of a JSON file that says which models go to other vendors; read again on SIGHUP; empty: all go to "
            + "Ollama")
    static let thinkModels = ConfigurationKey(
        name: "THINK_MODELS", standard: "",
        help: "models that think: NAME[=true|false|low|medium|high|max|effort], comma-separated, * matches anything, "
            + "first match wins")
    static let reasoning = ConfigurationKey(
        name: "REASONING", standard: "strip", help: "strip | pass (as reasoning_content)")
    static let reasoningMemory = ConfigurationKey(
        name: "REASONING_MEMORY_BYTES", standard: "67108864",
        help: "stripped reasoning kept in memory to be given back to the model, 0…17179869184 bytes; 0: off")
    static let contextOverflow = ConfigurationKey(
        name: "CONTEXT_OVERFLOW", standard: "error",
        help: "error: a prompt that does not fit is refused, and agents compact | truncate: Ollama drops its beginning")
    static let callRepair = ConfigurationKey(
        name: "TOOL_CALL_REPAIR", standard: "1", help: "1 | 0: mend arguments that are no JSON object")
    static let callCoercion = ConfigurationKey(
        name: "TOOL_CALL_COERCION", standard: "1", help: "1 | 0: fit arguments to the tool's schema")
    static let callRecovery = ConfigurationKey(
        name: "TOOL_CALL_RECOVERY", standard: "1", help: "1 | 0: make calls of calls that were written as text")
    static let callRetries = ConfigurationKey(
        name: "TOOL_CALL_RETRIES", standard: "1",
        help:
            "how often a model is asked again for a call that is unreadable, missing, not offered or not declared, 0…5; "
            + "for all reasons together a request is sent again twice at most")
    static let stripVolatileLines = ConfigurationKey(
        name: "STRIP_VOLATILE_SYSTEM_LINES", standard: "1",
        help: "1 | 0: leave out Claude Code's billing line, which changes and spoils the prompt cache")
    static let host = ConfigurationKey(name: "HOST", standard: "127.0.0.1", help: "address to listen at")
    static let port = ConfigurationKey(name: "PORT", standard: "4000", help: "port to listen at, 0…65535; 0: any free")
    static let reusePort = ConfigurationKey(
        name: "REUSE_PORT", standard: "0", help: "1 | 0: several processes may listen at the same port and share it")
    static let corsOrigins = ConfigurationKey(
        name: "CORS_ORIGINS", standard: "",
        help: "comma-separated origins of web pages that may use the server, * for all; empty: none")
    static let concurrentRequests = ConfigurationKey(
        name: "MAX_CONCURRENT_REQUESTS", standard: "4096", help: "chat requests at once, 0…1000000; 0: no limit")
    static let queuedRequests = ConfigurationKey(
        name: "MAX_QUEUED_REQUESTS", standard: "1024",
        help: "chat requests that wait for that, 0…1000000; who comes beyond gets 429")
    static let connections = ConfigurationKey(
        name: "MAX_CONNECTIONS", standard: "8192", help: "client connections at once, 1…1000000")
    static let proxyKeys = ConfigurationKey(
        name: "PROXY_API_KEYS", standard: "",
        help: "comma-separated keys of which clients must send one; empty: no check; PROXY_API_KEYS_FILE names a file "
            + "with one a line", isSecret: true)
    static let contextSize = ConfigurationKey(
        name: "NUM_CTX", standard: "",
        help: "context size in tokens, 1 or more, where the client names none; empty: Ollama's own")
    static let keepAlive = ConfigurationKey(
        name: "KEEP_ALIVE", standard: "",
        help: "how long a model stays loaded (5m, -1, 300) where the client does not say; empty: Ollama's own")
    static let logLevel = ConfigurationKey(
        name: "LOG_LEVEL", standard: "info", help: "debug | info | warning | error")
    static let logFormat = ConfigurationKey(name: "LOG_FORMAT", standard: "text", help: "text | json")
    static let eventKeepAlive = ConfigurationKey(
        name: "SSE_KEEPALIVE_SECONDS", standard: "15",
        help: "after so long without a byte a stream gets a comment, 0…3600; 0: off")
    static let bodyBytes = ConfigurationKey(
        name: "MAX_BODY_BYTES", standard: "67108864", help: "largest request body, 1024…1073741824 bytes")
    static let bodyBytesInFlight = ConfigurationKey(
        name: "MAX_BODY_BYTES_IN_FLIGHT", standard: "",
        help: "request bodies that are being received, together, MAX_BODY_BYTES…17179869184 bytes; others wait; empty: "
            + "268435456, or MAX_BODY_BYTES if that is more")
    static let connectTimeout = ConfigurationKey(
        name: "UPSTREAM_CONNECT_TIMEOUT_SECONDS", standard: "5", help: "to reach Ollama, 1…300")
    static let idleTimeout = ConfigurationKey(
        name: "UPSTREAM_IDLE_TIMEOUT_SECONDS", standard: "600",
        help: "without a byte from Ollama, 1…86400; a model may load for minutes")
}

extension String {
    /// At most one letter is missing, too many, or another.
    fileprivate func isNear(_ other: String) -> Bool {
        let start = zip(utf8, other.utf8).prefix { $0 == $1 }.count
        let (rest, otherRest) = (utf8.dropFirst(start), other.utf8.dropFirst(start))
        return rest.dropFirst().elementsEqual(otherRest.dropFirst()) || rest.dropFirst().elementsEqual(otherRest)
            || rest.elementsEqual(otherRest.dropFirst())
    }
}

/// What is wrong with the configuration, in one line.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    let key: String
    let problem: String

    var description: String { "\(key): \(problem)" }
}
