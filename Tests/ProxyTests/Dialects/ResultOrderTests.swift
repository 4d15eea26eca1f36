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

    @Test("Each is that of its id, else of its name, else of the first without one, and they stand in the calls' order")
    func pairs() {
        for (calls, results) in Self.turns {
            var found: [Int?] = Array(repeating: nil, count: calls.count)
            var left = Array(results.indices)
            let keys: [(ToolCall, ChatMessage) -> Bool] = [
                { $0.id == $1.toolCallID }, { $0.name == $1.toolName }, { _, _ in true },
            ]
            for fits in keys {
                for result in left {
                    let place = calls.indices.first { found[$0] == nil && fits(calls[$0], results[result]) }
                    guard let place else { continue }
                    found[place] = result
                    left.removeAll { $0 == result }
                }
            }
            let expected =
                zip(calls, found).map { "\($1.map(String.init) ?? "(no result)") \($0.id)" }
                + left.map { "\($0) \(results[$0].toolCallID ?? "-")" } + ["v -"]
            let told = AnsweredConversation(conversation(calls, results)).messages.dropFirst(2)
            #expect(told.map { "\($0.text.string) \($0.toolCallID ?? "-")" } == expected)
        }
    }
}
