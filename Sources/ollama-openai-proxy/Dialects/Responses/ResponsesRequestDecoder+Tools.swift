extension ResponsesRequestDecoder {
    /// `tools` and `tool_choice`.
    ///
    /// Tools that OpenAI itself would run cannot be had here. Beside functions they are left out, since agents offer
    /// them always (Codex web search, seen since 0.94); where there is nothing else to call, or one of them is
    /// demanded, they are what the request is about, and it is refused.
    static func decodeTools(_ body: RequestBody, into request: inout ChatRequest) throws(ChatError) {
        if let list = body["tools"] {
            request.toolSet = try KnownTools.shared.tools(in: list, .responses) { tool throws(ChatError) in
                if let type = tool["type"], try type.string() != "function" { return nil }
                return try tool.declaration()
            }
            if request.tools.isEmpty, let type = list.value.elements.lazy.compactMap({ $0["type"] }).first {
                throw unsupported(Parameter(type))
            }
        }
        if let choice = body["tool_choice"] { try decode(choice, into: &request) }
    }

    private static func decode(_ choice: Parameter, into request: inout ChatRequest) throws(ChatError) {
        guard choice.value.kind == .object else {
            request.toolChoice = try word(choice)
            return
        }
        let type = try choice.required("type")
        switch try type.string() {
        case "function": request.toolChoice = .function(try choice.functionName())
        case "allowed_tools":
            var names: Set<String> = []
            for element in try choice.required("tools").array() {
                if let name = try element.object()["name"] { names.insert(try name.string()) }
            }
            request.toolChoice = try word(choice.required("mode"))
            request.tools.removeAll { !names.contains($0.name) }
            request.restrictsTools = true
        default: throw unsupported(type)
        }
    }

    private static func word(_ choice: Parameter) throws(ChatError) -> ToolChoice {
        switch try choice.string() {
        case "auto": return .auto
        case "none": return .none
        case "required": return .required
        default: throw choice.unknownValue("none, auto, required, or an object that names a function")
        }
    }

    private static func unsupported(_ type: Parameter) -> ChatError {
        let name = (type.value.string ?? "").prefix(60)
        return type.mistake(
            "is \"\(name)\": only functions can be called here, no tools that OpenAI runs.", code: .unsupportedValue)
    }
}
