import Testing

@testable import ollama_openai_proxy

@Suite("Faults of the upstream at every byte of a reply", .withFaults, .timeLimit(.minutes(10)))
struct FaultTests {
    /// What becomes of a reply at one place in it.
    enum Fault: CaseIterable, Sendable {
        case cut, reset, halfClose
        /// A byte that is good nowhere.
        case noise
        /// The end of a line where there is none.
        case lineEnd

        func steps(_ reply: [UInt8], at place: Int) -> [ScriptedUpstream.Step] {
            let before = Array(reply[..<place])
            switch self {
            case .cut: return [.send(before), .close]
            case .reset: return [.send(before), .reset]
            case .halfClose: return [.send(before), .finishSending, .awaitClose]
            case .noise: return [.send(before + [0x00] + reply[place...])]
            case .lineEnd: return [.send(before + [0x0D, 0x0A] + reply[place...])]
            }
        }
    }

    // What reads a reply does not know whether it goes on as a stream: for one that does not, every fifth byte will do.
    @Test(
        "The client gets a true error or the whole reply, its connection serves on, and no descriptor is left",
        arguments: Fault.allCases)
    func faults(fault: Fault) async throws {
        let reply = SampleExchange.reply
        let places = Self.places(in: reply, streamed: 1, whole: 5)
        let wrong = try await Self.wrong(places, width: 48) { fault.steps(reply, at: $0) }
        #expect(wrong == [])
    }

    // Each stall takes the idle limit, which must be long enough for a good reply on a busy machine: every sixth byte.
    @Test("The same when upstream falls silent")
    func stalls() async throws {
        let reply = SampleExchange.reply
        let places = Self.places(in: reply, streamed: 6, whole: 25)
        let wrong = try await Self.wrong(places, width: 104, idleLimit: .seconds(2)) { place in
            [.send(Array(reply[..<place])), .awaitClose]
        }
        #expect(wrong == [])
    }

    @Test("A refusal stays one", arguments: Fault.allCases.filter { $0 != .lineEnd })
    func refusals(fault: Fault) async throws {
        let refusal = SampleExchange.bytes(of: .whole(#"{"error":"too many requests"}"#, status: 429))
        let places = Self.places(in: refusal, streamed: 3, whole: 9)
        let wrong = try await Self.wrong(places, width: 48, isGoodReply: false) { fault.steps(refusal, at: $0) }
        #expect(wrong == [])
    }

    @Test("What counts descriptors sees each until it is closed, also one whose connection was reset")
    func countsDescriptors() async throws {
        let upstream = try ScriptedUpstream(.send(SampleExchange.reply))
        let proxy = try await TestProxy(upstream: upstream.port)
        let client = try BlockingSocket(connectingTo: proxy.port)
        #expect(client.verdict(on: SampleExchange.request(stream: true)) == .whole)
        #expect(try OpenSockets.count(localPorts: [proxy.port]) == 2)

        let (listener, port) = try BlockingSocket.listening()
        let near = try BlockingSocket(connectingTo: port)
        let nearPort = near.localPort
        listener.accept()?.reset()
        #expect(near.receive() == nil)
        // Connections to elsewhere may have the same local port.
        #expect(try OpenSockets.count(localPorts: [nearPort], peer: port) == 1)
        withExtendedLifetime(near) {}
    }

    /// A place in the reply, and whether the client wants a stream.
    private typealias Place = (index: Int, stream: Bool)

    private static func places(in reply: [UInt8], streamed: Int, whole: Int) -> [Place] {
        stride(from: 0, to: reply.count, by: streamed).map { ($0, true) }
            + stride(from: 0, to: reply.count, by: whole).map { ($0, false) }
    }

    /// Has the fault at each place, and after each a good request on the same connection; what a client could
    /// misunderstand, and what was left open.
    private static func wrong(
        _ places: [Place], width: Int, idleLimit: Duration = .seconds(20), isGoodReply: Bool = true,
        _ steps: @escaping @Sendable (Int) -> [ScriptedUpstream.Step]
    ) async throws -> [String] {
        let upstream = try ScriptedUpstream { request, _ in
            request.place.map(steps) ?? [.send(SampleExchange.reply)]
        }
        var limits = UpstreamLimits.patient
        limits.idleConnectionLife = .milliseconds(100)
        let proxy = try await TestProxy(upstream: upstream.port, upstreamLimits: limits) { $0.idleLimit = idleLimit }
        let port = proxy.port
        let wrong = try await onThreads(over: places, width: width) { place in
            let client = try BlockingSocket(connectingTo: port)
            let request = SampleExchange.request(model: "at-\(place.index)", stream: place.stream)
            let verdict = client.verdict(on: request)
            if case .wrong(let why) = verdict { return "\(place): \(why)" }
            if verdict == .whole, !isGoodReply { return "\(place): a reply was made up" }
            let next = client.verdict(on: SampleExchange.request(stream: place.stream))
            return next == .whole ? nil : "after \(verdict), \(place): \(next)"
        }
        let left = try await proxy.connectionsLeft(upstream)
        return left == 0 ? wrong : wrong + ["\(left) descriptors are left open"]
    }
}
