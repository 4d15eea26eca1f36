@testable import ollama_openai_proxy

/// What a client dialect writes is read as the same events by the upstream dialect of its language.
enum RoundTripLaws {
    static let all = [
        RandomLaw("Chunks of chat completions, however they are cut") { seed in
            var random = SeededGenerator(seed: seed)
            for round in 0..<10 {
                let events = ChatCompletionsRoundTrip.events(using: &random)
                let bytes = ChatCompletionsRoundTrip.written(events, &random)
                let read = VendorChatFixtures.events([bytes])
                guard read == events else { return "\(events)\n\(read)" }
                guard round == 0 else { continue }
                let difference = RandomLaws.difference(bytes, from: read) { VendorChatFixtures.events($0) }
                if let difference { return difference }
            }
            return nil
        },
        RandomLaw("Lines of Ollama's, however they are cut") { seed in
            var random = SeededGenerator(seed: seed)
            for round in 0..<20 {
                let events = OllamaRoundTrip.events(&random)
                let bytes = Array(OllamaAPIFixtures.stream(events.map(ReplyEvent.init)).utf8)
                let cut = Int.random(in: 0...bytes.count, using: &random)
                let read = OllamaFixtures.events([Array(bytes[..<cut]), Array(bytes[cut...])])
                guard OllamaRoundTrip.readable(read) == OllamaRoundTrip.readable(events) else {
                    return "\(events)\n\(read)"
                }
                guard round == 0 else { continue }
                let whole = OllamaFixtures.events([bytes])
                let difference = RandomLaws.difference(bytes, from: whole) { OllamaFixtures.events($0) }
                if let difference { return difference }
            }
            return nil
        },
    ]
}

private enum ChatCompletionsRoundTrip {
    static func written(_ events: [ChatEvent], _ random: inout SeededGenerator) -> [UInt8] {
        var request = ChatRequest(model: "m \"é\"", messages: [])
        request.isStreaming = true
        request.includesUsage = true
        let identity = ReplyIdentity(id: "abcdefghijklmnopqrstuvwx", created: 1_700_000_000)
        var encoder = ChatCompletionsChunkEncoder(for: request, reply: identity)
        var bytes = ByteBuffer()
        for event in events {
            if Bool.random(using: &random) { encoder.keepAlive(into: &bytes) }
            encoder.encode(ReplyEvent(event), into: &bytes)
        }
        return bytes.array
    }

    static func events(using random: inout SeededGenerator) -> [ChatEvent] {
        let texts = ["Hel", "lo \"\u{1F600}\"\n", "data: [DONE]\n\n", "\\u0000\u{0}\u{7F}", "{\"error\":1}", "é", " "]
        func text() -> String { texts.randomElement(using: &random) ?? "" }
        var events: [ChatEvent] = [.started]
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

private enum OllamaRoundTrip {
    private static let texts = [
        "a", "Hel", "lo \"\\\"\n", "\u{1F600}é", "\u{0}\u{1F}", "\u{2028}\u{2029}\u{85}", "{\"done\":true}\n", " ", "",
    ]
    private static let arguments = ["{}", #"{"x": 1.0,"y":[1e400,null]}"#, #"{"s":"}\n{\u00e9 é"}"#]
    private static let tokens = [
        TokenLogprob(token: "a", logprob: "-0.10", bytes: [97]),
        TokenLogprob(
            token: "\"", logprob: "-1", alternatives: [TokenLogprob(token: "b", logprob: "-2e-3", bytes: [0, 255])]),
    ]

    static func events(_ random: inout SeededGenerator) -> [ChatEvent] {
        var events = [ChatEvent.started]
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let text = texts.randomElement(using: &random) ?? ""
            switch Int.random(in: 0..<4, using: &random) {
            case 0: events.append(.reasoningDelta(text))
            case 1: events.append(.textDelta(text))
            case 2: events.append(.textDelta(text, logprobs: tokens))
            default:
                let arguments = arguments.randomElement(using: &random) ?? "{}"
                events.append(.toolCallDelta(ToolCallDelta(id: "c\(text)", name: "f\(text)", arguments: arguments)))
            }
        }
        let usage = Usage(promptTokens: Int.random(in: 0...9, using: &random), completionTokens: 3)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: events.append(.failed(ChatError(status: 502, "broken \"off\"\n")))
        case 1: events.append(.finished(.length, usage))
        case 2: events.append(.finished(.stop, nil))
        default: events.append(.finished(.toolCalls, usage))
        }
        return events
    }

    /// The events without what the format has no place for: deltas that say nothing, a start without anything said, a
    /// finish for calls, the times of a finish, and of a failure all but the words.
    static func readable(_ events: [ChatEvent]) -> [ChatEvent] {
        var readable: [ChatEvent] = []
        for event in events {
            switch event {
            case .reasoningDelta(""), .textDelta("", logprobs: []): break
            case .finished(let reason, var usage):
                usage?.loadTime = nil
                usage?.promptTime = nil
                readable.append(.finished(reason == .toolCalls ? .stop : reason, usage))
            case .failed(let error):
                // The words lose white space at their ends.
                let words = error.message.hasSuffix("\n") ? String(error.message.dropLast()) : error.message
                readable.append(.failed(ChatError(status: 0, words)))
            default: readable.append(event)
            }
        }
        if readable.count == 2, case .failed = readable[1] { readable.removeFirst() }
        return readable
    }
}
