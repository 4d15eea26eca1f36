import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What is refused before it is translated is refused in the words of the API that was asked", .onOwnThreads)
struct EarlyErrorShapeTests {
    /// What an error's body looks like.
    enum Shape: Sendable {
        case openAI, anthropic, ollama, none

        init(_ reply: TestReply) {
            let hasMessage = reply["error.message"]?.string?.isEmpty == false && reply["error.type"]?.string != nil
            if reply["error"]?.string?.isEmpty == false {
                self = .ollama
            } else if hasMessage, reply["type"]?.string == "error" {
                self = .anthropic
            } else {
                self = hasMessage && reply["type"] == nil ? .openAI : .none
            }
        }
    }

    static let paths: [(path: String, shape: Shape)] = [
        ("/v1/chat/completions", .openAI), ("/v1/responses", .openAI), ("/v1/messages", .anthropic),
        ("/v1/messages/count_tokens", .anthropic), ("//v1/v1/messages/?beta=true", .anthropic), ("/api/chat", .ollama),
        ("/api/generate", .ollama), ("/api/embed", .ollama), ("/api/show", .ollama), ("/v1/embeddings", .openAI),
    ]

    /// The beginning of a request that goes no further.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let status: Int
        let fields: String
        var body = ""
        var method = "POST"
        var version = "1.1"
        var host = "Host: localhost\r\n"
        var key = "X-Api-Key: one\r\n"
        var isWhole = true
        var testDescription: String { "\(status) \(method) \(fields.prefix(50).debugDescription)" }

        func request(_ path: String) -> String {
            "\(method) \(path) HTTP/\(version)\r\n\(host)\(key)\(fields)\(isWhole ? "\r\n" : "")\(body)"
        }
    }

    static let mistakes: [Mistake] = [
        Mistake(status: 413, fields: "Content-Length: 1000001\r\n"),
        Mistake(status: 413, fields: "Transfer-Encoding: chunked\r\n", body: "1\r\n{\r\nF4241\r\n"),
        Mistake(status: 417, fields: "Content-Length: 2\r\nExpect: a-miracle\r\n"),
        Mistake(status: 400, fields: "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        Mistake(status: 400, fields: "Content-Length: two\r\n"),
        Mistake(status: 400, fields: "Transfer-Encoding: chunked\r\n", body: "two\r\n"),
        Mistake(status: 400, fields: "no colon\r\n"), Mistake(status: 400, fields: "", host: ""),
        Mistake(status: 501, fields: "Transfer-Encoding: gzip\r\n"),
        Mistake(status: 505, fields: "", version: "3.0"),
        Mistake(status: 431, fields: String(repeating: "A: b\r\n", count: 101)),
        Mistake(status: 431, fields: "A: \(String(repeating: "b", count: 66_000))", isWhole: false),
        Mistake(status: 408, fields: "Content-Length: 2\r\n", body: "{"),
        Mistake(status: 408, fields: "A: b", isWhole: false),
        Mistake(status: 401, fields: "Content-Length: 2\r\n", key: ""),
        Mistake(status: 403, fields: "Content-Length: 2\r\n", host: "Host: evil.example\r\n"),
        Mistake(status: 403, fields: "Origin: http://evil.example\r\nContent-Length: 2\r\n"),
        Mistake(status: 405, fields: "Content-Length: 2\r\n", method: "DELETE"),
    ]

    @Test("Each mistake at each endpoint", arguments: mistakes)
    func shapes(mistake: Mistake) async throws {
        var limits = ServerLimits.patient
        limits.http.bodyBytes = 1_000_000
        if mistake.status == 408 { limits.requestTimeout = .milliseconds(200) }
        // Where a key is needed the host does not matter.
        let keys = mistake.host.contains("evil") ? [] : ["one"]
        let proxy = try await TestProxy(upstream: 9, keys: keys, limits: limits)
        for (path, shape) in Self.paths {
            let reply = TestReply(try await proxy.exchange(mistake.request(path)))
            #expect(reply.status == mistake.status, "\(path)")
            #expect(Shape(reply) == shape, "\(path): \(reply.body)")
            #expect(reply.field("connection") == "close")
        }
    }

    @Test(
        "Before it is known what is asked for, an error has the shape that most clients read",
        arguments: ["GARBAGE\r\n\r\n", "\u{16}\u{3}\u{1}", "POST /v1/messages", "POST"])
    func plain(text: String) async throws {
        var limits = ServerLimits.patient
        limits.requestTimeout = .milliseconds(200)
        let proxy = try await TestProxy(upstream: 9, limits: limits)
        #expect(Shape(TestReply(try await proxy.exchange(text))) == .openAI)
    }

    @Test("What is refused for its body is a request like others: with its id, in the log, and counted for its route")
    func recorded() async throws {
        let proxy = try await TestProxy(upstream: 9, origins: OriginPolicy(origins: ["https://chat.example"]))
        let fields = "Host: x\r\nX-Request-Id: r-1\r\nOrigin: https://chat.example\r\nContent-Length: 99999999\r\n\r\n"
        let reply = TestReply(try await proxy.exchange("POST /v1/messages HTTP/1.1\r\n\(fields)"))
        #expect(reply.status == 413)
        #expect(reply["error.type"]?.string == "request_too_large")
        #expect(reply.field("x-request-id") == "r-1")
        #expect(reply.field("access-control-allow-origin") == "https://chat.example")
        let head = try await proxy.exchange("HEAD /v1/x HTTP/1.1\r\n\(fields)")
        #expect(head.hasPrefix("HTTP/1.1 413 ") && head.hasSuffix("\r\n\r\n"))
        #expect(try await proxy.record(1)?.status == 413)
        let metrics = try await proxy.get("/metrics").body
        #expect(metrics.contains(#"ollama_proxy_requests_total{route="messages",status="413",finish="none"} 1"#))
        #expect(!metrics.contains("ollama_proxy_upstream_errors_total{"))
    }

    // MARK: Compressed bodies

    @Test(
        "A compressed body is a 415 that says so and what to do, before any of it is asked for",
        arguments: ["gzip", "zstd", "br", "GZIP", "identity, gzip", "x-unknown"], ["", "Expect: 100-continue\r\n"])
    func compressed(coding: String, more: String) async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        for (path, shape) in Self.paths where path != "/v1/embeddings" {
            let text = try await proxy.exchange(
                "POST \(path) HTTP/1.1\r\nHost: x\r\n\(more)Content-Encoding: \(coding)\r\nContent-Length: 999\r\n\r\n")
            let reply = TestReply(text)
            #expect(reply.status == 415, "\(path)")
            #expect(Shape(reply) == shape, "\(path): \(reply.body)")
            #expect(reply.field("accept-encoding") == "identity")
            #expect(reply.body.contains("compressed") && reply.body.contains("without that field"))
        }
        #expect(upstream.requests.isEmpty)
        let metrics = try await proxy.get("/metrics").body
        #expect(!metrics.contains("ollama_proxy_upstream_errors_total{"))
    }

    @Test("A body that says it is not compressed is read", arguments: ["identity", "Identity", "", ", identity"])
    func identity(coding: String) async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: false), fields: "Content-Encoding: \(coding)\r\n")
        #expect(reply["choices.0.message.content"]?.string == "Hi")
    }

    @Test("What passes through keeps its coding")
    func passes() async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        let post = TestProxy.post(
            "/v1/embeddings", "packed", fields: "Content-Encoding: gzip\r\nConnection: close\r\n")
        #expect(TestReply(try await proxy.exchange(post)).status == 200)
        #expect(upstream.requests.first?.head.contains("Content-Encoding: gzip\n") == true)
        #expect(upstream.requests.first?.text == "packed")
    }

    // MARK: Too much, and nobody there

    private static let chats: [(path: String, body: String, shape: Shape)] = [
        ("/v1/chat/completions", #""messages":[{"role":"user","content":"a"}]"#, .openAI),
        ("/v1/responses", #""input":"a""#, .openAI),
        ("/v1/messages", #""max_tokens":9,"messages":[{"role":"user","content":"a"}]"#, .anthropic),
        ("/api/chat", #""messages":[{"role":"user","content":"a"}]"#, .ollama),
        ("/api/generate", #""prompt":"a""#, .ollama),
    ]

    private func refusals(_ proxy: TestProxy, _ status: Int) async throws {
        for (path, body, shape) in Self.chats {
            let post = TestProxy.post(path, #"{"model":"v","stream":true,\#(body)}"#, fields: "Connection: close\r\n")
            let reply = TestReply(try await proxy.exchange(post))
            #expect(reply.status == status, "\(path)")
            #expect(Shape(reply) == shape, "\(path): \(reply.body)")
            #expect(reply.field("retry-after") != nil)
        }
    }

    private static func table(_ port: Int) throws -> ModelTable {
        let upstream = #"{"base_url":"http://127.0.0.1:\#(port)/v1","auth":"none"}"#
        return try ModelsFile(
            #"{"upstreams":{"shop":\#(upstream)},"models":{"v":{"upstream":"shop"}}}"#, environment: [:]
        ).table
    }

    @Test("A full queue is a 429")
    func full() async throws {
        let gate = TestGate()
        let upstream = try ScriptedUpstream(.wait(gate), .close)
        let admission = await onLoop { Admission(limit: 1, queueLimit: 0) }
        let proxy = try await TestProxy(upstream: 9, table: Self.table(upstream.port)) { $0.admission = admission }
        async let first = proxy.chat(#"{"model":"v","messages":[{"role":"user","content":"a"}]}"#)
        #expect(try await upstream.received(1))
        try await refusals(proxy, 429)
        gate.open()
        _ = try await first
    }

    @Test("An open circuit is a 503")
    func unavailable() async throws {
        let (socket, port) = try BlockingSocket.refusing()
        defer { socket.close() }
        var limits = UpstreamLimits.patient
        limits.circuitPause = .seconds(60)
        let proxy = try await TestProxy(upstream: 9, upstreamLimits: limits, table: Self.table(port))
        for _ in 0..<CircuitBreaker.failureLimit {
            _ = try await proxy.chat(#"{"model":"v","messages":[{"role":"user","content":"a"}]}"#)
        }
        try await refusals(proxy, 503)
    }
}
