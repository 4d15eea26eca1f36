import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("A chat request over real sockets", .onOwnThreads)
struct ExchangeTests {
    /// The member that offers tools of these names.
    private static func tools(_ names: String...) -> String {
        let tools = names.map { #"{"type":"function","function":{"name":"\#($0)"}}"# }
        return #","tools":[\#(tools.joined(separator: ","))]"#
    }

    @Test("A streamed reply arrives as chunks, a finish chunk and [DONE]")
    func streams() async throws {
        let upstream = try ScriptedUpstream(
            .reply(OllamaLine.content("Hel"), OllamaLine.content("lo"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(
            TestProxy.ask(stream: true, more: #","stream_options":{"include_usage":true}"#))

        #expect(reply.status == 200)
        #expect(reply.field("content-type") == "text/event-stream")
        #expect(reply.isComplete)
        #expect(reply.events.last == "[DONE]")
        let chunks = reply.events.dropLast().compactMap { try? JSONDocument(parsing: $0).root }
        #expect(chunks.count == 5)
        #expect(chunks[0][path: "choices.0.delta.role"]?.string == "assistant")
        #expect(chunks.compactMap { $0[path: "choices.0.delta.content"]?.string }.joined() == "Hello")
        #expect(chunks[3][path: "choices.0.finish_reason"]?.string == "stop")
        #expect(chunks[4][path: "usage.total_tokens"]?.integer == 33)
        #expect(chunks.allSatisfy { $0["model"]?.string == "m" && $0["id"]?.string == chunks[0]["id"]?.string })
        #expect(upstream.requests.first?.text.contains(#""stream":true"#) == true)
        let record = try #require(await proxy.record())
        #expect(record.status == 200)
        #expect(record.finish == .stop)
    }

    @Test("A reply that is not streamed is the fold of the same events")
    func folds() async throws {
        let upstream = try ScriptedUpstream(
            .reply(
                OllamaLine.thinking("a thought"), OllamaLine.content("Hel"), OllamaLine.content("lo"),
                OllamaLine.call("clock", #"{"zone": "UTC"}"#, id: "call_1"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: false, more: Self.tools("clock")))

        #expect(reply.status == 200)
        #expect(reply.field("content-length") == "\(reply.body.utf8.count)")
        #expect(reply["choices.0.message.content"]?.string == "Hello")
        #expect(reply["choices.0.message.tool_calls.0.function.arguments"]?.string == #"{"zone": "UTC"}"#)
        #expect(reply["choices.0.message.tool_calls.0.id"]?.string == "call_1")
        #expect(reply["choices.0.finish_reason"]?.string == "tool_calls")
        #expect(reply["choices.0.message.reasoning_content"] == nil)
        #expect(!reply.body.contains("a thought"))
        #expect(upstream.requests.first?.text.contains(#""stream":true"#) == true)
    }

    @Test("Calls in one line and in two leave in chunks of their own, numbered by us", arguments: [true, false])
    func separatesCalls(inOneLine: Bool) async throws {
        let first = OllamaLine.call("a", "{}")
        let both = first.replacing(
            "}]}", with: #"},{"function":{"index":0,"name":"b","arguments":{"x":1}}}]}"#)
        let lines = inOneLine ? [both] : [first, OllamaLine.call("b", #"{"x":1}"#)]
        let upstream = try ScriptedUpstream(.reply(lines + [OllamaLine.done()]))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true, more: Self.tools("a", "b")))

        let calls = reply.events.compactMap { try? JSONDocument(parsing: $0).root }
            .compactMap { $0[path: "choices.0.delta.tool_calls"] }.map { Array($0.elements) }
        #expect(calls.map(\.count) == [1, 1])
        #expect(calls.map { $0[0]["index"]?.integer } == [0, 1])
        #expect(calls.map { $0[0][path: "function.name"]?.string } == ["a", "b"])
        #expect(calls.map { $0[0][path: "function.arguments"]?.string } == ["{}", #"{"x":1}"#])
        #expect(Set(calls.map { $0[0]["id"]?.string }).count == 2)
        #expect(try await proxy.record()?.calls == 2)
    }

    @Test("An error before the first line keeps Ollama's status, words and Retry-After", arguments: [true, false])
    func earlyError(stream: Bool) async throws {
        let upstream = try ScriptedUpstream(
            .whole(#"{"error":"too many requests, sorry"}"#, status: 429, fields: "Retry-After: 7\r\n"))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: stream))

        #expect(reply.status == 429)
        #expect(reply.field("retry-after") == "7")
        #expect(reply["error.message"]?.string?.contains("too many requests, sorry") == true)
        #expect(reply["error.type"]?.string == "rate_limit_error")
    }

    @Test("An error in the first line still gets a status of its own")
    func errorInFirstLine() async throws {
        let upstream = try ScriptedUpstream(.reply(#"{"error":"the runner crashed"}"#))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true))

        #expect(reply.status == 502)
        #expect(reply["error.message"]?.string?.contains("the runner crashed") == true)
    }

    @Test("An error after the first chunk is one error frame, without finish and [DONE]")
    func lateError() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), #"{"error":"the runner crashed"}"#))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true))

        #expect(reply.status == 200)
        #expect(reply.body.contains("Hi"))
        let last = try #require(reply.events.last.flatMap { try? JSONDocument(parsing: $0).root })
        #expect(last[path: "error.message"]?.string?.contains("the runner crashed") == true)
        #expect(last[path: "error.code"]?.integer == 502)
        #expect(!reply.body.contains("[DONE]"))
        #expect(!reply.body.contains(#""finish_reason":"stop""#))
        #expect(reply.isComplete)
    }

    @Test(
        "A stream that ends without its last line is an error, never a stop",
        arguments: [
            ([.ending], "upstream_repetition"), ([.close], "upstream_incomplete"), ([.reset], "upstream_incomplete"),
        ] as [([ScriptedUpstream.Step], String)])
    func cutStream(end: [ScriptedUpstream.Step], code: String) async throws {
        let upstream = try ScriptedUpstream([
            [.opening(), .line(OllamaLine.content("Hi")), .pause(milliseconds: 50)] + end
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true))

        let last = try #require(reply.events.last.flatMap { try? JSONDocument(parsing: $0).root })
        #expect(last[path: "error.reason"]?.string == code)
        #expect(!reply.body.contains("finish_reason\":\"stop"))
        let whole = try await proxy.chat(TestProxy.ask(stream: false))
        #expect(whole.status == 502)
        #expect(whole["error.code"]?.string == code)
    }

    @Test("Ollama's repeat guard is told as what it is, and a model that repeats itself is not asked again")
    func repetition() async throws {
        for lines in [[], [OllamaLine.thinking("a a a a")]] {
            let upstream = try ScriptedUpstream(.reply(lines))
            let proxy = try await TestProxy(upstream: upstream.port)
            for stream in [true, false] {
                let reply = try await proxy.chat(TestProxy.ask(stream: stream))
                #expect(reply.body.contains("upstream_repetition") && reply.body.contains("31 times in a row"))
                #expect(stream && !lines.isEmpty || reply.status == 502)
            }
            #expect(upstream.requests.count == 2)
        }
    }

    @Test("A call cut off by the token limit is dropped, and the reply ends with length")
    func withholdsTruncatedCall() async throws {
        let part = OllamaLine.call("Bash", #""{\"command\":\"rm -rf /""#)
        let upstream = try ScriptedUpstream(.reply(part, OllamaLine.done("length")))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true, more: Self.tools("Bash")))

        #expect(!reply.body.contains("rm -rf"))
        #expect(reply.body.contains(#""finish_reason":"length""#))
        #expect(reply.events.last == "[DONE]")
    }

    @Test("With parallel_tool_calls false the first call ends the reply and upstream is let go")
    func oneCallOnly() async throws {
        let upstream = try ScriptedUpstream(
            .opening(), .line(OllamaLine.call("a", "{}")), .line(OllamaLine.call("b", "{}")), .awaitClose)
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(
            TestProxy.ask(stream: true, more: Self.tools("a", "b") + #","parallel_tool_calls":false"#))

        #expect(reply.body.contains(#""name":"a""#))
        #expect(!reply.body.contains(#""name":"b""#))
        #expect(reply.body.contains(#""finish_reason":"tool_calls""#))
        #expect(try await upstream.peerClosed() != nil)
    }

    @Test("When a model cannot think, the request goes once more without, and the model is remembered")
    func thinkingUnsupported() async throws {
        let upstream = try ScriptedUpstream([
            [.whole(#"{"error":"\"m\" does not support thinking"}"#, status: 400)],
            [.reply(OllamaLine.content("Hi"), OllamaLine.done())],
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let ask = TestProxy.ask(stream: true, more: #","think":true"#)
        #expect(try await proxy.chat(ask).body.contains("Hi"))
        #expect(try await proxy.chat(ask).body.contains("Hi"))

        #expect(upstream.requests.map { $0.text.contains(#""think":true"#) } == [true, false, false])
    }

    @Test("Ollama being away is a 502 that says where it was looked for")
    func unreachable() async throws {
        let (socket, port) = try BlockingSocket.refusing()
        defer { socket.close() }
        let proxy = try await TestProxy(upstream: port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true))

        #expect(reply.status == 502)
        #expect(reply["error.code"]?.string == "upstream_unreachable")
        #expect(reply["error.message"]?.string?.contains("127.0.0.1:\(port)") == true)
    }

    @Test("A compressed reply, for which nobody asked, is an error that says so")
    func compressed() async throws {
        let upstream = try ScriptedUpstream(
            .send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\u{1F}x\u{8}"))
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await proxy.chat(TestProxy.ask(stream: true))
        #expect(reply.status == 502)
        #expect(reply["error.message"]?.string?.contains("gzip") == true)
    }

    @Test("An 8 MB line and a 1 MB request go through", .timeLimit(.minutes(10)))
    func largeMessages() async throws {
        let long = String(repeating: "0123456789abcdef", count: 500_000)
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content(long), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let question = String(repeating: "why? ", count: 200_000)
        let body = #"{"model":"m","messages":[{"role":"user","content":"\#(question)"}]}"#
        let reply = try await proxy.chat(body)

        #expect(reply["choices.0.message.content"]?.string == long)
        #expect(upstream.requests.first?.text.contains(question) == true)
    }
}
