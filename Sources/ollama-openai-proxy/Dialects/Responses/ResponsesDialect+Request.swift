/// Reads the body of a Responses request (OpenAI API reference, "Create a model response"; SDK 2.54.0).
///
/// It takes the same additions as chat completions: `think`, `keep_alive`, `num_ctx`, `options` and their like. Unknown
/// members are ignored and `null` counts as absent; what would need a memory of earlier replies is refused.
extension ResponsesDialect {
    func decode(_ body: RequestBody) throws(ChatError) -> ChatRequest {
        try Self.rejectWhatNeedsStorage(body)
        let tools = if let list = body["tools"] { try ResponsesTools.known(list) } else { ToolSet.empty }
        let conversation = try ResponsesConversation(body, tools: tools)
        var request = ChatRequest(model: try body.model(), messages: conversation.messages)
        let all = conversation.tools.tools
        request.toolSet = all.count > tools.tools.count ? ToolSet(all) : tools
        request.leftOut = conversation.leftOut.union(conversation.tools.leftOut)
        request.isStreaming = try body["stream"]?.bool() ?? false
        request.includesUsage = request.isStreaming
        request.options = try body.generationOptions()
        request.options.maxTokens = try body["max_output_tokens"]?.integer() ?? request.options.maxTokens
        request.keepAlive = try body.keepAlive()
        request.outputFormat = try Self.outputFormat(body)
        request.logprobs = try Self.logprobs(body)
        request.think = try body.think()
        request.reasoningEffort = try body.reasoningEffort()
        try Self.checkTools(body, of: &request)
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

    /// Reads `tool_choice`, and refuses a request of which no tool can be offered.
    ///
    /// Tools that OpenAI itself would run cannot be had here. Beside others they are left out, since agents offer them
    /// always (Codex web search, seen since 0.94); where there is nothing else to call, or one of them is demanded, they
    /// are what the request is about, and it is refused.
    private static func checkTools(_ body: RequestBody, of request: inout ChatRequest) throws(ChatError) {
        if request.tools.isEmpty, let list = body["tools"], let type = list.value.elements.lazy.compactMap({ $0["type"] }).first {
            throw unsupported(Parameter(type), request.toolSet.leftOut.sorted())
        }
        guard let choice = body["tool_choice"] else { return }
        guard choice.value.kind == .object else {
            request.toolChoice = try choice.toolChoiceWord(required: "required")
            return
        }
        let names = ResponsesTools(of: request.toolSet)
        let type = try choice.required("type")
        switch try type.string() {
        case "function", "custom": request.toolChoice = .function(try names.name(of: choice))
        case "allowed_tools":
            var allowed: Set<String> = []
            for element in try choice.required("tools").array() {
                if try element.object()["name"] != nil { allowed.insert(try names.name(of: element)) }
            }
            request.toolChoice = try choice.required("mode").toolChoiceWord(required: "required")
            request.tools.removeAll { !allowed.contains($0.name) && !allowed.contains($0.origin?.namespace ?? "") }
            request.restrictsTools = true
        case let word: throw unsupported(type, [String(word.prefix(60))])
        }
    }

    private static func unsupported(_ type: Parameter, _ types: [String]) -> ChatError {
        type.mistake(
            "cannot be had here: \(types.prefix(9).joined(separator: ", ")). These are tools that OpenAI's servers or its "
                + "own models bring along; only tools of the types function, custom and namespace can be called.",
            code: .unsupportedValue)
    }
}
