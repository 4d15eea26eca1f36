import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("A client that leaves: how soon upstream sees it", .withFaults, .timeLimit(.minutes(10)))
struct CancelTests {
    /// At what moment the client leaves.
    enum Moment: CaseIterable, Sendable {
        /// Upstream has the request and has not answered.
        case beforeHead
        /// Upstream has answered with a head, and nothing else.
        case beforeFirstByte
        case afterText

        var steps: [ScriptedUpstream.Step] {
            switch self {
            case .beforeHead: []
            case .beforeFirstByte: [.opening()]
            case .afterText: [.opening(), .line(OllamaLine.content("Hi"))]
            }
        }
    }

    // On a machine that is busy with other things any single time may be long; that one of several is short cannot
    // happen by chance.
    @Test(
        "Upstream's connection is closed within 100 ms, streaming or not, by a close or a reset; it is a 499",
        arguments: Moment.allCases, [(true, false), (true, true), (false, false), (false, true)])
    func leaves(moment: Moment, way: (isStreaming: Bool, byReset: Bool)) async throws {
        let upstream = try ScriptedUpstream([moment.steps + [.awaitClose]])
        let proxy = try await TestProxy(upstream: upstream.port)
        let port = proxy.port
        let limit = Duration.milliseconds(100)
        var times: [Duration] = []
        while times.count < 3 || (times.count < 10 && times.allSatisfy { $0 > limit }) {
            let index = times.count
            let client = try await onThread { try BlockingSocket(connectingTo: port) }
            client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: way.isStreaming)))
            #expect(try await upstream.received(index + 1))
            if moment == .afterText, way.isStreaming {
                let text = try await onThread { client.receive(until: #""content":"Hi""#) }
                #expect(text.contains("Hi"))
            } else {
                try await Task.sleep(for: .milliseconds(20))
            }
            let left = LoopTime.now
            if way.byReset { client.reset() } else { client.close() }
            times.append(try #require(await upstream.peerClosed(index)) - left)
            #expect(try await proxy.record(index)?.status == 499)
        }
        #expect(times.contains { $0 <= limit }, "\(times)")
        let metrics = try await proxy.get("/metrics")
        #expect(metrics.body.contains("ollama_proxy_cancels_total \(times.count)\n"))
    }
}
