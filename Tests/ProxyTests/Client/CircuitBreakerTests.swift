import Testing

@testable import ollama_openai_proxy

struct CircuitBreakerTests {
    private var breaker = CircuitBreaker()

    private func at(_ milliseconds: Int) -> LoopTime { LoopTime(nanoseconds: 0) + .milliseconds(milliseconds) }

    private mutating func fail(
        _ times: Int = 1, _ failure: CircuitBreaker.Failure = .unreachable, at milliseconds: Int = 0
    ) {
        for _ in 0..<times { breaker.failed(failure, "refused", now: at(milliseconds)) }
    }

    private mutating func admit(_ milliseconds: Int) -> CircuitBreaker.Decision { breaker.admit(now: at(milliseconds)) }

    private func reject(_ milliseconds: Int) -> CircuitBreaker.Decision {
        .reject(retryAfter: .milliseconds(milliseconds), lastSeen: "refused")
    }

    @Test("Five failures in a row open it; then everything is rejected for a second")
    mutating func opens() {
        fail(4)
        #expect(breaker.state == .closed)
        #expect(admit(0) == .pass)
        fail()
        #expect(breaker.state == .open)
        #expect(admit(0) == reject(1000))
        #expect(admit(999) == reject(1))
        #expect(breaker.state == .open)
    }

    @Test("A good answer in between begins the count anew")
    mutating func resets() {
        for _ in 0..<3 {
            fail(4)
            breaker.succeeded()
        }
        fail(4)
        #expect(breaker.state == .closed)
    }

    @Test("After the pause one passes as a probe and the others wait; its success closes the circuit")
    mutating func probes() {
        fail(5)
        #expect(admit(1000) == .probe)
        #expect(breaker.state == .halfOpen)
        #expect(admit(1000) == reject(1000))
        #expect(admit(1500) == reject(500))
        breaker.succeeded()
        #expect(breaker.state == .closed)
        #expect(admit(1500) == .pass)
        fail(4, at: 1500)
        #expect(breaker.state == .closed)
    }

    @Test("Each probe that fails doubles the pause, up to 30 seconds; a success forgets that")
    mutating func doubles() {
        fail(5)
        var now = 0
        for pause in [1, 2, 4, 8, 16, 30, 30] {
            #expect(admit(now) == reject(pause * 1000))
            #expect(admit(now + pause * 1000 - 1) == reject(1))
            now += pause * 1000
            #expect(admit(now) == .probe)
            fail(at: now)
            #expect(breaker.state == .open)
        }
        #expect(admit(now + 30_000) == .probe)
        breaker.succeeded()
        fail(5, at: now)
        #expect(admit(now) == reject(1000))
    }

    @Test("When the client of a probe leaves, the next request is the probe")
    mutating func abandons() {
        fail(5)
        #expect(admit(1000) == .probe)
        breaker.abandoned()
        #expect(breaker.state == .halfOpen)
        #expect(admit(1001) == .probe)
        #expect(admit(1001) == reject(1000))
    }

    @Test("Abandoning is harmless while the circuit is closed or open")
    mutating func abandonsElsewhere() {
        breaker.abandoned()
        #expect(admit(0) == .pass)
        fail(5)
        breaker.abandoned()
        #expect(admit(0) == reject(1000))
    }

    @Test("A probe without an answer holds the others up no longer than the pause")
    mutating func slowProbe() {
        fail(5)
        #expect(admit(1000) == .probe)
        #expect(admit(1999) == reject(1))
        #expect(admit(2000) == .probe)
        #expect(admit(2000) == reject(1000))
    }

    @Test("Requests from before it opened cannot lengthen the pause, but may close the circuit")
    mutating func late() {
        fail(5)
        fail(20, at: 900)
        #expect(admit(900) == reject(100))
        breaker.succeeded()
        #expect(admit(900) == .pass)
    }

    @Test("A connection suffices where none could be made, and does not where 502 or 503 was answered")
    mutating func connects() {
        fail(5)
        #expect(admit(1000) == .probe)
        breaker.connected()
        #expect(breaker.state == .closed)

        fail(4, at: 1000)
        fail(1, .unavailable, at: 1000)
        #expect(admit(2000) == .probe)
        breaker.connected()
        #expect(breaker.state == .halfOpen)
        breaker.succeeded()
        #expect(breaker.state == .closed)

        fail(5, .unavailable, at: 2000)
        breaker.connected()
        #expect(breaker.state == .open)
    }

    @Test("What was seen last is kept and told")
    mutating func lastSeen() {
        #expect(breaker.lastSeen.isEmpty)
        fail(5)
        breaker.failed(.unavailable, "503 Service Unavailable", now: at(10))
        #expect(admit(10) == .reject(retryAfter: .milliseconds(990), lastSeen: "503 Service Unavailable"))
    }

    @Test("The state has words for /ready and the metrics")
    func words() {
        #expect(CircuitBreaker.State.allCases.map(\.rawValue) == ["closed", "open", "half_open"])
    }

    @Test(
        "The answer is 503, with whole seconds rounded up",
        arguments: [(1, "1"), (1000, "1"), (1001, "2"), (30_000, "30"), (0, "1")])
    func answer(milliseconds: Int, seconds: String) {
        let error = ChatError.circuitOpen(
            "Ollama", retryAfter: .milliseconds(milliseconds), lastSeen: "Connection refused")
        #expect(error.status == 503)
        #expect(error.code == .upstreamUnavailable)
        #expect(error.retryAfter == seconds)
        #expect(
            error.message
                == "Ollama has failed repeatedly and is given a pause of \(seconds) s; last seen: Connection refused")
    }
}
