import Testing

@testable import ollama_openai_proxy

@Suite("What vendors stream that OpenAI does not")
struct VendorChatOddityTests {
    private typealias F = VendorChatFixtures

    private static let x = F.delta(#""content":"x""#)
    private static let end = F.finish() + F.done

    private func failure(_ events: [ChatEvent]) -> ChatError? {
        guard case .failed(let error) = events.last else { return nil }
        return error
    }

    /// With every way of cutting the stream in two.
    private func expectEvents(_ stream: String, _ expected: [ChatEvent]) {
        let bytes = Array(stream.utf8)
        #expect(F.events([bytes]) == expected)
        for cut in bytes.indices {
            #expect(F.events([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "cut at \(cut)")
        }
    }

    @Test("A list of parts is text, and thoughts are thoughts")
    func parts() {
        let parts =
            #""content":[{"type":"thinking","thinking":[{"type":"text","text":"why"},{"type":"text","text":"?"}]},"#
            + #"{"type":"text","text":"Hel"},{"type":"text","text":"lo"},{"type":"reference","ids":[1]}]"#
        expectEvents(
            F.delta(parts) + Self.end, [.started, .reasoningDelta("why?"), .textDelta("Hello"), .finished(.stop, nil)])
        #expect(F.events(F.delta(#""content":[]"#) + Self.end) == [.started, .finished(.stop, nil)])
        #expect(
            F.events(F.delta(#""content":[{"type":"thinking","thinking":"so"}]"#) + Self.end)
                == [.started, .reasoningDelta("so"), .finished(.stop, nil)])
    }

    @Test(
        "Thoughts in details count where nothing else says them",
        arguments: [
            (#""reasoning_details":[{"type":"reasoning.text","text":"hm"}]"#, "hm"),
            (#""reasoning_details":[{"type":"reasoning.summary","summary":"in short"}]"#, "in short"),
            (#""reasoning":"same","reasoning_details":[{"type":"reasoning.text","text":"same"}]"#, "same"),
        ])
    func details(delta: String, thought: String) {
        #expect(
            F.events(F.delta(delta) + Self.x + Self.end)
                == [.started, .reasoningDelta(thought), .textDelta("x"), .finished(.stop, nil)])
        let secret = F.delta(#""reasoning_details":[{"type":"reasoning.encrypted","data":"c2VjcmV0"}]"#)
        #expect(F.events(secret + Self.x + Self.end) == [.started, .textDelta("x"), .finished(.stop, nil)])
    }

    @Test(
        "Reasons of every vendor are one of ours; a word of failure is no stop",
        arguments: [
            ("model_context_window_exceeded", FinishReason?.some(.contextFull)), ("MAX_TOKENS", .length), ("repetition", .length),
            ("SAFETY", .contentFilter), ("RECITATION", .contentFilter), ("PROHIBITED_CONTENT", .contentFilter),
            ("content_filter: PROHIBITED_CONTENT", .contentFilter), ("STOP", .stop), ("tool_use", .toolCalls),
            ("abort", nil), ("MALFORMED_FUNCTION_CALL", nil), ("engine_error", nil), ("request_cancelled", nil),
            ("something else", .unstated), (":", .unstated),
        ])
    func reasons(word: String, expected: FinishReason?) {
        let events = F.events(Self.x + F.finish(word) + F.done)
        if let expected {
            #expect(events.last == .finished(expected, nil))
        } else {
            #expect(failure(events)?.code == .upstreamIncomplete)
        }
        #expect(events.count == 3)
    }

    @Test("A reason that is an object is the word in it")
    func reasonObject() {
        let object = F.chunk(#""delta":{},"finish_reason":{"type":"abort","message":"gone"}"#)
        #expect(failure(F.events(Self.x + object + F.done))?.message.contains("abort") == true)
        let stop = F.chunk(#""delta":{},"finish_reason":{"type":"stop","matched":151336}"#)
        #expect(F.events(Self.x + stop + F.done).last == .finished(.stop, nil))
    }

    @Test(
        "Pings, end marks and marks before the stream are no errors",
        arguments: [
            x + F.finish() + "[DONE]\n\n", x + F.finish() + "data: \"[DONE]\"\n\n", "data: null\n\n" + x + end,
            #"data: {"type":"ping","message":""}"# + "\n\n" + x + end, #"data: {"error":{}}"# + "\n\n" + x + end,
            F.chunk(#""delta":{"content":"x"}"#, #","error":{}"#) + end, "\u{FEFF}" + x + end, "\u{FEFF}: hi\n\n" + x + end,
            x + F.finish("stop", #","base_resp":{"status_code":0,"status_msg":""}"#) + F.done,
        ])
    func noise(stream: String) { expectEvents(stream, [.started, .textDelta("x"), .finished(.stop, nil)]) }

    @Test("One event over several lines is one")
    func severalLines() {
        let lines = ["data: {", #"data: "choices": [{"index": 0,"#, #"data:"delta": {"content": "x"}}]"#, "data: }"]
        expectEvents(lines.joined(separator: "\n") + "\n\n" + Self.end, [.started, .textDelta("x"), .finished(.stop, nil)])
        expectEvents(lines.joined(separator: "\r\n") + "\r\n\r\n" + Self.end, [.started, .textDelta("x"), .finished(.stop, nil)])
        #expect(failure(F.events("data: {\n\n" + Self.x))?.code == .upstreamInvalid)
        #expect(failure(F.events("data: {\"a\": [\n\n"))?.code == .upstreamInvalid)
        // Not for ever: each line has all before it read again.
        let endless = "data: [{\"a\":\n" + String(repeating: "data: {\"a\":[[\n", count: 20_000)
        #expect(failure(F.events(endless))?.code == .upstreamInvalid)
    }

    @Test(
        "Counts under other names",
        arguments: [
            (#""usage":{"prompt_tokens":10,"completion_tokens":3,"total_tokens":13,"cached_tokens":7}"#, 3, 7, nil),
            (
                #""usage":{"prompt_tokens":10,"completion_tokens":3,"prompt_cache_hit_tokens":6,"prompt_cache_miss_tokens":4}"#, 3, 6,
                nil
            ),
            (#""x_groq":{"id":"r","usage":{"prompt_tokens":10,"completion_tokens":3}}"#, 3, nil, nil),
            (#""usage":{"prompt_tokens":10,"completion_tokens":8,"total_tokens":118}"#, 108, nil, 100),
            (#""usage":{"prompt_tokens":10,"completion_tokens":3,"total_tokens":5}"#, 3, nil, nil),
        ] as [(String, Int, Int?, Int?)])
    func usage(members: String, completion: Int, cached: Int?, thought: Int?) {
        let expected = Usage(
            promptTokens: 10, completionTokens: completion, cachedTokens: cached, reasoningTokens: thought)
        #expect(F.events(Self.x + F.finish("stop", "," + members) + F.done).last == .finished(.stop, expected))
    }

    @Test(
        "An error in a 200 is told in the vendor's words, with its status",
        arguments: [
            (#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"},"choices":null}"#, "insufficient balance", 402),
            (#"{"choices":[],"base_resp":{"status_code":1002,"status_msg":"rate limit"}}"#, "rate limit", 429),
            (#"{"code":500,"msg":"404 NOT_FOUND","success":false}"#, "404 NOT_FOUND", 500),
            ("<!DOCTYPE html><html><body>Log in</body></html>", "web page", 502),
            (" \n<html>", "web page", 502),
        ])
    func success(body: String, words: String, status: Int) {
        let error = failure(F.events(body))
        #expect(error?.message.contains(words) == true)
        #expect(error?.status == status)
        #expect(error?.code != .upstreamIncomplete, "that would be asked again")
    }

    @Test("A redirect says where it leads, without a query")
    func redirect() {
        var fields = HTTPFields()
        fields.append("Location", "https://vendor.example/v1/chat/completions?key=secret")
        for decode in [F.dialect.decodeError, OllamaDialect(host: "h").decodeError] {
            let error = decode(HTTPStatus(rawValue: 307), fields, ByteBuffer("<html>moved</html>"))
            #expect(error.message.contains("307 and leads to https://vendor.example/v1/chat/completions. "))
            #expect(!error.message.contains("secret"))
            #expect(error.status == 502)
        }
    }

    @Test("Ollama's own words are known over its /v1, and a vendor's of the same sound are not")
    func ollamaV1() {
        let ollama = VendorChatDialect(name: "Ollama", host: "h", holdsCalls: true)
        let words = ByteBuffer(#"{"error":{"message":"option \"num_ctx\" must be of type integer","type":"api_error"}}"#)
        #expect(ollama.decodeError(status: 500, fields: HTTPFields(), body: words).status == 400)
        #expect(F.dialect.decodeError(status: 500, fields: HTTPFields(), body: words).status == 500)
    }
}
