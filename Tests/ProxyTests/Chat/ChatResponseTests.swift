import Testing

@testable import ollama_openai_proxy

struct ChatResponseTests {
    @Test("A reply is the fold of its events")
    func fold() {
        let token = TokenLogprob(token: "a", logprob: "-0.10", bytes: [0x61])
        let usage = Usage(promptTokens: 3, completionTokens: 4)
        var response = ChatResponse()
        for event in [
            .started, .reasoning("think "), .reasoning("more"),
            .text("a", logprobs: [token]), .text("b"), .text("", logprobs: [token]),
            .call(ToolCall(id: "1", name: "f", arguments: #"{"x": 1.0}"#)),
            .call(ToolCall(id: "2", name: "g", arguments: "{}")),
            .end(.finished(.toolCalls, usage)),
        ] as [ReplyEvent] {
            response.fold(event)
        }
        #expect(response.reasoning == "think more")
        #expect(response.text == "ab")
        #expect(response.logprobs == [token, token])
        #expect(
            response.toolCalls == [
                ToolCall(id: "1", name: "f", arguments: #"{"x": 1.0}"#), ToolCall(id: "2", name: "g", arguments: "{}"),
            ])
        #expect(response.finishReason == .toolCalls && response.usage == usage)
        #expect(usage.totalTokens == 7)
    }

    @Test("Finished and failed end a stream, nothing else does")
    func terminal() {
        #expect(ChatEvent.finished(.stop, nil).isTerminal)
        #expect(ChatEvent.failed(ChatError(status: 500, "")).isTerminal)
        #expect(!ChatEvent.started.isTerminal)
        #expect(!ChatEvent.textDelta("").isTerminal)
        #expect(!ChatEvent.reasoningDelta("").isTerminal)
        #expect(!ChatEvent.toolCallDelta(ToolCallDelta()).isTerminal)
    }

    @Test("Token counts from outside never trap")
    func usage() {
        #expect(Usage(promptTokens: .max, completionTokens: 1).totalTokens == .min)
    }
}
