import Testing

@testable import ollama_openai_proxy

@Suite("A call that nobody offered", .onOwnThreads)
struct OfferedCallTests {
    private static let call = OllamaLine.call("Bash", #"{"command":"rm -rf build"}"#)
    private static let fragment = OllamaLine.call("Bash", #""{\"command\":\"rm -rf build\"}""#)
    private static let broken = OllamaLine.call("Bash", #""{\"command\":\"rm -rf build""#)
    private static let notOffered: [CallingAPI.Offer] = [.nothing, .choiceNone, .onlyRead]

    @Test(
        "Beside text it is left out, and the text is the reply",
        arguments: CallingAPI.allCases, notOffered)
    func besideText(api: CallingAPI, offer: CallingAPI.Offer) async throws {
        for line in [Self.call, Self.fragment, Self.broken] {
            for stream in [true, false] {
                let upstream = try ScriptedUpstream(.reply(OllamaLine.content("All done."), line, OllamaLine.done()))
                let proxy = try await TestProxy(upstream: upstream.port)
                let reply = try await api.ask(proxy, offer, stream: stream)
                #expect(reply.status == 200)
                #expect(reply.body.contains("All done."))
                #expect(reply.body.contains(api.stop))
                #expect(!reply.body.contains("rm -rf"))
                #expect(!reply.body.contains("error\":{"))
                // A named tool is demanded, so that a reply without its call is asked for once more.
                #expect(upstream.requests.count == (offer == .onlyRead ? 2 : 1))
                let record = try #require(await proxy.record())
                #expect(record.finish == .stop)
                #expect(record.calls == 0)
            }
        }
    }

    @Test(
        "Alone it is asked about once more, and then the reply is empty and ends with stop",
        arguments: CallingAPI.allCases, notOffered)
    func alone(api: CallingAPI, offer: CallingAPI.Offer) async throws {
        for stream in [true, false] {
            let upstream = try ScriptedUpstream(.reply(Self.call, OllamaLine.done()))
            let proxy = try await TestProxy(upstream: upstream.port)
            let reply = try await api.ask(proxy, offer, stream: stream)
            #expect(reply.status == 200)
            #expect(reply.body.contains(api.stop))
            #expect(!reply.body.contains("rm -rf"))
            #expect(!reply.body.contains("Bash\",\"arg"))
            #expect(upstream.requests.count == 2)
            #expect(try await proxy.record()?.finish == .stop)
            let metrics = try await proxy.get("/metrics").body
            #expect(metrics.contains(#"ollama_proxy_tool_call_adjustments_total{rule="not_offered"} 2"#))
            #expect(metrics.contains("ollama_proxy_tool_calls_delivered_total 0"))
        }
    }

    @Test("What the second try says is the reply; the usage is the sum", arguments: [true, false])
    func secondTry(stream: Bool) async throws {
        let upstream = try ScriptedUpstream([
            [.reply(Self.call, OllamaLine.done(prompt: 26, eval: 7))],
            [.reply(OllamaLine.content("All done."), OllamaLine.done(prompt: 100, eval: 10))],
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await CallingAPI.chatCompletions.ask(
            proxy, .nothing, stream: stream, more: #","stream_options":{"include_usage":true}"#)
        #expect(reply.body.contains("All done."))
        #expect(reply.body.contains(#""prompt_tokens":126,"completion_tokens":17"#))
        #expect(upstream.requests.count == 2)
    }

    @Test("A call of the named tool is delivered as the first, whatever came before it", arguments: [true, false])
    func besideTheNamed(stream: Bool) async throws {
        let upstream = try ScriptedUpstream(
            .reply(Self.call, OllamaLine.call("read", #"{"path":"a.txt"}"#), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        for more in ["", #","parallel_tool_calls":false"#] {
            let reply = try await CallingAPI.chatCompletions.ask(proxy, .onlyRead, stream: stream, more: more)
            #expect(!reply.body.contains("rm -rf"))
            #expect(reply.body.contains(#""name":"Read""#))
            #expect(!stream || reply.body.contains(#""index":0,"id""#))
            #expect(reply.body.contains(#""finish_reason":"tool_calls""#))
        }
        #expect(upstream.requests.count == 2)
    }

    @Test("At Ollama's own API too, where the model is a vendor's", arguments: [true, false])
    func ollamaAPI(stream: Bool) async throws {
        let delta =
            #"data: {"choices":[{"index":0,"delta":{"content":"All done.","tool_calls":[{"index":0,"id":"c","function":"#
            + #"{"name":"Bash","arguments":"{\"command\":\"rm -rf build\"}"}}]},"finish_reason":null}]}"# + "\n\n"
            + #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"# + "\n\ndata: [DONE]\n\n"
        let vendor = try ScriptedUpstream(.send(TestReply.stream(delta)))
        let table = try ModelsFile(
            #"{"upstreams":{"v":{"base_url":"http://127.0.0.1:\#(vendor.port)/v1","auth":"none"}},"#
                + #""models":{"m":{"upstream":"v"}}}"#, environment: [:]
        ).table
        let proxy = try await TestProxy(upstream: 1, table: table)
        let reply = TestReply(
            try await proxy.exchange(
                TestProxy.post("/api/chat", TestProxy.ask(stream: stream), fields: "Connection: close\r\n")))
        #expect(reply.body.contains("All done."))
        #expect(!reply.body.contains("rm -rf"))
        #expect(reply.body.contains(#""done_reason":"stop""#))
    }

    // MARK: Not declared

    private static let undeclared = OllamaLine.call("Search", #"{"for":"a"}"#)
    private static let good: [ScriptedUpstream.Step] = [
        .reply(OllamaLine.call("Bash", #"{"command":"ls"}"#), OllamaLine.done(prompt: 100, eval: 10))
    ]

    @Test(
        "A name that is not declared is asked about once more, with the names that are",
        arguments: CallingAPI.allCases, [true, false])
    func undeclaredOnce(api: CallingAPI, stream: Bool) async throws {
        let upstream = try ScriptedUpstream([
            [.reply(Self.undeclared, OllamaLine.done(prompt: 26, eval: 7))], Self.good,
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await api.ask(proxy, .all, stream: stream)
        #expect(reply.body.contains("ls"))
        #expect(!reply.body.contains("Search"))
        #expect(upstream.requests.count == 2)
        #expect(upstream.requests.map { $0.text.contains("Bash, Read") } == [false, true])
        #expect(try await proxy.record()?.calls == 1)
    }

    @Test("When it comes again it is delivered as it is", arguments: CallingAPI.allCases, [true, false])
    func undeclaredTwice(api: CallingAPI, stream: Bool) async throws {
        let upstream = try ScriptedUpstream(.reply(Self.undeclared, OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await api.ask(proxy, .all, stream: stream)
        #expect(reply.body.contains("Search"))
        #expect(upstream.requests.count == 2)
        let metrics = try await proxy.get("/metrics").body
        #expect(metrics.contains(#"ollama_proxy_tool_call_adjustments_total{rule="undeclared"} 2"#))
    }

    @Test("Without retries it is delivered at once, before the end has come")
    func undeclaredWithoutRetries() async throws {
        // What follows shows that it is whole.
        let upstream = try ScriptedUpstream(
            .opening(), .line(Self.undeclared), .line(OllamaLine.call("Bash", "{}")), .awaitClose)
        let proxy = try await TestProxy(upstream: upstream.port) { $0.toolCalls.retries = 0 }
        let port = proxy.port
        let seen = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(TestProxy.post("/v1/chat/completions", CallingAPI.chatCompletions.body(.all, stream: true)))
            return client.receive(until: "Search")
        }
        #expect(seen.contains("Search"))
        #expect(upstream.requests.count == 1)
    }

    @Test("After text has reached the client it is delivered as it is")
    func undeclaredAfterText() async throws {
        let upstream = try ScriptedUpstream(
            .opening(), .line(OllamaLine.content("Looking. ")), .pause(milliseconds: 50), .line(Self.undeclared),
            .line(OllamaLine.done()), .ending)
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await CallingAPI.chatCompletions.ask(proxy, .all, stream: true)
        #expect(reply.body.contains("Looking. "))
        #expect(reply.body.contains("Search"))
        #expect(upstream.requests.count == 1)
    }

    @Test("A name that is a call in JSON is read as that call", arguments: CallingAPI.allCases, [true, false])
    func jsonName(api: CallingAPI, stream: Bool) async throws {
        let name = #"{\"name\": \"Bash\", \"arguments\": {\"command\": \"ls -la\"}}"#
        let upstream = try ScriptedUpstream(.reply(OllamaLine.call(name, "{}"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await api.ask(proxy, .all, stream: stream)
        #expect(reply.body.contains("ls -la"))
        #expect(reply.body.contains(#""name":"Bash""#))
        #expect(upstream.requests.count == 1)
        for offer in Self.notOffered {
            #expect(try await !api.ask(proxy, offer, stream: stream).body.contains("ls -la"))
        }
    }
}
