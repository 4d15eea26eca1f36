import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("More connections than there may be", .onOwnThreads, .timeLimit(.minutes(10)))
struct ConnectionLimitTests {
    private static func proxy(connections: Int, upstream: Int = 9) async throws -> TestProxy {
        var limits = ServerLimits.patient
        limits.connections = connections
        return try await TestProxy(upstream: upstream, limits: limits)
    }

    @Test(
        "However many connections have no whole request, the next one is answered",
        arguments: [
            "", "GET /health HTTP/1.1\r\nHost:", "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
            "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
        ])
    func full(text: String) async throws {
        let proxy = try await Self.proxy(connections: 30)
        let port = proxy.port
        let others = try await onThread {
            try (0..<60).map { _ in
                let client = try BlockingSocket(connectingTo: port)
                client.send(text)
                return client
            }
        }
        for _ in 0..<40 { #expect(try await proxy.get("/health").status == 200) }
        for other in others { other.close() }
    }

    @Test("The one that is longest without a whole request is closed, and no other")
    func order() async throws {
        let proxy = try await Self.proxy(connections: 3)
        let port = proxy.port
        let health = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
        let answers = try await onThread {
            let clients = try (0..<3).map { _ in try BlockingSocket(connectingTo: port) }
            // The first has come first, and has been answered last.
            for client in [clients[1], clients[2], clients[0]] {
                client.send(health)
                _ = client.receive(until: #""ok"}"#)
            }
            let next = try BlockingSocket(connectingTo: port)
            return ([next] + clients).map { client in
                client.send(health)
                return client.receive(until: #""ok"}"#).prefix(12)
            }
        }
        #expect(answers == ["HTTP/1.1 200", "HTTP/1.1 200", "", "HTTP/1.1 200"])
    }

    @Test("A request that is being answered is never closed for another one, which gets a 503 when all are")
    func busy() async throws {
        let gate = TestGate()
        let upstream = try ScriptedUpstream(.wait(gate), .reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await Self.proxy(connections: 2, upstream: upstream.port)
        async let first = proxy.chat(TestProxy.ask(stream: true))
        #expect(try await upstream.received(1))
        for _ in 0..<5 { #expect(try await proxy.get("/health").status == 200) }
        async let second = proxy.chat(TestProxy.ask(stream: true))
        #expect(try await upstream.received(2))
        let refused = try await proxy.get("/health")
        #expect(refused.status == 503)
        #expect(refused["error.message"]?.string?.contains("2 connections") == true)
        gate.open()
        #expect(try await first.events.last == "[DONE]")
        #expect(try await second.events.last == "[DONE]")
        // The server learns of the end of a refused connection in its own time.
        var status = 0
        for _ in 0..<300 where status != 200 {
            status = try await proxy.get("/health").status
            if status != 200 { try await Task.sleep(for: .milliseconds(100)) }
        }
        #expect(status == 200)
    }
}
