import Testing

@testable import ollama_openai_proxy

@Suite("Calls read from what a model itself wrote")
struct RawTokensTests {
    private static let catalog = ToolCatalog(RecoveryTools.all)

    /// A call in Qwen's form.
    private static func call(_ command: String) -> String {
        "<tool_call>\n{\"name\": \"Bash\", \"arguments\": {\"command\": \"\(command)\"}}\n</tool_call>"
    }

    private static func tokens(of text: String) -> [String] { RawTranscript.tokens(of: text) }

    /// What is read of tokens of which the parser made these events; each stands in a line of its own.
    private static func calls(
        _ tokens: [String], shown: [ChatEvent] = [], counted: Int? = nil, isError: Bool = false,
        isProven: Bool = false
    ) -> [String]? {
        var raw = RawTokens(isProven: isProven)
        let entries = tokens.map { TokenLogprob(token: $0, logprob: "") }
        raw.append(entries, shown[...], isLast: false)
        return raw.lostCalls(catalog, counted: isError ? nil : counted ?? tokens.count + 1)?.map(\.arguments)
    }

    private static let lost = tokens(of: call("rm -rf /tmp/x/cache"))

    private static func delta(_ command: String) -> ChatEvent {
        .toolCallDelta(ToolCallDelta(name: "Bash", arguments: #"{"command":"\#(command)"}"#))
    }

    @Test("A call of which nothing was shown is read")
    func swallowed() {
        #expect(Self.calls(Self.lost) == [#"{"command": "rm -rf /tmp/x/cache"}"#])
    }

    @Test("Guard: a hole that leaves what looks like a whole call shows in the count")
    func hole() throws {
        let whole = Self.lost
        let start = try #require(whole.firstIndex { $0.contains("/t") || $0.hasSuffix("/") })
        for length in 4...8 {
            var tokens = whole
            tokens.removeSubrange(start + 1..<start + length)
            #expect(Self.calls(tokens, counted: whole.count + 1) == nil, "\(tokens.joined())")
        }
        // The text alone would not tell.
        let command = tokens(without: 4, from: start, in: whole)
        #expect(Self.calls(command)?.count == 1)
    }

    private func tokens(without count: Int, from start: Int, in tokens: [String]) -> [String] {
        Array(tokens[...start] + tokens[(start + count)...])
    }

    @Test("Guard: there are no more tokens than were counted")
    func tooMany() {
        #expect(Self.calls(Self.lost, counted: Self.lost.count - 1) == nil)
        #expect(Self.calls(Self.lost, counted: Self.lost.count)?.count == 1)
    }

    @Test("A mark that was held and came with the next token is no hole, nor are the parts of a character")
    func merged() {
        #expect(Self.calls(Self.lost, counted: Self.lost.count + 2)?.count == 1)
        let party = Self.tokens(of: Self.call("echo 🎉"))
        #expect(Self.calls(party, counted: party.count + 4)?.count == 1)
        #expect(Self.calls(party, counted: party.count + 7) == nil)
    }

    @Test("Guard: every line that says something has tokens")
    func bareLine() {
        let tokens = Self.tokens(of: "Hi" + Self.call("ls"))
        #expect(Self.calls(tokens, shown: [.textDelta("Hi")])?.count == 1)
        var raw = RawTokens()
        raw.append([], [.textDelta("Hi")], isLast: false)
        raw.append(tokens.map { TokenLogprob(token: $0, logprob: "") }, [], isLast: false)
        #expect(raw.lostCalls(Self.catalog, counted: tokens.count + 1) == nil)
    }

    @Test("Guard: no token is empty, or was lost in decoding", arguments: ["", "\u{FFFD}", "a\u{FFFD}"])
    func badToken(token: String) {
        #expect(Self.calls([token] + Self.lost) == nil)
    }

    @Test("Guard: what was shown is all that stands beside the calls")
    func shownText() {
        let tokens = Self.tokens(of: "Let me look.\n" + Self.call("ls"))
        #expect(Self.calls(tokens, shown: [.textDelta("Let me "), .textDelta("look.")])?.count == 1)
        for shown in ["", "Let me", "Let me look. Now.", "Let me look." + Self.call("ls")] {
            #expect(Self.calls(tokens, shown: [.textDelta(shown)]) == nil, "\(shown)")
        }
    }

    @Test("Guard: what was thought is what was shown as thought")
    func shownThoughts() {
        // The prompt has opened the thoughts.
        let tokens = Self.tokens(of: "I list.\n</think>\n\n" + Self.call("ls"))
        #expect(Self.calls(tokens, shown: [.reasoningDelta("I list.")])?.count == 1)
        for shown in ["", "I write."] { #expect(Self.calls(tokens, shown: [.reasoningDelta(shown)]) == nil) }
        let tagged = Self.tokens(of: "<think>I list.</think>" + Self.call("ls"))
        #expect(Self.calls(tagged, shown: [.reasoningDelta("I list.")])?.count == 1)
    }

    @Test("Guard: a call in thoughts that never closed is none", arguments: ["", "<think>"])
    func thought(opening: String) {
        let thoughts = "I could do " + Self.call("ls")
        #expect(Self.calls(Self.tokens(of: opening + thoughts), shown: [.reasoningDelta(thoughts)])?.count ?? 0 == 0)
    }

    @Test(
        "Guard: a call is complete, known, and has what it must have",
        arguments: [
            #"<tool_call>{"name": "Bash", "arguments": {"command": "ls"</tool_call>"#,
            #"<tool_call>{"name": "Bash", "arguments": {"command": "ls"#,
            #"<tool_call>{"name": "Nobody", "arguments": {"command": "ls"}}</tool_call>"#,
            #"<tool_call>{"name": "Bash", "arguments": {}}</tool_call>"#,
            "<tool_call>Bash<arg_key>command</arg_key><arg_value>ls",
        ])
    func badCall(text: String) {
        #expect(Self.calls(Self.tokens(of: text))?.count ?? 0 == 0)
    }

    @Test("Arguments that are nearly JSON are mended as elsewhere")
    func mended() {
        let text = #"<tool_call>{"name": "Bash", "arguments": {"command": "ls",}}</tool_call>"#
        #expect(Self.calls(Self.tokens(of: text))?.count == 1)
    }

    @Test("Guard: behind an error nothing is counted, and only a model that has proved itself is believed")
    func afterError() {
        #expect(Self.calls(Self.lost, isError: true) == nil)
        #expect(Self.calls(Self.lost, isError: true, isProven: true)?.count == 1)
        // The parser keeps the token that closes the call, and only that.
        let glm = "<tool_call>Bash<arg_key>command</arg_key><arg_value>ls</arg_value>"
        #expect(Self.calls(Self.tokens(of: glm), isError: true, isProven: true) == [#"{"command":"ls"}"#])
        let cut = "<tool_call>Bash<arg_key>command</arg_key><arg_value>ls"
        #expect(Self.calls(Self.tokens(of: cut), isError: true, isProven: true)?.count ?? 0 == 0)
    }

    @Test("Guard: what is kept has a limit")
    func limit() {
        let long = Self.tokens(of: Self.call(String(repeating: "x", count: RawTokens.limit)))
        #expect(Self.calls(long) == nil)
        let kept = Self.tokens(of: Self.call(String(repeating: "x", count: RawTokens.limit - 200)))
        #expect(Self.calls(kept)?.count == 1)
    }

    @Test("Where nothing was lost, calls of both together are those that were shown", arguments: 0..<6)
    func nothingLost(count: Int) {
        let commands = (0..<count).map { "run \($0 % 2)" }
        let text = commands.map(Self.call).joined(separator: "\n")
        #expect(Self.calls(Self.tokens(of: text), shown: commands.map(Self.delta)) == (count == 0 ? nil : []))
    }

    @Test("Each call is delivered once and in order: those behind what was shown, and none before it")
    func reconciled() {
        let tokens = Self.tokens(of: ["a", "b", "c"].map(Self.call).joined(separator: "\n"))
        #expect(Self.calls(tokens, shown: [Self.delta("a")]) == [#"{"command": "b"}"#, #"{"command": "c"}"#])
        #expect(Self.calls(tokens, shown: [Self.delta("a"), Self.delta("b")]) == [#"{"command": "c"}"#])
        for shown in [["b"], ["a", "c"], ["a", "b", "c", "d"], ["x"]] {
            #expect(Self.calls(tokens, shown: shown.map(Self.delta)) == nil)
        }
        // Ollama writes arguments anew.
        let other = ChatEvent.toolCallDelta(ToolCallDelta(name: "bash", arguments: #"{ "command":"\u0061" }"#))
        #expect(Self.calls(tokens, shown: [other])?.count == 2)
    }

    @Test("A reply may have been cut when its tokens come up to the limit")
    func cut() {
        var raw = RawTokens()
        for _ in 0..<10 { raw.append([TokenLogprob(token: "x", logprob: "")], [], isLast: false) }
        #expect([9, 10, 11].map(raw.reaches) == [false, true, false])
        raw.append([TokenLogprob(token: "<tool", logprob: "")], [], isLast: false)
        #expect([10, 11, 12, 13].map(raw.reaches) == [false, true, true, false])
        #expect(!RawTokens().reaches(0))
    }
}
