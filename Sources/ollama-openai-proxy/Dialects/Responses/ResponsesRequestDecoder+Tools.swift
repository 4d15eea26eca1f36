extension ResponsesRequestDecoder {
    /// Reads `tool_choice`, and refuses a request of which no tool can be offered.
    ///
    /// Tools that OpenAI itself would run cannot be had here. Beside others they are left out, since agents offer them
    /// always (Codex web search, seen since 0.94); where there is nothing else to call, or one of them is demanded, they
    /// are what the request is about, and it is refused.
    static func checkTools(_ body: RequestBody, of request: inout ChatRequest) throws(ChatError) {
        if request.tools.isEmpty, let list = body["tools"], let type = list.value.elements.lazy.compactMap({ $0["type"] }).first {
            throw unsupported(Parameter(type), request.toolSet.leftOut.sorted())
        }
        guard let choice = body["tool_choice"] else { return }
        guard choice.value.kind == .object else {
            request.toolChoice = try word(choice)
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
            request.toolChoice = try word(choice.required("mode"))
            request.tools.removeAll { !allowed.contains($0.name) && !allowed.contains($0.origin?.namespace ?? "") }
            request.restrictsTools = true
        case let word: throw unsupported(type, [String(word.prefix(60))])
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

    private static func unsupported(_ type: Parameter, _ types: [String]) -> ChatError {
        type.mistake(
            "cannot be had here: \(types.prefix(9).joined(separator: ", ")). These are tools that OpenAI's servers or its "
                + "own models bring along; only tools of the types function, custom and namespace can be called.",
            code: .unsupportedValue)
    }
}
