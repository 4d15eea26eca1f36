import Testing

@testable import ollama_openai_proxy

@Suite("What a vendor streams")
struct VendorChatStreamTests {
    private typealias F = VendorChatFixtures

    private let started = ChatEvent.started
    private let stop = ChatEvent.finished(.stop, nil)

    private func call(_ index: Int?, _ id: String?, _ name: String?, _ arguments: String) -> ChatEvent {
        .toolCallDelta(ToolCallDelta(index: index, id: id, name: name, arguments: arguments))
    }

    private func failure(_ events: [ChatEvent]) -> ChatError? {
        guard case .failed(let error) = events.last else { return nil }
        return error
    }

    @Test("Text and thoughts come out as they came in, whatever the thoughts are called")
    func text() {
        let reply =
            ": OPENROUTER PROCESSING\n\n" + F.delta(#""role":"assistant","content":"""#)
            + F.delta(#""reasoning_content":"a","content":null"#) + F.delta(#""reasoning":"b","reasoning_content":"""#)
            + F.delta(#""thinking":"c""#) + F.delta(#""reasoning":"same","reasoning_content":"same""#)
            + F.delta(#""content":"Hi \u003c \"you\"\n\ud83d\ude00""#) + F.delta(#""content":" é","reasoning":"d""#)
            + F.delta(#""refusal":"no""#) + F.finish() + F.done
        #expect(
            F.events(reply) == [
                started, .reasoningDelta("a"), .reasoningDelta("b"), .reasoningDelta("c"), .reasoningDelta("same"),
                .textDelta("Hi < \"you\"\n😀"), .reasoningDelta("d"), .textDelta(" é"), .textDelta("no"), stop,
            ])
    }

    @Test("Fragments of calls keep what they say; null arguments say nothing, an object is a whole text")
    func calls() {
        let reply =
            F.delta(
                #""content":null,"tool_calls":[{"index":0,"id":"x","type":"function","#
                    + #""function":{"name":"f","arguments":""}}]"#)
            + F.delta(#""tool_calls":[{"index":0,"id":"","function":{"name":null,"arguments":"{\"a\":"}}]"#)
            + F.delta(#""tool_calls":[{"index":0,"function":{"arguments":"1}"}},{"index":1.0,"id":"y"},null,5]"#)
            + F.delta(#""tool_calls":[{"index":-1,"function":{"name":"g","arguments":null}}]"#)
            + F.delta(#""tool_calls":[{"index":"odd","function":{"name":"h","arguments":{"b": 1.0}}}]"#)
            + F.finish("tool_calls") + F.done
        #expect(
            F.events(reply) == [
                started, call(0, "x", "f", ""), call(0, nil, nil, #"{"a":"#), call(0, nil, nil, "1}"),
                call(1, "y", nil, ""), call(nil, nil, "g", ""), call(nil, nil, "h", #"{"b": 1.0}"#),
                .finished(.toolCalls, nil),
            ])
    }

    @Test("The older form of a call counts where the newer is missing")
    func functionCall() {
        let older =
            F.delta(#""function_call":{"name":"f","arguments":""}"#)
            + F.delta(#""function_call":{"arguments":"{}"},"tool_calls":null"#) + F.finish("function_call") + F.done
        #expect(
            F.events(older) == [
                started, call(nil, nil, "f", ""), call(nil, nil, nil, "{}"), .finished(.toolCalls, nil),
            ])
        // As llama-cpp-python 0.3.36 streams a call: the same in both.
        let both =
            #""function_call":{"name":"f","arguments":"{"},"#
            + #""tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":"{"}}]"#
        #expect(F.events(F.delta(both) + F.finish() + F.done) == [started, call(0, "x", "f", "{"), stop])
    }

    @Test(
        "The reason is one of four; those that are failures fail",
        arguments: [
            ("stop", FinishReason?.some(.stop)), ("length", .length), ("max_tokens", .length),
            ("model_length", .contextFull), ("model_context_window_exceeded", .contextFull), ("tool_calls", .toolCalls),
            ("function_call", .toolCalls),
            ("content_filter", .contentFilter), ("sensitive", .contentFilter), ("who knows", .unstated),
            ("END_TURN", .stop), ("error", nil),
            ("network_error", nil), ("insufficient_system_resource", nil),
        ])
    func reasons(word: String, expected: FinishReason?) {
        let events = F.events(F.delta(#""content":"x""#) + F.finish(word) + F.done)
        #expect(events.prefix(2) == [started, .textDelta("x")])
        if let expected {
            #expect(events.last == .finished(expected, nil))
        } else {
            #expect(failure(events)?.code == .upstreamIncomplete)
            #expect(failure(events)?.message.contains(word) == true)
        }
        #expect(events.count == 3)
    }

    @Test(
        "Counts are taken wherever they stand, the last ones last",
        arguments: [
            (#","usage":{"prompt_tokens":10,"completion_tokens":2}"#, ""),
            ("", #"data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}"#),
            (
                #","usage":{"prompt_tokens":1}"#,
                #"data:{"model":"m","choices":[],"usage":{"completion_tokens":2,"prompt_tokens":10.0}}"#
            ),
            (#","usage":null"#, #"data: {"usage":{"prompt_tokens":10,"completion_tokens":2}}"#),
        ])
    func usage(inChunk: String, behind: String) {
        let usage = Usage(promptTokens: 10, completionTokens: 2)
        let reply = F.delta(#""content":"x""#) + F.finish("stop", inChunk) + behind + "\n\n"
        #expect(F.events(reply + F.done) == [started, .textDelta("x"), .finished(.stop, usage)])
        #expect(F.events(reply) == [started, .textDelta("x"), .finished(.stop, usage)])
    }

    @Test("Details of counts, Kimi's counts inside the choice, and counts that are none")
    func usageDetails() {
        let details =
            #""usage":{"prompt_tokens":10,"completion_tokens":20,"prompt_tokens_details":{"audio_tokens":1,"#
            + #""cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":5,"x":{}}}"#
        let expected = Usage(promptTokens: 10, completionTokens: 20, cachedTokens: 4, reasoningTokens: 5)
        let kimi = F.chunk(#""delta":{},"finish_reason":"stop",\#(details)"#)
        #expect(F.events(kimi + F.done) == [started, .finished(.stop, expected)])
        #expect(F.events(F.finish("stop", ",\(details)")) == [started, .finished(.stop, expected)])
        let odd = #","usage":{"prompt_tokens":-5,"completion_tokens":1e99,"prompt_tokens_details":null}"#
        #expect(
            F.events(F.finish("stop", odd))
                == [started, .finished(.stop, Usage(promptTokens: 0, completionTokens: 0))])
        #expect(F.events(F.finish("stop", #","usage":7"#)) == [started, stop])
    }

    @Test("Log probabilities go with the text, or alone, but never with thoughts")
    func logprobs() {
        let tokens =
            #""logprobs":{"content":[{"token":"a","logprob":-0.10,"bytes":[97],"#
            + #""top_logprobs":[{"token":"b","logprob":-1e-3,"bytes":null}]}],"refusal":null},"finish_reason":null"#
        let expected = [
            TokenLogprob(
                token: "a", logprob: "-0.10", bytes: [97], alternatives: [TokenLogprob(token: "b", logprob: "-1e-3")])
        ]
        let reply =
            F.chunk(#""delta":{"content":"x"},\#(tokens)"#) + F.chunk(#""delta":{},\#(tokens)"#)
            + F.chunk(#""delta":{"reasoning":"t"},\#(tokens)"#) + F.chunk(#""delta":{"content":"y"},"logprobs":null"#)
            + F.finish() + F.done
        #expect(
            F.events(reply) == [
                started, .textDelta("x", logprobs: expected), .textDelta("", logprobs: expected), .reasoningDelta("t"),
                .textDelta("y"), stop,
            ])
    }

    @Test("A vendor that does not stream is read all the same, printed in whatever way")
    func whole() {
        let reply = #"""

            {
              "id": "c", "object": "chat.completion", "model": "m",
              "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi", "reasoning_content": "why",
                "tool_calls": [{"id": "x", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
                "logprobs": null, "finish_reason": "tool_calls"}],
              "usage": {"prompt_tokens": 53, "completion_tokens": 3, "total_tokens": 56}
            }

            """#
        #expect(
            F.events(reply) == [
                started, .reasoningDelta("why"), .textDelta("Hi"), call(nil, "x", "f", "{}"),
                .finished(.toolCalls, Usage(promptTokens: 53, completionTokens: 3)),
            ])
    }

    @Test("A whole message at the end of a stream says nothing twice")
    func repeated() {
        let reply = F.delta(#""content":"x""#) + F.chunk(#""message":{"content":"x"},"finish_reason":"stop""#) + F.done
        #expect(F.events(reply) == [started, .textDelta("x"), stop])
        #expect(
            F.events(F.chunk(#""message":{"content":"x"},"finish_reason":"stop""#) + F.done)
                == [started, .textDelta("x"), stop])
    }

    @Test("Members of unexpected types count as absent; other choices, pings and other fields are passed over")
    func odd() {
        let reply =
            "id: 7\nretry: 1\nevent: message\n"
            + #"data: {"model":5,"choices":[{"delta":{"content":7,"tool_calls":{}}}]}"#
            + "\n\ndata: {\"choices\":null}\n\ndata: {}\n\ndata:\n\n:\n\ndata: {\"type\":\"ping\",\"error\":null}\n\n"
            + #"data: {"choices":[{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{"content":"y"}},3]}"#
            + "\r\n\r\n"
            + #"data: {"choices":[{"delta":"z","logprobs":[],"finish_reason":""}],"error":""}"# + "\n\n" + F.done
        #expect(F.events(reply) == [.started, .textDelta("x"), .finished(.unstated, nil)])
    }

    @Test("The end is the mark, or the reason and then nothing more; nothing follows it")
    func ends() {
        let text = F.delta(#""content":"x""#)
        for end in [F.finish() + F.done, F.finish(), F.finish() + "data: [DON", F.finish() + "data: {\"cho"] {
            #expect(F.events(text + end) == [started, .textDelta("x"), stop])
        }
        #expect(F.events(text + F.finish() + F.done + text + F.done + "rubbish") == [started, .textDelta("x"), stop])
        #expect(F.events(F.finish() + F.done) == [started, stop])
        #expect(F.events(text + F.done) == [started, .textDelta("x"), .finished(.unstated, nil)])
    }

    @Test(
        "What ends early, or is no reply, has failed and says what came",
        arguments: [
            ("", ChatError.Code.upstreamIncomplete, "complete"), ("\n\n", .upstreamIncomplete, "complete"),
            (F.delta(#""content":"x""#), .upstreamIncomplete, "complete"),
            (F.done, .upstreamIncomplete, "without a word"),
            (F.delta(#""role":"assistant""#) + F.done, .upstreamIncomplete, "without a word"),
            ("<html>\n<body>", .upstreamInvalid, "web page"), ("Internal Server Error\n", .upstreamInvalid, "Internal"),
            ("data: nonsense\n", .upstreamInvalid, "nonsense"), ("data: [1]\n", .upstreamInvalid, "[1]"),
            ("data: {\"a\":\n", .upstreamInvalid, "{\"a\":"), ("{\"a\":1} x", .upstreamInvalid, "x"),
            ("{\"choices\":[", .upstreamIncomplete, "complete"), ("{}", .upstreamIncomplete, "complete"),
        ])
    func failures(reply: String, code: ChatError.Code, words: String) throws {
        let error = try #require(failure(F.events(reply)))
        #expect(error.status == 502)
        #expect(error.code == code)
        #expect(error.message.hasPrefix("vendor "))
        #expect(error.message.contains(words))
    }

    @Test(
        "An error in a stream is told in the vendor's words",
        arguments: [
            (#"data: {"error":{"message":"rate limit","code":429}}"#, 429, "rate limit"),
            (#"data: {"error":{"message":"it is overloaded","type":"overloaded_error"}}"#, 503, "it is overloaded"),
            (
                #"data: {"id":"c","choices":[{"delta":{},"finish_reason":"error"}],"error":{"code":502,"message":"w"}}"#,
                502, "w"
            ),
            (#"data: {"choices":[{"delta":{},"finish_reason":"error","error":{"code":503,"message":"w"}}]}"#, 503, "w"),
            (#"data: {"error":"words"}"#, 502, "words"), (#"{"error":{"message":"bare"}}"#, 502, "bare"),
            (#"data: {"object":"error","message":"m","type":"BadRequestError","code":400}"#, 400, "m"),
            ("event: error\ndata: {\"error\":{\"message\":\"Context size has been exceeded.\"}}", 400, "Context size"),
            ("event:error\n:HTTP_STATUS/429\ndata:{\"code\":\"Throttling\",\"message\":\"slow\"}", 429, "slow"),
            ("event: error\ndata: it broke", 502, "it broke"), (#"data: {"detail":[{"msg":"bad"}]}"#, 502, "bad"),
            (#"data: {"error":true}"#, 502, "true"),
            ("event: error\ndata: {\"choices\":[]}", 502, "choices"),
        ])
    func errors(line: String, status: Int, words: String) throws {
        let first = try #require(failure(F.events(line + "\n\n")))
        #expect(first.status == status)
        #expect(first.message.contains(words))
        let events = F.events(F.delta(#""content":"x""#) + line + "\n\n" + F.done)
        #expect(events == [started, .textDelta("x"), .failed(first)])
    }

    @Test(
        "A word of failure is no end of a reply, whatever its case",
        arguments: ["error", "network_error", "abort", "Aborted", "CANCELLED", "canceled", "timeout"])
    func brokenOff(word: String) throws {
        let calls = #""tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{\"a\": 12"}}]"#
        let events = F.events(F.delta(calls) + F.chunk(#""delta":{},"finish_reason":"\#(word)""#) + F.done)
        let error = try #require(failure(events))
        #expect(error.code == .upstreamIncomplete)
        #expect(error.message.contains(word))
    }

    @Test("The limit is told in many words", arguments: ["length", "MAX_TOKENS", "Length"])
    func limitWords(word: String) {
        let events = F.events(F.delta(#""content":"x""#) + F.chunk(#""delta":{},"finish_reason":"\#(word)""#) + F.done)
        #expect(events.last == .finished(.length, nil))
    }

    @Test("A line and an object have a limit")
    func limits() {
        let long = F.delta(#""content":"\#(String(repeating: "x", count: 500))""#) + F.finish() + F.done
        #expect(failure(F.events([Array(long.utf8)], lineLimit: 300))?.code == .upstreamInvalid)
        let object = Array(#"{"choices":[],"x":"\#(String(repeating: "x", count: 500))"}"#.utf8)
        #expect(
            failure(F.events([Array(object[..<200]), Array(object[200...])], lineLimit: 300))?.code == .upstreamInvalid)
    }
}
