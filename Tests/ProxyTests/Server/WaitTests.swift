import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What an exchange waits for", .onOwnThreads, .timeLimit(.minutes(10)))
struct WaitTests {
    private static let begunCall =
        #"{"model":"m","message":{"content":"","tool_calls":[{"function":{"index":0,"name":"Bash","arguments":"{\"com"}}]},"done":false}"#

    @Test(
        "A client that leaves was waiting for something, and the log knows what",
        arguments: [
            ([.awaitClose], Awaited.head), ([.opening(), .awaitClose], .firstWord),
            ([.opening(), .line(OllamaLine.thinking("hm")), .awaitClose], .endOfThinking),
            ([.opening(), .line(OllamaLine.content("Hi")), .awaitClose], .nextWord),
            ([.opening(), .line(begunCall), .awaitClose], .endOfCall),
        ] as [([ScriptedUpstream.Step], Awaited)], [true, false])
    func left(waiting: (script: [ScriptedUpstream.Step], awaited: Awaited), stream: Bool) async throws {
        let upstream = try ScriptedUpstream([waiting.script])
        let proxy = try await TestProxy(upstream: upstream.port) {
            $0.watchInterval = .milliseconds(2)
            $0.waitSteps = (1...600).map { .milliseconds(50 * $0) }
        }
        let port = proxy.port
        let client = try await onThread { try BlockingSocket(connectingTo: port) }
        client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: stream)))
        // What has come by then, nobody knows but the watch.
        for _ in 0..<3000 where await proxy.waits.last != waiting.awaited { try await Task.sleep(for: .milliseconds(10)) }
        #expect(await proxy.waits.last == waiting.awaited)
        client.close()
        let record = try await proxy.record()
        #expect(record?.status == 499)
        #expect(record?.awaited == waiting.awaited)
    }

    @Test("So was one that waited for its turn, and one that takes nothing keeps the exchange waiting")
    func others() async throws {
        let line = ScriptedUpstream.Step.line(OllamaLine.content(String(repeating: "x", count: 100_000)))
        let upstream = try ScriptedUpstream([[.opening()] + Array(repeating: line, count: 400) + [.awaitClose]])
        let proxy = try await TestProxy(upstream: upstream.port) {
            $0.watchInterval = .milliseconds(2)
            $0.waitSteps = (1...600).map { .milliseconds(50 * $0) }
            $0.admission = Admission(limit: 1, queueLimit: 1)
        }
        let port = proxy.port
        let clients = try await onThread {
            try (0..<2).map { _ in
                let client = try BlockingSocket(connectingTo: port)
                client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
                return client
            }
        }
        let expected: Set<Awaited> = [.client, .place]
        for _ in 0..<3000 where await !expected.isSubset(of: proxy.waits) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(await expected.isSubset(of: proxy.waits))
        for client in clients { client.close() }
    }

    @Test("It is told at each step once, and anew when something has come")
    func steps() async throws {
        let gate = TestGate()
        let upstream = try ScriptedUpstream([
            [.opening(), .wait(gate), .line(OllamaLine.content("Hi")), .awaitClose]
        ])
        let proxy = try await TestProxy(upstream: upstream.port) {
            $0.watchInterval = .milliseconds(2)
            $0.waitSteps = [.milliseconds(40), .milliseconds(80), .milliseconds(120)]
        }
        let port = proxy.port
        let client = try await onThread { try BlockingSocket(connectingTo: port) }
        client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
        for _ in 0..<3000 where await proxy.waits.count < 3 { try await Task.sleep(for: .milliseconds(10)) }
        try await Task.sleep(for: .milliseconds(200))
        #expect(await proxy.waits.count == 3)
        gate.open()
        for _ in 0..<3000 where await proxy.waits.count < 6 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(await Array(proxy.waits.dropFirst(3)) == [.nextWord, .nextWord, .nextWord])
        client.close()
    }

    @Test("The steps are counted from what the client had last; thoughts that it does not get are nothing")
    func overdue() async {
        await onLoop {
            func at(_ seconds: Int64) -> LoopTime { LoopTime(nanoseconds: seconds * 1_000_000_000) }
            let steps = ExchangePolicy().waitSteps
            let request = HTTPRequest(method: .post, target: "/v1/messages")
            let record = ExchangeRecord(request, .chat(.messages), requestID: "r", peer: "", start: at(0))
            let reply = ReplyProgress()
            record.begin(reply, ExchangePolicy().deadlines(isStreaming: true))
            let due = { (seconds: [Int64]) in seconds.filter { record.isOverdue(at($0), steps) } }
            #expect(due([1, 14, 15, 16, 59, 60, 61, 299, 300, 301, 4000]) == [15, 60, 300])
            reply.thinkingBytes = 5
            #expect(due([4001, 5000]) == [])
            reply.textBytes = 1
            #expect(due([5001, 5015, 5016, 5017, 5061]) == [5016, 5061])
        }
    }

    @Test("Where Ollama is silent behind its first words, it may be a call that is being written")
    func call() async {
        final class Begun: ReplyProgress { override var mayBeInCall: Bool { hasBegun } }
        await onLoop {
            let request = HTTPRequest(method: .post, target: "/v1/messages")
            let record = ExchangeRecord(request, .chat(.messages), requestID: "r", peer: "")
            let (reply, now) = (Begun(), Reactor.shared.now)
            for holdsCalls in [true, false] {
                record.begin(reply, ExchangePolicy().deadlines(isStreaming: true, holdsCalls: holdsCalls))
                record.stage = .firstWord
                reply.hasBegun = false
                #expect(record.awaited(at: now + .seconds(6)) == .firstWord)
                reply.hasBegun = true
                #expect(record.awaited(at: now + .seconds(4)) == .endOfThinking)
                #expect(record.awaited(at: now + .seconds(6)) == (holdsCalls ? .nextWordOrCall : .endOfThinking))
            }
        }
    }

    @Test("A request that passes through is looked at, too, and what has passed counts")
    func passing() async throws {
        let upstream = try ScriptedUpstream(.opening(), .line(OllamaLine.content("Hi")), .awaitClose)
        let proxy = try await TestProxy(upstream: upstream.port) {
            $0.watchInterval = .milliseconds(2)
            $0.waitSteps = [.milliseconds(50)]
        }
        let port = proxy.port
        let client = try await onThread { try BlockingSocket(connectingTo: port) }
        client.send(TestProxy.post("/api/chat", TestProxy.ask(stream: true)))
        for _ in 0..<3000 where await proxy.waits.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(await proxy.waits.last == .nextWord)
        client.close()
    }

    @Test("The model's first word is another moment than the first byte, which may be our own")
    func firstWord() async throws {
        let gate = TestGate()
        let upstream = try ScriptedUpstream([
            [.opening(), .wait(gate), .line(OllamaLine.content("Hi")), .line(OllamaLine.done()), .ending]
        ])
        let proxy = try await TestProxy(upstream: upstream.port) { $0.keepAlive = .milliseconds(50) }
        let port = proxy.port
        try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
            _ = client.receive(until: ": keep-alive")
            usleep(20_000)
            gate.open()
            _ = client.receive(until: "[DONE]")
        }
        let record = try #require(try await proxy.record())
        let (byte, word) = (try #require(record.firstByte), try #require(record.firstWord))
        #expect(word - byte >= .milliseconds(20))
    }

    @Test("Why it was asked again is kept")
    func reasons() async throws {
        let reply = ScriptedUpstream.Step.reply(OllamaLine.content("Hi"), OllamaLine.done())
        let upstream = try ScriptedUpstream([
            [.whole(#"{"error":"busy"}"#, status: 503)], [.reply(OllamaLine.done())], [reply],
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        _ = try await proxy.chat(CallingAPI.chatCompletions.body(.all, stream: true))
        let record = try await proxy.record()
        #expect(record?.retryReasons == ["status_503", "empty_reply"])
        #expect(record?.isEmpty == false)
    }
}
