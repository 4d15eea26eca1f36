import Testing

@testable import ollama_openai_proxy

struct ReasoningFilterTests {
    private let events: [ChatEvent] = [
        .started(ResponseStart(model: "m")), .reasoningDelta("hidden"), .textDelta("seen"), .reasoningDelta(""),
        .toolCallDelta(ToolCallDelta(index: 0, id: "1", name: "f", arguments: "{}")), .finished(.toolCalls, nil),
    ]

    private func filter(passes: Bool) -> [ChatEvent] {
        let filter = ReasoningFilter(passes: passes)
        var output: [ChatEvent] = []
        for event in events { filter.feed(event, into: &output) }
        return output
    }

    @Test("Reasoning is kept out, and everything else passes in order")
    func strips() {
        #expect(filter(passes: false) == [events[0], events[2], events[4], events[5]])
    }

    @Test("Reasoning passes when it is asked for, but for empty pieces")
    func passes() {
        #expect(filter(passes: true) == events.filter { $0 != .reasoningDelta("") })
    }
}
