import Testing

@testable import ollama_openai_proxy

@Suite("Requests to Anthropic's Messages API")
struct MessagesRequestTests {
    private static func decode(_ json: String) throws -> ChatRequest {
        try MessagesDialect().decode(
            HTTPRequest(method: .post, target: "/v1/messages?beta=true", body: Array(json.utf8)))
    }

    private static func ask(
        _ more: String, messages: String = #"[{"role":"user","content":"hi"}]"#
    ) throws -> ChatRequest {
        try decode(#"{"model":"m","max_tokens":9,"messages":\#(messages)\#(more.isEmpty ? "" : ",")\#(more)}"#)
    }

    private static func messages(_ json: String, system: String? = nil) throws -> [ChatMessage] {
        try ask(system.map { #""system":\#($0)"# } ?? "", messages: json).messages
    }

    @Test("sampling, limits and stop texts arrive as they were written")
    func options() throws {
        let request = try Self.ask(
            #""temperature":0.10,"top_p":1e-1,"top_k":40,"stop_sequences":["END",""],"stream":true"#)
        #expect(request.model == "m")
        #expect(request.isStreaming)
        #expect(request.options.maxTokens == 9)
        #expect(request.options.temperature?.rawText == "0.10")
        #expect(request.options.topP?.rawText == "1e-1")
        #expect(request.options.topK == 40)
        #expect(request.options.stop.map(\.string) == ["END"])
        #expect(request.think == nil && request.reasoningEffort == nil && request.allowsParallelToolCalls)
    }

    @Test("what is not known and what is null is ignored")
    func ignores() throws {
        let request = try Self.ask(
            #""metadata":{"user_id":"u"},"context_management":{"edits":[]},"service_tier":"auto","temperature":null,"#
                + #""thread":null,"betas":["x"],"container":null,"tools":null,"thinking":null"#)
        #expect(request.options.temperature == nil)
        #expect(request.original == nil)
        #expect(request.tools.isEmpty)
    }

    @Test("system is one message in front: a text, or blocks with a blank line between them")
    func system() throws {
        let blocks =
            #"[{"type":"text","text":"a\n","cache_control":{"type":"ephemeral"}},{"type":"text","text":""},"#
            + #"{"type":"text","text":"b"}]"#
        for (system, text) in [(#""be brief""#, "be brief"), (blocks, "a\n\n\nb")] {
            let messages = try Self.messages(#"[{"role":"user","content":"hi"}]"#, system: system)
            #expect(messages.map(\.role) == [.system, .user])
            #expect(messages.first?.text.string == text)
        }
        #expect(try Self.messages(#"[{"role":"user","content":"hi"}]"#, system: "[]").map(\.role) == [.user])
    }

    @Test("Claude Code's billing line can be taken out of the system blocks")
    func volatileLine() throws {
        let request = try Self.ask(
            #""system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=1;"},"#
                + #"{"type":"text","text":"You"}]"#)
        #expect(request.withoutVolatileLines.messages.first?.text.string == "You")
    }

    @Test("a system message in the middle stays in its place, marked as a reminder; one in front is the system's")
    func laterSystem() throws {
        let messages = try Self.messages(
            #"[{"role":"system","content":"s"},{"role":"user","content":"hi"},"#
                + #"{"role":"system","content":[{"type":"text","text":"note"},{"type":"tool_addition"}]}]"#)
        #expect(messages.map(\.role) == [.system, .user, .user])
        #expect(messages.last?.text.string == "<system-reminder>\nnote\n</system-reminder>")
    }

    @Test("a user message of blocks is one message with its text, images and plain documents")
    func userBlocks() throws {
        let messages = try Self.messages(
            #"[{"role":"user","content":[{"type":"text","text":"look"},"#
                + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk"}},"#
                + #"{"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"doc"}},"#
                + #"{"type":"document","source":{"type":"content","content":[{"type":"text","text":"inner"}]}},"#
                + #"{"type":"search_result","title":"S","source":"https://s","content":[{"type":"text","text":"found"}]}"#
                + "]}]")
        #expect(messages.count == 1)
        #expect(messages.first?.text.string == "look\nT\ndoc\ninner\nS\nhttps://s\nfound")
        #expect(messages.first?.media.map(\.data.string) == ["aGk="])
    }

    @Test("an assistant's text, thinking and calls are kept, signatures and foreign blocks are not")
    func assistant() throws {
        let messages = try Self.messages(
            #"[{"role":"user","content":"hi"},{"role":"assistant","content":["#
                + #"{"type":"thinking","thinking":"hm","signature":"x"},{"type":"redacted_thinking","data":"x"},"#
                + #"{"type":"thinking","thinking":"so","signature":""},{"type":"text","text":"let me"},"#
                + #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}},"#
                + #"{"type":"tool_use","id":"toolu_1","name":"Bash","input":{"b": 1.0, "a":[]}},"#
                + #"{"type":"tool_use","id":"toolu_2","name":"Read","input":"{\"p\":1}"},"#
                + #"{"type":"tool_use","id":"toolu_3","name":"List"}]}]"#)
        let message = try #require(messages.last)
        #expect(message.reasoning?.string == "hm\nso")
        #expect(message.text.string == "let me")
        #expect(
            message.toolCalls == [
                ToolCall(id: "toolu_1", name: "Bash", arguments: #"{"b": 1.0, "a":[]}"#),
                ToolCall(id: "toolu_2", name: "Read", arguments: #"{"p":1}"#),
                ToolCall(id: "toolu_3", name: "List", arguments: "{}"),
            ])
    }

    @Test("tool results become messages of their own, before what the user says beside them")
    func toolResults() throws {
        let messages = try Self.messages(
            #"[{"role":"user","content":[{"type":"text","text":"and now?"},"#
                + #"{"type":"tool_result","tool_use_id":"a","content":"one"},"#
                + #"{"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"two"},"#
                + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]},"#
                + #"{"type":"tool_result","tool_use_id":"c"}]}]"#)
        #expect(messages.map(\.role) == [.tool, .tool, .tool, .user])
        #expect(messages.map(\.toolCallID) == ["a", "b", "c", nil])
        #expect(messages.map(\.text.string) == ["one", "two", "", "and now?"])
        #expect(messages[1].media.map(\.data.string) == ["aGk="])
    }

    @Test("a message of results alone leaves no empty message behind it")
    func onlyResults() throws {
        let messages = try Self.messages(
            #"[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}]"#)
        #expect(messages.map(\.role) == [.tool])
    }

    @Test(
        "a failed tool's text says that it failed, once",
        arguments: [
            (#""no such file""#, "Error: no such file"), (#""Error: no""#, "Error: no"),
            (#""<tool_use_error>bad</tool_use_error>""#, "<tool_use_error>bad</tool_use_error>"),
            (#"[]"#, "Error: "), (#"[{"type":"text","text":"Exit code 1"}]"#, "Error: Exit code 1"),
        ])
    func toolErrors(content: String, text: String) throws {
        let block = #"{"type":"tool_result","tool_use_id":"a","is_error":true,"content":\#(content)}"#
        #expect(try Self.messages(#"[{"role":"user","content":[\#(block)]}]"#).first?.text.string == text)
    }

    @Test("a reference to a tool, which Claude Code's ToolSearch returns, becomes words")
    func toolReference() throws {
        let block =
            #"{"type":"tool_result","tool_use_id":"a","content":[{"type":"tool_reference","tool_name":"WebFetch"}]}"#
        let messages = try Self.messages(#"[{"role":"user","content":[\#(block)]}]"#)
        #expect(messages.first?.text.string == "The tool WebFetch can be called now.")
    }

    @Test("tools keep their schemas byte for byte")
    func tools() throws {
        let request = try Self.ask(
            #""tools":[{"name":"a","description":"d","input_schema":{"type":"object", "x":1.0},"cache_control":{}},"#
                + #"{"type":"custom","name":"b","defer_loading":true,"input_schema":{}}]"#)
        #expect((request.tools + request.toolSet.deferred).map(\.name) == ["a", "b"])
        #expect(request.tools.first?.description?.string == "d")
        #expect(request.tools.first?.parameters?.rawText == #"{"type":"object", "x":1.0}"#)
    }

    @Test(
        "every choice of tools has its counterpart",
        arguments: [
            (#"{"type":"auto"}"#, ToolChoice.auto, true), (#"{"type":"any"}"#, .required, true),
            (#"{"type":"none"}"#, .none, true), (#"{"type":"tool","name":"f"}"#, .function("f"), true),
            (#"{"type":"auto","disable_parallel_tool_use":true}"#, .auto, false),
        ])
    func toolChoice(json: String, choice: ToolChoice, isParallel: Bool) throws {
        let request = try Self.ask(#""tool_choice":\#(json)"#)
        #expect(request.toolChoice == choice)
        #expect(request.allowsParallelToolCalls == isParallel)
    }

    @Test(
        "thinking and effort are told apart, and adaptive leaves the choice open",
        arguments: [
            (#""thinking":{"type":"enabled","budget_tokens":2048}"#, ThinkLevel.on, nil),
            (#""thinking":{"type":"disabled"}"#, .off, nil),
            (#""thinking":{"type":"adaptive","display":"updates"},"output_config":{"effort":"high"}"#, nil, .high),
            (#""output_config":{"effort":"xhigh"}"#, nil, .xhigh),
            (#""output_config":{"effort":null}"#, nil, nil),
        ] as [(String, ThinkLevel?, ReasoningEffort?)])
    func thinking(json: String, level: ThinkLevel?, effort: ReasoningEffort?) throws {
        let request = try Self.ask(json)
        #expect(request.think == level)
        #expect(request.reasoningEffort == effort)
    }

    @Test("a schema for the reply is taken from either place", arguments: ["output_config", "output_format"])
    func outputFormat(member: String) throws {
        let format = #"{"type":"json_schema","schema":{"type":"object"}}"#
        let value = member == "output_config" ? #"{"format":\#(format)}"# : format
        guard case .schema(let schema, _, _) = try Self.ask(#""\#(member)":\#(value)"#).outputFormat else {
            Issue.record("no schema")
            return
        }
        #expect(schema.rawText == #"{"type":"object"}"#)
    }

    @Test("a thread is refused in the way on which Anthropic's SDK goes on without one")
    func thread() throws {
        let error = #expect(throws: ChatError.self) {
            try Self.ask(#""thread":{"type":"continue","previous_message_id":"msg_1"}"#)
        }
        let body = MessagesDialect().encode(try #require(error))
        #expect(body.status == .badRequest)
        #expect(body.body.text.hasSuffix(#""details":{"error_code":"thread_unsupported_request"}}}"#))
        #expect(try Self.ask(#""thread":null"#).model == "m")
    }

    @Test("what is counted needs no limit for the reply; a reply does")
    func counting() throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#
        let request = HTTPRequest(method: .post, target: "/v1/messages/count_tokens", body: Array(body.utf8))
        let dialect = MessagesDialect()
        #expect(try MessagesDialect.forCounting.decode(request).messages.count == 1)
        let error = #expect(throws: ChatError.self) { try dialect.decode(request) }
        #expect(error?.parameter == "max_tokens" && error?.code == .missingParameter)
        #expect(dialect.encode(tokens: 7).body.text == #"{"input_tokens":7}"#)
    }
}
