extension MessagesRequestDecoder {
    /// What Anthropic's servers run themselves (`web_search_20250305`), or Anthropic's models know by heart, has a type
    /// and no schema. Beside function tools it is left out. Alone it is refused: a model that is not told of its search
    /// answers Claude Code's WebSearch with results of its own invention, while a refusal makes Claude Code go on without.
    static func tools(_ body: RequestBody) throws(ChatError) -> ToolSet {
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
            "is \"\((type.string ?? "").prefix(60))\", a tool of Anthropic's own: only tools with an input_schema are " + "supported.",
            code: .unsupportedValue)
    }

    static func toolChoice(_ body: RequestBody) throws(ChatError) -> ToolChoice {
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
