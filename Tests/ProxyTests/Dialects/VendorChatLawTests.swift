import Testing

@testable import ollama_openai_proxy

@Suite("Laws of the OpenAI-compatible upstream's decoder")
struct VendorChatLawTests {
    private typealias F = VendorChatFixtures

    private static let replies = [
        F.delta(#""role":"assistant","content":"""#) + F.delta(#""reasoning":"I né""#) + ": keep-alive\r\n\r\n"
            + F.delta(#""content":"So: \ud83d\ude00 😀""#)
            + F.delta(#""tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\":\"}\n{\"}"}}]"#)
            + F.finish("tool_calls") + #"data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
            + "\n\n"
            + F.done,
        #"{"model":"m","choices":[{"message":{"content":"x"},"finish_reason":"length"}]}"#,
        F.delta(#""content":"x""#) + "event: error\ndata: {\"error\":\"broken é\"}",
        F.delta(#""content":"x""#) + #"data: {"model":"m","mess"#,
        "<html>\n<body>502</body>\n</html>\n",
        " \n no event of a stream\n",
    ]

    @Test("Every split of the bytes gives the same events", arguments: replies)
    func splits(reply: String) {
        expectEverySplitAgrees(Array(reply.utf8)) { F.events($0) }
    }

    @Test("The grammar of events holds for any bytes whatsoever")
    func grammar() {
        var generator = SeededGenerator(seed: 12)
        let seeds = Self.replies.map { Array($0.utf8) }
        let words = #"{}[]",:\ntruefalsl0-9eE. data:event:error[DONE]"choices""delta""content""tool_calls""usage"é"#
        let alphabet = Array(words.utf8) + [0x0A, 0xFF, 0x00]
        for _ in 0..<4000 {
            let bytes = generator.mutation(of: seeds, alphabet)
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            let events = F.events([Array(bytes[..<cut]), Array(bytes[cut...])])
            guard followsGrammar(events), events == F.events([bytes]) else {
                Issue.record("\(ByteBuffer(bytes).text) gives \(events)")
                return
            }
        }
    }

    @Test("What our own encoder writes for events is read as the same events, however it is cut", arguments: 0..<200)
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let events = Self.events(using: &random)
        var request = ChatRequest(model: "m \"é\"", messages: [])
        request.isStreaming = true
        request.includesUsage = true
        let identity = ReplyIdentity(id: "abcdefghijklmnopqrstuvwx", created: 1_700_000_000)
        var encoder = ChatCompletionsChunkEncoder(for: request, reply: identity)
        var bytes = ByteBuffer()
        for event in events {
            if Bool.random(using: &random) { encoder.keepAlive(into: &bytes) }
            encoder.encode(event, into: &bytes)
        }
        #expect(F.events([bytes.array]) == events)
        if seed < 12 { expectEverySplitAgrees(bytes.array) { F.events($0) } }
    }

    private static func events(using random: inout SeededGenerator) -> [ChatEvent] {
        let texts = ["Hel", "lo \"\u{1F600}\"\n", "data: [DONE]\n\n", "\\u0000\u{0}\u{7F}", "{\"error\":1}", "é", " "]
        func text() -> String { texts.randomElement(using: &random) ?? "" }
        var events: [ChatEvent] = [.started(ResponseStart(model: "m \"é\""))]
        var calls = 0
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            switch Int.random(in: 0...3, using: &random) {
            case 0: events.append(.reasoningDelta(text()))
            case 1: events.append(.textDelta(text()))
            case 2:
                let alternative = TokenLogprob(token: text(), logprob: "-1e-3", bytes: [1, 255])
                let token = TokenLogprob(token: text(), logprob: "-0.10", alternatives: [alternative])
                events.append(.textDelta(Bool.random(using: &random) ? "" : text(), logprobs: [token]))
            default:
                let arguments = [#"{"a": 1.0, "b":"\"\\\n"}"#, "{}", ""].randomElement(using: &random) ?? ""
                events.append(
                    .toolCallDelta(ToolCallDelta(index: calls, id: "call_\(calls)", name: "f", arguments: arguments)))
                calls += 1
            }
        }
        let usage = Usage(
            promptTokens: Int.random(in: 0...9, using: &random), completionTokens: 7,
            cachedTokens: Bool.random(using: &random) ? 3 : nil, reasoningTokens: Bool.random(using: &random) ? 0 : nil)
        let ends: [ChatEvent] = [
            .finished(.stop, usage), .finished(.length, usage), .finished(.toolCalls, usage),
            .finished(.contentFilter, usage),
            .failed(ChatError(status: 502, "it \"broke\"\n!", code: .upstreamIncomplete)),
            .failed(ChatError(status: 400, "bad", code: .invalidValue, parameter: "messages[0]")),
            .failed(ChatError(status: 504, "late")),
        ]
        let end = ends.randomElement(using: &random) ?? ends[0]
        // Before anything is said a failure comes alone.
        if case .failed = end, events.count == 1 { return [end] }
        return events + [end]
    }
}
