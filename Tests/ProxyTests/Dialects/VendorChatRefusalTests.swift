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

    /// What the alternative leaves out, and what it adds.
    private func difference(_ error: ChatError) throws -> (gone: [String], new: [String])? {
        let request = try request()
        guard let other = F.dialect.alternative(to: request, after: error) else { return nil }
        let before = try F.members(of: request)
        let after = try F.members(of: other)
        return (before.filter { !after.contains($0) }, after.filter { !before.contains($0) })
    }

    @Test(
        "What is refused by name is left out",
        arguments: [
            ("Unsupported value: 'temperature' does not support 0.2 with this model.", String?.none, "temperature"),
            ("Unrecognized request argument supplied: top_k", nil, "top_k"),
            ("Unrecognized request argument supplied: stream_options. Please contact us", nil, "stream_options"),
            ("Unknown parameter", "stream_options", "stream_options"),
            ("Extra inputs are not permitted, field: 'parallel_tool_calls'", nil, "parallel_tool_calls"),
            ("Invalid value: 'max'. Supported values are: 'low' and 'high'.", "reasoning_effort", "reasoning_effort"),
            (
                "The tool_choice parameter does not support being set to required or object in thinking mode", nil,
                "tool_choice"
            ),
            ("max_tokens is too large: 32000. This model supports at most 16384 completion tokens", nil, "max_tokens"),
            ("<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]", nil, "max_tokens"),
            (
                "This model's maximum context length is 8192. You requested 33000 (1000 in the messages, 32000 in the completion)",
                nil, "max_tokens"
            ),
            (
                "'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context…", nil,
                "max_tokens"
            ),
        ])
    func leftOut(message: String, parameter: String?, name: String) throws {
        let difference = try #require(try difference(refusal(message, parameter: parameter)))
        #expect(difference.gone == [name])
        #expect(difference.new.isEmpty)
    }

    @Test(
        "OpenAI's reasoning models get the limit under its other name",
        arguments: [
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "Unrecognized request argument supplied: max_tokens",
        ])
    func limit(message: String) throws {
        let error = refusal(message, parameter: "max_tokens")
        let difference = try #require(try difference(error))
        #expect(difference.gone == ["max_tokens"])
        #expect(difference.new == ["max_completion_tokens"])
        let other = try #require(F.dialect.alternative(to: request(), after: error))
        #expect(try F.member("max_completion_tokens", of: other) == "32000")
        #expect(try F.member("enable_thinking", of: other) == "true")
        #expect(F.dialect.alternative(to: other, after: refusal("Unknown parameter: max_completion_tokens")) == nil)
        let large = refusal("max_tokens is too large: 32000. This model supports at most 16384 completion tokens")
        let none = try #require(F.dialect.alternative(to: other, after: large))
        #expect(try !F.members(of: none).contains { $0.hasSuffix("_tokens") })
        #expect(F.dialect.alternative(to: none, after: large) == nil)
    }

    @Test(
        "Everything else stands",
        arguments: [
            ChatError(status: 400, "temperature must be between 0 and 1"), ChatError(status: 400, "unknown: stop"),
            ChatError(status: 400, "top_p is not supported"), ChatError(status: 401, "unsupported: temperature"),
            ChatError(status: 500, "unsupported: temperature"), ChatError(status: 400, "enable_thinking not supported"),
            ChatError(status: 400, "prompt is too long"), ChatError(status: 400, "unknown model"),
        ])
    func stands(error: ChatError) throws {
        #expect(try difference(error) == nil)
    }

    @Test("Where calling must not be, a refused choice means that no tools are offered")
    func none() throws {
        var request = try request()
        request.toolChoice = .none
        let other = F.dialect.alternative(to: request, after: refusal("tool_choice is not supported"))
        #expect(try F.member("tools", of: #require(other)) == nil)
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
        func sent(_ request: ChatRequest?) throws -> [String?] {
            let body = try OllamaFixtures.json(F.body(#require(request)))
            let messages = try #require(body["messages"]).elements
            return messages.filter { $0["tool_calls"] != nil }.map { $0["reasoning_content"]?.string }
        }
        #expect(try sent(request) == ["why", nil])
        for words in [
            "Missing `reasoning_content` field in the assistant message at message index 2.",
            "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2",
            "The `reasoning_content` in the thinking mode must be passed back to the API.",
        ] {
            let missed = refusal(words)
            let filled = F.dialect.alternative(to: request, after: missed)
            #expect(try sent(filled) == ["why", " "])
            #expect(F.dialect.alternative(to: try #require(filled), after: missed) == nil)
            let refused = refusal("property 'messages.1.assistant.reasoning_content' is unsupported")
            #expect(F.dialect.alternative(to: try #require(filled), after: refused) == nil)
            let stripped = F.dialect.alternative(to: request, after: refused)
            #expect(try sent(stripped) == [nil, nil])
            #expect(F.dialect.alternative(to: try #require(stripped), after: refused) == nil)
        }
    }

    @Test("A vendor that refuses everything gets to an end")
    func ends() throws {
        var request = try request()
        let everything = refusal(
            "unsupported: stream_options temperature top_p top_k min_p seed frequency_penalty presence_penalty "
                + "repetition_penalty reasoning_effort parallel_tool_calls tool_choice max_tokens max_completion_tokens"
        )
        var tries = 0
        while tries < 50, let other = F.dialect.alternative(to: request, after: everything) {
            request = other
            tries += 1
        }
        #expect(tries < 20)
        #expect(try F.members(of: request).contains("stop"))
    }
}
