import Testing

@testable import ollama_openai_proxy

@Suite("A call that is repeated in the history")
struct RepetitionTests {
    /// A conversation in which each letter is a call of that name, a dot an answer and a digit other arguments.
    private func history(_ text: String) -> ChatRequest {
        let messages = text.map { letter in
            var message = ChatMessage(role: .assistant, text: JSONText("x"))
            if letter == "." { return message }
            let name = letter.isNumber ? "a" : String(letter)
            message.toolCalls = [ToolCall(id: "", name: name, arguments: letter.isNumber ? "{\"n\":\(letter)}" : "{}")]
            return message
        }
        let results = messages.flatMap { [$0] + ($0.toolCalls.isEmpty ? [] : [ChatMessage(role: .tool)]) }
        return ChatRequest(model: "m", messages: results)
    }

    @Test(
        "It is told at every fifth, while the model goes on",
        arguments: [
            ("", 0), ("aaaa", 0), ("aaaaa", 5), ("baaaaa", 5), ("aaaaaa", 0), ("aaaaaaaaaa", 10), ("aaaaab", 0), ("aabaaa", 0),
            ("aaaa1", 0), ("a1111", 0), ("11111", 5), ("aaaaa.", 0),
        ])
    func calls(text: String, expected: Int) {
        let found = history(text).repetition
        #expect(found?.calls ?? 0 == expected)
        if expected > 0 { #expect(found?.tool == "a") }
    }

    @Test("A hundred thousand of them in one turn are walked once; each anew would take minutes", .timeLimit(.minutes(1)))
    func many() {
        var message = ChatMessage(role: .assistant)
        message.toolCalls = Array(repeating: ToolCall(id: "", name: "a", arguments: "{}"), count: 100_000)
        #expect(ChatRequest(model: "m", messages: [message]).repetition?.calls == 100_000)
    }
}
