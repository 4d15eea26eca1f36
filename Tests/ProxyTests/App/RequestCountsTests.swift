import Testing

@testable import ollama_openai_proxy

struct RequestCountsTests {
    private var counts = RequestCounts()

    /// The samples of one metric, without its prefix.
    private func samples(_ name: String) -> [String] {
        var writer = ExpositionWriter()
        counts.write(to: &writer)
        return writer.buffer.text.split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("ollama_proxy_\(name){") || $0.hasPrefix("ollama_proxy_\(name) ") }
            .map { String($0.dropFirst("ollama_proxy_\(name)".count)) }
    }

    private func chat(_ status: Int = 200, _ change: (inout ExchangeFacts) -> Void = { _ in }) -> ExchangeFacts {
        var facts = ExchangeFacts(route: .chat(.chatCompletions), status: status)
        facts.model = "m"
        if status == 200 { facts.finish = .stop }
        change(&facts)
        return facts
    }

    @Test("Requests are counted by route, status and finish reason")
    mutating func requests() {
        counts.add(chat())
        counts.add(chat())
        counts.add(chat { $0.finish = .toolCalls })
        counts.add(chat(502))
        counts.add(ExchangeFacts(route: .health, status: 200))
        #expect(
            samples("requests_total") == [
                #"{route="chat_completions",status="200",finish="stop"} 2"#,
                #"{route="chat_completions",status="200",finish="tool_calls"} 1"#,
                #"{route="chat_completions",status="502",finish="none"} 1"#,
                #"{route="health",status="200",finish="none"} 1"#,
            ])
    }

    @Test(
        "A path is one of a few routes",
        arguments: [
            ("/v1/chat/completions", "chat_completions"), ("/chat/completions", "chat_completions"),
            ("/v1/models", "models"), ("/models", "models"), ("/v1/models/a%2Fb", "model"), ("/health", "health"),
            ("/ready", "ready"), ("/metrics", "metrics"), ("/v1/embeddings", "pass_through"),
            ("/v1/responses", "responses"), ("/v1/responses/r_1", "other"), ("/v1/messages", "messages"),
            ("/v1/messages/count_tokens", "count_tokens"), ("/api/chat", "ollama"), ("/api/pull", "other"),
            ("/", "health"), ("", "other"),
            ("/v1", "other"), ("/wp-login.php", "other"),
        ])
    func routes(path: String, route: String) {
        #expect(Route(path: path[...]).label == route)
    }

    @Test("The first fifty models have a name, the rest is other, and those fifty go on being counted")
    mutating func models() {
        for _ in 0..<2 {
            for number in 1...60 { counts.add(chat { $0.model = "m\(number)" }) }
        }
        let all = samples("model_requests_total")
        #expect(all.count == 51)
        #expect(all.contains(#"{model="m50",status="200"} 2"#))
        #expect(all.contains(#"{model="other",status="200"} 20"#))
    }

    @Test("A model that never answered is other, so that invented names cannot use up the places")
    mutating func inventedModels() {
        for number in 1...100 { counts.add(chat(404) { $0.model = "invented\(number)" }) }
        counts.add(chat { $0.model = "real" })
        counts.add(chat(502) { $0.model = "real" })
        counts.add(chat { $0.model = String(repeating: "x", count: 201) })
        #expect(
            samples("model_requests_total") == [
                #"{model="other",status="200"} 1"#, #"{model="other",status="404"} 100"#,
                #"{model="real",status="200"} 1"#, #"{model="real",status="502"} 1"#,
            ])
    }

    @Test("Upstream's errors are counted by code or status; a client's own mistakes and its going are not")
    mutating func errors() {
        counts.add(chat(502) { $0.error = ChatError(status: 502, "", code: .upstreamUnreachable) })
        counts.add(chat { $0.error = ChatError(status: 502, "", code: .upstreamIncomplete) })
        counts.add(chat(500) { $0.error = ChatError(status: 500, "") })
        counts.add(chat(400) { $0.error = .invalid("messages", "wrong") })
        counts.add(chat(401) { $0.error = ChatError(status: 401, "", code: .invalidAPIKey) })
        counts.add(chat(499) { $0.error = .clientGone })
        counts.add(chat(499) { $0.error = ChatError(status: 502, "", code: .upstreamIncomplete) })
        #expect(
            samples("upstream_errors_total") == [
                #"{kind="status_500"} 1"#, #"{kind="upstream_incomplete"} 1"#, #"{kind="upstream_unreachable"} 1"#,
            ])
        #expect(samples("cancels_total") == [" 2"])
    }

    @Test("Retries, calls, rules and tokens are summed up")
    mutating func sums() {
        counts.add(
            chat {
                $0.retries = 2
                $0.toolCalls = 3
                $0.rules = [.dropped, .trailingText, .dropped]
                $0.usage = Usage(promptTokens: 100, completionTokens: 7)
            })
        counts.add(
            chat {
                $0.toolCalls = 1
                $0.usage = Usage(promptTokens: 1, completionTokens: -5)
            })
        #expect(samples("retries_total") == [" 2"])
        #expect(samples("tool_calls_delivered_total") == [" 4"])
        #expect(samples("tool_call_adjustments_total") == [#"{rule="dropped"} 2"#, #"{rule="trailing_text"} 1"#])
        #expect(samples("tokens_total") == [#"{direction="in"} 101"#, #"{direction="out"} 7"#])
    }

    @Test("Numbers that Ollama made up are counted without a trap")
    mutating func hugeNumbers() {
        for _ in 0..<3 {
            counts.add(
                chat {
                    $0.usage = Usage(promptTokens: .max, completionTokens: .min)
                    $0.isStreaming = true
                    $0.firstByte = .zero
                    $0.firstWord = .zero
                    $0.total = .seconds(1)
                })
        }
        #expect(samples("tokens_total").count == 2)
    }

    @Test("Before anything happened the plain counters are 0")
    func zeros() {
        for name in ["retries_total", "cancels_total", "tool_calls_delivered_total"] {
            #expect(samples(name) == [" 0"])
        }
        #expect(samples("tokens_total") == [#"{direction="in"} 0"#, #"{direction="out"} 0"#])
        #expect(samples("request_first_byte_seconds_count") == [" 0"])
    }

    @Test("Times are those of good chat responses")
    mutating func times() {
        counts.add(
            chat {
                $0.firstByte = .milliseconds(30)
                $0.overhead = .microseconds(300)
            })
        counts.add(chat { $0.firstByte = .seconds(3) })
        counts.add(chat(502) { $0.firstByte = .milliseconds(1) })
        counts.add(chat(499) { $0.firstByte = .milliseconds(1) })
        counts.add(
            chat {
                $0.firstByte = .milliseconds(1)
                $0.error = ChatError(status: 502, "")
            })
        var health = ExchangeFacts(route: .health, status: 200)
        health.firstByte = .milliseconds(1)
        counts.add(health)
        #expect(samples("request_first_byte_seconds_count") == [" 2"])
        #expect(samples("request_first_byte_seconds_sum") == [" 3.03"])
        #expect(samples("overhead_seconds_count") == [" 1"])
        #expect(samples("overhead_seconds_bucket").contains(#"{le="0.0005"} 1"#))
        #expect(samples("overhead_seconds_bucket").contains(#"{le="0.00025"} 0"#))
    }

    @Test("Speed is that of streams, after their first byte, and of what did not come at once")
    mutating func speed() {
        func stream(_ tokens: Int, over rest: Duration, isStreaming: Bool = true) -> ExchangeFacts {
            chat {
                $0.isStreaming = isStreaming
                $0.usage = Usage(promptTokens: 1, completionTokens: tokens)
                // A sign of life of our own says nothing of the model.
                $0.firstByte = .seconds(15)
                $0.firstWord = .seconds(60)
                $0.total = .seconds(60) + rest
            }
        }
        counts.add(stream(101, over: .seconds(2)))
        counts.add(stream(100, over: .seconds(2), isStreaming: false))
        counts.add(stream(100, over: .milliseconds(9)))
        counts.add(stream(1, over: .seconds(2)))
        #expect(samples("output_tokens_per_second_count") == [" 1"])
        #expect(samples("output_tokens_per_second_sum") == [" 50"])
    }
}
