import Testing

@testable import ollama_openai_proxy

@Suite("Requests of the Responses API")
struct ResponsesRequestTests {
    @Test("a minimal request sets nothing that the client did not say")
    func minimal() throws {
        let request = try ResponsesFixture.decode("")
        #expect(request.model == "m" && request.messages.count == 1)
        #expect(request.messages[0].role == .user && request.messages[0].text.string == "hi")
        #expect(!request.isStreaming && request.tools.isEmpty && request.toolChoice == .auto)
        #expect(request.allowsParallelToolCalls && request.think == nil && request.reasoningEffort == nil)
        #expect(request.logprobs == nil && request.options.maxTokens == nil && request.options.temperature == nil)
        guard case .text = request.outputFormat else { return #expect(Bool(false), "a format was set") }
    }

    @Test("what is known reaches the canonical form")
    func options() throws {
        let request = try ResponsesFixture.decode(
            #","stream":true,"max_output_tokens":9,"temperature":0.50,"top_p":1,"reasoning":{"effort":"xhigh","#
                + #""summary":"auto"},"parallel_tool_calls":false,"keep_alive":"5m","num_ctx":4096,"think":"low","#
                + #""options":{"mirostat":1},"stop":["x"]"#)
        #expect(request.isStreaming && request.includesUsage && !request.allowsParallelToolCalls)
        #expect(request.options.maxTokens == 9 && request.options.temperature?.rawText == "0.50")
        #expect(request.options.topP?.rawText == "1" && request.options.contextSize == 4096)
        #expect(request.options.extra?.rawText == #"{"mirostat":1}"# && request.options.stop.map(\.string) == ["x"])
        #expect(request.reasoningEffort == .xhigh && request.think == .low)
        #expect(request.keepAlive?.string == "5m")
    }

    @Test("what stores, names or tunes nothing here is accepted")
    func accepted() throws {
        let request = try ResponsesFixture.decode(
            #","store":true,"user":"u","truncation":"auto","include":["reasoning.encrypted_content"],"#
                + #""service_tier":"auto","safety_identifier":"s","prompt_cache_key":"k","background":false,"#
                + #""previous_response_id":null,"conversation":null,"stream_options":{"include_obfuscation":false},"#
                + #""context_management":[{"type":"compaction"}],"text":{"verbosity":"low"},"unheard_of":1"#)
        #expect(request.messages.count == 1 && request.logprobs == nil)
    }

    @Test(
        "log probabilities are asked for by number or by word",
        arguments: [
            (#""top_logprobs":3"#, 3), (#""include":["message.output_text.logprobs"]"#, 0), (#""top_logprobs":0"#, nil),
        ] as [(String, Int?)])
    func logprobs(members: String, count: Int?) throws {
        #expect(try ResponsesFixture.decode("," + members).logprobs == count)
    }

    @Test("a schema is in text.format, without a wrapper")
    func schema() throws {
        let request = try ResponsesFixture.decode(
            #","text":{"format":{"type":"json_schema","name":"n","strict":true,"schema":{"type":"object"}}}"#)
        guard case .schema(let schema, _, _) = request.outputFormat else { return #expect(Bool(false), "no schema") }
        #expect(schema.rawText == #"{"type":"object"}"#)
        let json = try ResponsesFixture.decode(#","text":{"format":{"type":"json_object"}}"#)
        guard case .json = json.outputFormat else { return #expect(Bool(false), "no JSON") }
    }

    @Test("function tools are flat")
    func tools() throws {
        let request = try ResponsesFixture.decode(
            #","tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true},"#
                + #"{"type":"function","name":"g","parameters":null}]"#)
        #expect(request.tools.map(\.name) == ["f", "g"])
        #expect(request.tools[0].description?.string == "d" && request.tools[1].parameters == nil)
        #expect(request.tools[0].parameters?.rawText == #"{"type":"object"}"#)
    }

    @Test("tools that OpenAI runs are left out beside functions")
    func hostedTools() throws {
        let request = try ResponsesFixture.decode(
            #","tools":[{"type":"web_search"},{"type":"function","name":"f"},{"type":"computer"}]"#)
        #expect(request.tools.map(\.name) == ["f"])
    }

    @Test(
        "the choice of tools is a word or an object",
        arguments: [
            (#""auto""#, .auto, 2), (#""none""#, .none, 2), (#""required""#, .required, 2),
            (#"{"type":"function","name":"g"}"#, .function("g"), 2),
            (#"{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"g"}]}"#, .required, 1),
        ] as [(String, ToolChoice, Int)])
    func toolChoice(json: String, choice: ToolChoice, count: Int) throws {
        let request = try ResponsesFixture.decode(
            #","tools":[{"type":"function","name":"f"},{"type":"function","name":"g"}],"tool_choice":\#(json)"#)
        #expect(request.toolChoice == choice && request.tools.count == count)
        // The client has the others, too, and would run them.
        #expect(request.forbidsOtherTools == (choice != .auto && choice != .required || count == 1))
    }
}
