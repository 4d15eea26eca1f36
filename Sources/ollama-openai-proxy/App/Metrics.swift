/// Writes the log line of a request and counts it, for `GET /metrics` in Prometheus' text format (version 0.0.4).
@EventLoop final class Metrics: ExchangeObserver {
    /// What is so at the moment.
    struct Gauges: Sendable {
        /// Streamed responses that have begun and not ended.
        var streamsOpen = 0
        /// Requests to models that were let in, and those that wait for that.
        var active = 0
        var waiting = 0
        /// Turned away since the start, because too many waited.
        var refused: UInt64 = 0
        /// By the upstream's name.
        var circuits: [(upstream: String, state: CircuitBreaker.State)] = []
    }

    private let log: Log
    private let version: String
    private let gauges: @EventLoop () -> Gauges
    private var counts = RequestCounts()
    /// What was left out of requests for which model, as far as the log has told: an agent sends it with every turn.
    private var told: Set<[String]> = []
    /// For how many requests in a row Ollama has loaded each model; `nil`: nobody has to be told of it, or was already.
    private var loads: [String: Int]?

    /// `gauges` is asked at each scrape.
    ///
    /// - Parameter refusesOverflow: Ollama is asked in a way that makes it load a model anew when others ask otherwise.
    init(
        log: Log, version: String = Main.version, refusesOverflow: Bool = false,
        gauges: @escaping @EventLoop () -> Gauges = { Gauges() }
    ) {
        self.log = log
        self.version = version
        loads = refusesOverflow ? [:] : nil
        self.gauges = gauges
    }

    func observe(_ record: ExchangeRecord) {
        let facts = ExchangeFacts(record)
        log.write(record, facts)
        let model = record.leftOut.isEmpty ? "" : String((record.model ?? "").prefix(200))
        for type in record.leftOut.sorted() where told.count < RequestCounts.nameLimit && told.insert([model, type]).inserted {
            log.write(
                .info, "left out of requests from now on, as no model can read or call it",
                [("model", .text(model)), ("type", .text(type)), ("id", .text(record.requestID))])
        }
        if let model = record.upstreamModel, let time = record.usage?.loadTime { countLoad(of: model, milliseconds: time) }
        counts.add(facts)
    }

    private func countLoad(of model: String, milliseconds: Int) {
        guard let count = loads?[model, default: 0], count > 0 || loads?.count ?? 0 < RequestCounts.nameLimit else { return }
        loads?[model] = milliseconds > 1000 ? count + 1 : nil
        guard loads?[model] == 3 else { return }
        loads = nil
        let fact =
            "Ollama has loaded the model for three requests in a row: does another program ask for it with another context size, "
        let advice = "or without \"shift\": false? CONTEXT_OVERFLOW=truncate does not send that"
        log.write(.warning, fact + advice, [("model", .text(String(model.prefix(200))))])
    }

    func observe(waiting record: ExchangeRecord) { log.write(waiting: record) }

    func observe(_ refusal: HTTPError, from peer: String) {
        // A browser or a load balancer opens connections that it may not use; a refusal is not the server's trouble.
        log.write(
            .info, "refused", [("status", .number(refusal.status.rawValue)), ("peer", .text(peer)), ("reason", .text(refusal.message))])
        counts.add(ExchangeFacts(route: .unknown(.chatCompletions), status: refusal.status.rawValue))
    }

    func warn(_ message: String) { log.write(.warning, message) }

    var exposition: ByteBuffer {
        var writer = ExpositionWriter()
        counts.write(to: &writer)
        gauges().write(to: &writer)
        writer.single(
            "ollama_proxy_log_lines_dropped_total", .counter, "Log lines dropped because the log was not read.",
            Double(log.output.dropped))
        writer.family("ollama_proxy_build_info", .gauge, "Always 1; the label says which version runs.")
        writer.sample("ollama_proxy_build_info", 1, [("version", version)])
        ProcessStatistics.current.write(to: &writer)
        return writer.buffer
    }
}

extension Metrics.Gauges {
    func write(to writer: inout ExpositionWriter) {
        writer.single("ollama_proxy_streams_open", .gauge, "Streamed responses that have begun and not ended.", Double(streamsOpen))
        writer.single("ollama_proxy_requests_active", .gauge, "Requests to models that run now.", Double(active))
        writer.single(
            "ollama_proxy_queue_length", .gauge, "Requests to models that wait for a place (MAX_CONCURRENT_REQUESTS).", Double(waiting))
        writer.single(
            "ollama_proxy_queue_refusals_total", .counter,
            "Requests to models answered with 429 because the queue was full (MAX_QUEUED_REQUESTS).", Double(refused))
        let circuitName = "ollama_proxy_upstream_circuit_state"
        writer.family(circuitName, .gauge, "1 for the state that the circuit breaker to an upstream is in.")
        for (upstream, current) in circuits {
            for state in CircuitBreaker.State.allCases {
                writer.sample(circuitName, state == current ? 1 : 0, [("upstream", upstream), ("state", state.rawValue)])
            }
        }
    }
}
