/// Reads the body of a Messages request (Anthropic API reference, "Create a Message"; SDK for Python 2.12).
///
/// Unknown members, `metadata`, `cache_control` and whatever a beta header stands for are ignored, and `null` counts as
/// absent. What is known is checked, since Ollama answers wrong types with a 500 or silently.
enum MessagesRequestDecoder {
    /// - Parameter needsLimit: `max_tokens` must be there, as in every request for a reply.
    static func decode(_ body: RequestBody, needsLimit: Bool) throws(ChatError) -> ChatRequest {
        // Ignored, it would cost the conversation its beginning: a thread's later requests bring only what is new.
        if body["thread"] != nil {
            throw .invalid(
                "thread", "'thread' is not supported: nothing is stored here, send the whole conversation.", code: .threadUnsupported)
        }
        var request = ChatRequest(model: try body.model(), messages: try messages(body))
        request.isStreaming = try body["stream"]?.bool() ?? false
        request.options = try body.generationOptions(["temperature", "top_p", "top_k"])
        request.options.maxTokens = try body["max_tokens"]?.integer(in: 1...Int.max)
        if needsLimit { _ = try body.required("max_tokens") }
        if let texts = try body["stop_sequences"]?.stopList(), !texts.isEmpty { request.options["stop"] = .texts(texts) }
        request.think = try body.thinking()
        request.reasoningEffort = try effort(body)
        request.outputFormat = try outputFormat(body)
        request.toolSet = try tools(body)
        request.leftOut = request.toolSet.leftOut
        request.toolChoice = try toolChoice(body)
        if !request.toolSet.deferred.isEmpty, let list = body["messages"] {
            var names = references(in: list.value)
            if case .function(let name) = request.toolChoice { names.insert(name) }
            request.toolSet = request.toolSet.offering(names)
        }
        let isSingle = try body["tool_choice"]?.object()["disable_parallel_tool_use"]?.bool()
        request.allowsParallelToolCalls = isSingle != true
        try request.mend()
        return request
    }

    private static func effort(_ body: RequestBody) throws(ChatError) -> ReasoningEffort? {
        try body["output_config"]?.object()["effort"]?.effort(known: "low, medium, high, xhigh, max")
    }

    /// `output_config.format`, or else the `output_format` of the first beta.
    private static func outputFormat(_ body: RequestBody) throws(ChatError) -> OutputFormat {
        let older = body["output_format"]
        guard let format = try (try body["output_config"]?.object()["format"] ?? older)?.object() else { return .text }
        let type = try format.required("type")
        guard try type.string() == "json_schema" else { throw type.unknownValue("json_schema") }
        return .schema(try format.required("schema").object().value)
    }
}
