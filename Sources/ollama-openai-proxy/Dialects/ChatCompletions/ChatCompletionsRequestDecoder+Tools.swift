extension ChatCompletionsRequestDecoder {
    /// `tools`, or else the older `functions`.
    static func tools(_ body: RequestBody) throws(ChatError) -> [Tool] {
        var tools: [Tool] = []
        if let list = body["tools"] {
            for element in try list.array() {
                let tool = try element.object()
                try requireFunction(tool["type"])
                guard let function = try tool["function"]?.object() else { throw tool.missing("function") }
                tools.append(try declaration(function))
            }
        } else if let list = body["functions"] {
            for element in try list.array() { tools.append(try declaration(element.object())) }
        }
        return tools
    }

    private static func declaration(_ function: Parameter) throws(ChatError) -> Tool {
        Tool(
            name: try functionName(function),
            description: try function["description"]?.text(),
            parameters: try function["parameters"]?.object().value)
    }

    /// `tool_choice`, or else the older `function_call`.
    static func toolChoice(_ body: RequestBody) throws(ChatError) -> ToolChoice {
        if let choice = body["tool_choice"] {
            guard choice.value.kind == .object else { return try toolChoiceWord(choice) }
            guard let type = choice["type"] else { throw choice.missing("type") }
            try requireFunction(type)
            guard let function = try choice["function"]?.object() else { throw choice.missing("function") }
            return .function(try functionName(function))
        }
        guard let choice = body["function_call"] else { return .auto }
        return choice.value.kind == .object ? .function(try functionName(choice)) : try toolChoiceWord(choice)
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

    /// What an assistant called in an earlier turn, also in the older form of a single `function_call`.
    static func toolCalls(_ list: Parameter?, legacy: Parameter?) throws(ChatError) -> [ToolCall] {
        var calls: [ToolCall] = []
        if let list {
            for element in try list.array() {
                let call = try element.object()
                try requireFunction(call["type"])
                guard let function = try call["function"]?.object() else { throw call.missing("function") }
                calls.append(try toolCall(function, id: call["id"]))
            }
        }
        if let legacy { calls.append(try toolCall(legacy.object(), id: nil)) }
        return calls
    }

    private static func toolCall(_ function: Parameter, id: Parameter?) throws(ChatError) -> ToolCall {
        ToolCall(
            id: try id?.string() ?? "", name: try functionName(function), arguments: arguments(function["arguments"]))
    }

    /// Never a mistake: arguments that a model once got wrong must not make every later request a 400.
    private static func arguments(_ arguments: Parameter?) -> String {
        guard let value = arguments?.value else { return "{}" }
        if value.kind == .object { return value.rawText }
        return HistoryArguments.object(from: value.string ?? value.rawText)
    }

    private static func functionName(_ function: Parameter) throws(ChatError) -> String {
        guard let name = function["name"] else { throw function.missing("name") }
        return try name.nonEmptyString()
    }

    /// The only type of tool that there is; some clients leave it out.
    private static func requireFunction(_ type: Parameter?) throws(ChatError) {
        guard let type, try type.string() != "function" else { return }
        throw type.mistake("must be \"function\": other tools are not supported.", code: .unsupportedValue)
    }
}
