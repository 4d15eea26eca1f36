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
        var request = ChatRequest(model: try body.model(), messages: [])
        let conversation = try MessagesConversation(body)
        request.messages = conversation.messages
        request.isStreaming = try body["stream"]?.bool() ?? false
        request.options = try body.generationOptions(["temperature", "top_p", "top_k"])
        request.options.maxTokens = try body["max_tokens"]?.integer(in: 1...Int.max)
        if needsLimit { _ = try body.required("max_tokens") }
        if let texts = try body["stop_sequences"]?.stopList(), !texts.isEmpty { request.options["stop"] = .texts(texts) }
        request.think = try body.thinking()
        request.reasoningEffort = try body["output_config"]?.object()["effort"]?.effort(known: "low, medium, high, xhigh, max")
        request.outputFormat = try Self.outputFormat(body)
        request.toolSet = try Self.tools(body)
        request.leftOut = request.toolSet.leftOut
        request.toolChoice = try Self.toolChoice(body)
        var found = conversation.found
        if case .function(let name) = request.toolChoice { found.insert(name) }
        request.toolSet = request.toolSet.offering(found)
        let isSingle = try body["tool_choice"]?.object()["disable_parallel_tool_use"]?.bool()
        request.allowsParallelToolCalls = isSingle != true
        try request.mend()
        return request
    }

    /// `output_config.format`, or else the `output_format` of the first beta.
    private static func outputFormat(_ body: RequestBody) throws(ChatError) -> OutputFormat {
        let older = body["output_format"]
        guard let format = try (try body["output_config"]?.object()["format"] ?? older)?.object() else { return .text }
        try format.required("type").oneOf(["json_schema": ()])
        return .schema(try format.required("schema").object().value)
    }

    /// What Anthropic's servers run themselves (`web_search_20250305`), or Anthropic's models know by heart, has a type
    /// and no schema. Beside function tools it is left out. Alone it is refused: a model that is not told of its search
    /// answers Claude Code's WebSearch with results of its own invention, while a refusal makes Claude Code go on without.
    ///
    /// A tool with `defer_loading` waits for a search to name it, unless it is Anthropic's server that would search.
    private static func tools(_ body: RequestBody) throws(ChatError) -> ToolSet {
        guard let list = body["tools"] else { return .empty }
        let set = try KnownTools.shared.set(of: list, .messages) { list throws(ChatError) in
            var (tools, deferred, leftOut): ([Tool], Set<String>, Set<String>) = ([], [], [])
            for element in try list.array() {
                let tool = try element.object()
                guard let schema = try tool["input_schema"]?.object() else {
                    guard let type = try tool["type"]?.string(), type != "custom" else { throw tool.missing("input_schema") }
                    leftOut.noteType(type)
                    continue
                }
                let name = try tool.functionName()
                tools.append(Tool(name: name, description: try tool["description"]?.text(), parameters: schema.value))
                if try tool["defer_loading"]?.bool() == true { deferred.insert(name) }
            }
            if leftOut.contains(where: { $0.hasPrefix("tool_search_tool_") }) || deferred.count == tools.count { deferred = [] }
            return ToolSet(
                tools.filter { !deferred.contains($0.name) }, leftOut: leftOut, deferred: tools.filter { deferred.contains($0.name) })
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
