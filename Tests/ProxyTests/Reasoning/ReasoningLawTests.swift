import Testing

@testable import ollama_openai_proxy

/// The law of the memory of reasoning: two conversations that differ in any message before a turn never share it, and one
/// conversation, in whatever form its client sends it again, keeps it.
struct ReasoningLawTests {
    /// A conversation of a few messages and the turn that follows it.
    private struct Conversation {
        var messages: [ChatMessage]
        var turn: ChatMessage

        /// The request that brings the turn back.
        var request: ChatRequest {
            ChatRequest(model: "m", messages: messages + [turn, ChatMessage(role: .user, text: JSONText("go on"))])
        }

        func recalled(from memory: ReasoningMemory) -> String? {
            memory.restored(request, scope: "shared", now: 0).messages[messages.count].reasoning?.string
        }

        func remember(_ thoughts: String, in memory: inout ReasoningMemory, ownIDs: Set<String> = []) {
            memory.remember(
                ReplyTranscript(reasoning: thoughts, text: turn.text.string, calls: turn.toolCalls, ownIDs: ownIDs),
                to: ChatRequest(model: "m", messages: messages), scope: "shared", now: 0)
        }
    }

    /// Few different words, so that conversations have much in common.
    private static let words = ["Done.", "ls", "a\nb", "\u{E9}", "", "{\"x\":1}", "Done. ", "functions.Bash:0"]
    private static let arguments = [
        #"{}"#, #"{"command":"ls","timeout":5}"#, #"{"command":"ls"}"#, #"{"command":["ls"]}"#,
        #"{"a":{"b":null},"c":0.5}"#,
        #"{"a":{},"b":null,"c":0.5}"#, #"{"a":12345678901234567890}"#, #"{"a":12345678901234567891}"#,
    ]

    private static func message(_ random: inout SeededGenerator) -> ChatMessage {
        let role = [.user, .assistant, .tool, .user].randomElement(using: &random) ?? ChatMessage.Role.user
        var message = ChatMessage(role: role, text: JSONText(words.randomElement(using: &random) ?? ""))
        if role == .assistant { message.toolCalls = calls(&random) }
        if role != .assistant, Int.random(in: 0..<4, using: &random) == 0 {
            message.media = [Medium(JSONText(["iVBORw0KGgoA", "iVBORw0KGgoB"].randomElement(using: &random) ?? ""))]
        }
        return message
    }

    private static func calls(_ random: inout SeededGenerator) -> [ToolCall] {
        (0..<Int.random(in: 0...2, using: &random)).map { place in
            ToolCall(
                id: "functions.Bash:\(place)", name: ["Bash", "Read"].randomElement(using: &random) ?? "",
                arguments: arguments.randomElement(using: &random) ?? "{}")
        }
    }

    private static func conversation(_ random: inout SeededGenerator) -> Conversation {
        var messages = (0..<Int.random(in: 0...5, using: &random)).map { _ in message(&random) }
        // In the calls' order, as where the ids are lost.
        var open: [String] = []
        for place in messages.indices {
            if place > 0, messages[place].role == .assistant, messages[place - 1].role != .assistant { open = [] }
            open += messages[place].toolCalls.map(\.id)
            guard messages[place].role == .tool else { continue }
            messages[place].toolCallID = open.isEmpty ? "functions.Bash:0" : open.removeFirst()
        }
        if Bool.random(using: &random) {
            messages.insert(ChatMessage(role: .system, text: JSONText("Be brief.")), at: 0)
        }
        messages.append(ChatMessage(role: .user, text: JSONText("And now?")))
        var turn = ChatMessage(role: .assistant, text: JSONText("Done."))
        turn.toolCalls = calls(&random)
        return Conversation(messages: messages, turn: turn)
    }

    /// One message becomes another, or comes, or goes, or two change places. What it was is told for a failure.
    private static func mutate(_ messages: inout [ChatMessage], _ random: inout SeededGenerator) -> String {
        let place = Int.random(in: messages.indices, using: &random)
        let kind = Int.random(in: 0..<9, using: &random)
        switch kind {
        case 0: messages[place].text.append("x")
        case 1: messages[place].text = JSONText("x" + messages[place].text.string)
        case 2 where messages[place].role != .assistant:
            messages[place].role = messages[place].role == .user ? .system : .user
        case 3 where !messages[place].toolCalls.isEmpty: messages[place].toolCalls[0].name += "x"
        case 4 where !messages[place].toolCalls.isEmpty:
            let arguments = messages[place].toolCalls[0].arguments
            messages[place].toolCalls[0].arguments =
                Self.arguments.filter { $0 != arguments }
                .randomElement(using: &random) ?? ""
        case 5 where messages[place].role != .assistant: messages[place].media.append(Medium(JSONText("R0lGOD")))
        case 6 where place < messages.count - 1 && messages[place].role != .assistant: messages.remove(at: place)
        case 7: messages.insert(ChatMessage(role: .user, text: JSONText("And then?")), at: place)
        default: messages[place].text = JSONText("something else")
        }
        return "kind \(kind), message \(place)"
    }

    @Test("Two conversations that differ in any message before a turn never share", arguments: 0..<20 as Range<UInt64>)
    func neverShare(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let mine = Self.conversation(&random)
            var other = mine
            let what = Self.mutate(&other.messages, &random)
            var memory = ReasoningMemory(byteLimit: 1 << 20)
            mine.remember("mine", in: &memory)
            #expect(mine.recalled(from: memory) == "mine")
            #expect(other.recalled(from: memory) == nil, "\(what) of \(mine)")
            other.remember("other", in: &memory)
            #expect(mine.recalled(from: memory) == "mine", "\(what) of \(mine)")
            #expect(other.recalled(from: memory) == "other")
        }
    }

    @Test("Nor do they with ids that were made here, which differ", arguments: 0..<5 as Range<UInt64>)
    func neverShareOwn(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var mine = Self.conversation(&random)
            mine.turn.toolCalls = [ToolCall(id: RandomID.make(), name: "Bash", arguments: "{}")]
            var other = mine
            other.turn.toolCalls[0].id = RandomID.make()
            let what = Self.mutate(&other.messages, &random)
            var memory = ReasoningMemory(byteLimit: 1 << 20)
            mine.remember("mine", in: &memory, ownIDs: [mine.turn.toolCalls[0].id])
            #expect(other.recalled(from: memory) == nil, "\(what) of \(mine)")
            // The client that shortens its own conversation is known by its id.
            other.turn = mine.turn
            #expect(other.recalled(from: memory) == "mine")
        }
    }

    // MARK: What does not count

    /// The conversation as its client may send it the next time.
    private static func sentAgain(_ mine: Conversation, _ random: inout SeededGenerator) -> Conversation {
        var messages: [ChatMessage] = []
        for message in mine.messages {
            if message.role == .system {
                messages.append(ChatMessage(role: .system, text: withBillingLine(message.text, &random)))
            } else if message.role == .assistant, Bool.random(using: &random) {
                messages.append(ChatMessage(role: .assistant, text: message.text))
                messages += message.toolCalls.map { ChatMessage(role: .assistant, toolCalls: [$0]) }
            } else {
                messages.append(message)
            }
        }
        var turn = mine.turn
        for place in messages.indices { disguise(&messages[place], &random) }
        disguise(&turn, &random)
        turn.reasoning = nil
        return Conversation(messages: messages, turn: turn)
    }

    private static func disguise(_ message: inout ChatMessage, _ random: inout SeededGenerator) {
        guard message.role == .assistant else {
            message.toolCallID = nil
            return
        }
        let space = ["", " ", "\n"].randomElement(using: &random) ?? ""
        message.text = JSONText(space + message.text.string + space)
        message.reasoning = ["thought", nil].randomElement(using: &random)?.map { JSONText($0) }
        for place in message.toolCalls.indices {
            message.toolCalls[place].id = ["", "toolu_\(place)"].randomElement(using: &random) ?? ""
            message.toolCalls[place].arguments =
                [
                    #"{"command":"ls","timeout":5}"#: #"{ "timeout": 5.0, "command": "\u006cs" }"#,
                    #"{"a":{"b":null},"c":0.5}"#: #"{"c":0.5,"a":{"b": null}}"#,
                ][message.toolCalls[place].arguments, default: message.toolCalls[place].arguments]
        }
    }

    private static func withBillingLine(_ text: JSONText, _ random: inout SeededGenerator) -> JSONText {
        let line =
            #""x-anthropic-billing-header: cc_version=\#(Int.random(in: 0..<9, using: &random));\n\#(text.string)""#
        return (try? JSONDocument(parsing: line)).flatMap { JSONText($0.root) } ?? JSONText()
    }

    @Test("A conversation keeps its reasoning in whatever form it is sent again", arguments: 0..<10 as Range<UInt64>)
    func lives(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let mine = Self.conversation(&random)
            let again = Self.sentAgain(mine, &random)
            var memory = ReasoningMemory(byteLimit: 1 << 20)
            mine.remember("mine", in: &memory)
            #expect(again.recalled(from: memory) == "mine", "\(mine) as \(again)")
        }
    }

    @Test("A client that changes arguments is known by the id in its place")
    func changedArguments() {
        var mine = Conversation(
            messages: [ChatMessage(role: .user, text: JSONText("hi"))], turn: ChatMessage(role: .assistant))
        mine.turn.toolCalls = [ToolCall(id: "call_a", name: "Bash", arguments: #"{"command":"cd /x && ls"}"#)]
        var memory = ReasoningMemory(byteLimit: 1 << 20)
        mine.remember("mine", in: &memory)
        mine.turn.toolCalls[0].arguments = #"{"command":"ls"}"#
        #expect(mine.recalled(from: memory) == "mine")
        mine.turn.toolCalls[0].id = "call_b"
        #expect(mine.recalled(from: memory) == nil)
    }
}
