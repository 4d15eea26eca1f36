import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What clients do to a connection, and upstreams to an exchange", .onOwnThreads)
struct ConnectionTests {
    @Test("An HTTP/1.0 stream ends with the connection, also when the client would keep it alive")
    func oldClient() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let post = TestProxy.post(
            "/v1/chat/completions", TestProxy.ask(stream: true), fields: "Connection: keep-alive\r\n")
        let port = proxy.port
        let (text, isEnded) = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(post.replacing("HTTP/1.1", with: "HTTP/1.0"))
            let text = client.receive(until: "[DONE]\n\n")
            return (text, client.endsInOrder())
        }
        #expect(text.contains("Connection: close\r\n"))
        #expect(text.hasSuffix("[DONE]\n\n"))
        #expect(isEnded)
    }

    @Test("An HTTP/1.0 client keeps the connection over a response that has a length")
    func oldClientKeepsAlive() async throws {
        let proxy = try await TestProxy(upstream: 9)
        let get = "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        let text = try await proxy.exchange(get + "GET /health HTTP/1.0\r\n\r\n")
        #expect(text.components(separatedBy: "200 OK").count == 3)
    }

    @Test("A passed-through response that can have no body gets none", arguments: [204, 304])
    func bodyless(status: Int) async throws {
        let upstream = try ScriptedUpstream(.send("HTTP/1.1 \(status) X\r\n\r\n"))
        let proxy = try await TestProxy(upstream: upstream.port)
        let text = try await proxy.exchange("GET /v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 \(status) "))
        #expect(text.hasSuffix("\r\n\r\n"))
        #expect(!text.contains("chunked"))
        #expect(!text.contains("0\r\n\r\n"))
    }

    @Test("A client that leaves while it is written to closes the upstream connection", arguments: [true, false])
    func leavesWhileWritten(byReset: Bool) async throws {
        let long = ScriptedUpstream.Step.line(OllamaLine.content(String(repeating: "x", count: 1_000_000)))
        let upstream = try ScriptedUpstream([[.opening()] + Array(repeating: long, count: 16) + [.awaitClose]])
        var limits = ServerLimits.patient
        limits.writeTimeout = .milliseconds(300)
        let proxy = try await TestProxy(upstream: upstream.port, limits: limits)
        let port = proxy.port
        let client = try await onThread { try BlockingSocket(connectingTo: port) }
        client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
        #expect(try await upstream.received())
        try await Task.sleep(for: .milliseconds(150))
        if byReset { client.reset() }
        #expect(try await upstream.peerClosed() != nil)
        #expect(try await proxy.record()?.status == 499)
    }

    @Test("A request is not sent again in another form once the client has got a part of the reply")
    func noSecondAttempt() async throws {
        let upstream = try ScriptedUpstream(
            .opening(), .line(OllamaLine.content("Hi")), .pause(milliseconds: 50),
            .line(#"{"error":"\"m\" does not support thinking"}"#), .ending)
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true, more: #","think":true"#))
        #expect(reply.events.last?.contains("does not support thinking") == true)
        #expect(upstream.requests.count == 1)
    }

    @Test(
        "What comes behind a complete reply does not undo it, whether the head came with it or before",
        arguments: [true, false], [true, false])
    func junkBehindReply(stream: Bool, headFirst: Bool) async throws {
        let lines = [OllamaLine.content("Hi"), OllamaLine.done()].map {
            "\(String($0.utf8.count + 1, radix: 16))\r\n\($0)\n\r\n"
        }
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let body = lines.joined() + "0\r\n\r\njunk"
        let script: [ScriptedUpstream.Step] =
            headFirst ? [.send(head), .pause(milliseconds: 50), .send(body)] : [.send(head + body)]
        let upstream = try ScriptedUpstream([script])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: stream))
        #expect(reply.status == 200)
        #expect(reply.body.contains("Hi"))
        #expect(try await proxy.record()?.error == nil)
    }

    @Test("A stream that was opened while waiting goes on when the request is sent in another form")
    func alternativeAfterKeepAlive() async throws {
        let upstream = try ScriptedUpstream([
            [.pause(milliseconds: 200), .whole(#"{"error":"\"m\" does not support thinking"}"#, status: 400)],
            [.reply(OllamaLine.content("Hi"), OllamaLine.done())],
        ])
        let proxy = try await TestProxy(upstream: upstream.port) { $0.keepAlive = .milliseconds(50) }
        let reply = try await proxy.chat(TestProxy.ask(stream: true, more: #","think":true"#))
        #expect(reply.status == 200)
        #expect(reply.body.hasPrefix(": keep-alive\n\n"))
        #expect(reply.events.last == "[DONE]")
        #expect(reply.isComplete)
        #expect(upstream.requests.count == 2)
    }

    @Test("A stream of events that was opened while waiting is the same reply after another try")
    func sameReplyAfterKeepAlive() async throws {
        let upstream = try ScriptedUpstream([
            [.pause(milliseconds: 200), .whole(#"{"error":"\"m\" does not support thinking"}"#, status: 400)],
            [.reply(OllamaLine.content("Hi"), OllamaLine.done())],
        ])
        let proxy = try await TestProxy(upstream: upstream.port) { $0.keepAlive = .milliseconds(50) }
        let body = #"{"model":"m","input":"hi","stream":true,"think":true}"#
        let reply = try await TestReply(
            proxy.exchange(TestProxy.post("/v1/responses", body, fields: "Connection: close\r\n")))
        let events = try ResponsesEvent.read(reply.body)
        #expect(events.map(\.type).prefix(3) == ["response.created", "response.in_progress", "response.in_progress"])
        #expect(events.count { $0.type == "response.created" } == 1 && events.last?.type == "response.completed")
        #expect(Set(events.compactMap { $0.response["id"] as? String }).count == 1)
        #expect(upstream.requests.count == 2)
    }

    @Test("A WebSocket is refused so that the client goes on without, and on the same connection")
    func webSocket() async throws {
        let proxy = try await TestProxy(upstream: 9)
        let fields = "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
        let text = try await proxy.exchange(
            "GET /v1/responses HTTP/1.1\r\n\(fields)\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n"
                + "Connection: close\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n") && text.contains("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("Upgrade: HTTP/1.1\r\n") && text.contains("Connection: upgrade\r\n"))
        #expect(text.contains("not WebSockets"))
    }
}
