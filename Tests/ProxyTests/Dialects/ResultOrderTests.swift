import Testing

@testable import ollama_openai_proxy

/// What is looked up in tables must be found where a plain search finds it, whatever the ids: the same twice, none, or
/// of nothing that was called.
@Suite("Which result belongs to which call")
struct ResultOrderTests {
    private static let turns: [(calls: [ToolCall], results: [ChatMessage])] = {
        var random = SeededGenerator(seed: 9)
        return (0..<2000).map { _ in
            func some(_ count: Int, _ words: [String]) -> [String] {
                (0..<count).map { _ in words.randomElement(using: &random) ?? "" }
            }
            let calls = Int.random(in: 1...6, using: &random)
            let results = Int.random(in: 0...8, using: &random)
            let ids = some(calls, ["a", "b", "c", "d", "e", "f"])
            let names = some(calls, ["f", "g", "h"])
            return (
                zip(ids, names).map { ToolCall(id: $0, name: $1, arguments: "{}") },
                zip(some(results, ["a", "b", "c", "d", "e", "f", "z", ""]), some(results, ["f", "g", "h", "y", ""]))
                    .enumerated().map { place, keys in
                        var result = ChatMessage(role: .tool, text: JSONText("\(place)"))
                        result.toolCallID = keys.0.isEmpty ? nil : keys.0
                        result.toolName = keys.1.isEmpty ? nil : keys.1
                        return result
                    }
            )
        }
    }()

    private func conversation(_ calls: [ToolCall], _ results: [ChatMessage]) -> [ChatMessage] {
        [ChatMessage(role: .user, text: JSONText("u")), ChatMessage(role: .assistant, toolCalls: calls)] + results
            + [ChatMessage(role: .user, text: JSONText("v"))]
    }

    @Test("For Ollama they stand in the order of the calls, those of unknown calls last, those of one id each at its own")
    func ollama() throws {
        for (calls, results) in Self.turns {
            let sent = try OllamaConversation(conversation(calls, results), instruction: nil).messages
            var open = calls.map(\.id) as [String?]
            let places = results.map { result in
                let place = open.firstIndex { $0 != nil && $0 == result.toolCallID } ?? calls.count
                if place < calls.count { open[place] = nil }
                return place
            }
            let expected = results.indices.sorted { (places[$0], $0) < (places[$1], $1) }
            let ordered = calls.count > 1 ? expected : Array(results.indices)
            #expect(sent.dropFirst(2).dropLast().map(\.text.string) == ordered.map(String.init))
            #expect(sent.last?.text.string == "v")
        }
    }

    @Test("For vendors each is the result of the call of its id, else of its name, else of the first that has none")
    func vendors() {
        for (calls, results) in Self.turns {
            let sent = VendorChatConversation(conversation(calls, results)).messages
            var open = calls
            var expected: [String] = []
            for (number, result) in results.enumerated() {
                let place =
                    open.firstIndex { $0.id == result.toolCallID } ?? open.firstIndex { $0.name == result.toolName }
                    ?? open.indices.first
                expected.append("\(number) \(place.map { open.remove(at: $0).id } ?? "none")")
            }
            expected += open.map { "(no result) \($0.id)" }
            let told = sent.dropFirst(2).dropLast().map { message in
                "\(message.text.string) \(message.role == .tool ? message.toolCallID ?? "?" : "none")"
            }
            #expect(Array(told) == expected)
        }
    }
}
