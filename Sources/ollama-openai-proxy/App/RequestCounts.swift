/// What all requests since the start come to: the machine behind `Metrics`.
struct RequestCounts: Sendable {
    /// Model names, error codes and rules beyond so many are counted as `other`.
    static let nameLimit = 50

    private var requests = CounterFamily(
        "ollama_proxy_requests_total", "Requests answered; status 499: the client left first.", labels: ["route", "status", "finish"])
    private var modelRequests = CounterFamily(
        "ollama_proxy_model_requests_total", "Chat requests answered, by model; the first \(nameLimit) have a name.",
        labels: ["model", "status"])
    private var errors = CounterFamily(
        "ollama_proxy_upstream_errors_total", "Requests that failed upstream or waiting for it, by error code.", labels: ["kind"])
    private var retries: UInt64 = 0
    private var cancels: UInt64 = 0
    private var toolCalls: UInt64 = 0
    private var adjustments = CounterFamily(
        "ollama_proxy_tool_call_adjustments_total", "What was done to tool calls, by rule.", labels: ["rule"])
    private var omissions = CounterFamily(
        "ollama_proxy_unsupported_parameters_total",
        "Parameters left out because the upstream refused them; scope: for one request, or for the model from then on.",
        labels: ["parameter", "scope"])
    private var leftOut = CounterFamily(
        "ollama_proxy_left_out_total", "Requests with an item or a tool that no model can read or call, and was left out, by its type.",
        labels: ["type"])
    private var tokens = CounterFamily(
        "ollama_proxy_tokens_total", "Tokens of prompts (in) and replies (out), as Ollama counts them.", labels: ["direction"],
        known: ["in", "out"])
    private var firstByte = Histogram(
        "ollama_proxy_request_first_byte_seconds", "From the end of a chat request to the first byte of its good response.",
        bounds: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600])
    private var overhead = Histogram(
        "ollama_proxy_overhead_seconds", "The proxy's own share of the time to the first byte of a chat response.",
        bounds: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1])
    private var speed = Histogram(
        "ollama_proxy_output_tokens_per_second", "Tokens of a streamed chat response by the time since the model's first word.",
        bounds: [1, 2, 5, 10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000])
    private var models = NameLimit(nameLimit)
    private var kinds = NameLimit(nameLimit)
    private var rules = NameLimit(nameLimit)
    private var types = NameLimit(nameLimit)

    mutating func add(_ facts: ExchangeFacts) {
        requests.add(1, facts.route.label, String(facts.status), facts.finish?.rawValue ?? "none")
        if let model = facts.model {
            // A model has answered, so there is one of that name.
            let isTrusted = facts.isGood && facts.finish != nil
            modelRequests.add(1, models.label(for: model, isTrusted: isTrusted), String(facts.status))
        }
        if let kind = facts.upstreamError { errors.add(1, kinds.label(for: kind, isTrusted: true)) }
        if facts.isCancelled { cancels += 1 }
        retries &+= UInt64(max(0, facts.retries))
        toolCalls &+= UInt64(max(0, facts.toolCalls))
        for rule in facts.rules { adjustments.add(1, rules.label(for: rule.rawValue, isTrusted: true)) }
        for omission in facts.omissions { omissions.add(1, omission.parameter, omission.isRemembered ? "model" : "request") }
        for type in facts.leftOut { leftOut.add(1, types.label(for: type, isTrusted: true)) }
        if let usage = facts.usage {
            tokens.add(usage.promptTokens, "in")
            tokens.add(usage.completionTokens, "out")
        }
        if facts.finish != nil, facts.isGood { observeTimes(facts) }
    }

    private mutating func observeTimes(_ facts: ExchangeFacts) {
        if let time = facts.overhead { overhead.observe(time) }
        if let time = facts.firstByte { firstByte.observe(time) }
        // What came at once says nothing about the model's speed.
        guard let time = facts.firstWord else { return }
        let rest = facts.total - time
        guard facts.isStreaming, let count = facts.usage?.completionTokens, count > 1, rest >= .milliseconds(10) else { return }
        speed.observe(Double(count - 1) / rest.inSeconds)
    }

    func write(to writer: inout ExpositionWriter) {
        requests.write(to: &writer)
        modelRequests.write(to: &writer)
        errors.write(to: &writer)
        writer.single(
            "ollama_proxy_retries_total", .counter, "Further requests to Ollama for one request of a client.", Double(retries))
        writer.single(
            "ollama_proxy_cancels_total", .counter, "Requests whose client left before the end of the response.", Double(cancels))
        writer.single("ollama_proxy_tool_calls_delivered_total", .counter, "Whole tool calls that reached a client.", Double(toolCalls))
        adjustments.write(to: &writer)
        omissions.write(to: &writer)
        leftOut.write(to: &writer)
        tokens.write(to: &writer)
        firstByte.write(to: &writer)
        overhead.write(to: &writer)
        speed.write(to: &writer)
    }
}
