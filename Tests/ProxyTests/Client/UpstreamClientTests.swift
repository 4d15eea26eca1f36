import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Calls to an upstream, and the connections kept between them", .onOwnThreads)
struct UpstreamClientTests {
    @Test("A connection whose reply was read to its end serves the next call")
    func keepsAlive() async throws {
        let upstream = try ScriptedUpstream(.whole("one"))
        let client = await Self.client(upstream)
        for _ in 0..<3 { #expect(await Self.fetch(client).text == "one") }
        #expect(upstream.requests.count == 3)
        #expect(upstream.connections == 1)
    }

    @Test(
        "One that upstream wants closed, or whose reply goes on, does not",
        arguments: [
            [.whole("one", fields: "Connection: close\r\n")],
            [.opening(), .line("one"), .awaitClose],
        ] as [[ScriptedUpstream.Step]])
    func closes(script: [ScriptedUpstream.Step]) async throws {
        let upstream = try ScriptedUpstream([script])
        let client = await Self.client(upstream)
        for _ in 0..<2 {
            await onLoop {
                let call = client.call(Self.request)
                try? await call.send()
                _ = try? await call.receiveHead(until: .now + .seconds(5))
                await call.finish()
                call.cancel()
            }
        }
        #expect(upstream.connections == 2)
    }

    @Test("An idle connection is closed when its life is over")
    func idleExpiry() async throws {
        let upstream = try ScriptedUpstream([[.whole("one"), .awaitClose]])
        let client = await Self.client(upstream) { $0.idleConnectionLife = .milliseconds(100) }
        let start = LoopTime.now
        #expect(await Self.fetch(client).text == "one")
        let closed = try #require(await upstream.peerClosed())
        #expect(closed - start >= .milliseconds(100))
    }

    @Test("A kept connection that breaks before a byte of the reply is replaced; after a byte it is an error")
    func retries() async throws {
        let cut = ScriptedUpstream.Step.send("HTTP/1.1 200 OK\r\n")
        let upstream = try ScriptedUpstream([[.whole("one")], [.close], [.whole("two")], [cut, .close]])
        let client = await Self.client(upstream)
        #expect(await Self.fetch(client).text == "one")
        #expect(await Self.fetch(client).text == "two")
        let broken = UpstreamFailure.broken("the upstream closed the connection before its reply was complete")
        #expect(await Self.fetch(client).failure == broken)
        #expect(upstream.requests.map(\.connection) == [0, 0, 1, 1])
    }

    @Test("A call that was cancelled before it was sent is never sent", arguments: [true, false])
    func cancelledBefore(hasIdleConnection: Bool) async throws {
        let upstream = try ScriptedUpstream(.whole("one"))
        let client = await Self.client(upstream)
        if hasIdleConnection { #expect(await Self.fetch(client).text == "one") }
        let failure = await onLoop { () -> UpstreamFailure? in
            let call = client.call(Self.request)
            call.cancel()
            do throws(UpstreamFailure) {
                try await call.send()
                return nil
            } catch { return error }
        }
        #expect(failure == .cancelled)
        #expect(upstream.requests.count == (hasIdleConnection ? 1 : 0))
    }

    @Test("A late cancel does not touch the connection that already serves another call")
    func lateCancel() async throws {
        let upstream = try ScriptedUpstream(.whole("one"))
        let client = await Self.client(upstream)
        let text = await onLoop { () -> String? in
            let first = client.call(Self.request)
            try? await first.send()
            _ = try? await first.collect(limit: 100, until: .now + .seconds(5))
            await first.finish()
            let second = client.call(Self.request)
            try? await second.send()
            first.cancel()
            return try? await second.collect(limit: 100, until: .now + .seconds(5)).text
        }
        #expect(text == "one")
        #expect(upstream.connections == 1)
    }

    @Test("Of a body that does not end only the limit is read", .timeLimit(.minutes(10)))
    func endlessBody() async throws {
        let piece = ScriptedUpstream.Step.line(String(repeating: "x", count: 1000))
        let endless = Array(repeating: [piece, .pause(milliseconds: 2)], count: 2000).flatMap { $0 }
        let upstream = try ScriptedUpstream([[.opening()] + endless])
        let client = await Self.client(upstream)
        let count = await onLoop { () -> Int? in
            let call = client.call(Self.request)
            defer { call.cancel() }
            try? await call.send()
            return try? await call.collect(limit: 10_000, until: .now + .seconds(1)).count
        }
        #expect(count == 10_000)
    }

    @Test("A reply that goes on is waited for only as long as the drain may take", .timeLimit(.minutes(10)))
    func drain() async throws {
        let endless = Array(repeating: [ScriptedUpstream.Step.line("x"), .pause(milliseconds: 2)], count: 5000)
        let upstream = try ScriptedUpstream([[.opening()] + endless.flatMap { $0 }])
        let client = await Self.client(upstream)
        let taken = await onLoop { () -> Duration in
            let call = client.call(Self.request)
            try? await call.send()
            _ = try? await call.receiveHead(until: .now + .seconds(5))
            let start = LoopTime.now
            await call.finish()
            return LoopTime.now - start
        }
        #expect(taken < .seconds(9))
    }

    @Test("An answer that comes before the whole request was taken is read", .timeLimit(.minutes(10)))
    func earlyAnswer() async throws {
        let (listener, port) = try BlockingSocket.listening()
        Thread.detachNewThread {
            guard let socket = listener.accept() else { return }
            _ = socket.receive(until: "\r\n\r\n")
            socket.send("HTTP/1.1 413 X\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo long")
            socket.finishSending()
            Thread.sleep(forTimeInterval: 10)
        }
        let client = await onLoop { UpstreamClient(UpstreamEndpoint(host: "127.0.0.1", port: port)) }
        var request = Self.request
        request.method = .post
        request.body = [UInt8](repeating: 0x20, count: 32 << 20)
        let start = LoopTime.now
        let reply = await Self.fetch(client, request)
        #expect(reply.text == "too long")
        #expect(LoopTime.now - start < .seconds(9))
    }

    // MARK: Parts

    private static var request: HTTPRequest {
        var request = HTTPRequest(method: .get, target: "/x")
        request.fields.append("Host", "x")
        return request
    }

    private static func client(
        _ upstream: ScriptedUpstream, adjust: @Sendable @escaping (inout UpstreamLimits) -> Void = { _ in }
    ) async -> UpstreamClient {
        let port = upstream.port
        return await onLoop {
            var limits = UpstreamLimits.patient
            adjust(&limits)
            return UpstreamClient(UpstreamEndpoint(host: "127.0.0.1", port: port), limits: limits)
        }
    }

    private static func fetch(
        _ client: UpstreamClient, _ request: HTTPRequest = request
    ) async -> (text: String?, failure: UpstreamFailure?) {
        await onLoop {
            do throws(UpstreamFailure) {
                return (try await client.fetch(request, within: .seconds(5)).body.text, nil)
            } catch { return (nil, error) }
        }
    }
}
