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
                "thread", "'thread' is not supported: nothing is stored here, send the whole conversation.",
                code: .threadUnsupported)
        }
        var request = ChatRequest(model: try body.model(), messages: try messages(body))
        request.isStreaming = try body["stream"]?.bool() ?? false
        request.options = try body.generationOptions(["temperature", "top_p", "top_k"])
        request.options.maxTokens = try body["max_tokens"]?.integer(in: 1...Int.max)
        if needsLimit, request.options.maxTokens == nil { throw body.missing("max_tokens") }
        if let texts = try body["stop_sequences"]?.stopList(), !texts.isEmpty {
            request.options["stop"] = .texts(texts)
        }
        request.think = try think(body)
        request.reasoningEffort = try effort(body)
        request.outputFormat = try outputFormat(body)
        request.tools = try tools(body)
        request.toolChoice = try toolChoice(body)
        let isSingle = try body["tool_choice"]?.object()["disable_parallel_tool_use"]?.bool()
        request.allowsParallelToolCalls = isSingle != true
        return request
    }

    /// `adaptive`, and what may come after it, leaves the choice open. A budget of tokens has no counterpart.
    private static func think(_ body: RequestBody) throws(ChatError) -> ThinkLevel? {
        switch try body["thinking"]?.object()["type"]?.string() {
        case "enabled": .on
        case "disabled": .off
        default: nil
        }
    }

    private static func effort(_ body: RequestBody) throws(ChatError) -> ReasoningEffort? {
        guard let parameter = try body["output_config"]?.object()["effort"] else { return nil }
        guard let effort = ReasoningEffort(rawValue: try parameter.string()) else {
            throw parameter.unknownValue("low, medium, high, xhigh, max")
        }
        return effort
    }

    /// `output_config.format`, or else the `output_format` of the first beta.
    private static func outputFormat(_ body: RequestBody) throws(ChatError) -> OutputFormat {
        let older = body["output_format"]
        guard let format = try (try body["output_config"]?.object()["format"] ?? older)?.object() else { return .text }
        guard let type = format["type"] else { throw format.missing("type") }
        guard try type.string() == "json_schema" else { throw type.unknownValue("json_schema") }
        guard let schema = try format["schema"]?.object() else { throw format.missing("schema") }
        return .schema(schema.value)
    }
}
