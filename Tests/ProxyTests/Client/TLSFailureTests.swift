import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite(
    "What goes wrong over TLS", .onOwnThreads,
    .enabled(if: OpenSSL.isThere, "needs OpenSSL 3 (in Debian libssl3)"),
    .timeLimit(.minutes(10)))
struct TLSFailureTests {
    /// A server's certificate, the host for which it is not good enough, and what is said of it.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let problem: String
        let certificate: TestCertificate
        var host: String? = "api.example.com"
    }

    static let refusals = [
        Refusal(
            testDescription: "another name", problem: "is for another host name",
            certificate: .trusted("DNS:api.example.org", "DNS:example.com", "IP:127.0.0.1")),
        Refusal(
            testDescription: "a wildcard for more than one label", problem: "is for another host name",
            certificate: .trusted("DNS:*.com")),
        Refusal(
            testDescription: "a wildcard within a label", problem: "is for another host name",
            certificate: .trusted("DNS:ap*.example.com")),
        Refusal(
            testDescription: "the name only as subject", problem: "is for another host name",
            certificate: TestCertificate(subject: "api.example.com", issuer: TestAuthority.trusted)),
        Refusal(
            testDescription: "another address", problem: "is for another address",
            certificate: .trusted("IP:127.0.0.2", "DNS:127.0.0.1"), host: nil),
        Refusal(
            testDescription: "expired", problem: "has expired",
            certificate: .trusted("DNS:api.example.com", validity: -7200...(-3600))),
        Refusal(
            testDescription: "not yet valid", problem: "is not valid yet",
            certificate: .trusted("DNS:api.example.com", validity: 3600...7200)),
        Refusal(
            testDescription: "self-signed", problem: "is not trusted: self-signed certificate",
            certificate: TestCertificate(subject: "server", names: ["DNS:api.example.com"])),
        Refusal(
            testDescription: "an unknown authority",
            problem: "is not trusted: unable to get local issuer certificate",
            certificate: TestCertificate(
                subject: "server", names: ["DNS:api.example.com"], issuer: TestAuthority.unknown)),
    ]

    @Test("A certificate that is not good enough is refused before anything is sent, and why", arguments: refusals)
    func refuses(refusal: Refusal) async throws {
        let server = try TLSServer(refusal.certificate) { peer in
            if peer.request() != nil { peer.answer("too late") }
        }
        let client = try await TestAuthority.client(port: server.port, name: refusal.host)
        let failure = await Self.failure(client)
        let problem = "the certificate of \(refusal.host ?? "127.0.0.1") \(refusal.problem)"
        #expect(failure == Self.unreachable(problem, server))
        #expect(server.greetings.isEmpty)
        #expect(try await server.descriptorsLeft() == 0)
    }

    @Test("A server that speaks only older versions than TLS 1.2 is refused", arguments: [0x0301, 0x0302])
    func oldVersion(version: Int) async throws {
        let server = try TLSServer(TLSUpstreamTests.certificate, highestVersion: version) { _ in }
        let client = try await TestAuthority.client(port: server.port)
        let problem = "the TLS handshake with api.example.com failed: tlsv1 alert protocol version"
        #expect(await Self.failure(client) == Self.unreachable(problem, server))
        #expect(try await server.descriptorsLeft() == 0)
    }

    @Test("So is one that chooses an older version, whatever was offered")
    func chosenVersion() async throws {
        let hello: [UInt8] =
            [0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x13, 0]
        let server = try Self.server { socket in
            _ = socket.receive()
            socket.send(hello)
            _ = socket.receive()
        }
        let client = try await TestAuthority.client(port: server.port)
        let problem = "the TLS handshake with api.example.com failed: unsupported protocol"
        #expect(await Self.failure(client) == Self.unreachable(problem, server))
        #expect(try await server.descriptorsLeft() == 0)
    }

    @Test("A server of plain HTTP is recognized")
    func plain() async throws {
        let server = try Self.server { socket in
            _ = socket.receive()
            socket.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            _ = socket.receive()
        }
        let client = try await TestAuthority.client(port: server.port)
        let problem = "the TLS handshake with api.example.com failed: wrong version number; is it plain HTTP?"
        #expect(await Self.failure(client) == Self.unreachable(problem, server))
        #expect(try await server.descriptorsLeft() == 0)
    }

    @Test(
        "A handshake that is cut, reset or goes nowhere fails",
        arguments: [
            (false, "the TLS handshake with api.example.com failed: the connection ended"),
            (true, "the TLS handshake with api.example.com failed: Connection reset by peer"),
            (nil, "no answer to the TLS handshake in time"),
        ])
    func cut(byReset: Bool?, problem: String) async throws {
        let gate = TestGate()
        defer { gate.open() }
        let server = try Self.server { socket in
            _ = socket.receive()
            // The beginning of a record that a server might send.
            socket.send([0x16, 3, 3, 0, 122, 2, 0])
            Thread.sleep(forTimeInterval: 0.02)
            switch byReset {
            case true?: socket.reset()
            case false?: socket.close()
            case nil: gate.waitUntilOpen()
            }
        }
        let client = try await TestAuthority.client(port: server.port) {
            $0.connectTimeout = .seconds(byReset == nil ? 1 : 5)
        }
        let start = LoopTime.now
        let failure = await Self.failure(client)
        #expect(failure == Self.unreachable(problem, server))
        #expect(LoopTime.now - start < .seconds(20))
        #expect(try await server.descriptorsLeft() == 0)
    }

    /// How a server ends a connection in the middle of a reply.
    enum End: CaseIterable, Sendable { case cut, reset, proper }

    static let framings = ["Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n", ""]

    @Test(
        "A reply that breaks off is a failure; without a length only the proper end of TLS makes it whole",
        arguments: End.allCases, framings)
    func breaksOff(end: End, framing: String) async throws {
        let server = try TLSServer(TLSUpstreamTests.certificate) { peer in
            guard peer.request() != nil else { return }
            peer.send("HTTP/1.1 200 X\r\n\(framing)\r\n5\r\nhello\r\n")
            Thread.sleep(forTimeInterval: 0.02)
            switch end {
            case .cut: break
            case .reset: return peer.socket.reset()
            case .proper: peer.sayEnd()
            }
            peer.socket.close()
        }
        let client = try await TestAuthority.client(port: server.port)
        if end == .proper, framing.isEmpty {
            #expect(try await TLSUpstreamTests.fetch(client).body.text == "5\r\nhello\r\n")
        } else {
            let problem = "the upstream closed the connection before its reply was complete"
            #expect(await Self.failure(client) == .broken(problem))
        }
        #expect(try await server.descriptorsLeft() == 0)
    }

    @Test("What is no TLS in the middle of a reply is a failure")
    func garbled() async throws {
        let server = try TLSServer(TLSUpstreamTests.certificate) { peer in
            guard peer.request() != nil else { return }
            peer.send("HTTP/1.1 200 X\r\n\r\nhello")
            peer.socket.send([0x17, 3, 3, 0, 32] + [UInt8](repeating: 1, count: 32))
            _ = peer.receive()
        }
        let client = try await TestAuthority.client(port: server.port)
        let problem = "the upstream closed the connection before its reply was complete"
        #expect(await Self.failure(client) == .broken(problem))
        #expect(try await server.descriptorsLeft() == 0)
    }

    /// Where a call is when it is cancelled.
    enum Moment: CaseIterable, Sendable { case inHandshake, whileSending, beforeHead, inBody }

    // On a machine that is busy with other things any single time may be long; that one of several is short cannot
    // happen by chance.
    @Test("A cancel closes the connection within 100 ms", arguments: Moment.allCases)
    func cancels(moment: Moment) async throws {
        let server = try TLSServer(
            TLSUpstreamTests.certificate,
            plain: { socket in
                guard moment == .inHandshake else { return true }
                while socket.receive() != nil {}
                return false
            },
            script: { peer in
                if moment == .whileSending {
                    // Takes nothing, so that the client has to wait; sees the end when it does.
                    let peerHungUp: Int16 = 0x2000  // POLLRDHUP
                    var news = pollfd(fd: peer.socket.descriptor, events: peerHungUp, revents: 0)
                    poll(&news, 1, 10_000)
                    return
                }
                _ = peer.request()
                if moment == .inBody { peer.send("HTTP/1.1 200 X\r\n\r\nhello") }
                while peer.receive() != nil {}
            })
        let client = try await TestAuthority.client(port: server.port)
        var times: [Duration] = []
        while times.count < 3 || (times.count < 10 && times.allSatisfy { $0 > .milliseconds(100) }) {
            let size = moment == .whileSending ? 16 << 20 : 10
            let left = await onLoop { () -> LoopTime in
                let call = client.call(TLSUpstreamTests.post([UInt8](repeating: 0x20, count: size)))
                var left = LoopTime.never
                let timer = LoopTimer {
                    left = .now
                    call.cancel()
                }
                Reactor.shared.arm(timer, at: .now + .milliseconds(200))
                try? await call.send()
                while let reception = try? await call.receive(until: .never, { _ in }), reception == .progress {}
                return left
            }
            times.append(try #require(await server.ended(times.count)) - left)
        }
        #expect(times.contains { $0 <= .milliseconds(100) }, "\(times)")
        #expect(try await server.descriptorsLeft() == 0)
    }

    @Test("Where OpenSSL is missing, one line says what to install")
    func missing() {
        let error = #expect(throws: SystemError.self) { try TLSLibrary(["libnone.so.3", "libnone.so"]) }
        #expect(
            error?.description
                == "https needs OpenSSL 3, but libnone.so.3 cannot be loaded; it is in Debian's package libssl3")
    }

    // MARK: Parts

    /// A server that only gets so far as the handshake.
    private static func server(_ script: @escaping @Sendable (BlockingSocket) -> Void) throws -> TLSServer {
        try TLSServer(
            TLSUpstreamTests.certificate,
            plain: { socket in
                script(socket)
                return false
            }, script: { _ in })
    }

    private static func unreachable(_ problem: String, _ server: TLSServer) -> UpstreamFailure {
        .unreachable("\(problem) (127.0.0.1:\(server.port))")
    }

    private static func failure(_ client: UpstreamClient) async -> UpstreamFailure? {
        do {
            _ = try await TLSUpstreamTests.fetch(client)
            return nil
        } catch { return error as? UpstreamFailure }
    }
}
