import Testing

@testable import ollama_openai_proxy

@Suite("One budget of second tries", .onOwnThreads)
struct RetryBudgetTests {
    /// A reason to ask upstream again.
    enum Fault: CaseIterable {
        case unreadable, parserError, missing, undeclared, form, busy, cut

        var steps: [ScriptedUpstream.Step] {
            switch self {
            case .unreadable:
                [.reply(OllamaLine.call("Bash", #""{\"command\":\"unclosed""#), OllamaLine.done(prompt: 20, eval: 2))]
            case .parserError: [.whole(#"{"error":"XML syntax error on line 7"}"#, status: 500)]
            case .missing: [.reply(OllamaLine.content("No."), OllamaLine.done(prompt: 20, eval: 2))]
            case .undeclared:
                [.reply(OllamaLine.call("Search", "{}"), OllamaLine.done(prompt: 20, eval: 2))]
            case .form: [.whole(#"{"error":"\"m\" does not support thinking"}"#, status: 400)]
            case .busy: [.whole(#"{"error":"busy"}"#, status: 503)]
            case .cut: [.close]
            }
        }
    }

    private static let ask = CallingAPI.chatCompletions.body(.all, stream: true, more: #","think":true"#)
        .replacing(#""tools""#, with: #""tool_choice":"required","tools""#)

    @Test(
        "Whatever goes wrong, and however often, upstream is asked three times at most",
        arguments: Fault.allCases, Fault.allCases)
    func bounded(first: Fault, second: Fault) async throws {
        for third in Fault.allCases {
            for fourth in [third, .missing] {
                let upstream = try ScriptedUpstream([first, second, third, fourth, .form, .busy].map(\.steps))
                let proxy = try await TestProxy(upstream: upstream.port) {
                    $0.toolCalls.retries = 5
                    $0.transientPause = 0...0
                }
                _ = try await proxy.chat(Self.ask)
                #expect(upstream.requests.count <= 3, "\(first) \(second) \(third) \(fourth)")
            }
        }
    }

    @Test("A vendor that refuses one parameter after another is asked three times at most")
    func forms() async throws {
        let vendor = try ScriptedUpstream { request, _ in
            let refused = ["top_p", "top_k", "min_p", "seed"].first { request.text.contains("\"\($0)\"") }
            let error = #"{"error":{"message":"Unsupported parameter: '\#(refused ?? "")' is not supported."}}"#
            let good = #"data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#
            return [
                refused == nil ? .send(TestReply.stream(good + "\n\ndata: [DONE]\n\n")) : .whole(error, status: 400)
            ]
        }
        let table = try ModelsFile(
            #"{"upstreams":{"v":{"base_url":"http://127.0.0.1:\#(vendor.port)/v1","auth":"none"}},"#
                + #""models":{"m":{"upstream":"v"}}}"#, environment: [:]
        ).table
        let proxy = try await TestProxy(upstream: 1, table: table)
        let ask = TestProxy.ask(stream: true, more: #","top_p":0.5,"top_k":5,"min_p":0.1,"seed":1"#)
        #expect(try await proxy.chat(ask).status == 400)
        #expect(vendor.requests.count == 3)
        // What was learned stays, so that the next request has enough tries.
        #expect(try await proxy.chat(ask).body.contains("Hi"))
        #expect(vendor.requests.count == 6)
    }

    @Test("One transient failure and one bad call are both made up for, in either order", arguments: [true, false])
    func both(busyFirst: Bool) async throws {
        let faults: [Fault] = busyFirst ? [.busy, .unreadable] : [.unreadable, .busy]
        let good = OllamaLine.call("Bash", #"{"command":"ls"}"#)
        let upstream = try ScriptedUpstream(
            faults.map(\.steps) + [[.reply(good, OllamaLine.done(prompt: 100, eval: 10))]])
        let proxy = try await TestProxy(upstream: upstream.port) { $0.transientPause = 0...0 }
        let reply = try await proxy.chat(
            Self.ask.replacing(#""stream":true"#, with: #""stream":true,"stream_options":{"include_usage":true}"#))
        #expect(reply.body.contains("ls"))
        #expect(reply.body.contains(#""prompt_tokens":120,"completion_tokens":12"#))
        #expect(upstream.requests.count == 3)
        let record = try #require(await proxy.record())
        #expect(record.status == 200)
        #expect(record.retries == 2)
        #expect(record.retryTokens == 22)
    }
}
