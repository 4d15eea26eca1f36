/// Reads the body of a Chat Completions request (OpenAI API reference, "Create chat completion").
///
/// Beyond OpenAI's own parameters it knows those that LiteLLM and Ollama's users add: `think`, `thinking`, `reasoning`,
/// `keep_alive`, `num_ctx`, `top_k`, `min_p`, `repeat_penalty`, `format` and `options`. Unknown members are ignored and
/// `null` counts as absent. What is known is checked, since Ollama answers wrong types with a 500 or silently.
extension ChatCompletionsDialect {
    func decode(_ body: RequestBody) throws(ChatError) -> ChatRequest {
        var messages: [ChatMessage] = []
        for element in try body.messages() { messages.append(try Self.message(element.object())) }
        var request = ChatRequest(model: try body.model(), messages: messages)
        request.isStreaming = try body["stream"]?.bool() ?? false
        let asksUsage = try body["stream_options"]?.object()["include_usage"]?.bool() ?? false
        request.includesUsage = request.isStreaming && asksUsage
        if let choices = body["n"], try choices.integer(in: 1...Int.max) > 1 {
            throw choices.mistake("must be 1: one choice a request is supported.", code: .unsupportedValue)
        }
        request.options = try body.generationOptions()
        request.keepAlive = try body.keepAlive()
        request.outputFormat = try body.outputFormat()
        request.logprobs = try Self.logprobs(body)
        request.think = try body.think()
        request.reasoningEffort = try body.reasoningEffort()
        request.toolSet = try body.functionTools()
        request.toolChoice = try Self.toolChoice(body)
        request.allowsParallelToolCalls = try body["parallel_tool_calls"]?.bool() ?? true
        try request.mend()
        return request
    }

    private static func logprobs(_ body: RequestBody) throws(ChatError) -> Int? {
        let isWanted = try body["logprobs"]?.bool() ?? false
        guard let alternatives = body["top_logprobs"] else { return isWanted ? 0 : nil }
        let count = try alternatives.integer(in: 0...20)
        guard isWanted else { throw alternatives.mistake("is allowed only when 'logprobs' is true.") }
        return count
    }

    /// `tool_choice`, or else the older `function_call`.
    private static func toolChoice(_ body: RequestBody) throws(ChatError) -> ToolChoice {
        if let choice = body["tool_choice"] {
            guard choice.value.kind == .object else { return try word(choice) }
            _ = try choice.required("type")
            return .function(try choice.wrappedFunction().functionName())
        }
        guard let choice = body["function_call"] else { return .auto }
        return choice.value.kind == .object ? .function(try choice.functionName()) : try word(choice)
    }

    /// `any` is Anthropic's word for it.
    private static func word(_ choice: Parameter) throws(ChatError) -> ToolChoice {
        try choice.toolChoiceWord(required: "required", "any")
    }
}
