import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Routes, keys and the connection", .onOwnThreads)
struct RouterTests {
    @Test("/health answers without upstream; /ready says the version or why not")
    func probes() async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"version":"0.15.2"}"#))
        let proxy = try await TestProxy(upstream: upstream.port, keys: ["secret"])
        #expect(try await proxy.get("/health").status == 200)
        #expect(upstream.requests.isEmpty)
        let ready = try await proxy.get("/ready", fields: "X-Api-Key: secret\r\n")
        #expect(ready.status == 200)
        #expect(ready["ollama_version"]?.string == "0.15.2")

        let (socket, port) = try BlockingSocket.refusing()
        defer { socket.close() }
        let other = try await TestProxy(upstream: port)
        let unready = try await other.get("/ready")
        #expect(unready.status == 503)
        #expect(unready["reason"]?.string?.contains("cannot be reached") == true)
    }

    @Test("The model list comes from /api/tags, and is an empty array when there are none")
    func models() async throws {
        let upstream = try ScriptedUpstream([
            [
                .whole(
                    #"{"models":[{"name":"a:latest","model":"a:latest","modified_at":"2026-01-02T03:04:05.6Z"},"#
                        + #"{"name":"hf.co/org/b:q4","modified_at":"2026-01-02T03:04:05+01:00"}]}"#)
            ],
            [.whole(#"{"models":null}"#)],
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let list = try await proxy.get("/v1/models")
        #expect(list["object"]?.string == "list")
        #expect(list["data.0.id"]?.string == "a:latest")
        #expect(list["data.0.created"]?.integer == 1_767_323_045)
        #expect(list["data.0.owned_by"]?.string == "library")
        #expect(list["data.1.created"]?.integer == 1_767_319_445)
        #expect(list["data.1.owned_by"]?.string == "org")
        #expect(try await proxy.get("/v1/models").body == #"{"object":"list","data":[]}"#)
    }

    @Test(
        "A model's id may hold slashes and colons, also encoded", arguments: ["hf.co/org/b:q4", "hf.co%2Forg%2Fb%3Aq4"])
    func model(path: String) async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"modified_at":"2026-01-02T03:04:05Z"}"#))
        let proxy = try await TestProxy(upstream: upstream.port)
        let model = try await proxy.get("/v1/models/\(path)")
        #expect(model["id"]?.string == "hf.co/org/b:q4")
        #expect(model["created"]?.integer == 1_767_323_045)
        #expect(upstream.requests.first?.text == #"{"model":"hf.co/org/b:q4"}"#)
    }

    @Test("A model that Ollama does not have is a 404 in its words")
    func unknownModel() async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"error":"model 'x' not found"}"#, status: 404))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.get("/v1/models/x")
        #expect(reply.status == 404)
        #expect(reply["error.code"]?.string == "model_not_found")
        #expect(reply["error.message"]?.string?.contains("model 'x' not found") == true)
    }

    @Test("What Ollama serves itself passes byte for byte, and no field of the client's but the body's goes along")
    func passThrough() async throws {
        let answer = #"{"object":"list", "data":[ ]}"#
        let upstream = try ScriptedUpstream(.whole(answer, status: 207))
        let proxy = try await TestProxy(upstream: upstream.port)
        let body = #"{ "model": "e", "input":"x" }"#
        let reply = TestReply(
            try await proxy.exchange(
                TestProxy.post(
                    "/v1/embeddings?x=1", body,
                    fields: "Authorization: Bearer s\r\nX-Evil: evil\r\nConnection: close\r\n")))
        #expect(reply.status == 207)
        #expect(reply.body == answer)
        let request = try #require(upstream.requests.first)
        #expect(request.text == body)
        #expect(request.head.hasPrefix("POST /v1/embeddings?x=1\n"))
        #expect(request.head.contains("Content-Type: application/json\n"))
        #expect(!request.head.contains("Bearer"))
        #expect(!request.head.contains("evil"))
    }

    @Test("A passed-through body that breaks off does not look complete")
    func passThroughCut() async throws {
        let upstream = try ScriptedUpstream(
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), .pause(milliseconds: 50),
            .close)
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.get("/v1/other")
        #expect(reply.body == "hello")
        #expect(!reply.isComplete)
    }

    @Test("What is no request is counted, too")
    func refusals() async throws {
        let proxy = try await TestProxy(upstream: 1)
        #expect(try await proxy.exchange("GARBAGE\r\n\r\n").hasPrefix("HTTP/1.1 400"))
        let metrics = try await proxy.get("/metrics").body
        #expect(metrics.contains(#"ollama_proxy_requests_total{route="other",status="400",finish="none"} 1"#))
    }

    @Test(
        "What is stored nowhere is a 404 in the API's own shape, without asking Ollama",
        arguments: [
            ("/v1/responses/r_1", "error.code", "unknown_url"),
            ("/v1/messages/batches", "error.type", "not_found_error"),
        ])
    func nothingStored(path: String, member: String, word: String) async throws {
        let upstream = try ScriptedUpstream(.close)
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = TestReply(try await proxy.exchange(TestProxy.post(path, "{}", fields: "Connection: close\r\n")))
        #expect(reply.status == 404)
        #expect(reply[member]?.string == word)
        #expect(upstream.requests.isEmpty)
    }

    @Test("Unknown paths are 404 and wrong methods 405, as OpenAI error objects")
    func unknown() async throws {
        let proxy = try await TestProxy(upstream: 9)
        let missing = try await proxy.get("/nothing")
        #expect(missing.status == 404)
        #expect(missing["error.code"]?.string == "unknown_url")
        let wrong = try await proxy.get("/v1/chat/completions")
        #expect(wrong.status == 405)
        #expect(wrong.field("allow") == "POST")
        #expect(wrong["error.type"]?.string == "invalid_request_error")
        let options = try await proxy.get("/v1/chat/completions", method: "OPTIONS")
        #expect(options.status == 204)
        #expect(options.field("allow") == "POST, OPTIONS")
        let head = try await proxy.get("/health", method: "HEAD")
        #expect(head.status == 200)
        #expect(head.field("content-length") == "15")
    }

    @Test(
        "With keys set, a request must show one",
        arguments: [
            ("", 401), ("Authorization: Bearer wrong\r\n", 401), ("Authorization: Bearer \r\n", 401),
            ("Authorization: Bearer one\r\n", 200), ("authorization: bearer two\r\n", 200), ("X-Api-Key: two\r\n", 200),
            ("X-Api-Key: tw\r\n", 401), ("X-Api-Key: twotwo\r\n", 401), ("Authorization: Basic one\r\n", 401),
        ])
    func keys(fields: String, status: Int) async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"models":[]}"#))
        let proxy = try await TestProxy(upstream: upstream.port, keys: ["one", "two"])
        let reply = try await proxy.get("/v1/models", fields: fields)
        #expect(reply.status == status)
        if status == 401 { #expect(reply["error.type"]?.string == "authentication_error") }
        #expect(upstream.requests.isEmpty == (status == 401))
    }

    @Test("A client's request id comes back; a dangerous one is replaced")
    func requestID() async throws {
        let proxy = try await TestProxy(upstream: 9)
        #expect(try await proxy.get("/health", fields: "X-Request-Id: abc-1\r\n").field("x-request-id") == "abc-1")
        let own = try await proxy.get("/health", fields: "X-Request-Id: a\"b\r\n").field("x-request-id")
        #expect(own?.hasPrefix("req_") == true)
    }

    @Test("Requests sent at once are answered in order on one connection")
    func pipelines() async throws {
        let proxy = try await TestProxy(upstream: 9)
        let get = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
        let text = try await proxy.exchange(
            get + "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n" + get.replacing("Host", with: "Connection: close\r\nHost"))
        let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
        #expect(statuses == ["200", "404", "200"])
    }

    @Test("100 Continue is sent to who waits for it")
    func expectContinue() async throws {
        let proxy = try await TestProxy(upstream: 9)
        let port = proxy.port
        let (first, rest) = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
                    + "Connection: close\r\n\r\n")
            let first = client.receive(until: "\r\n\r\n")
            client.send("{}")
            return (first, client.receiveAll())
        }
        #expect(first == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(rest.hasPrefix("HTTP/1.1 400 "))
    }

    @Test(
        "What is no request is refused with a reason, and the connection closes",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", 400), ("GET /health HTTP/1.1\r\nHost : x\r\n\r\n", 400),
            ("GET /health HTTP/3.0\r\nHost: x\r\n\r\n", 505),
            ("POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
            ("GET /" + String(repeating: "x", count: 70_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        ])
    func malformed(request: String, status: Int) async throws {
        var limits = ServerLimits.patient
        limits.http.bodyBytes = 1_000_000
        let proxy = try await TestProxy(upstream: 9, limits: limits)
        let reply = TestReply(try await proxy.exchange(request))
        #expect(reply.status == status)
        #expect(reply["error.message"]?.string?.isEmpty == false)
        #expect(reply.field("connection") == "close")
    }

    @Test("A request that stops in the middle is a 408")
    func slowRequest() async throws {
        var limits = ServerLimits.patient
        limits.requestTimeout = .milliseconds(100)
        let proxy = try await TestProxy(upstream: 9, limits: limits)
        #expect(TestReply(try await proxy.exchange("POST /v1/chat")).status == 408)
    }

    @Test("Stopping lets a stream finish, and closes idle connections at once")
    func stops() async throws {
        let upstream = try ScriptedUpstream(
            .opening(), .line(OllamaLine.content("Hi")), .pause(milliseconds: 300), .line(OllamaLine.done()), .ending)
        let proxy = try await TestProxy(upstream: upstream.port)
        let port = proxy.port
        let idle = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            return client.receive(until: "{\"status\":\"ok\"}").contains("200 OK") ? client : nil
        }
        async let reply = proxy.chat(TestProxy.ask(stream: true))
        #expect(try await upstream.received())
        let start = LoopTime.now
        await proxy.stop(grace: .seconds(600))
        #expect(LoopTime.now - start < .seconds(300))
        #expect(try await reply.events.last == "[DONE]")
        #expect(idle != nil)
        #expect(try await onThread { idle?.receive() } == nil)
    }
}
