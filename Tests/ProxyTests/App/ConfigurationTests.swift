import Testing

@testable import ollama_openai_proxy

@Suite("The configuration")
struct ConfigurationTests {
    @Test("An empty environment gives the documented defaults")
    func defaults() throws {
        let configuration = try Configuration([:])
        #expect(configuration.baseURL.endpoint == UpstreamEndpoint(host: "localhost", port: 11434))
        #expect(configuration.baseURL.authority == "localhost:11434")
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 4000)
        #expect(!configuration.passesReasoning)
        #expect(configuration.eventKeepAlive == .seconds(15))
        #expect(configuration.bodyBytes == 64 * 1024 * 1024)
        #expect(configuration.connectTimeout == .seconds(5))
        #expect(configuration.idleTimeout == .seconds(600))
        #expect(configuration.logLevel == .info)
        #expect(configuration.proxyKeys.isEmpty)
        #expect(configuration.contextSize == nil)
    }

    @Test("A variable that is set to nothing counts as not set", arguments: ConfigurationKey.all.map(\.name))
    func emptyIsUnset(name: String) throws {
        _ = try Configuration([name: ""])
        _ = try Configuration([name: "  "])
    }

    @Test(
        "What is wrong is said in one line that names the variable",
        arguments: [
            ("OLLAMA_BASE_URL", "localhost:11434"), ("OLLAMA_BASE_URL", "ftp://ollama.com"),
            ("OLLAMA_BASE_URL", "https://"),
            ("OLLAMA_BASE_URL", "http://"), ("OLLAMA_BASE_URL", "http://h:0"), ("OLLAMA_BASE_URL", "http://h:99999"),
            ("OLLAMA_BASE_URL", "http://u@h"), ("OLLAMA_BASE_URL", "http://h?x"), ("OLLAMA_BASE_URL", "http://h:x"),
            ("OLLAMA_API_KEY", "a b"), ("OLLAMA_API_KEY", "a\r\nX: y"), ("THINK_MODELS", "glm=maybe"),
            ("REASONING", "hide"), ("PORT", "http"), ("PORT", "-1"), ("PORT", "65536"), ("NUM_CTX", "0"),
            ("NUM_CTX", "4k"), ("KEEP_ALIVE", "five minutes"), ("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml"),
            ("SSE_KEEPALIVE_SECONDS", "-1"), ("MAX_BODY_BYTES", "10"), ("UPSTREAM_CONNECT_TIMEOUT_SECONDS", "0"),
            ("UPSTREAM_IDLE_TIMEOUT_SECONDS", "1.5"),
        ])
    func refuses(name: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) { try Configuration([name: value]) }
        #expect(error?.key == name)
        #expect(error?.description.contains("\n") == false)
        if name == "OLLAMA_API_KEY" { #expect(error?.description.contains(value) == false) }
    }

    @Test(
        "Base URLs",
        arguments: [
            ("http://h", "h", 80, "", "h"), ("HTTP://h:1", "h", 1, "", "h:1"), ("http://h/", "h", 80, "", "h"),
            ("http://h:8080/ollama/", "h", 8080, "/ollama", "h:8080"),
            ("http://[::1]:2/a/b", "::1", 2, "/a/b", "[::1]:2"),
            ("http://[::1]", "::1", 80, "", "[::1]"), ("http://h:443", "h", 443, "", "h:443"),
            ("https://ollama.com", "ollama.com", 443, "", "ollama.com"),
            ("HTTPS://h:443/v/", "h", 443, "/v", "h"), ("https://h:80", "h", 80, "", "h:80"),
            ("https://[::1]:8443/a", "::1", 8443, "/a", "[::1]:8443"),
        ])
    func baseURLs(text: String, host: String, port: Int, prefix: String, authority: String) throws {
        let url = try BaseURL(text)
        let isSecure = text.lowercased().hasPrefix("https")
        #expect(url.endpoint == UpstreamEndpoint(host: host, port: port, isSecure: isSecure))
        #expect(url.prefix == prefix)
        #expect(url.authority == authority)
        #expect(url.text == "\(isSecure ? "https" : "http")://\(authority)\(prefix)")
    }

    @Test("Keys are separated by commas, spaces around them do not count")
    func keys() throws {
        #expect(try Configuration(["PROXY_API_KEYS": " a , b,,c "]).proxyKeys == ["a", "b", "c"])
    }

    @Test("Seconds of keep-alive: 0 turns it off; KEEP_ALIVE takes numbers and durations")
    func values() throws {
        #expect(try Configuration(["SSE_KEEPALIVE_SECONDS": "0"]).eventKeepAlive == nil)
        for value in ["300", "-1", "5m", "1h30m"] {
            #expect(try Configuration(["KEEP_ALIVE": value]).keepAlive == value)
        }
    }

    @Test("The help names every variable with its default")
    func help() {
        for key in ConfigurationKey.all {
            #expect(Help.text.contains(key.name))
            #expect(key.standard.isEmpty || Help.text.contains("[\(key.standard)]"))
        }
    }
}
