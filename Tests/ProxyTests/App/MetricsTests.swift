import Testing

@testable import ollama_openai_proxy

@Suite("GET /metrics", .onOwnThreads, .timeLimit(.minutes(10)))
struct MetricsTests {
    @Test("After a few requests the page tells of them, and each line has the form of the format")
    func page() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        _ = try await proxy.chat(TestProxy.ask(stream: true))
        _ = try await proxy.chat("no JSON")
        _ = try await proxy.get("/nowhere")
        _ = try await proxy.record(2)
        let reply = try await proxy.get("/metrics")
        #expect(reply.field("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        for line in [
            #"ollama_proxy_requests_total{route="chat_completions",status="200",finish="stop"} 1"#,
            #"ollama_proxy_requests_total{route="chat_completions",status="400",finish="none"} 1"#,
            #"ollama_proxy_requests_total{route="other",status="404",finish="none"} 1"#,
            #"ollama_proxy_model_requests_total{model="m",status="200"} 1"#,
            #"ollama_proxy_tokens_total{direction="in"} 26"#, #"ollama_proxy_tokens_total{direction="out"} 7"#,
            #"ollama_proxy_request_first_byte_seconds_count 1"#, "ollama_proxy_log_lines_dropped_total 0",
            #"ollama_proxy_build_info{version="\#(Main.version)"} 1"#,
        ] {
            #expect(reply.body.contains("\n\(line)\n"), "\(line)")
        }
        try expectWellFormed(reply.body)
    }

    @Test("What is left out of requests is counted by its type")
    func leftOut() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let body = #"{"model":"m","input":[{"type":"compaction"},{"role":"user","content":"u"}]}"#
        _ = try await TestReply(proxy.exchange(TestProxy.post("/v1/responses", body, fields: "Connection: close\r\n")))
        _ = try await proxy.record()
        let reply = try await proxy.get("/metrics")
        #expect(reply.body.contains("\nollama_proxy_left_out_total{type=\"compaction\"} 1\n"))
    }

    @Test("The gauges are asked when the page is")
    func gauges() async throws {
        let text = await onLoop {
            var gauges = Metrics.Gauges()
            gauges.streamsOpen = 3
            gauges.active = 4
            gauges.waiting = 5
            gauges.refused = 6
            gauges.circuits = [("Ollama", .halfOpen)]
            let metrics = Metrics(log: Log(level: .error, format: .text), version: "1.2\"3") { gauges }
            return metrics.exposition.text
        }
        for line in [
            "ollama_proxy_streams_open 3", "ollama_proxy_requests_active 4", "ollama_proxy_queue_length 5",
            "ollama_proxy_queue_refusals_total 6",
            #"ollama_proxy_upstream_circuit_state{upstream="Ollama",state="closed"} 0"#,
            #"ollama_proxy_upstream_circuit_state{upstream="Ollama",state="open"} 0"#,
            #"ollama_proxy_upstream_circuit_state{upstream="Ollama",state="half_open"} 1"#,
            #"ollama_proxy_build_info{version="1.2\"3"} 1"#,
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
        try expectWellFormed(text)
    }

    /// Help, type, samples of that family and of no other; each family and each sample once; counters end in `_total`.
    private func expectWellFormed(_ text: String) throws {
        #expect(text.hasSuffix("\n"))
        var family = ""
        var kind = ""
        var families: Set<String> = []
        var series: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let match = line.wholeMatch(of: /# HELP ([a-z_]+) [^\\]+/) {
                family = String(match.1)
                #expect(families.insert(family).inserted, "\(family) twice")
                kind = ""
            } else if let match = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge|histogram)/) {
                #expect(match.1 == family)
                kind = String(match.2)
                #expect((kind == "counter") == family.hasSuffix("_total"), "\(family)")
            } else {
                let label = /[a-z]+="(?:[^"\\\n]|\\["\\n])*"/
                let match = try #require(
                    line.wholeMatch(of: /([a-z_]+)(\{.*\})? ([0-9.e+-]+)/), "\(line)")
                if let labels = match.2 {
                    let parts = labels.dropFirst().dropLast().matches(of: label).map { String($0.output) }
                    #expect("{\(parts.joined(separator: ","))}" == labels, "\(line)")
                }
                #expect(Double(match.3) != nil, "\(line)")
                let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                #expect(suffixes.contains { family + $0 == match.1 }, "\(line)")
                #expect(series.insert("\(match.1)\(match.2 ?? "")").inserted, "\(line)")
            }
        }
        #expect(families.count > 15)
    }
}
