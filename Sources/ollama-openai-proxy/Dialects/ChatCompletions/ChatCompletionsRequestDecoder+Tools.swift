extension ChatCompletionsRequestDecoder {
    /// `tool_choice`, or else the older `function_call`.
    static func toolChoice(_ body: RequestBody) throws(ChatError) -> ToolChoice {
        if let choice = body["tool_choice"] {
            guard choice.value.kind == .object else { return try toolChoiceWord(choice) }
            _ = try choice.required("type")
            return .function(try choice.wrappedFunction().functionName())
        }
        guard let choice = body["function_call"] else { return .auto }
        return choice.value.kind == .object ? .function(try choice.functionName()) : try toolChoiceWord(choice)
    }

    private static func toolChoiceWord(_ choice: Parameter) throws(ChatError) -> ToolChoice {
        guard let word = choice.value.string else { throw choice.wrongType("a string or an object") }
        switch word {
        case "auto": return .auto
        case "none": return .none
        // `any` is Anthropic's word for it.
        case "required", "any": return .required
        default: throw choice.unknownValue("none, auto, required, or an object that names a function")
        }
    }
}
