import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What passes through to Ollama, and what does not", .onOwnThreads)
struct PassThroughTests {
    @Test(
        "A path that a gateway could read as another one is refused, whatever the method",
        arguments: [
            "/v1/../api/delete", "/v1/%2e%2e/api/delete", "/v1/%2E./api/delete", "/v1/..%2fapi%2fpull",
            "/v1/.%2e%2Fapi/pull", "/v1/x/%2e", "/v1/./x", "/v1/x/..", "/v1/..", "/v1/../../admin/",
            #"/v1/..\api\pull"#, "/v1/..%5capi%5cpull", "/v1/x%5Cy", "/v1/%252e%252e/api/pull", "/v1/..;/api/pull",
            "/v1/..%00/api/pull", "/v1/x#y", "/v1/x?a#b", "/v1/chat%2fcompletions", "/v1/chat%2Fcompletions",
            "/v1/%zz", "/v1/x%2", "/v1/x%", "/api/../api/pull", "/api/%2e%2e/x", "//../x", "/v1/v1/../x",
            "/v1/models/../../api/tags", "/v1/models/.", "/v1//..//api/pull", "/../v1/models",
            "http://h/v1/../api/delete", "/v1/ch%61t/completions", "/%761/chat/completions", "/v1/%65mbeddings",
            "/api/%70ull", "/v1/%63hat%2f%63ompletions", "/v1/\u{22}x\u{22}", "/v1/a|b",
        ])
    func traversal(target: String) async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        for method in ["DELETE", "POST", "GET"] {
            let reply = try await proxy.get(target, method: method)
            #expect(reply.status == 400, "\(method) \(target)")
            #expect(reply["error"] != nil)
        }
        #expect(upstream.requests.isEmpty)
    }

    @Test(
        "A request that says itself what becomes of a full context, or nothing at all, stays as it is",
        arguments: [#"{"model":"m","shift":true}"#, "{}", "no JSON"], ["/api/chat", "/api/generate"])
    func shift(body: String, path: String) async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        _ = try await proxy.exchange(TestProxy.post(path, body, fields: "Connection: close\r\n"))
        #expect(upstream.requests.first?.text == body)
    }

    @Test(
        "Only GET, HEAD and POST pass; OPTIONS is answered here",
        arguments: ["PUT", "DELETE", "PATCH", "TRACE", "PURGE", "PRI", "get", "PROPFIND"])
    func methods(method: String) async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.get("/v1/embeddings", method: method)
        #expect(reply.status == 405)
        #expect(reply.field("allow") == "GET, HEAD, POST")
        let options = try await proxy.get("/v1/embeddings", method: "OPTIONS")
        #expect(options.status == 204)
        #expect(options.field("allow") == "GET, HEAD, POST, OPTIONS")
        #expect(upstream.requests.isEmpty)
    }

    @Test(
        "TRACE reaches nobody, on any path",
        arguments: ["/health", "/metrics", "/v1/models", "/v1/x", "/v1/chat/completions", "/api/chat", "/api/ps", "/x"])
    func trace(path: String) async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.get(path, method: "TRACE", fields: "X-Secret: s\r\n")
        #expect(reply.status == (path == "/x" ? 404 : 405))
        #expect(!reply.body.contains("X-Secret"))
        #expect(upstream.requests.isEmpty)
    }

    @Test(
        "A path with a slash too many or /v1 twice means what it means",
        arguments: [
            "/v1/chat/completions/", "/v1//chat/completions", "//v1/chat/completions", "/v1/chat//completions//",
            "/v1/v1/chat/completions", "/v1/v1/v1/chat/completions", "/v1//v1/chat/completions", "//chat/completions/",
            "/v1/chat/completions/?x=1", "http://x//v1/chat/completions",
        ])
    func meant(target: String) async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = TestReply(
            try await proxy.exchange(
                TestProxy.post(target, TestProxy.ask(stream: false), fields: "Connection: close\r\n")))
        #expect(reply["choices.0.message.content"]?.string == "Hi")
        #expect(upstream.requests.first?.head.hasPrefix("POST /api/chat\n") == true)
    }

    @Test("The first such path is told of, without its query")
    func warnings() async throws {
        let proxy = try await TestProxy(upstream: 9)
        for path in ["/health", "/v1/models/a%2Fb", "/v1/x/", "/v1//y", "/v1/v1/x", "/v1/models/"] {
            _ = try await proxy.get(path + "?secret")
        }
        #expect(await proxy.warnings == ["a client asks for /v1/x/, which is read as /v1/x"])
    }

    @Test(
        "What goes on goes on in its normal form, its query as it came",
        arguments: [
            ("/v1//embeddings//?x=1//2&y=%2e%2e", "/v1/embeddings?x=1//2&y=%2e%2e"),
            ("/v1/v1/embeddings", "/v1/embeddings"),
            ("/v1/images/generations/", "/v1/images/generations"),
            ("/v1/a:b@c,d=e+f!g$h&i*k~l", "/v1/a:b@c,d=e+f!g$h&i*k~l"), ("/v1/a.b/c..d/...", "/v1/a.b/c..d/..."),
        ])
    func normalForm(target: String, passed: String) async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        #expect(
            TestReply(try await proxy.exchange(TestProxy.post(target, "{}", fields: "Connection: close\r\n"))).status
                == 200)
        #expect(upstream.requests.first?.head.hasPrefix("POST \(passed)\n") == true)
    }

    @Test(
        "The name of a model may hold anything, for it is never passed on as a path",
        arguments: [
            ("/v1/models/hf.co%2Forg%2Fb%3Aq4", "hf.co/org/b:q4"), ("/v1/models/hf.co/org/b:q4", "hf.co/org/b:q4"),
            ("/v1/models/%2e%2e%2fapi%2ftags", "../api/tags"), ("/v1//models/a%20b/", "a b"), ("/v1/v1/models/a", "a"),
        ])
    func model(target: String, name: String) async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"modified_at":"2026-01-02T03:04:05Z"}"#))
        let proxy = try await TestProxy(upstream: upstream.port)
        #expect(try await proxy.get(target)["id"]?.string == name)
        #expect(upstream.requests.first?.head.hasPrefix("POST /api/show\n") == true)
        #expect(upstream.requests.first?.text == "{\"model\":\"\(name)\"}")
    }

    @Test("A reply that is compressed says so, and comes byte for byte")
    func contentEncoding() async throws {
        let upstream = try ScriptedUpstream(.whole("\u{1f}packed", fields: "Content-Encoding: gzip\r\n"))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.get("/v1/other")
        #expect(reply.field("content-encoding") == "gzip")
        #expect(reply.body == "\u{1f}packed")
    }
}
