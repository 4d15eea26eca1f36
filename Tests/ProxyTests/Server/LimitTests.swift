import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Limits, the circuit, and stumbles", .onOwnThreads)
struct LimitTests {
    /// True when so many wait within half a minute.
    private func waits(_ count: Int, for admission: Admission) async throws -> Bool {
        for _ in 0..<3000 {
            if await onLoop({ admission.waiting }) == count { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test("Beyond the limit requests wait, in order, and are kept alive; beyond the line they get 429")
    func admission() async throws {
        let gate = TestGate()
        let upstream = try ScriptedUpstream([
            [.wait(gate), .reply(OllamaLine.content("Hi"), OllamaLine.done())]
        ])
        let admission = await onLoop { Admission(limit: 1, queueLimit: 1) }
        let proxy = try await TestProxy(upstream: upstream.port) {
            $0.admission = admission
            $0.keepAlive = .milliseconds(50)
        }
        async let first = proxy.chat(TestProxy.ask(stream: true))
        #expect(try await upstream.received(1))
        async let second = proxy.chat(TestProxy.ask(stream: true))
        #expect(try await waits(1, for: admission))
        let third = try await proxy.chat(TestProxy.ask(stream: true))
        #expect(third.status == 429)
        #expect(third.field("retry-after") == "1")
        #expect(third["error.code"]?.string == "rate_limit_exceeded")
        // Long enough for the waiting stream to be kept alive.
        try await Task.sleep(for: .seconds(1))
        gate.open()
        #expect(try await first.events.last == "[DONE]")
        let waited = try await second
        #expect(waited.events.last == "[DONE]")
        #expect(waited.body.contains(": keep-alive"))
        #expect(upstream.requests.count == 2)
    }

    @Test(
        "What makes a model work without translation keeps to the limit, too; its client may leave the queue",
        arguments: [
            "/api/chat", "/api/generate", "/api/embed", "/api/embeddings", "/v1/completions", "/v1/embeddings",
            "/v1/images/generations",
        ])
    func passedOn(path: String) async throws {
        let gate = TestGate()
        let upstream = try ScriptedUpstream([[.wait(gate), .whole("{}", fields: "Connection: close\r\n")]])
        let admission = await onLoop { Admission(limit: 1, queueLimit: 1) }
        let proxy = try await TestProxy(upstream: upstream.port) { $0.admission = admission }
        let request = TestProxy.post(path, #"{"model":"m"}"#, fields: "Connection: close\r\n")
        async let first = proxy.exchange(request)
        #expect(try await upstream.received(1))
        let client = try await onThread { [port = proxy.port] in try BlockingSocket(connectingTo: port) }
        client.send(request)
        #expect(try await waits(1, for: admission))
        #expect(TestReply(try await proxy.exchange(request)).status == 429)
        let metrics = try await proxy.get("/metrics").body
        #expect(metrics.contains("ollama_proxy_requests_total{route="))
        // What asks no model for anything passes.
        async let small = proxy.exchange(
            TestProxy.post("/api/show", #"{"model":"m"}"#, fields: "Connection: close\r\n"))
        #expect(try await upstream.received(2))
        client.close()
        #expect(try await waits(0, for: admission))
        gate.open()
        #expect(TestReply(try await first).status == 200)
        #expect(TestReply(try await small).status == 200)
        #expect(await onLoop { admission.active } == 0)
        #expect(upstream.requests.count == 2)
    }

    @Test("A client that leaves while it waits gives up its place at once and is never asked for upstream")
    func leavesTheLine() async throws {
        let gate = TestGate()
        let upstream = try ScriptedUpstream([
            [.wait(gate), .reply(OllamaLine.content("Hi"), OllamaLine.done())]
        ])
        let admission = await onLoop { Admission(limit: 1, queueLimit: 9) }
        let proxy = try await TestProxy(upstream: upstream.port) { $0.admission = admission }
        async let first = proxy.chat(TestProxy.ask(stream: true))
        #expect(try await upstream.received(1))
        let port = proxy.port
        let client = try await onThread { try BlockingSocket(connectingTo: port) }
        client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
        #expect(try await waits(1, for: admission))
        client.close()
        #expect(try await waits(0, for: admission))
        #expect(try await proxy.record()?.status == 499)
        gate.open()
        #expect(try await first.events.last == "[DONE]")
        #expect(upstream.requests.count == 1)
    }

    @Test("A 502, a 503 and an early end are tried once more, before anything was told", arguments: [502, 503, 0])
    func transientFailure(status: Int) async throws {
        let bad: ScriptedUpstream.Step = status == 0 ? .close : .whole(#"{"error":"upstream hiccup"}"#, status: status)
        let upstream = try ScriptedUpstream([[bad], [.reply(OllamaLine.content("Hi"), OllamaLine.done())]])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true))
        #expect(reply.events.last == "[DONE]")
        #expect(upstream.requests.count == 2)
        #expect(try await proxy.get("/metrics").body.contains("ollama_proxy_retries_total 1"))
    }

    @Test("After text was told an early end is not tried again")
    func failureAfterText() async throws {
        let upstream = try ScriptedUpstream(
            .opening(), .line(OllamaLine.content("Hi")), .pause(milliseconds: 50), .close)
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true))
        #expect(reply.events.last?.contains("upstream_incomplete") == true)
        #expect(upstream.requests.count == 1)
    }

    @Test("A client that leaves during the pause before another try is not asked for again")
    func leavesDuringPause() async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"error":"busy"}"#, status: 503))
        let proxy = try await TestProxy(upstream: upstream.port) { $0.transientPause = 3000...3000 }
        let port = proxy.port
        let client = try await onThread { try BlockingSocket(connectingTo: port) }
        client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
        #expect(try await upstream.received(1))
        client.close()
        #expect(try await proxy.record()?.status == 499)
        #expect(upstream.requests.count == 1)
    }

    @Test("When Ollama is gone the circuit opens: requests fail at once and say so, and a probe closes it again")
    func circuit() async throws {
        let (socket, port) = try BlockingSocket.refusing()
        defer { socket.close() }
        var limits = UpstreamLimits.patient
        limits.circuitPause = .seconds(4)
        let proxy = try await TestProxy(upstream: port, upstreamLimits: limits)
        for _ in 0..<CircuitBreaker.failureLimit {
            #expect(try await proxy.chat(TestProxy.ask(stream: true)).status == 502)
        }
        let rejected = try await proxy.chat(TestProxy.ask(stream: true))
        #expect(rejected.status == 503)
        #expect(rejected["error.code"]?.string == "upstream_unavailable")
        #expect(["1", "2", "3", "4"].contains(rejected.field("retry-after")))
        #expect(rejected["error.message"]?.string?.contains("Connection refused") == true)
        #expect(try await proxy.get("/ready")["circuit"]?.string == "open")
        try await Task.sleep(for: .milliseconds(4100))
        #expect(try await proxy.chat(TestProxy.ask(stream: true)).status == 502)
        #expect(try await proxy.chat(TestProxy.ask(stream: true)).status == 503)
    }

    @Test("Two servers share a port when both want to")
    func sharedPort() async throws {
        let ports = await onLoop { () -> [Int] in
            guard let address = SocketAddress.numeric(host: "127.0.0.1", port: 0),
                let first = try? Server(at: address, sharesPort: true, handler: DemoOllama()),
                let same = SocketAddress.numeric(host: "127.0.0.1", port: first.port),
                let second = try? Server(at: same, sharesPort: true, handler: DemoOllama())
            else { return [] }
            let third = try? Server(at: same, sharesPort: false, handler: DemoOllama())
            await first.stop(grace: .zero)
            await second.stop(grace: .zero)
            return [first.port, second.port] + (third.map { [$0.port] } ?? [])
        }
        #expect(ports.count == 2)
        #expect(ports.first == ports.last)
    }
}
