import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What is refused is refused at its head, before its body", .onOwnThreads)
struct EarlyRefusalTests {
    /// What the requests here say of a body that does not come.
    private static let body = "Content-Length: 60000000\r\n"

    /// - Parameter needsKey: otherwise it looks at the host.
    private static func proxy(needsKey: Bool = true) async throws -> TestProxy {
        try await TestProxy(
            upstream: 9, keys: needsKey ? ["one"] : [], origins: OriginPolicy(origins: ["https://chat.example"]))
    }

    @Test(
        "Host, Origin, key, method and path are looked at before the client is told to go on",
        arguments: [
            ("POST /v1/chat/completions", "Host: localhost\r\n", 401),
            ("POST /v1/messages", "Host: localhost\r\nX-Api-Key: two\r\n", 401),
            ("POST /v1/embeddings", "Host: localhost\r\n", 401),
            ("POST /v1/responses", "Host: evil.example\r\nX-Api-Key: one\r\n", 403),
            ("POST /api/chat", "Host: localhost\r\nOrigin: http://evil.example\r\nX-Api-Key: one\r\n", 403),
            ("GET /v1/chat/completions", "Host: localhost\r\nX-Api-Key: one\r\n", 405),
            ("PUT /v1/embeddings", "Host: localhost\r\nX-Api-Key: one\r\n", 405),
            ("POST /v1/responses/r_1", "Host: localhost\r\nX-Api-Key: one\r\n", 404),
            ("POST /nothing", "Host: localhost\r\nX-Api-Key: one\r\n", 404),
            ("POST /v1/../api/pull", "Host: localhost\r\nX-Api-Key: one\r\n", 400),
        ], ["Expect: 100-continue\r\n", ""])
    func refusals(request: (line: String, fields: String, status: Int), more: String) async throws {
        let proxy = try await Self.proxy(needsKey: !request.fields.contains("Host: evil"))
        let text = try await proxy.exchange(
            "\(request.line) HTTP/1.1\r\n\(request.fields)\(more)\(Self.body)X-Request-Id: r-1\r\n\r\n")
        let reply = TestReply(text)
        #expect(reply.status == request.status)
        #expect(reply.isComplete)
        #expect(reply["error"] != nil)
        #expect(reply.field("connection") == "close")
        #expect(reply.field("x-request-id") == "r-1")
        #expect(try await proxy.record()?.status == request.status)
    }

    @Test(
        "They are looked at before the body's size, coding and framing, and before what the client expects",
        arguments: [
            ("POST /v1/messages", "Host: localhost\r\n", 401), ("POST /nothing", "Host: localhost\r\n", 401),
            ("POST /api/chat", "Host: evil.example\r\n", 403),
            ("POST /v1/responses", "Host: localhost\r\nOrigin: http://evil.example\r\nX-Api-Key: one\r\n", 403),
            ("PUT /v1/messages", "Host: localhost\r\n", 401),
            ("PUT /v1/messages", "Host: localhost\r\nX-Api-Key: one\r\n", 405),
            ("POST /nothing", "Host: localhost\r\nX-Api-Key: one\r\n", 404),
            ("POST /v1/x/%2e", "Host: localhost\r\nX-Api-Key: one\r\n", 400),
        ],
        [
            "Content-Length: 99999999", "Content-Length: 9\r\nExpect: a-miracle", "Content-Length: many",
            "Content-Length: 1\r\nTransfer-Encoding: chunked", "Transfer-Encoding: gzip",
            "Content-Length: 9\r\nContent-Encoding: gzip",
        ])
    func refusedFirst(request: (line: String, fields: String, status: Int), mistake: String) async throws {
        let proxy = try await Self.proxy(needsKey: !request.fields.contains("Host: evil"))
        let text = try await proxy.exchange(
            "\(request.line) HTTP/1.1\r\n\(request.fields)\(mistake)\r\nX-Request-Id: r-1\r\n\r\n")
        let reply = TestReply(text)
        #expect(reply.status == request.status)
        #expect(reply.field("connection") == "close")
        #expect(reply.field("x-request-id") == "r-1")
    }

    @Test("What reads no body answers without it", arguments: ["GET /health", "OPTIONS /v1/messages", "GET /v1/x/.."])
    func bodyless(line: String) async throws {
        let proxy = try await Self.proxy()
        let text = try await proxy.exchange("\(line) HTTP/1.1\r\nHost: localhost\r\n\(Self.body)\r\n")
        #expect([200, 204, 401].contains(TestReply(text).status))
        #expect(text.contains("Connection: close\r\n"))
    }

    @Test("A page that may use the server can read why its request was refused")
    func refusedPage() async throws {
        let proxy = try await Self.proxy()
        let reply = TestReply(
            try await proxy.exchange(
                "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nOrigin: https://chat.example\r\n\(Self.body)\r\n"))
        #expect(reply.status == 401)
        #expect(reply.field("access-control-allow-origin") == "https://chat.example")
    }

    @Test("A client that writes all of a large body first still gets the answer, and no reset")
    func drains() async throws {
        let proxy = try await Self.proxy()
        let port = proxy.port
        let (text, isEnded) = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n\(Self.body)\r\n")
            for _ in 0..<60 { client.send([UInt8](repeating: 0x61, count: 1_000_000)) }
            let text = client.receive(until: "}}")
            return (text, client.endsInOrder())
        }
        #expect(TestReply(text).status == 401)
        #expect(isEnded)
    }

    @Test("A refusal whose body has come already keeps the connection; what was sent behind it is answered")
    func keepsAlive() async throws {
        let proxy = try await Self.proxy()
        let text = try await proxy.exchange(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
                + "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\n{}\r\n0\r\n\r\n"
                + "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
        #expect(statuses == ["401", "401", "200"])
    }

    @Test("What stands in a body that was not read is never taken for a request")
    func nothingSmuggled() async throws {
        let proxy = try await Self.proxy()
        let inner = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let port = proxy.port
        let text = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n")
            let first = client.receive(until: "\r\n\r\n")
            client.send(inner + inner)
            return first + client.receiveAll()
        }
        #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
        #expect(text.hasPrefix("HTTP/1.1 401 "))
    }

    @Test("An HTTP/1.0 client and a HEAD are refused in their own way")
    func oldAndHead() async throws {
        let proxy = try await Self.proxy()
        let old = try await proxy.exchange("POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\n\(Self.body)\r\n")
        #expect(TestReply(old).status == 401)
        let head = try await proxy.exchange("HEAD /v1/models HTTP/1.1\r\nHost: localhost\r\n\(Self.body)\r\n")
        #expect(head.hasPrefix("HTTP/1.1 401 "))
        #expect(head.hasSuffix("\r\n\r\n"))
    }

    @Test("A request that may go on is told so, and answered when its body has come")
    func goesOn() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port, keys: ["one"])
        let body = TestProxy.ask(stream: false)
        let request = TestProxy.post(
            "/v1/chat/completions", body, fields: "X-Api-Key: one\r\nExpect: 100-continue\r\nConnection: close\r\n")
        let port = proxy.port
        let (first, rest) = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(String(request.dropLast(body.count)))
            let first = client.receive(until: "\r\n\r\n")
            client.send(body)
            return (first, client.receiveAll())
        }
        #expect(first == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(TestReply(rest)["choices.0.message.content"]?.string == "Hi")
    }
}
