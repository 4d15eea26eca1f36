import Testing

@testable import ollama_openai_proxy

@Suite("Asking a vendor again in another form")
struct VendorChatRefusalTests {
    private typealias F = VendorChatFixtures

    private func request() throws -> ChatRequest {
        var request = OllamaFixtures.request()
        request.tools = [try OllamaFixtures.tool("f")]
        request.toolChoice = .required
        request.allowsParallelToolCalls = false
        request.reasoningEffort = .max
        request.options.maxTokens = 32_000
        request.options.temperature = try OllamaFixtures.json("0.2")
        request.options.topK = 40
        request.options.stop = [JSONText("x")]
        request.options.extra = try OllamaFixtures.json(#"{"enable_thinking":true}"#)
        return request
    }

    private func refusal(_ message: String, parameter: String? = nil, status: Int = 400) -> ChatError {
        ChatError(status: status, message, parameter: parameter)
    }

    typealias Lesson = ollama_openai_proxy.Lesson<VendorChatAdjustment>

    private func lesson(_ error: ChatError, _ form: VendorChatDialect.Form = []) throws -> Lesson? {
        try F.dialect.lesson(from: .failure(error), about: RequestPlan(request()), form: form)
    }

    /// What a form leaves out, and what it adds.
    private func difference(_ form: VendorChatDialect.Form) throws -> (gone: [String], new: [String]) {
        let before = try F.members(of: request())
        let after = try F.members(of: request(), form)
        return (before.filter { !after.contains($0) }, after.filter { !before.contains($0) })
    }

    @Test(
        "A parameter that is refused by name is left out from then on",
        arguments: [
            ("Unrecognized request argument supplied: top_k", String?.none, "top_k"),
            ("Unrecognized request argument supplied: stream_options. Please contact us", nil, "stream_options"),
            ("Unknown parameter", "stream_options", "stream_options"),
            ("Unknown parameter", "stream_options.include_usage", "stream_options"),
            ("Extra inputs are not permitted, field: 'parallel_tool_calls'", nil, "parallel_tool_calls"),
            ("Extra inputs are not permitted", "temperature", "temperature"),
            ("This model does not support the temperature parameter", nil, "temperature"),
            ("Unsupported parameter: 'reasoning_effort' is not supported", nil, "reasoning_effort"),
            ("parameters do not match: temperature is not supported", "None", "temperature"),
        ])
    func refusedParameter(message: String, parameter: String?, name: String) throws {
        #expect(try lesson(refusal(message, parameter: parameter)) == .always(.without(name)))
        let difference = try difference([.without(name)])
        #expect(difference.gone == [name])
        #expect(difference.new.isEmpty)
    }

    @Test(
        "A value that is refused is left out of one request",
        arguments: [
            ("Unsupported value: 'temperature' does not support 0.2 with this model.", String?.none, "temperature"),
            ("Invalid value: 'max'. Supported values are: 'low' and 'high'.", "reasoning_effort", "reasoning_effort"),
            (
                "The tool_choice parameter does not support being set to required or object in thinking mode", nil,
                "tool_choice"
            ),
            ("max_tokens is too large: 32000. This model supports at most 16384 completion tokens", nil, "max_tokens"),
            ("<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]", nil, "max_tokens"),
            (
                "This model's maximum context length is 8192. You requested 33000 (1000 in the messages, 32000 in the completion)",
                "messages", "max_tokens"
            ),
            (
                "'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context…", nil,
                "max_tokens"
            ),
        ])
    func refusedValue(message: String, parameter: String?, name: String) throws {
        #expect(try lesson(refusal(message, parameter: parameter)) == .once(.without(name)))
        #expect(try difference([.without(name)]).gone == [name])
    }

    @Test("The vendor's code says which of the two it is, whatever the words")
    func code() throws {
        var error = refusal("'temperature' is not supported; the value was 0.2", parameter: "temperature")
        error.code = ChatError.Code(rawValue: "unsupported_parameter")
        #expect(try lesson(error) == .always(.without("temperature")))
        error = refusal("'temperature' is not supported", parameter: "temperature")
        error.code = ChatError.Code(rawValue: "unsupported_value")
        #expect(try lesson(error) == .once(.without("temperature")))
    }

    @Test(
        "OpenAI's reasoning models get the limit under its other name",
        arguments: [
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "Unrecognized request argument supplied: max_tokens",
        ])
    func limit(message: String) throws {
        #expect(try lesson(refusal(message, parameter: "max_tokens")) == .always(.renamedLimit))
        let form: VendorChatDialect.Form = [.renamedLimit]
        let difference = try difference(form)
        #expect(difference.gone == ["max_tokens"])
        #expect(difference.new == ["max_completion_tokens"])
        #expect(try F.member("max_completion_tokens", of: request(), form) == "32000")
        #expect(try F.member("enable_thinking", of: request(), form) == "true")
        #expect(try lesson(refusal("Unknown parameter: max_completion_tokens"), form) == nil)
        let large = refusal("max_tokens is too large: 32000. This model supports at most 16384 completion tokens")
        #expect(try lesson(large, form) == .once(.without("max_completion_tokens")))
        let none: VendorChatDialect.Form = [.renamedLimit, .without("max_completion_tokens")]
        #expect(try !F.members(of: request(), none).contains { $0.hasSuffix("_tokens") })
        #expect(try lesson(large, none) == nil)
    }

    @Test(
        "Everything else stands",
        arguments: [
            ChatError(status: 400, "temperature must be between 0 and 1"), ChatError(status: 400, "unknown: stop"),
            ChatError(status: 400, "top_p is not supported"), ChatError(status: 401, "unsupported: temperature"),
            ChatError(status: 500, "unsupported: temperature"), ChatError(status: 400, "enable_thinking not supported"),
            ChatError(status: 400, "prompt is too long"), ChatError(status: 400, "unknown model"),
            ChatError(status: 400, "unsupported: temperature", parameter: "tools[0].function.name"),
            ChatError(status: 400, "temperature is unknown", parameter: "stop"),
        ])
    func stands(error: ChatError) throws {
        #expect(try lesson(error) == nil)
    }

    @Test(
        "What the client has said itself, and the vendor repeats, is no evidence",
        arguments: [
            ("Unsupported type in {'properties': {'seed': {'type': 'x'}}}", Lesson?.none),
            ("I do not support this text: please set top_k to 5", nil),
            ("unknown function: min_p", nil),
            ("Unrecognized request argument supplied: seed", .always(.without("seed"))),
            ("please set top_k to 5: top_k is not supported", .always(.without("top_k"))),
        ])
    func repeated(message: String, expected: Lesson?) throws {
        var request = OllamaFixtures.request(OllamaFixtures.message(.user, "Please set top_k to 5.\nseed and top_k"))
        request.options.seed = 1
        request.options.topK = 5
        request.options.minP = try OllamaFixtures.json("0.1")
        request.tools = [
            try OllamaFixtures.tool("f", parameters: #"{"properties": {"seed": {"type": "x"}}}"#),
            try OllamaFixtures.tool("min_p"),
        ]
        #expect(F.dialect.lesson(from: .failure(refusal(message)), about: RequestPlan(request), form: []) == expected)
    }

    @Test("Where calling must not be, a refused choice means that no tools are offered, to this request alone")
    func none() throws {
        var request = try request()
        request.toolChoice = .none
        let form: VendorChatDialect.Form = [.without("tool_choice")]
        #expect(
            F.dialect.lesson(
                from: .failure(refusal("tool_choice is not supported")), about: RequestPlan(request), form: [])
                == .always(.without("tool_choice")))
        #expect(try F.member("tools", of: request, form) == nil)
        #expect(try F.member("parallel_tool_calls", of: request, form) == nil)
        #expect(try F.member("tools", of: self.request(), form) != nil)
    }

    @Test(
        "Reasoning that is missed becomes a space, reasoning that is refused is left out, and neither goes on for ever")
    func reasoning() throws {
        var request = try request()
        let call = ToolCall(id: "x", name: "f", arguments: "{}")
        request.messages = [OllamaFixtures.message(.user, "u")]
        for reasoning in [JSONText("why"), nil] {
            var message = OllamaFixtures.message(.assistant, calls: [call])
            message.reasoning = reasoning
            request.messages += [message, OllamaFixtures.message(.tool, "r", toolCallID: "x")]
        }
        func sent(_ form: VendorChatDialect.Form) throws -> [String?] {
            let body = try OllamaFixtures.json(F.body(request, form))
            let messages = try #require(body["messages"]).elements
            return messages.filter { $0["tool_calls"] != nil }.map { $0["reasoning_content"]?.string }
        }
        func lesson(_ error: ChatError, _ form: VendorChatDialect.Form = []) -> Lesson? {
            F.dialect.lesson(from: .failure(error), about: RequestPlan(request), form: form)
        }
        #expect(try sent([]) == ["why", nil])
        #expect(try sent([.blankReasoning]) == ["why", " "])
        #expect(try sent([.without("reasoning_content")]) == [nil, nil])
        let refused = refusal("property 'messages.1.assistant.reasoning_content' is unsupported")
        for words in [
            "Missing `reasoning_content` field in the assistant message at message index 2.",
            "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2",
            "The `reasoning_content` in the thinking mode must be passed back to the API.",
        ] {
            #expect(lesson(refusal(words)) == .once(.blankReasoning))
            #expect(lesson(refusal(words, parameter: "messages")) == .once(.blankReasoning))
            #expect(lesson(refusal(words), [.blankReasoning]) == nil)
        }
        #expect(lesson(refused) == .always(.without("reasoning_content")))
        #expect(lesson(refused, [.blankReasoning]) == nil)
        #expect(lesson(refused, [.without("reasoning_content")]) == nil)
    }

    @Test("A vendor that refuses everything gets to an end")
    func ends() throws {
        let everything = refusal(
            "unsupported: stream_options temperature top_p top_k min_p seed frequency_penalty presence_penalty "
                + "repetition_penalty reasoning_effort parallel_tool_calls tool_choice max_tokens max_completion_tokens"
        )
        var form: VendorChatDialect.Form = []
        while form.count < 50, let lesson = try lesson(everything, form) {
            #expect(form.insert(lesson.adjustment).inserted)
        }
        #expect(form.count < 20)
        #expect(try F.members(of: request(), form).contains("stop"))
    }
}
