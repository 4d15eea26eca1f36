/// Reads the body of a Messages request (Anthropic API reference, "Create a Message"; SDK for Python 2.12).
///
/// Unknown members, `metadata`, `cache_control` and whatever a beta header stands for are ignored, and `null` counts as
/// absent. What is known is checked, since Ollama answers wrong types with a 500 or silently.
extension MessagesDialect {
    func decode(_ body: RequestBody) throws(ChatError) -> ChatRequest {
        // Ignored, it would cost the conversation its beginning: a thread's later requests bring only what is new.
        if body["thread"] != nil {
            throw .invalid(
                "thread", "'thread' is not supported: nothing is stored here, send the whole conversation.", code: .threadUnsupported)
        }
        var request = ChatRequest(model: try body.model(), messages: try Self.messages(body))
        request.isStreaming = try body["stream"]?.bool() ?? false
        request.options = try body.generationOptions(["temperature", "top_p", "top_k"])
        request.options.maxTokens = try body["max_tokens"]?.integer(in: 1...Int.max)
        if needsLimit { _ = try body.required("max_tokens") }
        if let texts = try body["stop_sequences"]?.stopList(), !texts.isEmpty { request.options["stop"] = .texts(texts) }
        request.think = try body.thinking()
        request.reasoningEffort = try body["output_config"]?.object()["effort"]?.effort(known: "low, medium, high, xhigh, max")
        request.outputFormat = try Self.outputFormat(body)
        request.toolSet = try Self.tools(body)
        request.toolChoice = try Self.toolChoice(body)
        let isSingle = try body["tool_choice"]?.object()["disable_parallel_tool_use"]?.bool()
        request.allowsParallelToolCalls = isSingle != true
        try request.mend()
        return request
    }

    /// `output_config.format`, or else the `output_format` of the first beta.
    private static func outputFormat(_ body: RequestBody) throws(ChatError) -> OutputFormat {
        let older = body["output_format"]
        guard let format = try (try body["output_config"]?.object()["format"] ?? older)?.object() else { return .text }
        let type = try format.required("type")
        guard try type.string() == "json_schema" else { throw type.unknownValue("json_schema") }
        return .schema(try format.required("schema").object().value)
    }

    /// What Anthropic's servers run themselves (`web_search_20250305`), or Anthropic's models know by heart, has a type
    /// and no schema. Beside function tools it is left out. Alone it is refused: a model that is not told of its search
    /// answers Claude Code's WebSearch with results of its own invention, while a refusal makes Claude Code go on without.
    private static func tools(_ body: RequestBody) throws(ChatError) -> ToolSet {
        guard let list = body["tools"] else { return .empty }
        let set = try KnownTools.shared.tools(in: list, .messages) { tool throws(ChatError) in
            guard let schema = try tool["input_schema"]?.object() else {
                guard let type = tool["type"], try type.string() != "custom" else { throw tool.missing("input_schema") }
                return nil
            }
            return Tool(name: try tool.functionName(), description: try tool["description"]?.text(), parameters: schema.value)
        }
        guard set.tools.isEmpty, let type = list.value.elements.lazy.compactMap({ $0["type"] }).first else { return set }
        throw Parameter(type).mistake(
            "is \"\((type.string ?? "").prefix(60))\", a tool of Anthropic's own: only tools with an input_schema are supported.",
            code: .unsupportedValue)
    }

    private static func toolChoice(_ body: RequestBody) throws(ChatError) -> ToolChoice {
        guard let choice = try body["tool_choice"]?.object() else { return .auto }
        let type = try choice.required("type")
        switch try type.string() {
        case "auto": return .auto
        case "any": return .required
        case "none": return .none
        case "tool": return .function(try choice.functionName())
        default: throw type.unknownValue("auto, any, tool, none")
        }
    }
}
