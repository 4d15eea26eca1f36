import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What web pages may do", .onOwnThreads)
struct WebPageTests {
    @Test(
        "Web pages may do nothing unless they are named",
        arguments: [
            ([], "https://evil.example", 403), (["https://chat.example"], "https://evil.example", 403),
            (["https://chat.example"], "https://chat.example", 200), (["*"], "https://any.example", 200),
            ([], "null", 403),
        ] as [([String], String, Int)])
    func origins(allowed: [String], origin: String, status: Int) async throws {
        let proxy = try await TestProxy(upstream: 9, origins: OriginPolicy(origins: allowed))
        let reply = try await proxy.get("/health", fields: "Origin: \(origin)\r\n")
        #expect(reply.status == status)
        #expect((reply.field("access-control-allow-origin") != nil) == (status == 200))
        let preflight = try await proxy.get(
            "/v1/chat/completions", method: "OPTIONS",
            fields: "Origin: \(origin)\r\nAccess-Control-Request-Method: POST\r\n")
        #expect(preflight.status == (status == 200 ? 204 : 403))
        #expect((preflight.field("access-control-allow-headers") != nil) == (status == 200))
    }

    @Test(
        "A page of which no origin is told, as with an image or a link, may do nothing but lead to what asks nobody",
        arguments: [
            ("cross-site", "no-cors", "/v1/models", false), ("same-site", "no-cors", "/api/tags", false),
            ("cross-site", "navigate", "/v1/x", false), ("cross-site", "cors", "/metrics", false),
            ("new-word", "no-cors", "/ready", false), ("cross-site", "no-cors", "/health", false),
            ("cross-site", "navigate", "/health", true), ("same-site", "navigate", "/", true),
            ("same-origin", "no-cors", "/v1/models", true), ("none", "navigate", "/v1/models", true),
        ])
    func unnamed(site: String, mode: String, path: String, isAllowed: Bool) async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"version":"0.34.0","models":[]}"#))
        let fields = "Sec-Fetch-Site: \(site)\r\nSec-Fetch-Mode: \(mode)\r\n"
        for allowed in [[], ["https://chat.example"], ["*"]] {
            let proxy = try await TestProxy(upstream: upstream.port, origins: OriginPolicy(origins: allowed))
            let asked = upstream.requests.count
            let reply = try await proxy.get(path, fields: fields)
            #expect(reply.status == (isAllowed || allowed == ["*"] ? 200 : 403), "\(allowed)")
            if reply.status == 403 {
                #expect(reply["error.code"]?.string == "origin_refused" || reply.body.contains("CORS_ORIGINS"))
                #expect(upstream.requests.count == asked)
            }
        }
    }

    @Test("A page that is named and tells its origin may ask, whatever its site")
    func named() async throws {
        let proxy = try await TestProxy(upstream: 9, origins: OriginPolicy(origins: ["https://chat.example"]))
        let site = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n"
        #expect(try await proxy.get("/metrics", fields: site + "Origin: https://chat.example\r\n").status == 200)
        #expect(try await proxy.get("/metrics", fields: site + "Origin: https://evil.example\r\n").status == 403)
    }

    @Test(
        "A page that may ask is told so without a key, with all the fields that SDKs send, wherever there is something")
    func preflight() async throws {
        let proxy = try await TestProxy(
            upstream: 9, keys: ["one"], origins: OriginPolicy(origins: ["https://chat.example"]))
        let names = "authorization, x-stainless-lang, anthropic-dangerous-direct-browser-access"
        for path in [
            "/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/embeddings", "/v1/models", "/api/chat",
            "/api/tags",
        ] {
            let reply = try await proxy.get(
                path, method: "OPTIONS",
                fields: "Origin: https://Chat.example\r\nAccess-Control-Request-Headers: \(names)\r\n")
            #expect(reply.status == 204, "\(path)")
            #expect(reply.field("access-control-allow-headers") == names)
            #expect(reply.field("access-control-allow-origin") == "https://Chat.example")
        }
        let other = try await proxy.get(
            "/v1/messages", method: "OPTIONS",
            fields: "Origin: https://evil.example\r\nAccess-Control-Request-Headers: \(names)\r\n")
        #expect(other.status == 403)
        #expect(other.field("access-control-allow-headers") == nil)
    }

    @Test(
        "Where no key is needed, only hosts are asked for that no page can have, or that are named",
        arguments: [
            ("localhost:4000", true), ("127.0.0.1", true), ("127.1.2.3:80", true), ("[::1]:4000", true),
            ("[::1]", true),
            ("192.168.0.9:4000", true), ("203.0.113.9", true), ("[fe80::1%25eth0]:1", true), ("a.localhost", true),
            ("proxy", true), ("stack-proxy:4000", true), ("my_proxy", true), ("host.docker.internal:4000", true),
            ("nas.local", true), ("proxy.default.svc", true), ("p.default.svc.cluster.local:80", true),
            ("X.HOME.ARPA", true),
            ("named.example", true), ("NAMED.example:4000", true), ("x.below.example", true),
            ("a.b.below.example", true),
            ("evil.example", false), ("127.0.0.1.evil.example", false), ("localhost.evil.example", false),
            ("evil.example:4000", false), ("below.example", false), ("xbelow.example", false),
            ("x.named.example", false),
            ("", false), ("127.0.0.256", false), ("127.0.0.1.", false), ("[::1]evil.example", false), ("[::1", false),
            ("[]", false), ("[evil.example]", true), ("evil.localhostx.example", false), ("internal.example", false),
            ("1.2.3.4.5", false), ("a.internal.", false), ("localhost@evil.example", false), ("evil.example:x", false),
        ])
    func hosts(host: String, isAllowed: Bool) {
        let policy = OriginPolicy(hosts: ["named.example", "*.below.example"])
        var request = HTTPRequest(method: .get, target: "/")
        request.fields.append("Host", host)
        let result = Result { () throws(ChatError) in try policy.checkHost(request) }
        if case .failure(let error) = result {
            #expect(error.status == 403)
            #expect(error.message.contains("ALLOWED_HOSTS"))
        }
        #expect(((try? result.get()) != nil) == isAllowed)
        let all = Result { () throws(ChatError) in try OriginPolicy(hosts: ["*"]).checkHost(request) }
        #expect((try? all.get()) != nil)
    }

    @Test(
        "A page that rebinds its name reads nothing, whatever it asks for; each host is told of once, and sixteen of them"
    )
    func rebinding() async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        for path in ["/v1/models", "/metrics", "/api/tags", "/api/ps", "/ready", "/health", "/v1/x"] {
            let reply = TestReply(
                try await proxy.exchange("GET \(path) HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
            #expect(reply.status == 403, "\(path)")
            #expect(reply.body.contains("ALLOWED_HOSTS"))
        }
        #expect(upstream.requests.isEmpty)
        #expect(
            await proxy.warnings == ["The Host \"evil.example\" is none of this server's names (ALLOWED_HOSTS)"])
        for number in 0..<40 {
            _ = try await proxy.exchange(
                "GET /health HTTP/1.1\r\nHost: evil\(number).example\r\nConnection: close\r\n\r\n")
        }
        #expect(await proxy.warnings.count == 16)
    }

    @Test("With keys a page has none to show, and the server may have any name")
    func keys() async throws {
        let proxy = try await TestProxy(upstream: 9, keys: ["one"])
        let host = "HTTP/1.1\r\nHost: proxy.company.example\r\nConnection: close\r\n"
        #expect(TestReply(try await proxy.exchange("GET /metrics \(host)\r\n")).status == 401)
        #expect(TestReply(try await proxy.exchange("GET /metrics \(host)X-Api-Key: one\r\n\r\n")).status == 200)
        #expect(TestReply(try await proxy.exchange("GET /health \(host)\r\n")).status == 200)
    }
}
