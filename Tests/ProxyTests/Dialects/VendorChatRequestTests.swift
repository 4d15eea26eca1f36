import Testing

@testable import ollama_openai_proxy

@Suite("What is sent to an OpenAI-compatible vendor")
struct VendorChatRequestTests {
    private typealias F = VendorChatFixtures

    private func json(_ text: String) throws -> JSONValue { try OllamaFixtures.json(text) }

    private func lines(_ request: HTTPRequest) -> [String] {
        ["\(request.method.rawValue) \(request.target)"] + request.fields.all.map { "\($0.name): \($0.value)" }
    }

    @Test("A request has the fields it needs, the key in the field that the vendor reads, and the operator's own")
    func fields() throws {
        var extra = HTTPFields()
        extra.append("X-Title", "t")
        let azure = VendorChatDialect(
            name: "azure", host: "r.openai.azure.com",
            basePath: "/openai/deployments/D", query: "?api-version=V",
            authorization: .apiKey("k"), extraFields: extra)
        #expect(
            lines(try azure.encode(OllamaFixtures.request())) == [
                "POST /openai/deployments/D/chat/completions?api-version=V", "Host: r.openai.azure.com",
                "Content-Type: application/json", "Accept: application/json", "api-key: k", "X-Title: t",
            ])
        #expect(
            lines(F.dialect.modelsRequest()) == [
                "GET /v1/models", "Host: h", "Accept: application/json",
                "Authorization: Bearer sk-secret-of-the-operator",
            ])
        let open = VendorChatDialect(name: "local", host: "h:1")
        #expect(open.modelsRequest().fields["Authorization"] == nil)
    }

    @Test(
        "A vendor is told whether to think as it wants to be told, and else as OpenAI is",
        arguments: [
            (ThinkingHabit.flag, ThinkLevel.on, "true"), (.flag, .off, "false"), (.type, .high, #"{"type":"enabled"}"#),
            (.type, .off, #"{"type":"disabled"}"#), (.template, .on, #"{"enable_thinking":true,"thinking":true}"#),
            (.template, .off, #"{"enable_thinking":false,"thinking":false}"#), (.reasoning, .low, #"{"effort":"low"}"#),
            (.reasoning, .max, #"{"effort":"high"}"#), (.reasoning, .on, #"{"enabled":true}"#),
            (.reasoning, .off, #"{"enabled":false}"#),
        ])
    func habits(habit: ThinkingHabit, level: ThinkLevel, written: String) throws {
        var dialect = F.dialect
        dialect.givenForm = [.thinking(habit)]
        let plan = RequestPlan(OllamaFixtures.request(), think: level)
        func members(_ form: VendorChatDialect.Form = []) throws -> JSONValue {
            try json(ByteBuffer(dialect.encode(plan, form: form).body).text)
        }
        #expect(try members()[habit.rawValue]?.rawText == written)
        #expect(try members()["reasoning_effort"] == nil)
        // Who refuses it is asked without.
        let refusal = ChatError(status: 400, "Unrecognized request argument supplied: \(habit.rawValue)")
        #expect(dialect.lesson(from: .failure(refusal), about: plan, form: []) == .always(.without(habit.rawValue)))
        #expect(try members([.without(habit.rawValue)])[habit.rawValue] == nil)
        #expect(try json(ByteBuffer(dialect.encode(RequestPlan(OllamaFixtures.request()), form: []).body).text)[habit.rawValue] == nil)
    }

    @Test("What the client says of its schema goes along")
    func schema() throws {
        let format = #"{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}}"#
        let named = try ChatCompletionsFixture.decode(#""response_format":\#(format)"#)
        let member = try json(try #require(try F.member("response_format", of: named)))["json_schema"]
        #expect(member?["name"]?.string == "n" && member?["strict"]?.bool == true)
        let plain = try ChatCompletionsFixture.decode(
            #""response_format":\#(format.replacing(#""name":"n","strict":true,"#, with: ""))"#)
        let rest = try json(try #require(try F.member("response_format", of: plain)))["json_schema"]
        #expect(rest?["name"]?.string == "response" && rest?["strict"] == nil)
    }

    @Test("A minimal request says no more than it must")
    func minimal() throws {
        var request = OllamaFixtures.request()
        request.keepAlive = try json("5")
        request.options.contextSize = 4096
        #expect(
            try ByteBuffer(F.dialect.encode(RequestPlan(request, upstreamModel: "vendor/m"), form: []).body).text
                == #"{"model":"vendor/m","messages":[{"role":"user","content":"Hi"}],"stream":true,"#
                + #""stream_options":{"include_usage":true}}"#)
    }

    @Test("Everything comes in one order, numbers and schemas as they were written, and the same bytes each time")
    func everything() throws {
        let client = try json(
            #"{"t":0.10,"p":1e-1,"s":{"type": "object","b":1,"a":1e2},"f":{"type":"object"},"#
                + #""x":{"enable_thinking":false,"num_gpu":9,"chat_template_kwargs":{"a": 1},"mirostat":1,"n":2,"seed":1}}"#
        )
        func request() throws -> ChatRequest {
            var request = OllamaFixtures.request()
            request.tools = [
                Tool(name: "f", description: JSONText("d"), parameters: client["f"]),
                Tool(name: "g", description: nil, parameters: nil),
            ]
            request.toolChoice = .function("f")
            request.allowsParallelToolCalls = false
            request.outputFormat = .schema(try #require(client["s"]))
            request.options.maxTokens = 9
            request.options.seed = 7
            request.options.temperature = client["t"]
            request.options.topP = client["p"]
            request.options.topK = 40
            request.options.minP = client["p"]
            request.options.frequencyPenalty = client["t"]
            request.options.presencePenalty = client["t"]
            request.options.repeatPenalty = client["t"]
            request.options.stop = [JSONText("a\""), JSONText("b")]
            request.options.extra = client["x"]
            request.logprobs = 2
            request.reasoningEffort = .high
            return request
        }
        let body = try F.body(request())
        #expect(
            body == #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":["#
                + #"{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}},"#
                + #"{"type":"function","function":{"name":"g","parameters":{"type":"object","properties":{}}}}],"#
                + #""stream":true,"stream_options":{"include_usage":true},"max_tokens":9,"seed":7,"temperature":0.10,"#
                + #""top_p":1e-1,"top_k":40,"min_p":1e-1,"frequency_penalty":0.10,"presence_penalty":0.10,"#
                + #""repetition_penalty":0.10,"stop":["a\"","b"],"logprobs":true,"top_logprobs":2,"#
                + #""reasoning_effort":"high","response_format":{"type":"json_schema","json_schema":{"name":"response","#
                + #""schema":{"type": "object","b":1,"a":1e2}}},"#
                + #""tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"#
                + #""chat_template_kwargs":{"a": 1},"enable_thinking":false}"#)
        for _ in 0..<10 { #expect(try F.body(request()) == body) }
    }

    @Test(
        "A choice is said where it is one, and only beside tools",
        arguments: [
            (ToolChoice.auto, String?.none), (.none, #""none""#), (.required, #""required""#),
            (.function("f"), #"{"type":"function","function":{"name":"f"}}"#),
        ])
    func choice(choice: ToolChoice, expected: String?) throws {
        var request = OllamaFixtures.request()
        request.tools = [try OllamaFixtures.tool("f")]
        request.toolChoice = choice
        #expect(try F.member("tool_choice", of: request) == expected)
        #expect(try F.member("tools", of: request) != nil)
        request.tools = []
        request.toolChoice = choice == .function("f") ? .required : choice
        #expect(try F.member("tool_choice", of: request) == nil)
    }

    @Test("A choice of a function that nobody declared, and no message at all, are the client's mistakes")
    func mistakes() throws {
        var request = OllamaFixtures.request()
        request.toolChoice = .function("f")
        let error = #expect(throws: ChatError.self) { try F.dialect.encode(request) }
        #expect(error?.parameter == "tool_choice")
        request.toolChoice = .auto
        request.messages = []
        #expect(throws: ChatError.self) { try F.dialect.encode(request) }
    }

    @Test(
        "The effort is the client's word, unless the operator decided on another or none; on and off have no standard word",
        arguments: [
            (ReasoningEffort?.none, ThinkLevel?.none, String?.none), (.minimal, nil, "minimal"),
            (.xhigh, ReasoningEffort.xhigh.thinkLevel, "xhigh"), (.high, .low, "low"), (.high, .off, nil),
            (.high, .on, "high"), (nil, .on, nil), (nil, .off, nil), (nil, .medium, "medium"),
            (ReasoningEffort.none, .off, "none"),
        ])
    func effort(effort: ReasoningEffort?, think: ThinkLevel?, expected: String?) throws {
        var request = OllamaFixtures.request()
        request.reasoningEffort = effort
        request.think = think
        #expect(try F.member("reasoning_effort", of: request) == expected.map { "\"\($0)\"" })
    }

    @Test(
        "A limit is a positive number, from Ollama's option too",
        arguments: [
            (Int?.none, "{}", String?.none), (5, "{}", "5"), (-1, "{}", nil), (0, "{}", nil),
            (nil, #"{"num_predict":8}"#, "8"), (5, #"{"num_predict":8}"#, "5"), (nil, #"{"num_predict":-1}"#, nil),
            (nil, #"{"num_predict":"x"}"#, nil), (nil, #"{"max_tokens":3}"#, "3"), (5, #"{"max_tokens":3}"#, "5"),
            (5, #"{"max_tokens":null}"#, nil),
        ])
    func limit(limit: Int?, extra: String, expected: String?) throws {
        var request = OllamaFixtures.request()
        request.options.maxTokens = limit
        request.options.extra = try json(extra)
        #expect(try F.member("max_tokens", of: request) == expected)
        #expect(try F.member("num_predict", of: request) == nil)
    }

    @Test("Free members come once each, never in the place of what a request stands on; null leaves ours out")
    func free() throws {
        var request = OllamaFixtures.request()
        request.options.extra = try json(
            #"{"model":"x","messages":[],"stream":false,"tools":[1],"functions":[1],"n":5,"num_ctx":1,"use_mmap":true,"#
                + #""b":1,"a":2,"b":3,"c":null,"stream_options":null,"temperature":null}"#)
        request.options.temperature = try json("1")
        #expect(try F.members(of: request) == ["model", "messages", "stream", "a", "b"])
        #expect(try F.member("b", of: request) == "3")
        #expect(try F.member("model", of: request) == #""m""#)
        #expect(try F.member("stream", of: request) == "true")
    }

    @Test("JSON mode is a word, text is nothing")
    func format() throws {
        var request = OllamaFixtures.request()
        #expect(try F.member("response_format", of: request) == nil)
        request.outputFormat = .json
        #expect(try F.member("response_format", of: request) == #"{"type":"json_object"}"#)
    }

    @Test("The list of models is read; what is none is an error")
    func models() throws {
        let list =
            #"{"object":"list","data":[{"id":"tiny","object":"model","owned_by":"me","permissions":[]},"#
            + #"{"id":"a/b","created":1700000000},{"name":"no id"},7]}"#
        #expect(
            try F.dialect.decodeModels(ByteBuffer(list)) == [
                ModelDescription(name: "tiny", created: 0), ModelDescription(name: "a/b", created: 1_700_000_000),
            ])
        for body in ["", "[]", "{}", #"{"data":null}"#, "<html>"] {
            #expect(throws: ChatError.self) { try F.dialect.decodeModels(ByteBuffer(body)) }
        }
    }
}
