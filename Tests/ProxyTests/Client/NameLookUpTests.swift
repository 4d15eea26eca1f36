import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Upstreams that have a name", .onOwnThreads, .timeLimit(.minutes(10)))
struct NameLookUpTests {
    @Test("A name is looked up beside the loop, once for all who ask meanwhile and for a minute")
    func once() async throws {
        let upstream = try ScriptedUpstream(.whole("one", fields: "Connection: close\r\n"))
        let lookUp = StubLookUp(.ports(upstream.port), hangsFrom: 0)
        let client = await Self.client(lookUp)
        let replies = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<10 { group.addTask { await Self.fetch(client).text } }
            #expect(try await lookUp.hasBegun())
            lookUp.gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(replies == Array(repeating: "one", count: 10))
        #expect(await Self.fetch(client).text == "one")
        #expect(lookUp.names == ["name.test"])
        #expect(lookUp.threads.contains(await onLoop { pthread_self() }) == false)
    }

    @Test("While the resolver hangs, the streams of others and /health go on")
    func delaysNobody() async throws {
        let gate = TestGate()
        let ollama = try ScriptedUpstream(
            .opening(), .line(OllamaLine.content("first")), .wait(gate), .line(OllamaLine.content("second")),
            .line(OllamaLine.done()), .ending)
        let proxy = try await TestProxy(upstream: ollama.port)
        let stream = try await onThread { [port = proxy.port] in try BlockingSocket(connectingTo: port) }
        stream.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
        #expect(try await onThread { stream.receive(until: "first") }.hasSuffix("first"))

        let lookUp = StubLookUp(.ports(1), hangsFrom: 0)
        let client = await Self.client(lookUp)
        async let hanging = Self.fetch(client)
        #expect(try await lookUp.hasBegun())
        gate.open()
        #expect(try await onThread { stream.receive(until: "[DONE]") }.contains("second"))
        #expect(try await proxy.get("/health").status == 200)
        #expect(lookUp.running == 1)
        lookUp.gate.open()
        #expect(await hanging.failure != nil)
    }

    @Test("The connect limit holds for the look-up; what it finds later is for the next request")
    func limit() async throws {
        let upstream = try ScriptedUpstream(.whole("one"))
        let lookUp = StubLookUp(.ports(upstream.port), hangsFrom: 0)
        let client = await Self.client(lookUp) { $0.connectTimeout = .seconds(1) }
        #expect(await Self.fetch(client).failure == .unreachable("the name name.test was not resolved within 1 s"))
        #expect(lookUp.running == 1)
        lookUp.gate.open()
        #expect(await Self.fetch(client).text == "one")
        #expect(lookUp.names.count == 1)
    }

    @Test("A cancel ends the wait for a look-up at once, and for who cancels only")
    func cancel() async throws {
        let upstream = try ScriptedUpstream(.whole("one"))
        let lookUp = StubLookUp(.ports(upstream.port), hangsFrom: 0)
        let client = await Self.client(lookUp)
        async let patient = Self.fetch(client)
        let failure = await onLoop { () -> UpstreamFailure? in
            let call = client.call(Self.request)
            Reactor.shared.arm(LoopTimer { call.cancel() }, at: .now + .milliseconds(50))
            do throws(UpstreamFailure) { try await call.send() } catch { return error }
            return nil
        }
        #expect(failure == .cancelled)
        #expect(lookUp.running == 1)
        lookUp.gate.open()
        #expect(await patient.text == "one")
        #expect(upstream.requests.count == 1)
    }

    @Test("Stale addresses are used while newer ones are looked up, and after that has failed")
    func stale() async throws {
        let upstream = try ScriptedUpstream(.whole("one", fields: "Connection: close\r\n"))
        let lookUp = StubLookUp(
            .ports(upstream.port), .failure(SystemError(code: 0, action: "no such host")), hangsFrom: 1)
        let client = await Self.client(lookUp)
        #expect(await Self.fetch(client).text == "one")
        await onLoop { client.resolver.expire(Self.name) }
        for _ in 0..<3 { #expect(await Self.fetch(client).text == "one") }
        #expect(lookUp.names.count == 2)
        #expect(lookUp.running == 1)
        lookUp.gate.open()
        #expect(try await lookUp.hasEnded())
        for _ in 0..<3 { #expect(await Self.fetch(client).text == "one") }
        await onLoop { client.resolver.expire(Self.name) }
        #expect(await Self.fetch(client).text == "one")
        #expect(try await lookUp.hasBegun(3))
    }

    @Test("A host that has moved is found within the request that finds its old address dead")
    func moved() async throws {
        let (old, oldPort) = try BlockingSocket.refusing()
        defer { old.close() }
        let upstream = try ScriptedUpstream(.whole("one"))
        let lookUp = StubLookUp(.ports(oldPort), .ports(upstream.port))
        let client = await Self.client(lookUp)
        let refused = "cannot connect to 127.0.0.1:\(oldPort): Connection refused"
        #expect(await Self.fetch(client).failure == .unreachable(refused))
        #expect(await Self.fetch(client).text == "one")
        #expect(lookUp.names.count == 2)
    }

    @Test("A name that cannot be resolved is an upstream that cannot be reached; a shortage of our own is not")
    func failures() async throws {
        let lookUp = StubLookUp(
            .failure(SystemError(code: 0, action: "cannot resolve name.test: Name or service not known")),
            .failure(SystemError(code: EMFILE, action: "cannot resolve name.test")))
        let client = await Self.client(lookUp)
        let unknown = UpstreamFailure.unreachable("cannot resolve name.test: Name or service not known")
        #expect(await Self.fetch(client).failure == unknown)
        #expect(await Self.fetch(client).failure == .exhausted("cannot resolve name.test: Too many open files"))
        #expect(lookUp.names.count == 2)
    }

    @Test("Four names are looked up at a time; others wait for their turn, and no longer than their limit")
    func threads() async throws {
        let lookUp = StubLookUp(.ports(1), hangsFrom: 0)
        let resolver = await lookUp.resolver()
        var clients: [UpstreamClient] = []
        for number in 0..<6 {
            clients.append(
                await Self.client(resolver, host: "name\(number).test") { $0.connectTimeout = .seconds(1) })
        }
        let failures = await withTaskGroup(of: String.self) { group in
            for client in clients { group.addTask { await Self.fetch(client).failure?.description ?? "" } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures.count { $0.hasSuffix("was not resolved within 1 s") } == 6)
        #expect(lookUp.names.count == 4)
        lookUp.gate.open()
        #expect(try await lookUp.hasBegun(6))
        #expect(Set(lookUp.names).count == 6)
        #expect(lookUp.mostAtOnce == 4)
    }

    @Test("Look-ups that hang give up their turn after a while, up to sixteen of them")
    func hanging() async throws {
        let lookUp = StubLookUp(.ports(1), hangsFrom: 0)
        let resolver = await onLoop { Resolver(turnLimit: .milliseconds(1)) { lookUp.lookUp($0) } }
        async let all = withTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                let client = await Self.client(resolver, host: "name\(number).test") { $0.connectTimeout = .seconds(3) }
                group.addTask { _ = await Self.fetch(client) }
            }
        }
        #expect(try await lookUp.hasBegun(20))
        await all
        #expect(lookUp.names.count == 20)
        lookUp.gate.open()
        #expect(try await lookUp.hasBegun(24))
        #expect(try await lookUp.hasEnded())
        #expect(lookUp.mostAtOnce <= 20)
    }

    @Test("The system's own resolver finds this machine, and says why it finds nothing")
    func system() async throws {
        let upstream = try ScriptedUpstream(.whole("one"))
        let client = await Self.client(await onLoop { Resolver() }, host: "localhost", port: upstream.port)
        #expect(await Self.fetch(client).text == "one")
        let nobody = await Self.client(await onLoop { Resolver() }, host: "no-such-host.invalid")
        #expect(
            await Self.fetch(nobody).failure?.description.hasPrefix("cannot resolve no-such-host.invalid: ") == true)
    }

    // MARK: Parts

    private static let name = Resolver.Name(host: "name.test", port: 80)

    private static var request: HTTPRequest {
        var request = HTTPRequest(method: .get, target: "/x")
        request.fields.append("Host", "x")
        return request
    }

    private static func client(
        _ lookUp: StubLookUp, adjust: @Sendable @escaping (inout UpstreamLimits) -> Void = { _ in }
    ) async -> UpstreamClient {
        await client(await lookUp.resolver(), host: name.host, adjust: adjust)
    }

    private static func client(
        _ resolver: Resolver, host: String, port: Int = 80,
        adjust: @Sendable @escaping (inout UpstreamLimits) -> Void = { _ in }
    ) async -> UpstreamClient {
        await onLoop {
            var limits = UpstreamLimits.patient
            adjust(&limits)
            return UpstreamClient(UpstreamEndpoint(host: host, port: port), limits: limits, resolver: resolver)
        }
    }

    private static func fetch(_ client: UpstreamClient) async -> (text: String?, failure: UpstreamFailure?) {
        await onLoop {
            do throws(UpstreamFailure) {
                return (try await client.fetch(request, within: .seconds(60)).body.text, nil)
            } catch { return (nil, error) }
        }
    }
}
