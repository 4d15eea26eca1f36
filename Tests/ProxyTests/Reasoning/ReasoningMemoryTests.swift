import Testing

@testable import ollama_openai_proxy

struct ReasoningMemoryTests {
    private var memory = ReasoningMemory(byteLimit: 1 << 20)

    /// An assistant's turn; each id stands for a call of its own.
    static func turn(_ text: String = "", calls: [String] = []) -> ChatMessage {
        let calls = calls.map { ToolCall(id: $0, name: "f", arguments: #"{"of":"\#($0)"}"#) }
        return ChatMessage(role: .assistant, text: JSONText(text), toolCalls: calls)
    }

    private static func question(_ text: String) -> ChatMessage { ChatMessage(role: .user, text: JSONText(text)) }

    private mutating func remember(
        _ thoughts: String, _ calls: String..., text: String = "", own: Bool = true, to question: String = "hi",
        scope: String? = nil, now: Int = 0
    ) {
        let turn = Self.turn(text, calls: calls)
        memory.remember(
            ReplyTranscript(reasoning: thoughts, text: text, calls: turn.toolCalls, ownIDs: own ? Set(calls) : []),
            to: ChatRequest(model: "m", messages: [Self.question(question)]), scope: scope, now: now)
    }

    private func recall(
        _ calls: String..., text: String = "", to question: String = "hi", scope: String? = nil, now: Int = 0
    ) -> String? {
        let messages = [Self.question(question), Self.turn(text, calls: calls), Self.question("go on")]
        let request = memory.restored(ChatRequest(model: "m", messages: messages), scope: scope, now: now)
        return request.messages[1].reasoning?.string
    }

    @Test("A turn is found by any of its calls")
    mutating func byCall() {
        remember("why", "a", "b", text: "Let me look.")
        #expect(recall("a") == "why")
        #expect(recall("b") == "why")
        #expect(recall("unknown", "b") == "why")
        #expect(recall("c") == nil)
        #expect(recall(text: "Let me look.") == nil)
        #expect(recall("c", text: "Let me look.") == nil)
    }

    @Test("An id that was made here is enough, another one counts only in its conversation")
    mutating func otherIDs() {
        remember("ours", "made here")
        remember("theirs", "functions.Bash:0", own: false)
        #expect(recall("made here", to: "something else") == "ours")
        #expect(recall("functions.Bash:0") == "theirs")
        #expect(recall("functions.Bash:0", to: "something else") == nil)
        // As LiteLLM gives it to Anthropic's clients.
        #expect(recall("functions_Bash_0", "") == "theirs")
    }

    @Test("A conversation's first id is not taken for one that was made here")
    mutating func idInFront() {
        let turn = Self.turn(calls: ["functions.Bash:0"])
        memory.remember(
            ReplyTranscript(reasoning: "why", calls: turn.toolCalls), to: ChatRequest(model: "m", messages: []),
            scope: nil, now: 0)
        #expect(recall("functions.Bash:0") == nil)
    }

    @Test("A turn whose ids are lost is found by its calls and what was before")
    mutating func withoutIDs() {
        let calls = [ToolCall(id: "", name: "f", arguments: #"{"a":1.0,"b":["é",null]}"#)]
        memory.remember(
            ReplyTranscript(reasoning: "why", calls: calls),
            to: ChatRequest(model: "m", messages: [Self.question("hi")]),
            scope: nil, now: 0)
        for (name, arguments, expected) in [
            ("f", #"{ "b": ["\u00e9", null], "a": 1 }"#, "why"), ("f", #"{"a":1.5,"b":["é",null]}"#, nil),
            ("f", #"{"a":1,"b":["é","null"]}"#, nil), ("f", #"{"a":1,"b":"é","c":null}"#, nil),
            ("g", #"{"a":1,"b":["é",null]}"#, nil), ("f", "{}", nil),
        ] as [(String, String, String?)] {
            let turn = ChatMessage(
                role: .assistant, toolCalls: [ToolCall(id: "", name: name, arguments: arguments)])
            let request = ChatRequest(model: "m", messages: [Self.question("hi"), turn])
            #expect(memory.restored(request, scope: nil, now: 0).messages[1].reasoning?.string == expected)
        }
    }

    @Test("A turn without calls is found by its text, whatever white space a client trims")
    mutating func byText() {
        remember("why", text: "\n\n Four\nmen. \u{A0}\u{2028}")
        for text in ["Four\nmen.", " Four\nmen.", "Four\nmen.\r\n", "\u{2028}Four\nmen.\t"] {
            #expect(recall(text: text) == "why")
            #expect(recall(text: text, to: "something else") == nil)
        }
        for text in ["Four men.", "Four\nmen", "", " ", "four\nmen."] { #expect(recall(text: text) == nil) }
        #expect(recall("Four\nmen.") == nil)
    }

    @Test("Text that only looks the same is another text")
    mutating func canonicalEquivalence() {
        remember("why", text: "caf\u{E9}")
        #expect(recall(text: "cafe\u{301}") == nil)
    }

    @Test("What has neither calls nor text is not kept", arguments: ["", " \n"])
    mutating func noKey(text: String) {
        remember("why", text: text)
        #expect(memory.bytes == 0)
        #expect(recall(text: text) == nil)
        #expect(recall("") == nil)
    }

    @Test("One client's reasoning is never given to another")
    mutating func scopes() {
        remember("mine", "a", scope: "key-1")
        remember("mine", text: "Done.", scope: "key-1")
        for scope in [nil, "", "key-2", "key-", "key-1 "] {
            #expect(recall("a", scope: scope) == nil)
            #expect(recall(text: "Done.", scope: scope) == nil)
        }
        remember("open", "a")
        #expect(recall("a") == "open")
        #expect(recall("a", scope: "") == nil)
        #expect(recall("a", scope: "key-1") == "mine")
        // Where the key ends and the id begins matters.
        remember("cut", "bc", scope: "a")
        #expect(recall("c", scope: "ab") == nil)
    }

    @Test("An id that is used again means the later turn")
    mutating func reused() {
        remember("first", "call_0", "call_1")
        remember("second", "call_0", now: 1)
        #expect(recall("call_0") == "second")
        #expect(recall("call_1") == "first")
        remember("third", "call_1", now: 2)
        #expect(recall("call_1") == "third")
    }

    @Test("A later turn without reasoning, or with too much, takes the id as well")
    mutating func reusedForNothing() {
        for reasoning in ["", String(repeating: "x", count: 1 << 20)] {
            remember("first", "a")
            remember(reasoning, "a")
            #expect(recall("a") == nil)
        }
    }

    @Test("The oldest goes first when the limit is reached")
    mutating func limit() {
        memory = ReasoningMemory(byteLimit: 11_000)
        let reasoning = String(repeating: "x", count: 2_000)
        for turn in 0..<100 {
            remember(reasoning + "\(turn)", "call_\(turn)", now: turn)
            #expect(memory.bytes <= 11_000)
            #expect(recall("call_\(turn)", now: turn) == reasoning + "\(turn)")
        }
        let kept = (0..<100).filter { recall("call_\($0)", now: 100) != nil }
        #expect(kept == [96, 97, 98, 99])
    }

    @Test("What is larger than the limit is not kept, and pushes nothing out")
    mutating func tooLarge() {
        memory = ReasoningMemory(byteLimit: 2_000)
        remember("small", "a")
        remember(String(repeating: "x", count: 2_000), "b")
        #expect(recall("a") == "small")
        #expect(recall("b") == nil)
    }

    @Test("A limit of 0 keeps nothing")
    mutating func off() {
        memory = ReasoningMemory(byteLimit: 0)
        remember("why", "a")
        #expect(recall("a") == nil)
        #expect(memory.bytes == 0)
    }

    @Test("What is too old is not found, and its room is given back")
    mutating func age() {
        memory = ReasoningMemory(byteLimit: 1 << 20, ageLimit: 60)
        remember("early", "a", now: 100)
        let one = memory.bytes
        remember("later", "b", now: 130)
        #expect(recall("a", now: 160) == "early")
        #expect(recall("a", now: 161) == nil)
        #expect(recall("b", now: 161) == "later")
        remember("third", "c", now: 1_000)
        #expect(memory.bytes == one)
        #expect(recall("b", now: 130) == nil)
        #expect(recall("c", now: 1_061) == nil)
    }

    @Test("Times beyond reason do no harm", arguments: [(Int.min, Int.max), (Int.max, Int.min), (0, -1)])
    mutating func extremeTimes(first: Int, second: Int) {
        remember("why", "a", now: first)
        remember("why", "b", now: second)
        _ = recall("a", now: second)
        #expect(recall("b", now: second) == "why")
    }

    @Test("One call named twice is one key")
    mutating func repeatedID() {
        remember("why", "a")
        let once = memory.bytes
        memory = ReasoningMemory(byteLimit: 1 << 20)
        remember("why", "a", "a", "")
        #expect(memory.bytes == once)
        #expect(recall("a") == "why")
    }

    @Test("Whatever comes, the account of bytes is that of what is kept", arguments: 0..<4 as Range<UInt64>)
    mutating func account(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        memory = ReasoningMemory(byteLimit: 5_000, ageLimit: 50)
        // What must be found: the last turn of each id, unless it is too old or was pushed out.
        var latest: [String: (reasoning: String, time: Int)] = [:]
        for now in 0..<3_000 {
            let calls = (0..<2).map { _ in "c\(Int.random(in: 0..<20, using: &random))" }
            let reasoning = String(repeating: "r", count: Int.random(in: 0..<900, using: &random)) + "\(now)"
            remember(reasoning, calls[0], calls[1], now: now)
            for call in calls { latest[call] = (reasoning, now) }
            #expect(memory.bytes <= 5_000)
            let asked = "c\(Int.random(in: 0..<20, using: &random))"
            if let found = recall(asked, now: now) {
                #expect(found == latest[asked]?.reasoning)
                #expect(now - (latest[asked]?.time ?? 0) <= 50)
            }
        }
        remember("", "c0", now: 10_000)
        #expect(memory.bytes == 0)
    }

    @Test("Twenty thousand turns end promptly")
    mutating func many() {
        for turn in 0..<20_000 { remember("thought", "call_\(turn)", "again", scope: "k", now: turn / 100) }
        #expect(recall("again", scope: "k", now: 200) == "thought")
        #expect(memory.bytes <= 1 << 20)
    }
}

struct ReasoningRestorationTests {
    private static func message(
        _ role: ChatMessage.Role, _ text: String = "", calls: [String] = [], reasoning: String? = nil
    ) -> ChatMessage {
        var message = ReasoningMemoryTests.turn(text, calls: calls)
        message.role = role
        message.reasoning = reasoning.map { JSONText($0) }
        return message
    }

    private static let beginning = [message(.system, "Be brief."), message(.user, "Done.")]

    /// A memory of two turns of one conversation: calls `a` and `b`, and the text `Done.`
    private var memory: ReasoningMemory {
        var memory = ReasoningMemory(byteLimit: 1 << 20)
        var messages = Self.beginning
        let calls = ReasoningMemoryTests.turn("Looking", calls: ["a", "b"])
        memory.remember(
            ReplyTranscript(reasoning: "of calls", text: "Looking", calls: calls.toolCalls, ownIDs: ["a", "b"]),
            to: ChatRequest(model: "m", messages: messages), scope: "key", now: 0)
        messages += [calls, Self.message(.tool, "Done.")]
        memory.remember(
            ReplyTranscript(reasoning: "of text", text: "Done.\n"), to: ChatRequest(model: "m", messages: messages),
            scope: "key", now: 0)
        return memory
    }

    private func reasonings(_ messages: [ChatMessage], scope: String? = "key", now: Int = 0) -> [String?] {
        let request = ChatRequest(model: "m", messages: messages)
        return memory.restored(request, scope: scope, now: now).messages.map { $0.reasoning?.string }
    }

    @Test("The assistant's turns get their reasoning back, and nobody else's")
    func restores() {
        let messages =
            Self.beginning + [
                Self.message(.assistant, "Looking", calls: ["a", "b"]), Self.message(.tool, "Done."),
                Self.message(.assistant, "Done."), Self.message(.system, "Done."), Self.message(.assistant, "Unknown"),
                Self.message(.assistant, "Done."), Self.message(.assistant, calls: ["c"]), Self.message(.tool, "Done."),
            ]
        #expect(reasonings(messages) == [nil, nil, "of calls", nil, "of text", nil, nil, nil, nil, nil])
        #expect(reasonings(messages, scope: nil).allSatisfy { $0 == nil })
        #expect(reasonings(messages, now: 3_601).allSatisfy { $0 == nil })
        #expect(reasonings(Array(messages.dropFirst())) == [nil, "of calls"] + Array(repeating: nil, count: 7))
    }

    @Test("What the client gives back itself stays, and does not matter for later turns")
    func keeps() {
        let turns = [
            Self.message(.assistant, "Looking", calls: ["a", "b"], reasoning: "client's"), Self.message(.tool, "Done."),
        ]
        for reasoning in ["client's", "", nil] {
            #expect(
                reasonings(Self.beginning + turns + [Self.message(.assistant, "Done.", reasoning: reasoning)])
                    == [nil, nil, "client's", nil, reasoning ?? "of text"])
        }
    }

    @Test("A turn that was split into a message for each call is not told twice")
    func split() {
        let split = [Self.message(.assistant, calls: ["a"]), Self.message(.assistant, calls: ["b"])]
        #expect(reasonings(split) == ["of calls", nil])
        #expect(reasonings([split[0], Self.message(.tool), split[1]]) == ["of calls", nil, "of calls"])
        let whole = [Self.message(.assistant, "Looking")] + split + [Self.message(.tool, "Done.")]
        #expect(
            reasonings(Self.beginning + whole + [Self.message(.assistant, "Done.")])
                == [nil, nil, nil, "of calls", nil, nil, "of text"])
    }

    @Test("Which call a result answers is a part of the conversation; what its id is called is not")
    func answeredCalls() {
        var memory = memory
        func conversation(_ ids: [String], results: [(String, String)]) -> [ChatMessage] {
            let calls = ids.map { ToolCall(id: $0, name: "f", arguments: "{}") }
            return Self.beginning + [ChatMessage(role: .assistant, toolCalls: calls)]
                + results.map { ChatMessage(role: .tool, text: JSONText($0.1), toolCallID: $0.0, toolName: "f") }
        }
        let asked = conversation(["1", "2"], results: [("1", "100"), ("2", "200")])
        memory.remember(
            ReplyTranscript(reasoning: "secret", text: "Settled."), to: ChatRequest(model: "m", messages: asked),
            scope: "key", now: 0)
        for (messages, expected) in [
            (asked, "secret"), (conversation(["x_1", "x_2"], results: [("x_1", "100"), ("x_2", "200")]), "secret"),
            (conversation(["1", "2"], results: [("2", "100"), ("1", "200")]), nil),
            (conversation(["1", "2"], results: [("?", "100"), ("", "200")]), "secret"),
        ] as [([ChatMessage], String?)] {
            let request = ChatRequest(model: "m", messages: messages + [Self.message(.assistant, "Settled.")])
            let restored = memory.restored(request, scope: "key", now: 0)
            #expect(restored.messages.last?.reasoning?.string == expected)
        }
    }

    @Test("Nothing else of a request changes")
    func nothingElse() {
        var request = ChatRequest(model: "m", messages: [Self.message(.assistant, "Text", calls: ["a"])])
        request.isStreaming = true
        let restored = memory.restored(request, scope: "key", now: 0)
        #expect(restored.isStreaming)
        #expect(restored.messages[0].text.string == "Text")
        #expect(restored.messages[0].toolCalls == request.messages[0].toolCalls)
    }
}
