import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Asking once more, rescuing calls, giving reasoning back", .onOwnThreads)
struct SecondTryTests {
    private static let tools =
        #","tools":[{"type":"function","function":{"name":"Bash","parameters":{"type":"object","#
        + #""properties":{"command":{"type":"string"}},"required":["command"]}}},"#
        + #"{"type":"function","function":{"name":"Read","parameters":{"type":"object","#
        + #""properties":{"path":{"type":"string"}},"required":["path"]}}}]"#

    private static func ask(stream: Bool = true, more: String = "") -> String {
        TestProxy.ask(stream: stream, more: tools + more)
    }

    private static let good: [ScriptedUpstream.Step] = [
        .reply(OllamaLine.call("Bash", #"{"command":"ls"}"#), OllamaLine.done(prompt: 100, eval: 10))
    ]

    @Test(
        "A call that cannot be read is asked for once more, unseen by the client; the usage is the sum",
        arguments: [true, false])
    func unreadableCall(stream: Bool) async throws {
        let upstream = try ScriptedUpstream([
            [
                .reply(
                    OllamaLine.thinking("hm"), OllamaLine.call("Bash", #""{\"command\":\"unclosed""#),
                    OllamaLine.done(prompt: 26, eval: 7))
            ], Self.good,
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask(stream: stream, more: #","stream_options":{"include_usage":true}"#))

        #expect(reply.status == 200)
        #expect(reply.body.contains(#"{\"command\":\"ls\"}"#))
        #expect(!reply.body.contains("unclosed"))
        #expect(!reply.body.contains(#""error""#))
        #expect(reply.body.contains(#""prompt_tokens":126,"completion_tokens":17"#))
        #expect(upstream.requests.count == 2)
        #expect(upstream.requests[0].text == upstream.requests[1].text.replacing(#","logprobs":true"#, with: ""))
    }

    @Test(
        "Ollama's own parser errors are asked again: as a status and as a line",
        arguments: [
            "XML syntax error on line 7: element <parameter> closed by </function>",
            "failed to parse XML: XML syntax error on line 1: unexpected EOF",
            "expected element type <function> but have <parameter>", "incomplete GLM tool call: Bash",
            "llama-server returned invalid tool call arguments for Bash",
        ], [true, false])
    func parserError(message: String, asLine: Bool) async throws {
        let error = #"{"error":"\#(message)"}"#
        let upstream = try ScriptedUpstream([
            [asLine ? .reply(OllamaLine.thinking("hm"), error) : .whole(error, status: 500)], Self.good,
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask())
        #expect(reply.body.contains(#"{\"command\":\"ls\"}"#))
        #expect(upstream.requests.count == 2)
    }

    @Test("When it fails again, the error is an honest one, with Ollama's words")
    func failsTwice() async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"error":"XML syntax error on line 7"}"#, status: 500))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask())
        #expect(reply.status == 500)
        #expect(reply["error.code"]?.string == "invalid_tool_call")
        #expect(reply["error.message"]?.string == "XML syntax error on line 7")
        #expect(upstream.requests.count == 2)
    }

    @Test("After text has reached the client nothing is asked again")
    func notAfterText() async throws {
        let upstream = try ScriptedUpstream(
            .reply(OllamaLine.content("Let me"), #"{"error":"XML syntax error on line 7"}"#))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask())
        #expect(reply.body.contains("Let me"))
        #expect(reply.events.last?.contains(#""reason":"invalid_tool_call""#) == true)
        #expect(upstream.requests.count == 1)
    }

    @Test("With TOOL_CALL_RETRIES 0 nothing is asked again")
    func noRetries() async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"error":"XML syntax error"}"#, status: 500))
        let proxy = try await TestProxy(upstream: upstream.port) { $0.toolCalls.retries = 0 }
        #expect(try await proxy.chat(Self.ask()).status == 500)
        #expect(upstream.requests.count == 1)
    }

    @Test("Other errors are not asked again")
    func otherErrors() async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"error":"out of memory"}"#, status: 500))
        let proxy = try await TestProxy(upstream: upstream.port)
        #expect(try await proxy.chat(Self.ask()).status == 500)
        #expect(upstream.requests.count == 1)
    }

    @Test(
        "A demanded call that is missing is asked for once more, before any text is sent",
        arguments: [#""required""#, #"{"type":"function","function":{"name":"Bash"}}"#], [true, false])
    func missingCall(choice: String, stream: Bool) async throws {
        let upstream = try ScriptedUpstream([
            [.reply(OllamaLine.content("I would rather "), OllamaLine.content("talk."), OllamaLine.done())], Self.good,
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask(stream: stream, more: #","tool_choice":\#(choice)"#))
        #expect(!reply.body.contains("talk"))
        #expect(reply.body.contains(#""name":"Bash""#))
        #expect(upstream.requests.count == 2)
    }

    @Test("When the model will not call, its text comes through in the end, as it is")
    func missingTwice() async throws {
        let upstream = try ScriptedUpstream(
            .reply(OllamaLine.content("I would rather "), OllamaLine.content("talk."), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask(more: #","tool_choice":"required""#))
        #expect(reply.body.contains("I would rather "))
        #expect(reply.body.contains("talk."))
        #expect(reply.body.contains(#""finish_reason":"stop""#))
        #expect(reply.events.last == "[DONE]")
        #expect(upstream.requests.count == 2)
    }

    @Test("Text before a demanded call is kept, in its place")
    func textBeforeDemandedCall() async throws {
        let upstream = try ScriptedUpstream(
            .reply(OllamaLine.content("Looking. "), OllamaLine.call("Bash", #"{"command":"ls"}"#), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask(more: #","tool_choice":"required""#))
        let text = try #require(reply.body.range(of: "Looking. "))
        let call = try #require(reply.body.range(of: #""name":"Bash""#))
        #expect(text.lowerBound < call.lowerBound)
        #expect(upstream.requests.count == 1)
    }

    @Test(
        "What Ollama could not read but quotes is read here, without asking again",
        arguments: [
            (#"{\"command\":\"ls\"}]"#, "Bash", #"{"command":"ls"}"#),
            (#"{\"command\":\"echo 'a'\"}}"#, "Bash", #"{"command":"echo 'a'"}"#),
            (#"{\"command\":\"a\nb\"}"#, "Bash", #"{"command":"a\nb"}"#),
            (#"{\"name\":\"Read\",\"parameters\":{\"path\":\"x\"}}"#, "Read", #"{"path":"x"}"#),
            (#"{'path': 'x'}"#, "Read", #"{"path": "x"}"#),
        ], [true, false])
    func reparsed(quoted: (String, String, String), asLine: Bool) async throws {
        let error =
            #"{"error":"error parsing tool call: raw='\#(quoted.0.replacing("\n", with: "\\n"))', err=unexpected"}"#
        let upstream = try ScriptedUpstream(asLine ? .reply(error) : .whole(error, status: 500))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask(stream: false))
        #expect(reply["choices.0.message.tool_calls.0.function.name"]?.string == quoted.1)
        #expect(
            reply["choices.0.message.tool_calls.0.function.arguments"]?.string == quoted.2.replacing("\n", with: "\\n"))
        #expect(reply["choices.0.finish_reason"]?.string == "tool_calls")
        #expect(upstream.requests.count == 1)
        let metrics = try await proxy.get("/metrics")
        #expect(metrics.body.contains(#"ollama_proxy_tool_call_adjustments_total{rule="reparsed"} 1"#))
    }

    @Test(
        "What fits no tool, or two, is not guessed", arguments: [#"ls -R"#, "{}", #"{\"x\":1}"#, #"{\"command\":\"un"#])
    func notReparsed(quoted: String) async throws {
        let error = #"{"error":"error parsing tool call: raw='\#(quoted)', err=invalid character"}"#
        let upstream = try ScriptedUpstream(.whole(error, status: 500))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask())
        #expect(reply.status == 500)
        #expect(upstream.requests.count == 2)
    }

    @Test("Stripped reasoning goes back with the call it led to, to models that think and to no other key")
    func reasoningGivenBack() async throws {
        let upstream = try ScriptedUpstream([
            [
                .reply(
                    OllamaLine.thinking("I must "), OllamaLine.thinking("look."),
                    OllamaLine.call("Bash", #"{"command":"ls"}"#, id: "call_x"), OllamaLine.done())
            ], [.reply(OllamaLine.content("Done."), OllamaLine.done())],
        ])
        let proxy = try await TestProxy(upstream: upstream.port) { $0.think = (try? ThinkRules("m")) ?? ThinkRules() }
        #expect(try await proxy.chat(Self.ask(), fields: "Authorization: Bearer one\r\n").body.contains("call_x"))
        let turn =
            #"{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"call_x","#
            + #""type":"function","function":{"name":"Bash","arguments":"{\"command\":\"ls\"}"}}]},"#
            + #"{"role":"tool","tool_call_id":"call_x","content":"a.txt"}]}"#
        _ = try await proxy.chat(turn, fields: "Authorization: Bearer one\r\n")
        _ = try await proxy.chat(turn, fields: "Authorization: Bearer two\r\n")
        _ = try await proxy.chat(turn)
        _ = try await proxy.chat(
            turn.replacing(#""model":"m""#, with: #""model":"m","think":false"#),
            fields: "Authorization: Bearer one\r\n")
        #expect(
            upstream.requests.dropFirst().map { $0.text.contains(#""thinking":"I must look.""#) }
                == [true, false, false, false])
    }

    @Test("Reasoning before plain text goes back with that text, also when the client trimmed it")
    func reasoningByText() async throws {
        let upstream = try ScriptedUpstream(
            .reply(OllamaLine.thinking("Be kind."), OllamaLine.content("Hello\\n"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port) { $0.think = (try? ThinkRules("m")) ?? ThinkRules() }
        _ = try await proxy.chat(Self.ask())
        _ = try await proxy.chat(
            #"{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"Hello"},"#
                + #"{"role":"user","content":"again"}]}"#)
        #expect(upstream.requests.last?.text.contains(#""thinking":"Be kind.""#) == true)
    }

    @Test("Ollama is told not to drop the beginning of a prompt, and an overflow names both sizes")
    func overflow() async throws {
        let inner =
            #"{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"n_prompt_tokens\":9000,\"n_ctx\":4096}}"#
        let upstream = try ScriptedUpstream(.whole(#"{"error":"\#(inner)"}"#, status: 400))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(Self.ask())
        #expect(upstream.requests.first?.text.contains(#""truncate":false"#) == true)
        #expect(upstream.requests.first?.text.contains(#""shift":false"#) == true)
        #expect(reply.status == 400)
        #expect(reply["error.code"]?.string == "context_length_exceeded")
        let message = try #require(reply["error.message"]?.string)
        #expect(message.contains("9000") && message.contains("4096"))
    }

    @Test("Claude Code's billing line stays here, unless it is wanted", arguments: [true, false])
    func billingLine(strips: Bool) async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port) { $0.stripsVolatileLines = strips }
        _ = try await proxy.chat(
            #"{"model":"m","messages":[{"role":"system","content":"x-anthropic-billing-header: a=1;\nBe brief."},"#
                + #"{"role":"user","content":"hi"}]}"#)
        let sent = try #require(upstream.requests.first?.text)
        #expect(sent.contains("x-anthropic") == !strips)
        #expect(sent.contains("Be brief."))
    }
}

@Suite("Calls written as text, through the whole way", .onOwnThreads)
struct RecoveredCallTests {
    private static let tools =
        #","tools":[{"type":"function","function":{"name":"Bash","parameters":{"type":"object","#
        + #""properties":{"command":{"type":"string"}},"required":["command"]}}}]"#

    @Test("Two calls whose brackets were left open stay two calls", arguments: [true, false])
    func openBrackets(stream: Bool) async throws {
        let text = #"<tool_call>{\"name\":\"Bash\",\"arguments\":{\"command\":\"a\"</tool_call>"#
        let upstream = try ScriptedUpstream(
            .reply(
                OllamaLine.content(text), OllamaLine.content(text.replacing("\\\"a\\\"", with: "\\\"b\\\"")),
                OllamaLine.done())
        )
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: stream, more: Self.tools))
        #expect(reply.body.contains(#"{\"command\":\"a\"}"#))
        #expect(reply.body.contains(#"{\"command\":\"b\"}"#))
        #expect(reply.body.contains(#""finish_reason":"tool_calls""#))
        #expect(try await proxy.record()?.calls == 2)
    }

    @Test("Thoughts in tags and a call as text: the client gets the call alone")
    func thoughtsAndCall() async throws {
        let upstream = try ScriptedUpstream(
            .reply(
                OllamaLine.content("<thi"), OllamaLine.content("nk>I must look.</think>\\n\\n<tool_"),
                OllamaLine.content("call>Bash<arg_key>command</arg_key><arg_value>ls -la</arg_value></tool_call>"),
                OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: false, more: Self.tools))
        #expect(reply["choices.0.message.tool_calls.0.function.arguments"]?.string == #"{"command":"ls -la"}"#)
        #expect(!reply.body.contains("must look"))
        #expect(!reply.body.contains("arg_key"))
    }

    @Test("Without recovery the text stays text")
    func switchedOff() async throws {
        let upstream = try ScriptedUpstream(
            .reply(OllamaLine.content("<tool_call>Bash</tool_call>"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port) { $0.toolCalls.recovers = false }
        let reply = try await proxy.chat(TestProxy.ask(stream: false, more: Self.tools))
        #expect(reply["choices.0.message.content"]?.string == "<tool_call>Bash</tool_call>")
    }
}
