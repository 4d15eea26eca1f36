import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Silence, and clients that leave", .onOwnThreads)
struct SilenceTests {
    @Test("Only a stream is looked after while Ollama is silent; who waits for a whole reply is left to wait")
    func deadlines() async {
        await onLoop {
            let policy = ExchangePolicy()
            policy.keepAlive = .milliseconds(1)
            let lastWrite = Reactor.shared.now
            await Reactor.shared.sleep(.milliseconds(20))
            #expect(policy.deadlines(isStreaming: true).next(lastWrite) < Reactor.shared.now)
            #expect(policy.deadlines(isStreaming: false).next(lastWrite) > Reactor.shared.now + .seconds(500))
        }
    }

    @Test("While Ollama is silent the stream is opened and kept alive, and an error then is a frame")
    func keepsAlive() async throws {
        let upstream = try ScriptedUpstream(
            .pause(milliseconds: 1500), .whole(#"{"error":"no memory"}"#, status: 500))
        let proxy = try await TestProxy(upstream: upstream.port) { $0.keepAlive = .milliseconds(100) }
        let reply = try await proxy.chat(TestProxy.ask(stream: true))

        #expect(reply.status == 200)
        #expect(reply.body.components(separatedBy: ": keep-alive\n\n").count >= 3)
        #expect(reply.events.count == 1)
        #expect(reply.events.first?.contains("no memory") == true)
    }

    @Test("While only stripped thinking comes the stream is kept alive")
    func keepsAliveWhileThinking() async throws {
        let thought: [ScriptedUpstream.Step] = [.line(OllamaLine.thinking("a thought")), .pause(milliseconds: 60)]
        let upstream = try ScriptedUpstream([
            [.opening()] + Array(repeating: thought, count: 25).flatMap { $0 }
                + [.line(OllamaLine.content("Hi")), .line(OllamaLine.done()), .ending]
        ])
        let proxy = try await TestProxy(upstream: upstream.port) { $0.keepAlive = .milliseconds(100) }
        let reply = try await proxy.chat(TestProxy.ask(stream: true))

        #expect(reply.body.components(separatedBy: ": keep-alive\n\n").count >= 3)
        #expect(!reply.body.contains("a thought"))
        #expect(reply.body.contains("Hi"))
    }

    @Test("Silence beyond the idle limit is a 504, or an error frame once the stream is open")
    func givesUp() async throws {
        let upstream = try ScriptedUpstream(.awaitClose)
        let proxy = try await TestProxy(upstream: upstream.port) {
            $0.idleLimit = .milliseconds(200)
            $0.keepAlive = nil
        }
        let reply = try await proxy.chat(TestProxy.ask(stream: true))
        #expect(reply.status == 504)
        #expect(reply["error.code"]?.string == "upstream_timeout")
        #expect(try await upstream.peerClosed() != nil)
    }

    @Test(
        "A call may take longer than other silence: Ollama sends nothing of it before it is whole",
        arguments: [
            (line: true, tools: true, isPatient: true), (line: false, tools: true, isPatient: false),
            (line: true, tools: false, isPatient: false),
        ], [true, false])
    func silenceInCall(begins: (line: Bool, tools: Bool, isPatient: Bool), stream: Bool) async throws {
        let first: [ScriptedUpstream.Step] = begins.line ? [.line(OllamaLine.thinking("I write."))] : []
        let rest: [ScriptedUpstream.Step] = [
            .pause(milliseconds: 1500), .line(OllamaLine.call("Bash", #"{"command":"ls"}"#)), .line(OllamaLine.done()),
            .ending,
        ]
        let upstream = try ScriptedUpstream([[.opening()] + first + (begins.isPatient ? rest : [.awaitClose])])
        let proxy = try await TestProxy(upstream: upstream.port) { $0.idleLimit = .seconds(1) }
        let body = CallingAPI.chatCompletions.body(begins.tools ? .all : .nothing, stream: stream)
        let reply = try await proxy.chat(body)
        #expect(reply.body.contains("upstream_timeout") == !begins.isPatient)
        #expect(reply.body.contains(#"\"ls\""#) == begins.isPatient)
    }

    @Test(
        "The longer limit is an hour at most, and never less than the other",
        arguments: [(10, 60), (600, 3600), (5000, 5000)])
    func callLimit(idle: Int, expected: Int) async {
        await onLoop {
            let policy = ExchangePolicy()
            policy.idleLimit = .seconds(idle)
            #expect(policy.deadlines(isStreaming: true, holdsCalls: true).callLimit == .seconds(expected))
            #expect(policy.deadlines(isStreaming: true).callLimit == nil)
        }
    }

    @Test(
        "A client that leaves closes the upstream connection at once",
        arguments: [(true, true), (true, false), (false, true), (false, false)])
    func clientLeaves(stream: Bool, afterFirstLine: Bool) async throws {
        let line: [ScriptedUpstream.Step] = afterFirstLine ? [.opening(), .line(OllamaLine.content("Hi"))] : []
        let upstream = try ScriptedUpstream([line + [.awaitClose]])
        let proxy = try await TestProxy(upstream: upstream.port)
        let port = proxy.port
        let client = try await onThread { try BlockingSocket(connectingTo: port) }
        client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: stream)))
        #expect(try await upstream.received())
        try await Task.sleep(for: .milliseconds(50))
        let left = LoopTime.now
        client.close()

        let closed = try #require(await upstream.peerClosed())
        // How soon it is on a machine that does nothing else, `FAULTS=1` tells.
        #expect(closed - left < .seconds(60))
        #expect(try await proxy.record()?.status == 499)
    }

    @Test("A client that closes right after [DONE] is no cancel, and the upstream connection serves again")
    func closeAfterDone() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let port = proxy.port
        for index in 0..<3 {
            try await onThread {
                let client = try BlockingSocket(connectingTo: port)
                client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
                let text = client.receive(until: "[DONE]\n\n")
                client.reset()
                guard text.contains("Hi") else { throw BlockingSocket.Failure(action: "read") }
            }
            #expect(try await proxy.record(index)?.status == 200)
        }
        #expect(upstream.connections == 1)
    }

    @Test("A kept-alive connection that upstream has closed meanwhile is replaced, unseen by the client")
    func staleConnection() async throws {
        let reply = ScriptedUpstream.Step.reply(OllamaLine.content("Hi"), OllamaLine.done())
        let upstream = try ScriptedUpstream([[reply], [.close], [reply]])
        let proxy = try await TestProxy(upstream: upstream.port)
        #expect(try await proxy.chat(TestProxy.ask(stream: true)).body.contains("Hi"))
        #expect(try await proxy.chat(TestProxy.ask(stream: true)).body.contains("Hi"))
        #expect(upstream.requests.count == 3)
        #expect(upstream.requests.map(\.connection) == [0, 0, 1])
    }

    @Test("A fresh connection that is closed without an answer is tried once more, after a moment, and no further")
    func closedFreshConnection() async throws {
        let upstream = try ScriptedUpstream(.close)
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true))
        #expect(reply.status == 502)
        #expect(upstream.requests.count == 2)
    }

    @Test("A slow client holds upstream back instead of filling memory", .timeLimit(.minutes(10)))
    func backpressure() async throws {
        let line = ScriptedUpstream.Step.line(OllamaLine.content(String(repeating: "x", count: 100_000)))
        let upstream = try ScriptedUpstream([
            [.opening()] + Array(repeating: line, count: 400) + [.line(OllamaLine.done()), .ending]
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let port = proxy.port
        let text = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(
                TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true), fields: "Connection: close\r\n"))
            _ = client.receive()
            usleep(300_000)
            return client.receiveAll()
        }
        #expect(text.utf8.count > 40_000_000)
        #expect(text.contains("[DONE]"))
    }
}
