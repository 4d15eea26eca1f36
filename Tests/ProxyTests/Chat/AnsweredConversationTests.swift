import Testing

@testable import ollama_openai_proxy

@Suite("Every call of a conversation has its result behind it")
struct AnsweredConversationTests {
    /// A message as a word: `u` and `s` are others', `a` the assistant's, `a:f1,g2` one that calls `f` with the id `1` and
    /// `g` with `2`, `r1` a result of the id `1`, `r/f` one of the tool `f`, `r` one without a key.
    private static func message(_ word: Substring) -> ChatMessage {
        var message = ChatMessage(role: .user, text: JSONText(String(word)))
        switch word.first {
        case "a":
            message.role = .assistant
            message.toolCalls = word.split(separator: ":").dropFirst().flatMap { $0.split(separator: ",") }
                .map { ToolCall(id: String($0.dropFirst()), name: String($0.prefix(1)), arguments: "{}") }
        case "r":
            message.role = .tool
            let parts = word.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            message.toolCallID = parts.first.flatMap { $0.isEmpty ? nil : String($0) }
            message.toolName = parts.count > 1 ? String(parts[1]) : nil
        default: break
        }
        return message
    }

    private static func messages(_ words: String) -> [ChatMessage] { words.split(separator: " ").map(message) }

    /// What the model gets: texts, and for a result behind `=` the call that it is of.
    private static func sent(_ words: String) -> String {
        AnsweredConversation(messages(words)).messages.map { message in
            let text = message.text.string.replacing("\n\n", with: "+").replacing("(no result)", with: "-")
            guard message.role == .tool else { return text }
            return "\(text)=\(message.toolName ?? "")\(message.toolCallID ?? "")"
        }.joined(separator: " ")
    }

    @Test(
        "As the client sent them, and as the model gets them",
        arguments: [
            ("u a u", "u a u"), ("a:f1 r1", "a:f1 r1=f1"), ("a:f1,g2 r2 r1", "a:f1,g2 r1=f1 r2=g2"),
            // Behind another message.
            ("a:f1 u r1", "a:f1 r1=f1 u"), ("a:f1,g2 r2 u s r1 u", "a:f1,g2 r1=f1 r2=g2 u s u"),
            ("a:f1 u a r1", "a:f1 r1=f1 u a"), ("a:f1 u a:g2 r1 r2", "a:f1 r1=f1 u a:g2 r2=g2"),
            ("a:f1 u a:g2 r2 u r1", "a:f1 r1=f1 u a:g2 r2=g2 u"), ("a:f u r/f", "a:f r/f=f u"),
            // No result, and another message.
            ("a:f1 u", "a:f1 -=f1 u"), ("a:f1,g2 r2", "a:f1,g2 -=f1 r2=g2"), ("a:f1 u a:g2 r2", "a:f1 -=f1 u a:g2 r2=g2"),
            ("a:f u", "a:f -=f u"), ("u a:f1,g2", "u a:f1,g2"), ("a:f1 a", "a:f1 -=f1 a"),
            // One turn in several messages.
            ("a:f1 a:g2 r1 r2", "a:f1+a:g2 r1=f1 r2=g2"), ("a a a:g2 a r2", "a+a+a:g2 r2=g2 a"), ("a a", "a a"),
            // The same id again: each turn's call has its own result, and so has each of one turn.
            ("a:f1 r1 u a:f1 r1/x", "a:f1 r1=f1 u a:f1 r1/x=x1"), ("a:f1 u a:f1 r1 r1", "a:f1 r1=f1 u a:f1 r1=f1"),
            ("a:f1,g1 r1 r1", "a:f1,g1 r1=f1 r1=g1"),
            // Of nothing that was called.
            ("r1 u", "r1=1 u"), ("u r a:f1 r1 r1", "u r= a:f1 r1=f1 r1=1"), ("a:f1 r1 r2 u r", "a:f1 r1=f1 r2=2 u r="),
            // By the name and in order, of the last calls only.
            ("a:f1,g2 r/g r/f", "a:f1,g2 r/f=f1 r/g=g2"), ("a:f1,g2 r9 r1", "a:f1,g2 r1=f1 r9=g2"),
            ("a:f1 u a u r/f", "a:f1 -=f1 u a u r/f=f"),
        ])
    func order(words: String, expected: String) { #expect(Self.sent(words) == expected) }

    @Test("What has been mended is not mended again")
    func settled() {
        for words in ["a:f,g u r/g r", "a:f1,g1 r1 u a:f1 r1 r1 r", "a:f1 a:g u r1", "r a:f1,g2"] {
            let once = AnsweredConversation(Self.messages(words)).messages
            #expect(AnsweredConversation(once).messages.map(\.text.string) == once.map(\.text.string))
        }
    }

    @Test("The beginning stays as it was while a conversation grows, for the prompt cache")
    func growing() {
        let words = "s u a:f1,g2 r2 r1 a u a:f1 r1 a:g3 r3 u a".split(separator: " ")
        var before: [String] = []
        // Up to the ends of turns: within one, results are still coming.
        for end in [2, 5, 6, 7, 9, 11, 12, 13] {
            let sent = Self.sent(words[..<end].joined(separator: " ")).split(separator: " ").map(String.init)
            #expect(Array(sent.prefix(before.count)) == before)
            before = sent
        }
    }

    @Test("A conversation of many messages costs no search through all of them for each")
    func many() {
        let calls = (0..<50_000).map { "f\($0)" }.joined(separator: ",")
        let results = (0..<50_000).map { "r\($0 * 7919 % 50_000)" }.joined(separator: " ")
        #expect(Self.sent("a:\(calls) u \(results)").hasSuffix("r49999=f49999 u"))
        let turns = Array(repeating: "a:f", count: 50_000).joined(separator: " ")
        #expect(Self.sent("\(turns) u").hasSuffix("-=f u"))
    }
}
