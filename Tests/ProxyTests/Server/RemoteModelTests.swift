import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Models that are made by request", .onOwnThreads)
struct RemoteModelTests {
    private static let chunk = TestReply.stream(
        #"data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n")
    private static let admin = "Authorization: Bearer admin\r\n"

    /// An Ollama that knows the model `own`.
    private static func ollama() throws -> ScriptedUpstream {
        try ScriptedUpstream { request, _ in
            if request.head.hasPrefix("POST /api/show"), request.text.contains("\"own\"") { return [.whole(#"{"details":{}}"#)] }
            if request.head.hasPrefix("GET /api/tags") { return [.whole(#"{"models":[{"name":"own","model":"own"}]}"#)] }
            return [.whole(#"{"error":"model not found"}"#, status: 404)]
        }
    }

    private static func create(_ vendor: Int, name: String = "made", more: String = "") -> String {
        #"{"model":"\#(name)","from":"theirs","remote_host":"http://127.0.0.1:\#(vendor)/v1","remote_type":"openai","#
            + #""remote_api_key":"sk-remote-secret"\#(more)}"#
    }

    private static func send(
        _ proxy: TestProxy, _ path: String, _ body: String, method: String = "POST", fields: String = admin
    ) async throws -> TestReply {
        let request = TestProxy.post(path, body, fields: fields + "Connection: close\r\n")
        return TestReply(try await proxy.exchange(request.replacing("POST \(path)", with: "\(method) \(path)")))
    }

    private static func proxy(
        _ ollama: Int, hosts: String, keys: [String] = ["client"], more: [String: String] = [:], table: ModelTable = ModelTable(),
        isOllamaNamed: Bool = true
    ) async throws -> TestProxy {
        let settings = ["OLLAMA_REMOTES": hosts, "REMOTE_MODELS_KEY": "admin"].merging(more) { $1 }
        return try await TestProxy(upstream: ollama, keys: keys, table: table, isOllamaNamed: isOllamaNamed, remotes: settings)
    }

    @Test("Who types what the other servers' users type gets a model at every client API, and nobody sees its key")
    func way() async throws {
        let ollama = try Self.ollama()
        let answering = try ScriptedUpstream { _, _ in [.send(Self.chunk)] }
        let proxy = try await Self.proxy(ollama.port, hosts: "127.0.0.1:\(answering.port)")
        let made = try await Self.send(proxy, "/api/create", Self.create(answering.port))
        #expect(made.status == 200 && made.body == "{\"status\":\"success\"}\n")
        #expect(made.head.contains("application/x-ndjson"))
        let key = "Authorization: Bearer client\r\n"
        for (path, rest) in [
            ("/v1/chat/completions", #""messages":[{"role":"user","content":"hi"}]"#), ("/v1/responses", #""input":"hi""#),
            ("/v1/messages", #""max_tokens":9,"messages":[{"role":"user","content":"hi"}]"#),
            ("/api/chat", #""stream":false,"messages":[{"role":"user","content":"hi"}]"#),
        ] {
            let reply = try await Self.send(proxy, path, #"{"model":"made",\#(rest)}"#, fields: key)
            #expect(reply.status == 200 && reply.body.contains("Hi"), "\(path)")
        }
        #expect(answering.requests.allSatisfy { $0.head.contains("Bearer sk-remote-secret") && $0.text.contains(#""model":"theirs""#) })
        let tags = try await proxy.get("/api/tags", fields: key)
        let shown = try await Self.send(proxy, "/api/show", #"{"model":"made"}"#, fields: key)
        #expect(tags.body.contains(#""name":"made""#) && tags.body.contains(#""name":"own""#))
        #expect(shown.status == 200)
        #expect(!(tags.body + shown.body + made.body).contains("secret"))

        let again = try await Self.send(proxy, "/api/create", Self.create(answering.port, more: #","stream":false"#))
        #expect(again.body == #"{"status":"success"}"#)
        #expect(try await Self.send(proxy, "/api/delete", #"{"name":"made"}"#, method: "DELETE").status == 200)
        #expect(try await !proxy.get("/api/tags", fields: key).body.contains("made"))
        #expect(try await Self.send(proxy, "/api/delete", #"{"model":"made"}"#, method: "DELETE").status == 404)
    }

    @Test(
        "Nobody makes one who shows no administrator's key, and no web page",
        arguments: [
            ("", 401), ("Authorization: Bearer client\r\n", 401), (admin + "Origin: https://a.example\r\n", 403),
            (admin + "Sec-Fetch-Site: cross-site\r\n", 403),
        ])
    func refused(fields: String, status: Int) async throws {
        let ollama = try Self.ollama()
        let proxy = try await Self.proxy(ollama.port, hosts: "127.0.0.1:9")
        for (path, method) in [("/api/create", "POST"), ("/api/delete", "DELETE")] {
            let reply = try await Self.send(proxy, path, Self.create(9), method: method, fields: fields)
            #expect(reply.status == status)
            #expect(reply["error"]?.string != nil)
        }
    }

    @Test("Without the key it is refused by its name, and without the hosts it says what there is instead")
    func unset() async throws {
        let ollama = try Self.ollama()
        let keyless = try await Self.proxy(ollama.port, hosts: "127.0.0.1:9", more: ["REMOTE_MODELS_KEY": ""])
        let reply = try await Self.send(keyless, "/api/create", Self.create(9))
        #expect(reply.status == 403 && reply.body.contains("REMOTE_MODELS_KEY"))
        let off = try await Self.proxy(ollama.port, hosts: "")
        let none = try await Self.send(off, "/api/create", Self.create(9))
        #expect(none.status == 404 && none.body.contains("OLLAMA_REMOTES") && none.body.contains("MODELS_FILE"))
        let own = try await Self.send(
            try await Self.proxy(ollama.port, hosts: "127.0.0.1:9"), "/api/create", #"{"model":"a","from":"b"}"#)
        #expect(own.status == 400 && own.body.contains("OLLAMA_REMOTES") && own.body.contains("MODELS_FILE"))
    }

    @Test("A name that somebody answers already is a conflict, and another's model is not replaced")
    func conflict() async throws {
        let vendor = #"{"upstreams":{"v":{"base_url":"http://127.0.0.1:9/v1","auth":"none"}},"models":{"v-*":{"upstream":"v"}}}"#
        let ollama = try Self.ollama()
        let proxy = try await Self.proxy(
            ollama.port, hosts: "127.0.0.1:9", table: try ModelsFile(vendor, environment: [:]).table)
        for name in ["own", "v-1"] {
            let reply = try await Self.send(proxy, "/api/create", Self.create(9, name: name))
            #expect(reply.status == 409 && reply.body.contains(name), "\(name): \(reply.status) \(reply.body)")
        }
    }

    @Test("An Ollama that cannot be asked may have the name, unless nobody said that there is one", arguments: [true, false])
    func away(isNamed: Bool) async throws {
        let (socket, port) = try BlockingSocket.refusing()
        defer { socket.close() }
        let proxy = try await Self.proxy(port, hosts: "127.0.0.1:9", isOllamaNamed: isNamed)
        #expect(try await Self.send(proxy, "/api/create", Self.create(9)).status == (isNamed ? 502 : 200))
    }
}
