/// Reads the body of a Responses request (OpenAI API reference, "Create a model response"; SDK 2.54.0).
///
/// It takes the same additions as chat completions: `think`, `keep_alive`, `num_ctx`, `options` and their like. Unknown
/// members are ignored and `null` counts as absent; what would need a memory of earlier replies is refused.
enum ResponsesRequestDecoder {
    static func decode(_ body: RequestBody) throws(ChatError) -> ChatRequest {
        try rejectWhatNeedsStorage(body)
        let tools = if let list = body["tools"] { try ResponsesTools.known(list) } else { ToolSet.empty }
        let conversation = try ResponsesConversation(body, tools: tools)
        var request = ChatRequest(model: try body.model(), messages: conversation.messages)
        request.toolSet = conversation.hasNewTools ? ToolSet(conversation.tools.tools) : tools
        request.leftOut = conversation.leftOut.union(conversation.tools.leftOut)
        request.isStreaming = try body["stream"]?.bool() ?? false
        request.includesUsage = request.isStreaming
        request.options = try body.generationOptions()
        request.options.maxTokens = try body["max_output_tokens"]?.integer() ?? request.options.maxTokens
        request.keepAlive = try body.keepAlive()
        request.outputFormat = try outputFormat(body)
        request.logprobs = try logprobs(body)
        request.think = try body.think()
        request.reasoningEffort = try body.reasoningEffort()
        try checkTools(body, of: &request)
        request.allowsParallelToolCalls = try body["parallel_tool_calls"]?.bool() ?? true
        _ = try body["metadata"]?.object()
        try request.mend()
        // The reply repeats most of the request: it is kept whole.
        request.original = body["model"]?.value.document.root
        return request
    }

    private static func rejectWhatNeedsStorage(_ body: RequestBody) throws(ChatError) {
        for name in ["previous_response_id", "conversation", "prompt"] {
            guard let parameter = body[name] else { continue }
            throw parameter.mistake(
                "is not supported: nothing is stored here. Send the whole conversation in 'input'.", code: .unsupportedValue)
        }
        if let background = body["background"], try background.bool() {
            throw background.mistake("must be false: nothing is stored here.", code: .unsupportedValue)
        }
    }

    /// `text.format`, or else what chat completions knows.
    private static func outputFormat(_ body: RequestBody) throws(ChatError) -> OutputFormat {
        guard let format = try body["text"]?.object()["format"]?.object() else { return try body.outputFormat() }
        return try format.outputFormat(schemaIn: nil)
    }

    /// Either `top_logprobs` or the word in `include` asks for them.
    private static func logprobs(_ body: RequestBody) throws(ChatError) -> Int? {
        let count = try body["top_logprobs"]?.integer(in: 0...20) ?? 0
        if count > 0 { return count }
        guard let list = body["include"] else { return nil }
        return try list.array().contains { $0.value.isString("message.output_text.logprobs") } ? 0 : nil
    }
}
