import Testing

@testable import ollama_openai_proxy

/// A call that something cut is never delivered: not the model's own quotes, not the upstream's parser.
struct CutCallTests {
    private static let normalizer = ToolCallNormalizer(
        .read, Tool("Bash", #"{"properties":{"command":{"type":"string"},"timeout":{"type":"integer"}}}"#))

    /// Argument texts whose first closing bracket is not their end.
    static let cut = [
        #"{"command": "printf "}" > out.txt"}"#, #"{"command":"touch a"},"timeout":5}"#,
        #"{"command":"touch a"} , "b":1"#,
        #"{"command": "awk '{print "}: $1"}"#, #"{"command": "echo {"}"}"#, #"{"command": "say "}} loud"}"#,
        #"{"command": "sed "} s/a/b/"}"#, #"{"command": "sed "} s/a/b/", "timeout": 5}"#,
        #"{"command": "sed "} s/a/b/""#,
        #"{"command": "grep "}</b>" a.html"}"#, #"{"command": "grep "} x"}</tool_call>"#,
        #"{"command":"a"}}, "timeout":5}"#, #"{'command': 'echo '}' > b'}"#, #"{'command': 'echo '} more'}"#,
        #"{"command":"a"}: 1}"#, #"{"command":"a"}”, “dry_run”: true}"#, #"{"command":"a"} “b": 1}"#,
    ]

    /// What may stand behind the end of the arguments.
    static let harmless = [
        ",", " , ", "}", "}}]", ",}", "</tool_call>", "<|im_end|>\n", "\nThat is all.", " I will \"look\" now.", "```",
        "\nIt's done.", "</arg_value>\n</tool_call>",
    ]

    /// How an upstream names the call to which the pieces of a text belong.
    private enum Keys: CaseIterable {
        case indexed, identified, nameless, repeated, repeatedWithoutID

        func fragment(_ place: Int, _ text: String) -> ToolCallDelta {
            let name = place == 0 ? "Bash" : nil
            return switch self {
            case .indexed: ToolCallDelta(index: 0, id: place == 0 ? "a" : nil, name: name, arguments: text)
            case .identified: ToolCallDelta(id: "a", name: name, arguments: text)
            case .nameless: ToolCallDelta(name: name, arguments: text)
            case .repeated: ToolCallDelta(index: 0, id: "a", name: "Bash", arguments: text)
            case .repeatedWithoutID: ToolCallDelta(index: 0, name: "Bash", arguments: text)
            }
        }
    }

    /// The text whole, in two pieces cut anywhere, and character by character, in every way to name its call.
    private func everyForm(of text: String) -> [[ToolCallDelta]] {
        let cuts = text.indices.dropFirst().map { [String(text[..<$0]), String(text[$0...])] }
        let forms = [[text], text.map(String.init)] + cuts + cuts.map { [$0[0], "", $0[1]] }
        return Keys.allCases.flatMap { keys in
            forms.map { pieces in pieces.enumerated().map { keys.fragment($0, $1) } }
        }
    }

    @Test("A bracket behind which the text goes on like JSON ends nothing", arguments: cut, [true, false])
    func neverCut(text: String, repairs: Bool) {
        for fragments in everyForm(of: text) {
            let reply = GatheredReply(fragments, normalizer: repairs ? Self.normalizer : .none)
            #expect(reply.calls.isEmpty, "\(fragments.map(\.arguments)): \(reply.calls)")
            #expect(reply.error?.code == .invalidToolCall, "\(fragments.map(\.arguments))")
            #expect(reply.rules.last == .invalid)
        }
    }

    @Test("Of the text of a call that is cut nothing stands in the error")
    func errorWithoutText() throws {
        let error = try #require(GatheredReply([fragment(0, "Bash", #"{"command":"a"}, "secret":1}"#)]).error)
        #expect(!error.message.contains("secret"))
        #expect(error.message.contains("\"Bash\""))
    }

    @Test("What is no JSON behind the end of the arguments is left out and counted", arguments: harmless)
    func harmlessText(text: String) {
        let object = #"{"command":"ls"}"#
        for fragments in everyForm(of: object + text) {
            let reply = GatheredReply(fragments, normalizer: Self.normalizer)
            #expect(reply.calls.map { $0.hasSuffix("Bash " + object) } == [true], "\(fragments): \(reply)")
            #expect(reply.rules == [.trailingText])
            // White space in a fragment that names the call once more is no one's.
            guard fragments.filter({ $0.name != nil }).count == 1 else { continue }
            let size = (object + text).utf8.count - text.prefix { $0.isWhitespace }.utf8.count
            #expect(reply.adjustments.first?.bytesBefore == size)
        }
    }

    // MARK: When a call leaves

    private static let call = ChatEvent.toolCallDelta(fragment(0, id: "a", "Bash", #"{"command":"ls"}"#))

    private func events(_ events: ChatEvent..., parallel: Bool = true) -> [ChatEvent] {
        GatheredReply(events, allowsParallelCalls: parallel).events
    }

    @Test("A call leaves with the next event that is not its own text, and in its place")
    func nextEvent() {
        let next = fragment(1, id: "b", "Read", "{\"pa")
        #expect(events(Self.call).isEmpty)
        #expect(events(Self.call, .toolCallDelta(fragment(0, nil, " "))).isEmpty)
        #expect(events(Self.call, .toolCallDelta(next)) == [Self.call])
        #expect(events(Self.call, .reasoningDelta("r")) == [Self.call, .reasoningDelta("r")])
        #expect(events(Self.call, .finished(.stop, nil)) == [Self.call, .finished(.toolCalls, nil)])
        #expect(events(Self.call, .finished(.length, nil)) == [Self.call, .finished(.length, nil)])
        #expect(events(Self.call, .textDelta("\n"), .toolCallDelta(next)) == [Self.call, .textDelta("\n")])
        #expect(events(Self.call, .toolCallDelta(next), parallel: false) == [Self.call, .finished(.toolCalls, nil)])
    }

    @Test("A call that was read from text waits for what follows, like any other")
    func recovered() {
        var call = fragment(7, "Bash", #"{"command":"ls"}"#)
        call.isRecovered = true
        #expect(events(.toolCallDelta(call)).isEmpty)
        let whole = ChatEvent.toolCallDelta(fragment(0, id: "own1", "Bash", call.arguments))
        #expect(events(.toolCallDelta(call), .reasoningDelta("r")).first == whole)
        call.arguments += #", "timeout": 5}"#
        #expect(events(.toolCallDelta(call), .reasoningDelta("r")).first?.isTerminal == true)
    }

    @Test("A call behind which the upstream fails is not delivered: it can be asked for again")
    func failure() {
        let failure = ChatEvent.failed(ChatError(status: 502, "broken"))
        #expect(events(.textDelta("t"), Self.call, failure) == [.textDelta("t"), failure])
        #expect(events(Self.call, .textDelta("t"), failure) == [failure])
        #expect(GatheredReply([Self.call, failure]).rules == [.dropped])
    }

    @Test("Calls that another's text interrupts are delivered in the order in which they close")
    func interleaved() {
        let reply = GatheredReply([
            fragment(0, id: "a", "f", #"{"x":"#), fragment(1, id: "b", "g", #"{"y":1}"#), fragment(0, nil, "2"),
            fragment(0, nil, "}"), fragment(1, nil, "</tool_call>"),
        ])
        #expect(reply.calls == [#"0 b g {"y":1}"#, #"1 a f {"x":2}"#])
        #expect(reply.error == nil)
        let late = GatheredReply([
            fragment(0, id: "a", "f", #"{"x":1}"#), fragment(1, id: "b", "g", "{"), fragment(0, nil, #", "y":2}"#),
        ])
        #expect(late.error?.code == .invalidToolCall)
    }

    // MARK: Placeholders

    @Test(
        "An empty object or null before the real arguments is a placeholder",
        arguments: ["{}", "{ }", "null"], [#"{"path":"a"}"#, #" {"path":"a"}"#])
    func placeholder(placeholder: String, text: String) {
        let expected = [#"0 a Read {"path":"a"}"#]
        for keys in [Keys.indexed, .identified, .repeated] {
            let apart = [keys.fragment(0, placeholder), keys.fragment(1, text)].map { renamed($0) }
            #expect(GatheredReply(apart).calls == expected, "\(apart)")
        }
        let whole = placeholder + text
        for cut in whole.indices.dropFirst() {
            let pieces = [fragment(0, id: "a", "Read", String(whole[..<cut])), fragment(0, nil, String(whole[cut...]))]
            #expect(GatheredReply(pieces).calls == expected, "\(pieces.map(\.arguments))")
        }
        #expect(GatheredReply([fragment(0, id: "a", "Read", whole)]).adjustments.isEmpty)
    }

    private func renamed(_ call: ToolCallDelta) -> ToolCallDelta {
        var call = call
        if call.name != nil { call.name = "Read" }
        return call
    }

    @Test("The placeholders of several calls before the arguments of any")
    func severalPlaceholders() {
        let names = [fragment(0, id: "a", "f", "{}"), fragment(1, id: "b", "g", "{}")]
        let reply = GatheredReply(names + [fragment(0, nil, #"{"x":1}"#), fragment(1, nil, #"{"y":2}"#)])
        #expect(reply.calls == [#"0 a f {"x":1}"#, #"1 b g {"y":2}"#])
        #expect(GatheredReply(names).calls == ["0 a f {}", "1 b g {}"])
        #expect(
            GatheredReply(names + [fragment(2, id: "c", "h", #"{"z":3}"#)]).calls
                == ["0 a f {}", "1 b g {}", #"2 c h {"z":3}"#])
    }

    @Test(
        "What follows a placeholder and is no value, or follows the value behind it, is refused",
        arguments: ["{}, \"x\":1}", "{}: 1}", "{}{}{\"x\":1}", "null{\"x\":1}, \"y\":2}"])
    func noPlaceholder(text: String) {
        for cut in text.indices {
            let pieces = [String(text[..<cut]), String(text[cut...])]
            let reply = GatheredReply([fragment(0, id: "a", "f", pieces[0]), fragment(0, nil, pieces[1])])
            #expect(reply.calls.isEmpty)
            #expect(reply.error?.code == .invalidToolCall)
        }
    }
}

/// Calls that the upstream's parser cut: the rest follows as text.
struct CutByParserTests {
    private static let write = fragment(id: "a", "Write", #"{"path":"a.md","content":"half"}"#)

    private func reply(
        _ text: String, end: ChatEvent = .finished(.stop, nil), parallel: Bool = true
    ) -> [[ChatEvent]] {
        let cuts = text.indices.map { [String(text[..<$0]), String(text[$0...])] }
        return ([[text], text.map(String.init)] + cuts).map { pieces in
            let said = pieces.filter { !$0.isEmpty }.map { ChatEvent.textDelta($0) }
            return GatheredReply([.toolCallDelta(Self.write)] + said + [end], allowsParallelCalls: parallel).events
        }
    }

    @Test(
        "A call whose rest follows as text, up to the closing tags of its family, is refused",
        arguments: [
            " and more</arg_value></tool_call>", "</arg_value></tool_call>", "\nx</arg_value>\n</tool_call>\n",
            "b</arg_value><arg_key>mode</arg_key><arg_value>w</arg_value></tool_call>", "rest</tool_call>",
            "rest\n</parameter>\n</function>\n</tool_call>", "rest</parameter></function>",
            "rest</parameter></invoke></minimax:tool_call>", "rest</parameter>\n</invoke>",
            "rest</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜function_calls>", "rest<|\"|>}<tool_call|>",
            "')</function_calls>", "\"}<|tool_call_end|><|tool_calls_section_end|>",
            "\"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        ], [true, false])
    func refused(text: String, parallel: Bool) {
        for events in reply(text, parallel: parallel) {
            guard case .failed(let error)? = events.first else {
                Issue.record("\(events)")
                continue
            }
            #expect(events.count == 1)
            #expect(error.code == .invalidToolCall)
            #expect(error.message.contains("\"Write\""))
        }
    }

    @Test(
        "A call before other text is delivered before it, and so is one before stray closing tags",
        arguments: [
            "Done.", "\n\n", "</tool_call>", "\n</tool_call>\n</tool_call>", "</function></tool_call>",
            "The tag </tool_call> ends a call.", "</arg_value></tool_call> was seen.",
        ])
    func delivered(text: String) {
        let call = ChatEvent.toolCallDelta(fragment(0, id: "a", Self.write.name, Self.write.arguments))
        for events in reply(text) {
            #expect(events.first == call)
            #expect(events.last == .finished(.toolCalls, nil))
            #expect(said(events) == text)
        }
        for events in reply(text, parallel: false) { #expect(events == [call, .finished(.toolCalls, nil)]) }
    }

    private func said(_ events: [ChatEvent]) -> String {
        events.reduce(into: "") { if case .textDelta(let piece, _) = $1 { $0 += piece } }
    }

    @Test("What the rest of the file holds is not run either")
    func quotedCall() {
        var quoted = fragment(9, "Bash", #"{"command":"rm -rf build"}"#)
        for isRecovered in [true, false] {
            quoted.isRecovered = isRecovered
            let events = GatheredReply([
                .toolCallDelta(Self.write), .textDelta(" then "), .toolCallDelta(quoted), .reasoningDelta("r"),
                .textDelta(" and so on</arg_value></tool_call>"), .finished(.stop, nil),
            ]).events
            #expect(events.count == 1)
            #expect(events.first?.isTerminal == true)
        }
    }

    @Test("A call and text that the token limit cuts: the call may be half, so it is dropped")
    func limit() {
        let call = ChatEvent.toolCallDelta(Self.write)
        let reply = GatheredReply([call, .textDelta("more of the fi"), .finished(.length, nil)])
        #expect(reply.events == [.textDelta("more of the fi"), .finished(.length, nil)])
        #expect(reply.rules == [.dropped])
        #expect(GatheredReply([call, .textDelta("\n"), .finished(.length, nil)]).calls.count == 1)
    }

    @Test("Text behind a call and a call behind it stay in order, and leave with the end")
    func order() {
        let events: [ChatEvent] = [
            .toolCallDelta(fragment(0, id: "a", "f", "{}")), .textDelta("t"),
            .toolCallDelta(fragment(1, id: "b", "g", "{}")), .reasoningDelta("r"), .textDelta("u"),
        ]
        #expect(GatheredReply(events).events.isEmpty)
        #expect(GatheredReply(events + [.finished(.stop, nil)]).events == events + [.finished(.toolCalls, nil)])
    }

    @Test("A call behind which more is said than is held is refused")
    func bound() {
        let call = ChatEvent.toolCallDelta(fragment(0, id: "a", "f", "{}"))
        let text = ChatEvent.textDelta(String(repeating: "x", count: CallBuffer.limit / 4))
        let events = [call] + Array(repeating: text, count: 5)
        #expect(GatheredReply(Array(events.prefix(4))).events.isEmpty)
        #expect(GatheredReply(events).events.count == 1)
        #expect(GatheredReply(events).error?.code == .invalidToolCall)
        let token = TokenLogprob(token: "", logprob: "0")
        let tokens = ChatEvent.textDelta("", logprobs: Array(repeating: token, count: 999))
        #expect(!GatheredReply([call, .textDelta("x")] + Array(repeating: tokens, count: 34)).events.isEmpty)
    }
}
