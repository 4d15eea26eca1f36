/// Every setting. One is declared here and nowhere else: the help, `--check`, the reading of the environment and the
/// warnings of misspelled names go by this list, and tests hold the README and the compose file to it.
struct Settings: Sendable {
    let baseURL = Setting(
        "OLLAMA_BASE_URL", standard: "http://localhost:11434", .baseURL, "where Ollama listens: http[s]://HOST[:PORT][/PREFIX]")
    let ollamaKey = Setting(
        "OLLAMA_API_KEY", .optional(.token), isSecret: true, "sent to Ollama as bearer token; OLLAMA_API_KEY_FILE names a file instead")
    /// Chat requests go to Ollama's `/v1`.
    let speaksOpenAI = Setting(
        "OLLAMA_API_MODE", standard: "native", .choice(["native": false, "openai": true]),
        "chat goes to Ollama's /api/chat, or to its /v1/chat/completions")
    let modelsFile = Setting(
        "MODELS_FILE", .optional(.text),
        "path of a JSON file that says which models go to other vendors; read again on SIGHUP; empty: all go to Ollama")
    let remoteHosts = Setting(
        "OLLAMA_REMOTES", .remoteHosts,
        "comma-separated HOST or HOST:PORT of vendors of which models may be made by POST /api/create; empty: of none")
    let remoteModelsKey = Setting(
        "REMOTE_MODELS_KEY", .optional(.token), isSecret: true,
        "the key with which models are made and removed by request, none of PROXY_API_KEYS; empty: nobody may")
    let remoteModelsFile = Setting(
        "REMOTE_MODELS_FILE", .optional(.text),
        "path of a file in which models made by request are kept, with their vendors' keys; empty: they are gone with the process")
    let think = Setting(
        "THINK_MODELS", .thinkRules,
        "models that think: NAME[=true|false|low|medium|high|max|effort|tools], comma-separated, * matches anything, first match "
            + "wins")
    let aliases = Setting(
        "MODEL_ALIASES", .modelAliases,
        "other names of models: NAME=MODEL, comma-separated, * in NAME matches anything, first match wins, after " + "MODELS_FILE")
    let passesReasoning = Setting(
        "REASONING", standard: "strip", .choice(["strip": false, "pass": true]),
        "what becomes of reasoning; it passes as reasoning_content")
    let reasoningMemory = Setting(
        "REASONING_MEMORY_BYTES", standard: "67108864", .integer(0...17_179_869_184),
        "bytes of stripped reasoning kept in memory to be given back to the model; 0: off")
    let contextSize = Setting(
        "NUM_CTX", .optional(.integer(1...Int(Int32.max))), "context size in tokens where the client names none; empty: Ollama's own")
    let contextLimit = Setting(
        "NUM_CTX_MAX", .optional(.integer(1...Int(Int32.max))), "largest context size in tokens, for clients that name one; empty: any")
    let refusesOverflow = Setting(
        "CONTEXT_OVERFLOW", standard: "error", .choice(["error": true, "truncate": false]),
        "a prompt that does not fit is refused, and agents compact; or Ollama drops its beginning")
    let keepAlive = Setting(
        "KEEP_ALIVE", .optional(.goDuration),
        "how long a model stays loaded (5m, -1, 300) where the client does not say; empty: Ollama's own")
    let callRepair = Setting("TOOL_CALL_REPAIR", standard: "1", .flag, "mend arguments that are no JSON object")
    let callCoercion = Setting("TOOL_CALL_COERCION", standard: "1", .flag, "fit arguments to the tool's schema")
    let callRecovery = Setting("TOOL_CALL_RECOVERY", standard: "1", .flag, "make calls of calls that were written as text")
    let callRetries = Setting(
        "TOOL_CALL_RETRIES", standard: "1", .integer(0...5),
        "how often a model is asked again for a call that is unreadable, missing, not offered or not declared, or for an "
            + "empty reply; for all reasons together a request is sent again twice at most")
    let rawTokens = Setting(
        "RAW_TOKENS", standard: "auto", .choice(["auto": RawTokenRule.auto, "on": .on, "off": .off]),
        "whether Ollama's models are asked for their own tokens, from which calls are read that its parsers lose; auto: from "
            + "the second try on once a model has lost one, for an hour")
    let stripsVolatileLines = Setting(
        "STRIP_VOLATILE_SYSTEM_LINES", standard: "1", .flag,
        "leave out Claude Code's billing line, which changes and spoils the prompt cache")
    let host = Setting("HOST", standard: "127.0.0.1", .text, "address to listen at")
    let port = Setting("PORT", standard: "4000", .integer(0...65535), "port to listen at; 0: any free")
    let sharesPort = Setting("REUSE_PORT", standard: "0", .flag, "several processes may listen at the same port and share it")
    let proxyKeys = Setting(
        "PROXY_API_KEYS", .list, isSecret: true,
        "comma-separated keys of which clients must send one; empty: no check; PROXY_API_KEYS_FILE names a file with one a " + "line")
    let allowedHosts = Setting(
        "ALLOWED_HOSTS", .hosts,
        "comma-separated host names that requests may be for, *.NAME for all below one, * for any, beside addresses, names "
            + "without a dot, this machine's and those that nobody can register; not looked at with PROXY_API_KEYS")
    let corsOrigins = Setting(
        "CORS_ORIGINS", .origins, "comma-separated origins of web pages that may use the server, * for all; empty: none")
    let logLevel = Setting(
        "LOG_LEVEL", standard: "info", .choice(["debug": LogLevel.debug, "info": .info, "warning": .warning, "error": .error]),
        "what is logged, and what is graver")
    let logFormat = Setting("LOG_FORMAT", standard: "text", .choice(["text": LogFormat.text, "json": .json]), "how a line is written")
    /// In seconds.
    let eventKeepAlive = Setting(
        "SSE_KEEPALIVE_SECONDS", standard: "15", .integer(0...3600), "after so long without a byte a stream gets a sign of life; 0: off"
    )
    let concurrentRequests = Setting(
        "MAX_CONCURRENT_REQUESTS", standard: "4096", .integer(0...1_000_000), "requests at once that make a model work; 0: no limit")
    let queuedRequests = Setting(
        "MAX_QUEUED_REQUESTS", standard: "1024", .integer(0...1_000_000), "requests that wait for that; who comes beyond gets 429")
    let connections = Setting("MAX_CONNECTIONS", standard: "8192", .integer(1...1_000_000), "client connections at once")
    let bodyBytes = Setting("MAX_BODY_BYTES", standard: "67108864", .integer(1024...1_073_741_824), "largest request body in bytes")
    let bodyBytesInFlight = Setting(
        "MAX_BODY_BYTES_IN_FLIGHT", .optional(.integer(1024...17_179_869_184)),
        "bytes of request bodies that are being received, together, at least MAX_BODY_BYTES; others wait; empty: 268435456, "
            + "or MAX_BODY_BYTES if that is more")
    let connectTimeout = Setting("UPSTREAM_CONNECT_TIMEOUT_SECONDS", standard: "5", .seconds(1...300), "to reach Ollama")
    let idleTimeout = Setting(
        "UPSTREAM_IDLE_TIMEOUT_SECONDS", standard: "600", .seconds(1...86400),
        "without a byte from Ollama; a model may load for minutes")

    static let declared = Settings()
    /// In the order of their declarations.
    static let all = Mirror(reflecting: declared).children.compactMap { $0.value as? any AnySetting }
}
