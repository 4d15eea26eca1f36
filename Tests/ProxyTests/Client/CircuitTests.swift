import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What opens the circuit of an upstream", .onOwnThreads)
struct CircuitTests {
    @Test("A model that answers 502 or 503 shuts out no other", arguments: [502, 503])
    func answers(status: Int) async throws {
        let upstream = try ScriptedUpstream { request, _ in
            request.text.contains(#""bad""#)
                ? [.whole(#"{"error":"no place left in the queue"}"#, status: status)]
                : [.reply(OllamaLine.content("Hi"), OllamaLine.done())]
        }
        let proxy = try await TestProxy(upstream: upstream.port) { $0.transientPause = 1...1 }
        let bad = TestProxy.ask(stream: true).replacing(#""model":"m""#, with: #""model":"bad""#)
        for _ in 0..<CircuitBreaker.failureLimit {
            for _ in 0..<CircuitBreaker.failureLimit { #expect(try await proxy.chat(bad).status == status) }
            #expect(try await proxy.chat(TestProxy.ask(stream: true)).status == 200)
        }
        #expect(try await proxy.get("/ready")["circuit"]?.string == "closed")
    }

    @Test("Nothing but that no connection can be made counts, and it does so only in a row")
    func failures() async {
        let states = await onLoop { () -> [CircuitBreaker.State] in
            let others: [UpstreamFailure] = [
                .exhausted("Too many open files"), .broken("x"), .timedOut(.seconds(1)), .cancelled,
            ]
            let client = UpstreamClient(UpstreamEndpoint(host: "127.0.0.1", port: 1))
            var states: [CircuitBreaker.State] = []
            for _ in 0..<20 { for failure in others { client.note(failure) } }
            states.append(client.breaker.state)
            for _ in 1..<CircuitBreaker.failureLimit { client.note(.unreachable("x")) }
            client.noteConnected()
            for _ in 1..<CircuitBreaker.failureLimit { client.note(.unreachable("x")) }
            states.append(client.breaker.state)
            client.note(.unreachable("x"))
            states.append(client.breaker.state)
            return states
        }
        #expect(states == [.closed, .closed, .open])
    }

    @Test(
        "Being out of descriptors or memory is told from an upstream that cannot be reached",
        arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM])
    func shortage(code: Int32) async {
        #expect(SystemError(code: code, action: "x").isShortage)
        let error = await onLoop {
            let client = UpstreamClient(UpstreamEndpoint(host: "127.0.0.1", port: 1))
            return ExchangePolicy().error(for: .exhausted("Too many open files"), of: client)
        }
        #expect(error.status == 503)
        #expect(error.code?.rawValue == "proxy_exhausted")
        #expect(error.retryAfter == "1")
        #expect(error.message.contains("The proxy is out of file descriptors"))
    }

    @Test("That a connection is refused, or a host has no route, is no shortage")
    func noShortage() {
        for code in [0, ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL] {
            #expect(!SystemError(code: code, action: "x").isShortage)
        }
    }
}
