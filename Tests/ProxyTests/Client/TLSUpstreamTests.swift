import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite(
    "Calls over TLS", .onOwnThreads, .enabled(if: OpenSSL.isThere, "needs OpenSSL 3 (in Debian libssl3)"),
    .timeLimit(.minutes(10)))
struct TLSUpstreamTests {
    static let certificate = TestCertificate.trusted("DNS:api.example.com", "DNS:*.example.org", "IP:127.0.0.1")

    @Test("The server is told the name, and its connection serves one call after the other")
    func keepsAlive() async throws {
        let server = try TLSServer(Self.certificate) { peer in
            while peer.request() != nil { peer.answer("one") }
        }
        let client = try await TestAuthority.client(port: server.port)
        for _ in 0..<5 { #expect(try await Self.fetch(client).body.text == "one") }
        #expect(server.greetings.map(\.name) == ["api.example.com"])
        #expect(server.greetings.map(\.version) == [0x0304])
    }

    @Test("An address is not told, and must be among the certificate's addresses")
    func address() async throws {
        let server = try TLSServer(Self.certificate) { peer in
            while peer.request() != nil { peer.answer("one") }
        }
        let client = try await TestAuthority.client(port: server.port, name: nil)
        #expect(try await Self.fetch(client).body.text == "one")
        #expect(server.greetings.map(\.name) == [nil])
    }

    @Test("TLS 1.2 works, too, and a whole label may be a wildcard")
    func version12() async throws {
        let server = try TLSServer(Self.certificate, highestVersion: 0x0303) { peer in
            while peer.request() != nil { peer.answer("one") }
        }
        let client = try await TestAuthority.client(port: server.port, name: "any.example.org")
        for _ in 0..<3 { #expect(try await Self.fetch(client).body.text == "one") }
        #expect(server.greetings.map(\.version) == [0x0303])
    }

    @Test("Each piece of a reply arrives when it is sent, also after the server has changed its keys")
    func streams() async throws {
        let gates = (0..<4).map { _ in TestGate() }
        let server = try TLSServer(Self.certificate) { peer in
            while peer.request() != nil {
                peer.send("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
                for (number, gate) in gates.enumerated() {
                    if number == 2 { peer.changeKeys() }
                    peer.send("7\r\npiece \(number)\r\n")
                    gate.waitUntilOpen()
                }
                peer.send("0\r\n\r\n")
            }
        }
        let client = try await TestAuthority.client(port: server.port) { $0.drainTimeout = .seconds(5) }
        let pieces = try await onLoop { () -> Result<[String], UpstreamFailure> in
            do throws(UpstreamFailure) {
                var pieces: [String] = []
                let call = client.call(Self.request)
                defer { call.cancel() }
                try await call.send()
                _ = try await call.receiveHead(until: .now + .seconds(10))
                while pieces.count < gates.count {
                    var piece = ByteBuffer()
                    while piece.isEmpty {
                        let reception = try await call.receive(until: .now + .seconds(10)) { piece.append($0) }
                        guard reception == .progress else { return .success(pieces) }
                    }
                    pieces.append(piece.text)
                    gates[pieces.count - 1].open()
                }
                await call.finish()
                return .success(pieces)
            } catch { return .failure(error) }
        }.get()
        #expect(pieces == ["piece 0", "piece 1", "piece 2", "piece 3"])
        #expect(try await Self.fetch(client).body.text == "piece 0piece 1piece 2piece 3")
        #expect(server.connections == 1)
    }

    @Test("Five megabytes go up and come down as they were", arguments: [nil, 0x0303])
    func large(highestVersion: Int?) async throws {
        let server = try TLSServer(Self.certificate, highestVersion: highestVersion) { peer in
            while let request = peer.request() {
                peer.send("HTTP/1.1 200 X\r\nContent-Length: \(request.body.count)\r\n\r\n")
                peer.send(request.body)
            }
        }
        var generator = SeededGenerator(seed: 1)
        let body = (0..<5_000_000 / 8).flatMap { _ in withUnsafeBytes(of: generator.next(), Array.init) }
        let client = try await TestAuthority.client(port: server.port)
        for _ in 0..<2 { #expect(try await Self.fetch(client, Self.post(body)).body.array == body) }
        #expect(server.connections == 1)
    }

    @Test("Later connections resume what the first has agreed on", arguments: [(nil, 0x0304), (0x0303, 0x0303)])
    func resumes(highestVersion: Int?, version: Int32) async throws {
        let server = try TLSServer(Self.certificate, highestVersion: highestVersion) { peer in
            guard peer.request() != nil else { return }
            peer.answer("one", fields: "Connection: close\r\n")
            peer.sayEnd()
            _ = peer.receive()
        }
        let client = try await TestAuthority.client(port: server.port)
        for _ in 0..<4 { #expect(try await Self.fetch(client).body.text == "one") }
        #expect(server.greetings.map(\.isResumed) == [false, true, true, true])
        #expect(server.greetings.allSatisfy { $0.version == version })
        #expect(try await server.descriptorsLeft() == 0)
    }

    @Test("A ticket that comes while a connection is idle is no reply; the connection serves the next call")
    func lateSession() async throws {
        let server = try TLSServer(Self.certificate) { peer in
            while peer.request() != nil {
                peer.answer("one")
                Thread.sleep(forTimeInterval: 0.02)
                peer.sendSession()
            }
        }
        let client = try await TestAuthority.client(port: server.port)
        for _ in 0..<4 {
            #expect(try await Self.fetch(client).body.text == "one")
            try await Task.sleep(for: .milliseconds(60))
        }
        #expect(server.connections == 1)
    }

    /// What a server may do to a connection that is idle.
    enum Disturbance: CaseIterable, Sendable { case bytes, end, cut, reset }

    @Test("Bytes for which nobody asked and any end make an idle connection useless", arguments: Disturbance.allCases)
    func disturbed(disturbance: Disturbance) async throws {
        let server = try TLSServer(Self.certificate) { peer in
            guard peer.request() != nil else { return }
            peer.answer("one")
            Thread.sleep(forTimeInterval: 0.02)
            switch disturbance {
            case .bytes: peer.send("HTTP/1.1 200 X\r\nContent-Length: 1\r\n\r\nx")
            case .end: peer.sayEnd()
            case .cut: return peer.socket.close()
            case .reset: return peer.socket.reset()
            }
            _ = peer.receive()
        }
        let client = try await TestAuthority.client(port: server.port)
        for _ in 0..<2 {
            #expect(try await Self.fetch(client).body.text == "one")
            try await Task.sleep(for: .milliseconds(60))
        }
        #expect(server.connections == 2)
    }

    @Test("An answer that comes before the whole request was taken is read")
    func earlyAnswer() async throws {
        let gate = TestGate()
        let server = try TLSServer(Self.certificate) { peer in
            _ = peer.receive()
            peer.answer("too long", fields: "Connection: close\r\n")
            peer.sayEnd()
            peer.socket.finishSending()
            gate.waitUntilOpen()
        }
        defer { gate.open() }
        let client = try await TestAuthority.client(port: server.port)
        let start = LoopTime.now
        let reply = try await Self.fetch(client, Self.post([UInt8](repeating: 0x20, count: 32 << 20)))
        #expect(reply.body.text == "too long")
        #expect(LoopTime.now - start < .seconds(60))
    }

    @Test("A server that takes nothing is given up after the idle limit")
    func takesNothing() async throws {
        let gate = TestGate()
        let server = try TLSServer(Self.certificate) { _ in gate.waitUntilOpen() }
        defer { gate.open() }
        let client = try await TestAuthority.client(port: server.port) { $0.idleTimeout = .milliseconds(200) }
        let failure = await #expect(throws: UpstreamFailure.self) {
            try await Self.fetch(client, Self.post([UInt8](repeating: 0x20, count: 32 << 20)))
        }
        #expect(failure == .broken("the upstream closed the connection while the request was sent"))
        #expect(try await server.descriptorsLeft() == 0)
    }

    // MARK: Parts

    static var request: HTTPRequest {
        var request = HTTPRequest(method: .get, target: "/x")
        request.fields.append("Host", "x")
        return request
    }

    static func post(_ body: [UInt8]) -> HTTPRequest {
        var request = request
        request.method = .post
        request.body = body
        return request
    }

    static func fetch(_ client: UpstreamClient, _ request: HTTPRequest = request) async throws -> HTTPResponse {
        try await onLoop {
            await Result { () async throws(UpstreamFailure) in try await client.fetch(request, within: .seconds(10)) }
        }.get()
    }
}

extension Result {
    /// As the initializer of the standard library, for what suspends.
    @EventLoop
    fileprivate init(catching body: @EventLoop () async throws(Failure) -> Success) async {
        do throws(Failure) { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
