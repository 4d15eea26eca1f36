import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Vendors, and nobody who said where an Ollama is", .onOwnThreads)
struct WithoutOllamaTests {
    private static let embeddings =
        #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1e-3]}],"model":"theirs","usage":{"prompt_tokens":2,"total_tokens":2}}"#
    private static let chunk =
        #"{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#

    private static func table(_ port: Int) throws -> ModelTable {
        let text = """
            {"upstreams":{"shop":{"base_url":"http://127.0.0.1:\(port)/v1","auth":"none"}},
             "models":{"large":{"upstream":"shop","context_length":131072,"think":"high"},
                       "vectors":{"upstream":"shop","model":"theirs","capabilities":["embedding"]},
                       "kept:latest":{"upstream":"shop"}, "plain":{"upstream":"shop","options":{"num_ctx":8192}}}}
            """
        return try ModelsFile(text, environment: [:]).table
    }

    /// Where nobody answers.
    private static let refusing = Result { try BlockingSocket.refusing() }

    /// In front of a vendor, and of no Ollama.
    private static func proxy(_ vendor: ScriptedUpstream, isOllamaNamed: Bool = false) async throws -> TestProxy {
        try await TestProxy(upstream: refusing.get().port, table: table(vendor.port), isOllamaNamed: isOllamaNamed)
    }

    private static func post(_ proxy: TestProxy, _ path: String, _ body: String) async throws -> TestReply {
        TestReply(try await proxy.exchange(TestProxy.post(path, body, fields: "Connection: close\r\n")))
    }

    @Test("It is ready, and says why there is no Ollama; where one was named, it is not")
    func ready() async throws {
        let vendor = try ScriptedUpstream(.close)
        let ready = try await Self.proxy(vendor).get("/ready")
        #expect(ready.status == 200)
        #expect(ready["without_ollama"]?.string?.contains("refused") == true)
        #expect(try await Self.proxy(vendor, isOllamaNamed: true).get("/ready").status == 503)
    }

    @Test("A model in no file is a 404 that lists what there is, at each API; where Ollama was named, that is away")
    func unknown() async throws {
        let vendor = try ScriptedUpstream(.close)
        let proxy = try await Self.proxy(vendor)
        for (path, body) in [
            ("/v1/chat/completions", #"{"model":"x","messages":[{"role":"user","content":"hi"}]}"#),
            ("/v1/responses", #"{"model":"x","input":"hi"}"#),
            ("/v1/messages", #"{"model":"x","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#),
        ] {
            let reply = try await Self.post(proxy, path, body)
            #expect(reply.status == 404, "\(path)")
            #expect(reply.body.contains("large, vectors, kept:latest, plain"), "\(path): \(reply.body)")
        }
        let named = try await Self.proxy(vendor, isOllamaNamed: true)
        #expect(try await named.chat(TestProxy.ask(stream: false)).status == 502)
    }

    @Test("Ollama's clients learn a version that they take, a model's context and what it can do")
    func show() async throws {
        let proxy = try await Self.proxy(try ScriptedUpstream(.close))
        let version = try #require(try await proxy.get("/api/version")["version"]?.string)
        // VS Code takes 0.6.4 and newer.
        #expect(version.compare("0.6.4", options: .numeric) == .orderedDescending)
        let large = try await Self.post(proxy, "/api/show", #"{"model":"large"}"#)
        let architecture = try #require(large.json?["model_info"]?["general.architecture"]?.string)
        #expect(large.json?["model_info"]?["\(architecture).context_length"]?.integer == 131_072)
        #expect(large.json?["capabilities"]?.rawText == #"["completion","tools","vision","thinking"]"#)
        let vectors = try await Self.post(proxy, "/api/show", #"{"name":"vectors:latest"}"#)
        #expect(vectors.json?["capabilities"]?.rawText == #"["embedding"]"#)
        #expect(vectors.json?["model_info"]?.rawText == "{}")
        let plain = try await Self.post(proxy, "/api/show", #"{"model":"plain"}"#)
        #expect(plain.json?["model_info"]?["\(architecture).context_length"]?.integer == 8192)
        let created = try await Self.post(proxy, "/api/create", #"{"model":"a","from":"b","remote_host":"https://c/v1"}"#)
        #expect(created.status == 404 && created.body.contains("MODELS_FILE"))
    }

    @Test(
        "The tag that Ollama's clients put behind a name is not sent to a vendor, unless it is the vendor's own",
        arguments: [("plain:latest", "plain"), ("plain", "plain"), ("vectors:latest", "theirs"), ("kept:latest", "kept:latest")])
    func tag(name: String, sent: String) async throws {
        let vendor = try ScriptedUpstream(.whole(Self.chunk))
        let proxy = try await Self.proxy(vendor)
        let body = #"{"model":"\#(name)","stream":false,"messages":[{"role":"user","content":"hi"}]}"#
        let reply = try await Self.post(proxy, "/api/chat", body)
        #expect(reply["model"]?.string == name)
        #expect(vendor.requests.first?.text.contains(#""model":"\#(sent)""#) == true)
    }

    @Test("Embeddings of a vendor's model are the vendor's, with all that the client says; its completions are refused")
    func embeddings() async throws {
        let vendor = try ScriptedUpstream(.whole(Self.embeddings))
        let proxy = try await Self.proxy(vendor)
        let reply = try await Self.post(
            proxy, "/v1/embeddings", #"{"input":["a","b"],"model":"vectors","encoding_format":"float","user":"u"}"#)
        #expect(reply.status == 200)
        #expect(reply.body == Self.embeddings)
        let request = try #require(vendor.requests.first)
        #expect(request.head.hasPrefix("POST /v1/embeddings\n"))
        #expect(request.text == #"{"input":["a","b"],"model":"theirs","encoding_format":"float","user":"u"}"#)
        let refused = try await Self.post(proxy, "/v1/completions", #"{"model":"plain","prompt":"x"}"#)
        #expect(refused.status == 400)
        #expect(refused.body.contains("/v1/chat/completions"))
        #expect(vendor.requests.count == 1)
    }
}
