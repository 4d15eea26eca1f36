import Testing

@testable import ollama_openai_proxy

/// Most calls that Ollama's parsers cannot read are told by nothing: 200, no text, no call, `stop`, counted tokens.
@Suite("Replies of which nothing is left", .onOwnThreads)
struct EmptyReplyTests {
    private static let tools =
        #","tools":[{"type":"function","function":{"name":"Bash","parameters":{"type":"object","#
        + #""properties":{"command":{"type":"string"}},"required":["command"]}}}]"#

    private static let good: [ScriptedUpstream.Step] = [
        .reply(OllamaLine.call("Bash", #"{"command":"ls"}"#), OllamaLine.done(prompt: 100, eval: 10))
    ]

    private struct Outcome {
        let reply: TestReply
        let requests: [ScriptedUpstream.Request]
        let metrics: String
    }

    /// What becomes of a reply of these lines, behind which a good one stands.
    private func outcome(
        _ lines: [String], then next: [ScriptedUpstream.Step] = good, _ body: String,
        policy: @escaping @Sendable @EventLoop (inout ExchangePolicy) -> Void = { _ in }
    ) async throws -> Outcome {
        let upstream = try ScriptedUpstream([[.reply(lines)], next])
        let proxy = try await TestProxy(upstream: upstream.port, policy: policy)
        let reply = try await proxy.chat(body)
        return Outcome(
            reply: reply, requests: upstream.requests, metrics: try await proxy.get("/metrics").body)
    }

    private func ask(stream: Bool = true, messages: String? = nil, more: String = tools) -> String {
        let messages = messages ?? #"[{"role":"user","content":"list"}]"#
        return #"{"model":"m","stream":\#(stream),"messages":\#(messages)\#(more)}"#
    }

    @Test(
        "The model is asked once more, unseen by the client",
        arguments: [
            [OllamaLine.done()], [OllamaLine.thinking("I list."), OllamaLine.done()],
            [OllamaLine.content(#"\n\n"#), OllamaLine.done()],
            [OllamaLine.thinking("hm"), OllamaLine.content(" "), OllamaLine.content(#"\n"#), OllamaLine.done()],
        ], [true, false])
    func askedAgain(lines: [String], stream: Bool) async throws {
        let outcome = try await outcome(lines, ask(stream: stream))
        #expect(outcome.reply.body.contains(#"{\"command\":\"ls\"}"#))
        #expect(outcome.requests.count == 2)
        #expect(outcome.metrics.contains(#"ollama_proxy_tool_call_adjustments_total{rule="empty_reply"} 1"#))
    }

    @Test("White space alone is asked again also where no call is looked for in text", arguments: [true, false])
    func withoutRecovery(stream: Bool) async throws {
        let lines = [OllamaLine.content(#"\n"#), OllamaLine.content(" "), OllamaLine.done()]
        let outcome = try await outcome(lines, ask(stream: stream)) { $0.toolCalls.recovers = false }
        #expect(outcome.reply.body.contains(#"{\"command\":\"ls\"}"#))
        #expect(outcome.requests.count == 2)
    }

    @Test("White space before text waits for it, and comes", arguments: [true, false])
    func whiteSpaceFirst(recovers: Bool) async throws {
        let lines = [OllamaLine.content(#"\n"#), OllamaLine.content("Hi"), OllamaLine.done()]
        let outcome = try await outcome(lines, ask(stream: false)) { $0.toolCalls.recovers = recovers }
        #expect(outcome.reply["choices.0.message.content"]?.string == "\nHi")
        #expect(outcome.requests.count == 1)
    }

    @Test("When it says nothing again, that is what the client gets", arguments: [true, false])
    func emptyTwice(stream: Bool) async throws {
        let outcome = try await outcome([OllamaLine.done()], then: [.reply(OllamaLine.done())], ask(stream: stream))
        #expect(outcome.reply.status == 200)
        #expect(outcome.reply.body.contains(#""finish_reason":"stop""#))
        #expect(outcome.requests.count == 2)
        #expect(outcome.metrics.contains(#"rule="empty_reply"} 2"#))
    }

    @Test("In every client's language", arguments: CallingAPI.allCases)
    func everyAPI(api: CallingAPI) async throws {
        let upstream = try ScriptedUpstream([[.reply(OllamaLine.thinking("hm"), OllamaLine.done())], Self.good])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await api.ask(proxy, .all, stream: true)
        #expect(reply.body.contains(#"\"command\":\"ls\""#))
        #expect(upstream.requests.count == 2)
    }

    @Test(
        "Where it may be meant, it is no failure",
        arguments: [
            // Nothing could be called.
            #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(tools),"tool_choice":"none"}"#,
            // A text was to stop it.
            #"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(tools),"stop":["x"]}"#,
            // The reply goes on where the client began it.
            #"{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"A"}]\#(tools)}"#,
        ])
    func meant(body: String) async throws {
        let outcome = try await outcome([OllamaLine.done()], body)
        #expect(outcome.reply["choices.0.finish_reason"]?.string == "stop")
        #expect(outcome.requests.count == 1)
        #expect(!outcome.metrics.contains("empty_reply"))
    }

    @Test("Behind results a few tokens are an end, and more are not", arguments: [(4, 1), (5, 2)])
    func afterResults(eval: Int, requests: Int) async throws {
        let messages =
            #"[{"role":"user","content":"list"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","#
            + #""function":{"name":"Bash","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"a"}]"#
        let outcome = try await outcome([OllamaLine.done(eval: eval)], ask(messages: messages))
        #expect(outcome.requests.count == requests)
    }

    @Test("Where nothing was counted, nothing was lost")
    func noTokens() async throws {
        let end =
            #"{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":5}"#
        #expect(try await outcome([end], ask()).requests.count == 1)
    }

    @Test("Cut by the token limit, it is cut and not empty")
    func cut() async throws {
        let outcome = try await outcome([OllamaLine.done("length")], ask())
        #expect(outcome.reply.body.contains(#""finish_reason":"length""#))
        #expect(outcome.requests.count == 1)
    }

    @Test("Once the client has seen thinking, it is not asked again")
    func shownThinking() async throws {
        let outcome = try await outcome([OllamaLine.thinking("hm"), OllamaLine.done()], ask()) {
            $0.passesReasoning = true
        }
        #expect(outcome.reply.body.contains("hm"))
        #expect(outcome.requests.count == 1)
    }

    @Test("With TOOL_CALL_RETRIES 0 it is told of, and not asked again")
    func noRetries() async throws {
        let outcome = try await outcome([OllamaLine.done()], ask()) { $0.toolCalls.retries = 0 }
        #expect(outcome.requests.count == 1)
        #expect(outcome.metrics.contains(#"rule="empty_reply"} 1"#))
    }
}
