import Testing

@testable import ollama_openai_proxy

@Suite("What Ollama's client dialect writes, its upstream dialect reads")
struct OllamaAPILawTests {
    private static let texts = [
        "a", "Hel", "lo \"\\\"\n", "\u{1F600}é", "\u{0}\u{1F}", "\u{2028}\u{2029}\u{85}", "{\"done\":true}\n", " ", "",
    ]
    private static let arguments = ["{}", #"{"x": 1.0,"y":[1e400,null]}"#, #"{"s":"}\n{\u00e9 é"}"#]
    private static let tokens = [
        TokenLogprob(token: "a", logprob: "-0.10", bytes: [97]),
        TokenLogprob(
            token: "\"", logprob: "-1", alternatives: [TokenLogprob(token: "b", logprob: "-2e-3", bytes: [0, 255])]),
    ]

    @Test("The same events come back, however the bytes are cut")
    func roundTrip() {
        var random = SeededGenerator(seed: 5)
        for round in 0..<600 {
            let events = Self.events(&random)
            let bytes = Array(OllamaAPIFixtures.stream(events).utf8)
            let expected = Self.readable(events)
            if round < 12 {
                expectEverySplitAgrees(bytes) { OllamaFixtures.events($0) }
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let read = Self.readable(OllamaFixtures.events([Array(bytes[..<cut]), Array(bytes[cut...])]))
            guard read == expected else {
                Issue.record("\(events) comes back as \(read)")
                return
            }
        }
    }

    private static func events(_ random: inout SeededGenerator) -> [ChatEvent] {
        var events = [ChatEvent.started(ResponseStart(model: "m"))]
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
    /// finish for calls, and of a failure all but the words.
    private static func readable(_ events: [ChatEvent]) -> [ChatEvent] {
        var readable: [ChatEvent] = []
        for event in events {
            switch event {
            case .reasoningDelta(""), .textDelta("", logprobs: []): break
            case .finished(.toolCalls, let usage): readable.append(.finished(.stop, usage))
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
