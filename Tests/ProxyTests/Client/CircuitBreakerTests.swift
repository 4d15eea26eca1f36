import Testing

@testable import ollama_openai_proxy

struct CircuitBreakerTests {
    private var breaker = CircuitBreaker()

    private func at(_ milliseconds: Int) -> LoopTime { LoopTime(nanoseconds: 0) + .milliseconds(milliseconds) }

    private mutating func fail(_ times: Int = 1, at milliseconds: Int = 0) {
        for _ in 0..<times { breaker.failed("refused", now: at(milliseconds)) }
    }

    /// For how many milliseconds a request is rejected; `nil` when it passes.
    private mutating func admit(_ milliseconds: Int) -> Int? { breaker.rejection(now: at(milliseconds))?.milliseconds }

    @Test("Five failures in a row open it; then everything is rejected for a second")
    mutating func opens() {
        fail(4)
        #expect(breaker.state == .closed)
        #expect(admit(0) == nil)
        fail()
        #expect(breaker.state == .open)
        #expect(admit(0) == 1000)
        #expect(admit(999) == 1)
        #expect(breaker.state == .open)
    }

    @Test("A connection in between begins the count anew")
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
        #expect(admit(1000) == nil)
        #expect(breaker.state == .halfOpen)
        #expect(admit(1000) == 1000)
        #expect(admit(1500) == 500)
        breaker.succeeded()
        #expect(breaker.state == .closed)
        #expect(admit(1500) == nil)
        fail(4, at: 1500)
        #expect(breaker.state == .closed)
    }

    @Test("Each probe that fails doubles the pause, up to 30 seconds; a success forgets that")
    mutating func doubles() {
        fail(5)
        var now = 0
        for pause in [1, 2, 4, 8, 16, 30, 30] {
            #expect(admit(now) == pause * 1000)
            #expect(admit(now + pause * 1000 - 1) == 1)
            now += pause * 1000
            #expect(admit(now) == nil)
            fail(at: now)
            #expect(breaker.state == .open)
        }
        #expect(admit(now + 30_000) == nil)
        breaker.succeeded()
        fail(5, at: now)
        #expect(admit(now) == 1000)
    }

    @Test("When the client of a probe leaves, the next request is the probe")
    mutating func abandons() {
        fail(5)
        #expect(admit(1000) == nil)
        breaker.abandoned()
        #expect(breaker.state == .halfOpen)
        #expect(admit(1001) == nil)
        #expect(admit(1001) == 1000)
    }

    @Test("Abandoning is harmless while the circuit is closed or open")
    mutating func abandonsElsewhere() {
        breaker.abandoned()
        #expect(admit(0) == nil)
        fail(5)
        breaker.abandoned()
        #expect(admit(0) == 1000)
    }

    @Test("A probe without an answer holds the others up no longer than the pause")
    mutating func slowProbe() {
        fail(5)
        #expect(admit(1000) == nil)
        #expect(admit(1999) == 1)
        #expect(admit(2000) == nil)
        #expect(admit(2000) == 1000)
    }

    @Test("Requests from before it opened cannot lengthen the pause, but may close the circuit")
    mutating func late() {
        fail(5)
        fail(20, at: 900)
        #expect(admit(900) == 100)
        breaker.succeeded()
        #expect(admit(900) == nil)
    }

    @Test("What was seen last is kept and told")
    mutating func lastSeen() {
        #expect(breaker.lastSeen.isEmpty)
        fail(5)
        breaker.failed("no answer in time", now: at(10))
        #expect(breaker.lastSeen == "no answer in time")
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
                == "Ollama could not be reached several times in a row; it is tried again in \(seconds) s; "
                + "last seen: Connection refused")
    }
}
