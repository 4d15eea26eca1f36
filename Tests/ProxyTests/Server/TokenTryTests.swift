import Testing

@testable import ollama_openai_proxy

/// A second try shows what the model itself wrote, and calls that Ollama's parser loses are read from it.
@Suite("Asking a model for its own tokens", .onOwnThreads)
struct TokenTryTests {
    private typealias Step = ScriptedUpstream.Step

    private static let call = "<tool_call>\n{\"name\": \"Bash\", \"arguments\": {\"command\": \"ls\",}}\n</tool_call>"

    /// The lines of a reply of which the parser shows nothing, with tokens where they were asked for.
    private static func swallowed(
        _ request: ScriptedUpstream.Request, text: String = call, hole: Range<Int> = 0..<0,
        end: String? = nil
    ) -> Step {
        var tokens = RawTranscript.tokens(of: text)
        let end = end ?? OllamaLine.done(eval: tokens.count + 1)
        tokens.removeSubrange(hole)
        return .reply((request.asksForTokens ? tokens.map { OllamaLine.token($0) } : []) + [end])
    }

    private static func upstream(
        _ reply: @escaping @Sendable (ScriptedUpstream.Request) -> Step = { swallowed($0) }
    ) throws -> ScriptedUpstream {
        try ScriptedUpstream { request, _ in [reply(request)] }
    }

    @Test(
        "A call that is swallowed twice is read from the second try's tokens, which no client sees",
        arguments: CallingAPI.allCases, [true, false])
    func read(api: CallingAPI, stream: Bool) async throws {
        let upstream = try Self.upstream()
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await api.ask(proxy, .all, stream: stream)
        #expect(reply.body.contains("ls") && reply.body.contains("Bash"))
        #expect(!reply.body.contains("logprob\":") && !reply.body.contains("tool_call>"))
        #expect(upstream.requests.map(\.asksForTokens) == [false, true])
        let metrics = try await proxy.get("/metrics").body
        #expect(metrics.contains(#"adjustments_total{rule="reread"} 1"#))
        #expect(metrics.contains(#"adjustments_total{rule="empty_reply"} 1"#))
    }

    @Test("From then on the model is asked at once, and a good call comes once")
    func remembered() async throws {
        let upstream = try Self.upstream()
        let proxy = try await TestProxy(upstream: upstream.port)
        for _ in 0..<2 {
            let reply = try await CallingAPI.chatCompletions.ask(proxy, .all, stream: true)
            #expect(reply.body.contains(#""finish_reason":"tool_calls""#))
        }
        #expect(upstream.requests.map(\.asksForTokens) == [false, true, true])
        // Where nothing can be called, there is nothing to lose.
        _ = try await CallingAPI.chatCompletions.ask(proxy, .nothing, stream: true)
        #expect(upstream.requests.last?.asksForTokens == false)
    }

    @Test("Calls that Ollama read itself are delivered once, those behind them too", arguments: [true, false])
    func reconciled(swallowsSecond: Bool) async throws {
        let text = Self.call.replacing("ls", with: "a") + "\n" + Self.call.replacing("ls", with: "b")
        let upstream = try Self.upstream { request in
            let tokens = RawTranscript.tokens(of: text)
            let calls = (swallowsSecond ? ["a"] : ["a", "b"]).map { OllamaLine.call("Bash", #"{"command":"\#($0)"}"#) }
            // The line of a call has a token of its own.
            let sent = calls.map { call in String(call.dropLast()) + #","logprobs":[{"token":" ","logprob":0}]}"# }
            return .reply(
                tokens.map { OllamaLine.token($0) } + sent + [OllamaLine.done(eval: tokens.count + sent.count + 1)])
        }
        let proxy = try await TestProxy(upstream: upstream.port, rawTokens: .on)
        let reply = try await proxy.chat(CallingAPI.chatCompletions.body(.all, stream: false))
        let calls = reply["choices.0.message.tool_calls"].map { Array($0.elements) } ?? []
        let arguments = calls.map { $0[path: "function.arguments"]?.string?.filter(\.isLetter) }
        #expect(arguments == ["commanda", "commandb"])
        #expect(upstream.requests.count == 1)
    }

    @Test("Where tokens are missing the reply has failed, as without any")
    func hole() async throws {
        let upstream = try Self.upstream { Self.swallowed($0, hole: 8..<16) }
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await CallingAPI.chatCompletions.ask(proxy, .all, stream: true)
        #expect(reply.body.contains(#""finish_reason":"stop""#) && !reply.body.contains("Bash"))
        #expect(upstream.requests.count == 2)
    }

    @Test(
        "A server that refuses tokens beside tools is asked without, and never again for any", arguments: [true, false])
    func refused(clientAsks: Bool) async throws {
        let good = Step.reply(OllamaLine.content("Hi"), OllamaLine.done())
        let upstream = try ScriptedUpstream { request, index in
            if request.asksForTokens {
                return [.whole(#"{"error":"logprobs is not supported with tools + stream"}"#, status: 400)]
            }
            return [index == 0 ? .reply(OllamaLine.done()) : good]
        }
        let proxy = try await TestProxy(upstream: upstream.port)
        let body = CallingAPI.chatCompletions.body(.all, stream: true, more: clientAsks ? #","logprobs":true"# : "")
        for _ in 0..<2 { #expect(try await proxy.chat(body).body.contains("Hi")) }
        #expect(
            upstream.requests.map(\.asksForTokens)
                == (clientAsks ? [true, false, false] : [false, true, false, false]))
    }

    @Test("With one request left, tokens that may be refused are not asked for")
    func noRoom() async throws {
        let upstream = try ScriptedUpstream { request, index in
            if request.asksForTokens { return [.whole(#"{"error":"logprobs is not supported"}"#, status: 400)] }
            return [index == 0 ? .whole(#"{"error":"busy"}"#, status: 503) : .reply(OllamaLine.done())]
        }
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await CallingAPI.chatCompletions.ask(proxy, .all, stream: true)
        #expect(reply.body.contains(#""finish_reason":"stop""#))
        #expect(upstream.requests.map(\.asksForTokens) == [false, false, false])
    }

    @Test("A server that has none is asked once, and not a third time")
    func absent() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        for _ in 0..<2 { _ = try await CallingAPI.chatCompletions.ask(proxy, .all, stream: true) }
        #expect(upstream.requests.map(\.asksForTokens) == [false, true, false, false])
    }

    @Test("A client that asked for log probabilities gets its own")
    func clientsOwn() async throws {
        let upstream = try ScriptedUpstream { request, _ in
            let content = OllamaLine.token("Hi", content: "Hi")
            return [.reply(content, OllamaLine.done(eval: 2))]
        }
        let proxy = try await TestProxy(upstream: upstream.port, rawTokens: .on)
        for (more, isThere) in [(#","logprobs":true"#, true), ("", false)] {
            let reply = try await proxy.chat(CallingAPI.chatCompletions.body(.all, stream: true, more: more))
            #expect(reply.body.contains(#""token":"Hi""#) == isThere)
        }
        #expect(upstream.requests.map(\.asksForTokens) == [true, true])
    }

    @Test(
        "Tokens are asked for as the operator says, and never where Ollama may write a reply twice or leave some of it out",
        arguments: [
            (RawTokenRule.on, "", [true, true]), (.off, "", [false, false]), (.auto, "", [false, true]),
            (.on, #","response_format":{"type":"json_object"}"#, [false, false]), (.on, #","stop":["x"]"#, [false]),
        ])
    func rule(rule: RawTokenRule, more: String, expected: [Bool]) async throws {
        let upstream = try Self.upstream { _ in .reply(OllamaLine.token("x"), OllamaLine.done(eval: 9)) }
        let proxy = try await TestProxy(upstream: upstream.port, rawTokens: rule)
        _ = try await proxy.chat(CallingAPI.chatCompletions.body(.all, stream: true, more: more))
        #expect(upstream.requests.map(\.asksForTokens) == expected)
    }

    private static let cutError = #"{"error":"incomplete GLM tool call: element <arg_value> closed by </tool_call>"}"#

    @Test(
        "A call that the limit cut is told by the count of its tokens, and not written again", arguments: [true, false])
    func cutByCount(stream: Bool) async throws {
        let text = "<tool_call>Write<arg_key>path</arg_key>"
        let count = RawTranscript.tokens(of: text).count
        let upstream = try Self.upstream { Self.swallowed($0, text: text, end: Self.cutError) }
        let proxy = try await TestProxy(upstream: upstream.port, rawTokens: .on)
        let body = CallingAPI.chatCompletions.body(.all, stream: stream, more: #","max_tokens":\#(count)"#)
        let reply = try await proxy.chat(body)
        #expect(reply.body.contains(#""finish_reason":"length""#))
        #expect(upstream.requests.count == 1)
        // Far from the limit it is a mistake.
        let far = CallingAPI.chatCompletions.body(.all, stream: stream, more: #","max_tokens":1000"#)
        #expect(try await proxy.chat(far).body.contains("invalid_tool_call"))
        #expect(upstream.requests.count == 3)
    }

    @Test(
        "Without tokens, two such errors and a limit are a cut, and without a limit they are errors",
        arguments: [(#","max_tokens":50"#, true), ("", false)], [true, false])
    func cutTwice(limit: (more: String, isCut: Bool), asLine: Bool) async throws {
        let upstream = try Self.upstream { _ in
            asLine ? .reply(OllamaLine.thinking("hm"), Self.cutError) : .whole(Self.cutError, status: 500)
        }
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(CallingAPI.chatCompletions.body(.all, stream: true, more: limit.more))
        #expect(reply.body.contains(#""finish_reason":"length""#) == limit.isCut)
        #expect(reply.body.contains("invalid_tool_call") != limit.isCut)
        #expect(upstream.requests.count == 2)
        #expect(try await proxy.record()?.finish == (limit.isCut ? .length : nil))
    }

    @Test("While tokens come, silence is silence")
    func silence() async throws {
        let upstream = try ScriptedUpstream([
            [.opening(), .line(OllamaLine.token("<tool_call>")), .awaitClose]
        ])
        let proxy = try await TestProxy(upstream: upstream.port, rawTokens: .on) { $0.idleLimit = .milliseconds(300) }
        let reply = try await CallingAPI.chatCompletions.ask(proxy, .all, stream: true)
        #expect(reply.body.contains("upstream_timeout"))
    }
}

extension ScriptedUpstream.Request {
    fileprivate var asksForTokens: Bool { text.contains(#""logprobs":true"#) }
}

/// What a model wrote, as a server hands it out.
enum RawTranscript {
    private static let tags = ["<tool_call>", "</tool_call>", "<think>", "</think>"]

    /// Tags are one token, everything else tokens of two characters.
    static func tokens(of text: String) -> [String] {
        var tokens: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            let token = tags.first { rest.hasPrefix($0) } ?? String(rest.prefix(2))
            tokens.append(token)
            rest = rest.dropFirst(token.count)
        }
        return tokens
    }
}

extension OllamaLine {
    /// A line with a token, and what the parser let go with it.
    static func token(_ token: String, content: String = "", thinking: String = "") -> String {
        let thinking = thinking.isEmpty ? "" : #","thinking":\#(thinking.quoted)"#
        return #"{"model":"m","message":{"role":"assistant","content":\#(content.quoted)\#(thinking)},"done":false,"#
            + #""logprobs":[{"token":\#(token.quoted),"logprob":-0.5,"bytes":[1]}]}"#
    }
}
