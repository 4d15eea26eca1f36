/// Reads the body of a Chat Completions request (OpenAI API reference, "Create chat completion").
///
/// Beyond OpenAI's own parameters it knows those that LiteLLM and Ollama's users add: `think`, `thinking`, `reasoning`,
/// `keep_alive`, `num_ctx`, `top_k`, `min_p`, `repeat_penalty`, `format` and `options`. Unknown members are ignored and
/// `null` counts as absent. What is known is checked, since Ollama answers wrong types with a 500 or silently.
enum ChatCompletionsRequestDecoder {
    static func decode(_ body: RequestBody) throws(ChatError) -> ChatRequest {
        var request = ChatRequest(model: try body.model(), messages: try messages(body))
        request.isStreaming = try body["stream"]?.bool() ?? false
        let asksUsage = try body["stream_options"]?.object()["include_usage"]?.bool() ?? false
        request.includesUsage = request.isStreaming && asksUsage
        try rejectSeveralChoices(body)
        request.options = try body.generationOptions()
        request.keepAlive = try body.keepAlive()
        request.outputFormat = try body.outputFormat()
        request.logprobs = try logprobs(body)
        request.think = try body.think()
        request.reasoningEffort = try body.reasoningEffort()
        request.toolSet = try body.functionTools()
        request.toolChoice = try toolChoice(body)
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

    private static func rejectSeveralChoices(_ body: RequestBody) throws(ChatError) {
        guard let parameter = body["n"], try parameter.integer(in: 1...Int.max) > 1 else { return }
        throw parameter.mistake("must be 1: one choice a request is supported.", code: .unsupportedValue)
    }
}
