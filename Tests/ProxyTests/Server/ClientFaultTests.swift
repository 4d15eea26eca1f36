import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite(
    "Faults of the client at every byte of its request, and while it is answered", .withFaults, .timeLimit(.minutes(10)))
struct ClientFaultTests {
    enum Fault: CaseIterable, Sendable {
        case cut, reset, halfClose

        func happen(to client: BlockingSocket) {
            switch self {
            case .cut: client.close()
            case .reset: client.reset()
            case .halfClose: client.finishSending()
            }
        }
    }

    @Test("A request that breaks off anywhere costs nothing and reaches nobody", arguments: Fault.allCases)
    func brokenRequest(fault: Fault) async throws {
        let request = SampleExchange.request(stream: true)
        let (upstream, proxy) = try await Self.proxy()
        let port = proxy.port
        let wrong = try await onThreads(over: Array(0..<request.count)) { place in
            let client = try BlockingSocket(connectingTo: port)
            client.send(Array(request[..<place]))
            fault.happen(to: client)
            if fault == .halfClose {
                let answer = client.receiveAll()
                if !answer.isEmpty { return "at \(place): \(answer)" }
            }
            guard place.isMultiple(of: 8) else { return nil }
            let next = try BlockingSocket(connectingTo: port).verdict(on: request)
            return next == .whole ? nil : "after \(fault) at \(place): \(next)"
        }
        #expect(wrong == [])
        #expect(upstream.requests.count == (request.count + 7) / 8)
        #expect(try await proxy.connectionsLeft(upstream) == 0)
    }

    @Test("A byte that is good nowhere makes any request a client's error, wherever it stands")
    func noise() async throws {
        let request = SampleExchange.request(stream: true)
        let (upstream, proxy) = try await Self.proxy()
        let port = proxy.port
        let wrong = try await onThreads(over: Array(0..<request.count)) { place in
            let client = try BlockingSocket(connectingTo: port)
            client.send(request[..<place] + [0x00] + request[place...])
            let reply = client.receiveReply()
            let isRefused = reply.isComplete && 400..<500 ~= reply.status && reply["error.message"]?.string != nil
            if !isRefused { return "at \(place): \(reply)" }
            guard place.isMultiple(of: 8) else { return nil }
            let next = try BlockingSocket(connectingTo: port).verdict(on: request)
            return next == .whole ? nil : "after noise at \(place): \(next)"
        }
        #expect(wrong == [])
        #expect(upstream.requests.count == (request.count + 7) / 8)
        #expect(try await proxy.connectionsLeft(upstream) == 0)
    }

    // Where the client stops reading says little about what the server does next: every sixteenth byte. One that leaves
    // before the first may do so before upstream was asked.
    @Test("A client that leaves anywhere in its reply lets upstream go, and is a 499", arguments: Fault.allCases)
    func brokenReply(fault: Fault) async throws {
        let (upstream, proxy) = try await Self.proxy()
        let port = proxy.port
        let places = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(SampleExchange.request(stream: true))
            let beginning = client.receive(until: #""content":"lo""#)
            return Array(stride(from: 1, through: beginning.utf8.count, by: 16))
        }
        let wrong = try await onThreads(over: places) { place in
            let client = try BlockingSocket(connectingTo: port)
            client.send(SampleExchange.request(model: "at-0", stream: true))
            let received = client.receive(count: place)
            if received.count < place { return "only \(received.count) of \(place) bytes" }
            fault.happen(to: client)
            if fault == .halfClose { _ = client.receiveAll() }
            let next = try BlockingSocket(connectingTo: port).verdict(on: SampleExchange.request(stream: true))
            return next == .whole ? nil : "after \(fault) at \(place): \(next)"
        }
        #expect(wrong == [])
        #expect(try await proxy.connectionsLeft(upstream) == 0)
        #expect(upstream.closings == places.count)
        let metrics = try await proxy.get("/metrics")
        #expect(metrics.body.contains("ollama_proxy_cancels_total \(places.count)\n"))
    }

    /// In front of an upstream that answers wholly, or, where the model's name holds a place, not to the end.
    private static func proxy() async throws -> (ScriptedUpstream, TestProxy) {
        let beginning: [ScriptedUpstream.Step] =
            [.opening()] + SampleExchange.lines.dropLast().map { .line($0) } + [.awaitClose]
        let upstream = try ScriptedUpstream { request, _ in
            request.place == nil ? [.send(SampleExchange.reply)] : beginning
        }
        var upstreamLimits = UpstreamLimits.standard
        upstreamLimits.idleConnectionLife = .milliseconds(100)
        // What is inserted into a blank line leaves a head without an end: that one is a 408.
        var limits = ServerLimits.patient
        limits.requestTimeout = .seconds(2)
        return (upstream, try await TestProxy(upstream: upstream.port, limits: limits, upstreamLimits: upstreamLimits))
    }
}

extension BlockingSocket {
    /// So many bytes; fewer when no more came.
    fileprivate func receive(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &bytes, count, Int32(MSG_WAITALL))
        return Array(bytes[..<max(0, received)])
    }
}
