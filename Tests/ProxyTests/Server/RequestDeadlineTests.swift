import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Slow requests and many large ones", .onOwnThreads, .timeLimit(.minutes(10)))
struct RequestDeadlineTests {
    private static let head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

    /// A request whose body has so many bytes.
    private static func body(_ count: Int) -> String {
        let ask = TestProxy.ask(stream: false)
        return ask + String(repeating: " ", count: count - ask.utf8.count)
    }

    private static func answering() throws -> ScriptedUpstream {
        try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
    }

    @Test("A head that never ends is a 408, although its client is never silent")
    func slowHead() async throws {
        var limits = ServerLimits.patient
        limits.headTimeout = .milliseconds(300)
        let proxy = try await TestProxy(upstream: 9, limits: limits)
        let text = try await Self.trickle(to: proxy.port, begin: "GET /health HTTP/1.1\r\nX: ", piece: "x")
        #expect(TestReply(text).status == 408)
        // The time of the head begins anew with each request, and only with its first byte.
        let port = proxy.port
        let answers = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            return (0..<3).map { _ in
                Thread.sleep(forTimeInterval: 0.2)
                client.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                return client.receive(until: #""ok"}"#)
            }
        }
        #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 200") })
    }

    @Test("A body that makes too little is a 408 after its first time, although its client is never silent")
    func slowBody() async throws {
        var limits = ServerLimits.patient
        limits.bodyTimeout = .milliseconds(300)
        limits.bodyRate = 1000
        let proxy = try await TestProxy(upstream: 9, limits: limits)
        for framing in ["Content-Length: 9999\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n270F\r\n"] {
            let text = try await Self.trickle(to: proxy.port, begin: Self.head + framing, piece: "x")
            #expect(TestReply(text).status == 408)
        }
    }

    @Test("A body that makes enough may take longer than its first time")
    func steadyBody() async throws {
        let upstream = try Self.answering()
        var limits = ServerLimits.patient
        limits.bodyTimeout = .milliseconds(100)
        limits.bodyRate = 1000
        let proxy = try await TestProxy(upstream: upstream.port, limits: limits)
        let body = Self.body(20_000)
        let port = proxy.port
        let text = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(Self.head + "Content-Length: 20000\r\n\r\n")
            for start in stride(from: 0, to: 20_000, by: 2_000) {
                client.send(String(body.dropFirst(start).prefix(2_000)))
                Thread.sleep(forTimeInterval: 0.05)
            }
            return client.receiveAll()
        }
        #expect(TestReply(text).status == 200)
    }

    /// Sends a beginning and then a piece every few milliseconds, until the server closes or half a minute has passed.
    private static func trickle(to port: Int, begin: String, piece: String) async throws -> String {
        try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(begin)
            let isDone = Locked(false)
            Thread.detachNewThread {
                for _ in 0..<1500 where !isDone.withLock({ $0 }) {
                    client.send(piece)
                    Thread.sleep(forTimeInterval: 0.02)
                }
            }
            defer { isDone.withLock { $0 = true } }
            return client.receiveAll()
        }
    }

    // MARK: Many

    /// Room for three bodies of this size, of which one is kept aside.
    private static let size = 200_000
    private static var roomForThree: ServerLimits {
        var limits = ServerLimits.patient
        limits.http.bodyBytes = size
        limits.bodyBytesInFlight = 3 * size
        return limits
    }

    @Test("Forty bodies that are half read have room for three, and all are answered", arguments: [true, false])
    func forty(isChunked: Bool) async throws {
        let upstream = try Self.answering()
        let proxy = try await TestProxy(upstream: upstream.port, limits: Self.roomForThree)
        let body = Self.body(Self.size)
        let framing =
            isChunked
            ? "Transfer-Encoding: chunked\r\n\r\n\(String(Self.size, radix: 16))\r\n"
            : "Content-Length: \(Self.size)\r\n\r\n"
        let clients = (0..<40).map { _ in try? BlockingSocket(connectingTo: proxy.port) }
        let halves = (String(body.prefix(Self.size / 2)), String(body.dropFirst(Self.size / 2)))
        _ = try await onThreads(over: clients, width: 40) { client in
            client?.send(Self.head + framing + halves.0)
            return nil
        }
        // In the other order: the last one ends first, and must not be waited for by the first ones in vain.
        let wrong = try await onThreads(over: clients.reversed(), width: 40) { client in
            client?.send(halves.1 + (isChunked ? "\r\n0\r\n\r\n" : ""))
            let reply = TestReply(client?.receiveAll() ?? "")
            return reply.status == 200 ? nil : reply.head
        }
        #expect(wrong == [])
        #expect(upstream.requests.count == 40)
    }

    @Test("A body that waits for room is not to blame for the time, and one that never comes gives its room back")
    func waitsForRoom() async throws {
        let upstream = try Self.answering()
        var limits = Self.roomForThree
        limits.bodyBytesInFlight = Self.size
        limits.requestTimeout = .milliseconds(400)
        limits.bodyTimeout = .milliseconds(400)
        let proxy = try await TestProxy(upstream: upstream.port, limits: limits)
        let port = proxy.port
        let body = Self.body(Self.size)
        let texts = try await onThread {
            // Each of them has the only room until its time is over.
            let idle = try (0..<3).map { _ in
                let client = try BlockingSocket(connectingTo: port)
                client.send(Self.head + "Content-Length: \(Self.size)\r\n\r\n")
                return client
            }
            Thread.sleep(forTimeInterval: 0.1)
            let client = try BlockingSocket(connectingTo: port)
            client.send(Self.head + "Content-Length: \(Self.size)\r\n\r\n" + body)
            let text = client.receiveAll()
            return idle.map { $0.receiveAll() } + [text]
        }
        #expect(texts.map { TestReply($0).status } == [408, 408, 408, 200])
    }

    @Test("Lengths that are only claimed, and slow bodies with room that others wait for, hold up nobody")
    func claims() async throws {
        let upstream = try Self.answering()
        var limits = ServerLimits.patient
        limits.http.bodyBytes = 8 * 1024 * 1024
        limits.bodyBytesInFlight = 16 * 1024 * 1024
        limits.bodyTimeout = .seconds(2)
        limits.requestTimeout = .seconds(2)
        let proxy = try await TestProxy(upstream: upstream.port, limits: limits)
        let port = proxy.port
        let body = Self.body(1_000_000)
        // Four with a few bytes, then two that have nearly ended; all go on byte by byte, fast enough for their length.
        let status = try await onThread {
            let begin = Self.head + "Content-Length: \(8 * 1024 * 1024)\r\n\r\n"
            let slow = try (0..<6).map { number in
                let client = try BlockingSocket(connectingTo: port)
                client.send(begin + String(repeating: " ", count: number < 4 ? 3 : 8 * 1024 * 1024 - 10_000))
                return client
            }
            let isDone = Locked(false)
            Thread.detachNewThread {
                while !isDone.withLock({ $0 }) {
                    for client in slow { client.send(" ") }
                    Thread.sleep(forTimeInterval: 0.2)
                }
            }
            defer { isDone.withLock { $0 = true } }
            let client = try BlockingSocket(connectingTo: port)
            client.send(Self.head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
            return TestReply(client.receiveAll()).status
        }
        #expect(status == 200)
    }

    @Test("While there is no room nobody is told to go on, and small bodies need none")
    func noRoom() async throws {
        let upstream = try Self.answering()
        var limits = Self.roomForThree
        limits.bodyBytesInFlight = Self.size
        let proxy = try await TestProxy(upstream: upstream.port, limits: limits)
        let port = proxy.port
        let body = Self.body(Self.size)
        let hasLeft = Locked(false)
        let small = TestProxy.ask(stream: false)
        let (wasToldEarly, large, quick) = try await onThread {
            let first = try BlockingSocket(connectingTo: port)
            first.send(Self.head + "Content-Length: \(Self.size)\r\n\r\n" + body.dropLast(1))
            Thread.sleep(forTimeInterval: 0.1)
            let second = try BlockingSocket(connectingTo: port)
            second.send(Self.head + "Expect: 100-continue\r\nContent-Length: \(Self.size)\r\n\r\n")
            let third = try BlockingSocket(connectingTo: port)
            third.send(Self.head + "Content-Length: \(small.utf8.count)\r\n\r\n")
            Thread.sleep(forTimeInterval: 0.1)
            third.send(small)
            let quick = third.receiveAll()
            Thread.detachNewThread {
                Thread.sleep(forTimeInterval: 0.2)
                hasLeft.withLock { $0 = true }
                first.close()
            }
            let told = second.receive(until: "\r\n\r\n")
            let wasToldEarly = !hasLeft.withLock { $0 } || !told.hasPrefix("HTTP/1.1 100 ")
            second.send(body)
            return (wasToldEarly, second.receiveAll(), quick)
        }
        #expect(!wasToldEarly)
        #expect(TestReply(large).status == 200)
        #expect(TestReply(quick).status == 200)
    }
}
