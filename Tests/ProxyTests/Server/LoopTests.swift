import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("A proxy whose upstream is itself", .onOwnThreads, .timeLimit(.minutes(10)))
struct LoopTests {
    @Test(
        "It says so at the first return of a request, whichever way that went",
        arguments: [
            ("POST", "/v1/chat/completions", TestProxy.ask(stream: true)),
            ("POST", "/api/chat", TestProxy.ask(stream: false)),
            ("POST", "/v1/completions", "{}"), ("GET", "/v1/models/x", ""), ("GET", "/ready", ""), ("GET", "/v1/x", ""),
            ("POST", "/v1/messages", #"{"model":"v","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#),
        ])
    func loop(method: String, path: String, body: String) async throws {
        // What one process sends it knows again, whichever of its servers hears it.
        let other = try await TestProxy(upstream: 9)
        let table = try ModelsFile(
            """
            {"upstreams":{"v":{"base_url":"http://127.0.0.1:\(other.port)/v1","auth":"none"}},
             "models":{"v":{"upstream":"v"}}}
            """, environment: [:]
        ).table
        let proxy = try await TestProxy(upstream: other.port, table: table)
        let reply = TestReply(
            try await proxy.exchange(
                "\(method) \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n"
                    + "Connection: close\r\n\r\n\(body)"))
        #expect(reply.status == (path == "/ready" ? 503 : 508), "\(reply.body)")
        #expect(reply.body.contains("came from this proxy"))
        #expect(try await other.record()?.status == 508)
    }

    @Test("Other proxies on the way are none of its business")
    func others() async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"models":[]}"#))
        let proxy = try await TestProxy(upstream: upstream.port)
        #expect(try await proxy.get("/v1/models", fields: "Via: 1.1 nginx, 1.1 proxy-abc\r\n").status == 200)
        #expect(upstream.requests.first?.head.contains("Via: \(UpstreamClient.mark)\n") == true)
    }
}
