import Foundation
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
        #expect(configuration.bodyBytesInFlight == 256 * 1024 * 1024)
        #expect(configuration.connectTimeout == .seconds(5))
        #expect(configuration.idleTimeout == .seconds(600))
        #expect(configuration.logLevel == .info)
        #expect(configuration.proxyKeys.isEmpty)
        #expect(configuration.contextSize == nil)
    }

    @Test("Origins and hosts are compared in small letters")
    func origins() throws {
        let configuration = try Configuration([
            "CORS_ORIGINS": "https://Chat.example:8443, chrome-extension://abc,null,*,http://[::1]:3000",
            "ALLOWED_HOSTS": "Proxy.example,*.Example.org,*,[::1],10.0.0.1",
        ])
        #expect(
            configuration.corsOrigins == [
                "https://chat.example:8443", "chrome-extension://abc", "null", "*", "http://[::1]:3000",
            ])
        #expect(configuration.allowedHosts == ["proxy.example", "*.example.org", "*", "[::1]", "10.0.0.1"])
        #expect(!Environment.hostName.isEmpty)
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
            ("SSE_KEEPALIVE_SECONDS", "-1"), ("MAX_BODY_BYTES", "10"), ("MAX_BODY_BYTES_IN_FLIGHT", "67108863"),
            ("UPSTREAM_CONNECT_TIMEOUT_SECONDS", "0"),
            ("UPSTREAM_IDLE_TIMEOUT_SECONDS", "1.5"), ("CORS_ORIGINS", "evil"), ("CORS_ORIGINS", "https://a/"),
            ("CORS_ORIGINS", "https://a,b"), ("CORS_ORIGINS", "https://*.a"), ("CORS_ORIGINS", "https://"),
            ("CORS_ORIGINS", "https://u@a"), ("CORS_ORIGINS", "://a"), ("CORS_ORIGINS", "https://a?b"),
            ("ALLOWED_HOSTS", "http://a"), ("ALLOWED_HOSTS", "a:80"), ("ALLOWED_HOSTS", "a,b c"),
            ("ALLOWED_HOSTS", "a/b"),
            ("ALLOWED_HOSTS", "*a.example"), ("ALLOWED_HOSTS", "*."), ("ALLOWED_HOSTS", "[::1"),
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

    private static let separatorsOnly = [",", " , ", ",,", ",\n,"]

    @Test(
        "A list that is set and holds nothing is a mistake, never an empty list",
        arguments: ["PROXY_API_KEYS", "CORS_ORIGINS", "THINK_MODELS"], separatorsOnly)
    func emptyLists(name: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) { try Configuration([name: value]) }
        #expect(error?.key == name)
    }

    @Test("So is a file of keys that holds none", arguments: separatorsOnly + ["\n,\n", "", " \n"])
    func emptyFiles(text: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(throws: ConfigurationError.self) { try Configuration(["PROXY_API_KEYS_FILE": file.path]) }
        try "a\n,b\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(try Configuration(["PROXY_API_KEYS_FILE": file.path]).proxyKeys == ["a", "b"])
        #expect(try Configuration(["PROXY_API_KEYS_FILE": " "]).proxyKeys == [])
    }

    @Test(
        "A name that is nearly one of a setting is warned of",
        arguments: [
            ("PROXY_API_KEY", "PROXY_API_KEYS"), ("PROXY_APIKEYS", "PROXY_API_KEYS"),
            ("proxy_api_keys", "PROXY_API_KEYS"),
            ("PROXY_API_KEYS_FILES", "PROXY_API_KEYS_FILE"), ("PROXY-API_KEYS", "PROXY_API_KEYS"),
            ("OLLAMA_API_KEYS", "OLLAMA_API_KEY"), ("XMODELS_FILE", "MODELS_FILE"), ("CORS_ORIGIN", "CORS_ORIGINS"),
            ("THINK_MODLES", "THINK_MODELS"), ("MODEL_ALAISES", "MODEL_ALIASES"),
        ])
    func nearMisses(name: String, meant: String) throws {
        let warnings = try Configuration([name: "secret"]).warnings(isLoopbackOnly: true)
        #expect(warnings == ["\(name) is no setting; did you mean \(meant)?"])
    }

    @Test("Settings themselves and other programs' variables are not")
    func noNearMisses() throws {
        var environment = ["PATH": "x", "HOSTS": "x", "POST": "x", "LOGLEVELS": "x", "OLLAMA_HOST": "", "": "x"]
        for key in ConfigurationKey.all { environment[key.name] = "" }
        for name in ConfigurationKey.all.compactMap(\.fileName) { environment[name] = "" }
        #expect(try Configuration(environment).warnings(isLoopbackOnly: true) == [])
    }

    @Test(
        "Ollama's own variable is not read, which is said where it names another place",
        arguments: [
            ("127.0.0.1", false), ("0.0.0.0", false), ("0.0.0.0:11434", false), (":11434", false),
            ("http://localhost:11434/", false), ("[::]", false), ("127.0.0.1:4000", false), (" ", false), ("a b", false),
            ("https://u:SECRET@h", false), ("192.168.1.5", true), ("nas:80", true), ("0.0.0.0:11500", true),
            ("https://nas", true), ("[fd00::1]", true),
        ])
    func ollamaHost(text: String, isElsewhere: Bool) throws {
        let warnings = try Configuration(["OLLAMA_HOST": text]).warnings(isLoopbackOnly: true)
        #expect(warnings == (isElsewhere ? ["OLLAMA_HOST is \(text), but is not read here: set OLLAMA_BASE_URL"] : []))
        let named = ["OLLAMA_HOST": text, "OLLAMA_BASE_URL": "http://h"]
        #expect(try Configuration(named).warnings(isLoopbackOnly: true) == [])
    }

    @Test("Listening for others without keys is warned of")
    func open() throws {
        let warnings = try Configuration(["HOST": "0.0.0.0"]).warnings(isLoopbackOnly: false)
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("0.0.0.0") == true)
        #expect(try Configuration(["PROXY_API_KEYS": "k"]).warnings(isLoopbackOnly: false) == [])
    }

    @Test(
        "A URL that is none is not repeated: a password may be in it",
        arguments: [
            "ftp://u:SECRETPW@h", "u:SECRETPW@h:11434", "http://u:SECRETPW@h", "http://h:SECRETPW", "SECRETPW",
            "http://SECRETPW]b:1", "http://a[SECRETPW", "http://h/SECRETPW/../x", "http://h/./SECRETPW",
            "http://[::1]SECRETPW",
            "http://[SECRETPW:1", "http://SECRETPW!h",
        ])
    func secretURLs(text: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try Configuration(["OLLAMA_BASE_URL": text]) }
        #expect(error?.key == "OLLAMA_BASE_URL")
        #expect(error?.description.contains("SECRETPW") == false)
        let file = #"{"upstreams":{"v":{"base_url":"\#(text)","auth":"none"}}}"#
        let mistake = #expect(throws: ChatError.self) { try ModelsFile(file, environment: [:]) }
        #expect(mistake?.message.contains("upstreams.v.base_url") == true)
        #expect(mistake?.message.contains("SECRETPW") == false)
    }

    @Test(
        "A key that others can read on its way is warned of",
        arguments: [
            ("http://ollama.example", true), ("http://8.8.8.8:1", true), ("http://[2001:db8::1]", true),
            ("http://172.32.0.1", true), ("http://100.128.0.1", true),
            ("https://ollama.example", false), ("http://localhost:11434", false), ("http://127.0.0.1", false),
            ("http://ollama:11434", false), ("http://host.docker.internal", false), ("http://10.1.2.3", false),
            ("http://172.16.0.1", false), ("http://172.31.0.1", false), ("http://192.168.1.1", false),
            ("http://100.64.0.1", false), ("http://[::1]", false), ("http://[fd00::1]", false),
            ("http://nas.local", false),
        ])
    func readableKeys(url: String, isWarned: Bool) throws {
        var environment = ["OLLAMA_BASE_URL": url]
        #expect(try Configuration(environment).warnings(isLoopbackOnly: true) == [])
        environment["OLLAMA_API_KEY"] = "secret-key"
        let warnings = try Configuration(environment).warnings(isLoopbackOnly: true)
        #expect(warnings.count == (isWarned ? 1 : 0))
        #expect(warnings.allSatisfy { $0.contains("http, where others can read it") && !$0.contains("secret-key") })
        let file = """
            {"upstreams":{"v":{"base_url":"\(url)","api_key_env":"K"},"w":{"base_url":"\(url)","auth":"none"}},
             "models":{"a":{"upstream":"v"},"b":{"upstream":"v"},"c":{"upstream":"w"}}}
            """
        let table = try ModelsFile(file, environment: ["K": "k"]).table
        #expect(try Configuration([:]).warnings(isLoopbackOnly: true, table: table).count == (isWarned ? 1 : 0))
    }

    @Test("Certificates that cannot be read are told of where they are needed, and too few descriptors")
    func surroundings() throws {
        var environment = ["SSL_CERT_FILE": "/none/here", "OLLAMA_BASE_URL": "http://h"]
        #expect(try Configuration(environment).warnings(isLoopbackOnly: true) == [])
        environment["OLLAMA_BASE_URL"] = "https://h"
        #expect(try Configuration(environment).warnings(isLoopbackOnly: true).first?.contains("/none/here") == true)
        environment["SSL_CERT_FILE"] = "/dev/null"
        #expect(try Configuration(environment).warnings(isLoopbackOnly: true) == [])
        environment["MAX_CONNECTIONS"] = "500"
        #expect(try Configuration(environment).warnings(isLoopbackOnly: true, descriptors: 1000) == [])
        let few = try Configuration(environment).warnings(isLoopbackOnly: true, descriptors: 999)
        #expect(few.first?.contains("ulimit -n is 999") == true)
        #expect(FileDescriptor.raiseLimit() > 0)
    }

    @Test("There is room for the largest body, also where only that was set")
    func bodies() throws {
        #expect(try Configuration(["MAX_BODY_BYTES": "500000000"]).bodyBytesInFlight == 500_000_000)
        let both = ["MAX_BODY_BYTES": "2000", "MAX_BODY_BYTES_IN_FLIGHT": "2000"]
        #expect(try Configuration(both).bodyBytesInFlight == 2000)
    }

    @Test("Seconds of keep-alive: 0 turns it off; KEEP_ALIVE takes numbers and durations")
    func values() throws {
        #expect(try Configuration(["SSE_KEEPALIVE_SECONDS": "0"]).eventKeepAlive == nil)
        for value in ["300", "-1", "5m", "1h30m"] {
            #expect(try Configuration(["KEEP_ALIVE": value]).keepAlive == value)
        }
    }

    @Test("Every member of the settings is one, under a name of its own, and is read")
    func declarations() throws {
        #expect(Settings.all.count == Mirror(reflecting: Settings.declared).children.count)
        #expect(Set(ConfigurationKey.all.map(\.name)).count == Settings.all.count)
        let configuration = try Configuration(["PORT": "1", "NUM_CTX": "2", "KEEP_ALIVE": "3", "LOG_FORMAT": "JSON"])
        #expect(configuration.port == 1)
        #expect(configuration.contextSize == 2)
        #expect(configuration.keepAlive == "3")
        #expect(configuration.logFormat == .json)
        #expect(configuration.modelsFile == nil)
    }

    @Test("The help has a line for every setting: what may be written, what it does, its default")
    func help() throws {
        for key in ConfigurationKey.all {
            let line = try #require(Help.text.split(separator: "\n").first { $0.hasPrefix("  \(key.name) ") })
            #expect(line.contains("  \(key.help)"))
            #expect(key.standard.isEmpty || line.hasSuffix(" [\(key.standard)]"))
        }
        let port = try #require(ConfigurationKey.all.first { $0.name == "PORT" })
        #expect(port.help.hasPrefix("0…65535: "), "the bounds that hold are those that are told")
    }

    @Test("The help tells of every client API and of both kinds of upstream")
    func helpOnAPIs() {
        let words = Help.text.replacing("\n", with: " ")
        for name in ["chat completions", "Responses", "Anthropic Messages", "Ollama's API", "/api/chat", "vendors"] {
            #expect(words.prefix(400).contains(name), "\(name)")
        }
    }

    @Test("--check shows every setting, what is its default, and no secret")
    func shown() {
        let environment = ["PORT": " 1 ", "OLLAMA_API_KEY": "sk-1", "PROXY_API_KEYS_FILE": "/run/keys"]
        let lines = ConfigurationKey.all.map { $0.shown(in: environment) }
        for key in ConfigurationKey.all {
            let own = lines.filter { $0.hasPrefix("\(key.name)=") }
            #expect(own.count == 1)
            guard environment[key.name] == nil, key.name != "PROXY_API_KEYS" else { continue }
            #expect(own == ["\(key.name)=\(key.standard)  (default)"])
        }
        for line in ["PORT=1", "OLLAMA_API_KEY=(set)", "PROXY_API_KEYS=(in a file)"] { #expect(lines.contains(line)) }
    }
}
