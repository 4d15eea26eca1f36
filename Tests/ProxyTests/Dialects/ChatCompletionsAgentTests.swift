import Testing

@testable import ollama_openai_proxy

/// Whole requests as LiteLLM sends them for Claude Code, and bodies that no client should send.
struct ChatCompletionsAgentTests {
    /// The second turn of an agent with two calls: the keys, types and order that LiteLLM 1.106 sends.
    private static let secondTurn = #"""
        {"messages":[{"role":"system","content":[{"type":"text","text":"x-header: v=1"},{"type":"text","text":"Be an agent."},
        {"type":"text","text":"Rules.\nMore rules."}]},
        {"role":"user","content":[{"type":"text","text":"<reminder>\n"},{"type":"text","text":"List the files."}]},
        {"role":"user","content":[{"type":"text","text":"Operator note"},{"type":"text","text":"Skills: none"}]},
        {"role":"assistant","tool_calls":[
        {"id":"call_a1","type":"function","function":{"name":"Bash","arguments":"{\"command\": \"echo hi\", \"description\": \"Say hi\"}"}},
        {"id":"call_a2","type":"function","function":{"name":"Bash","arguments":"{\"command\": \"ls\"}"}}]},
        {"role":"tool","tool_call_id":"call_a1","content":"hi"},{"role":"tool","tool_call_id":"call_a2","content":"second"}],
        "model":"glm-5:cloud","max_tokens":32000,"prompt_cache_key":"00000000-0000-0000-0000-000000000000",
        "reasoning_effort":"high","stream":true,"stream_options":{"include_usage":true},
        "tools":[{"type":"function","function":{"name":"Bash","parameters":{"$schema":"https://json-schema.org/draft/2020-12/schema",
        "type":"object","properties":{"command":{"description":"The command","type":"string"},
        "mode":{"type":"string","enum":["a","b"]},"background":{"description":"Later","type":"boolean"}},
        "required":["command"],"additionalProperties":false},"description":"Runs a command."}}]}
        """#

    @Test("a turn of Claude Code through LiteLLM is understood whole")
    func claudeCode() throws {
        let request = try ChatCompletionsFixture.decode(body: Self.secondTurn)
        #expect(request.model == "glm-5:cloud")
        #expect(request.messages.map(\.role) == [.system, .user, .user, .assistant, .tool, .tool])
        #expect(request.messages[0].text.string == "x-header: v=1\n\nBe an agent.\n\nRules.\nMore rules.")
        #expect(request.messages[1].text.string == "<reminder>\n\nList the files.")
        #expect(request.messages[3].text.isEmpty)
        #expect(
            request.messages[3].toolCalls == [
                ToolCall(id: "call_a1", name: "Bash", arguments: #"{"command": "echo hi", "description": "Say hi"}"#),
                ToolCall(id: "call_a2", name: "Bash", arguments: #"{"command": "ls"}"#),
            ])
        #expect(request.messages[4...].map(\.toolCallID) == ["call_a1", "call_a2"])
        #expect(request.options.maxTokens == 32000)
        #expect(request.reasoningEffort == .high)
        #expect(request.isStreaming && request.includesUsage)
        #expect(request.tools.map(\.name) == ["Bash"])
        #expect(request.tools[0].parameters?["additionalProperties"]?.bool == false)
    }

    @Test("Ollama's tool route: a null content, a result in parts, and effort none")
    func toolRoute() throws {
        let request = try ChatCompletionsFixture.decode(
            body: #"""
                {"model":"m","reasoning_effort":"none","messages":[{"role":"system","content":"s"},
                {"role":"developer","content":"d"},{"role":"user","content":[{"type":"text","text":"u"}]},
                {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",
                "function":{"name":"f","arguments":"{\"location\":\"Paris, France\"}"}}]},
                {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"sunny"},{"type":"text","text":"warm"}]}]}
                """#)
        #expect(request.messages.map(\.role) == [.system, .user, .assistant, .tool])
        #expect(request.messages.last?.text.string == "sunny\nwarm")
        #expect(request.reasoningEffort == ReasoningEffort.none)
    }

    @Test("a body of a megabyte is read, and its texts are not copied")
    func largeBody() throws {
        let text = String(repeating: #"line \"quoted\" é\n"#, count: 10)
        let turn = #"{"role":"user","content":[{"type":"text","text":"\#(text)"},{"type":"text","text":"x"}]},"#
        let count = 1_000_000 / turn.utf8.count + 1
        let messages = String(repeating: turn, count: count) + #"{"role":"assistant","content":"end"}"#
        let read = try ChatCompletionsFixture.messages(messages)
        #expect(read.count == count + 1)
        var bytes = ByteBuffer()
        read[count - 1].text.write(into: &bytes)
        #expect(bytes.text == text + #"\nx"#)
    }

    @Test("many members at the top do not make reading slow: each is looked at once")
    func manyMembers() throws {
        let members = (0..<20_000).map { "\"m\($0)\":0" }.joined(separator: ",")
        #expect(try ChatCompletionsFixture.decode(members + #","seed":5"#).options.seed == 5)
    }

    @Test("whatever the bytes are, the answer is a request or a 400")
    func hostileBytes() {
        let seed = Array(Self.secondTurn.utf8)
        let fragments = [
            "null", "true", "-1e999", "[]", "{}", "\"\"", "[[[[", "\"\\ud800\"", "data:image/png;base64,", "\\u002c",
        ].map { Array($0.utf8) }
        var random = Generator(state: 42)
        for _ in 0..<1500 {
            var body = seed
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: body.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: body[at] = UInt8.random(in: 0...255, using: &random)
                case 1: body.removeSubrange(at..<min(body.count, at + 5))
                case 2: body.insert(contentsOf: fragments.randomElement(using: &random) ?? [], at: at)
                default: body.removeSubrange(at...)
                }
                if body.isEmpty { break }
            }
            expectRequestOrMistake(body)
        }
    }

    @Test("a value of any kind in any place is read or refused by name")
    func wrongKinds() throws {
        let values = [
            "null", "true", "7", "-0.5", "\"\"", "\"x\"", "[]", "[7]", "{}", #"{"type":"x"}"#, #"[{"type":7}]"#,
        ]
        // Every value in the request, replaced by each of these.
        for range in try Self.valueRanges(of: Self.secondTurn) {
            for value in values {
                var body = Array(Self.secondTurn.utf8)
                body.replaceSubrange(range, with: value.utf8)
                expectRequestOrMistake(body)
            }
        }
    }

    private func expectRequestOrMistake(_ body: [UInt8]) {
        do {
            let request = try ChatCompletionsDialect().decode(RequestBody(parsing: body))
            #expect(!request.messages.isEmpty)
        } catch {
            #expect(error.status == 400)
            #expect(error.code != nil)
            #expect(error.message.utf8.count < 500)
        }
    }

    private static func valueRanges(of text: String) throws -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var open = [try JSONDocument(parsing: text).root]
        while let value = open.popLast() {
            ranges.append(value.rawRange)
            open += value.elements
            open += value.members.map(\.value)
        }
        return ranges
    }

    /// SplitMix64: the same numbers in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
