/// Parameters that several client APIs know under the same name: Ollama's, and what OpenAI's APIs get as additions.
extension RequestBody {
    /// A number of seconds or a Go duration. Ollama refuses `"300"`; which unit was meant is not ours to guess.
    func keepAlive() throws(ChatError) -> JSONValue? {
        guard let parameter = self["keep_alive"] else { return nil }
        switch parameter.value.kind {
        case .number: return try parameter.number()
        case .string:
            guard GoDuration.isValid(try parameter.string()) else {
                throw parameter.mistake("must be a number of seconds such as 300, or a string with a unit such as \"300s\" or \"5m\".")
            }
            return parameter.value
        default: throw parameter.wrongType("a number of seconds or a string such as \"5m\"")
        }
    }

    /// OpenAI's `response_format`, or else Ollama's own `format`.
    func outputFormat() throws(ChatError) -> OutputFormat {
        guard let parameter = try self["response_format"]?.object() else { return try nativeFormat() }
        return try parameter.outputFormat(schemaIn: "json_schema")
    }

    private func nativeFormat() throws(ChatError) -> OutputFormat {
        guard let parameter = self["format"] else { return .text }
        switch parameter.value.kind {
        case .object: return .schema(parameter.value)
        case .string:
            let format = try parameter.string()
            // Ollama takes an empty text as none.
            if format.isEmpty { return .text }
            guard format == "json" else { throw parameter.mistake("must be \"json\" or a JSON Schema object.") }
            return .json
        default: throw parameter.wrongType("\"json\" or a JSON Schema object")
        }
    }

    /// Ollama's `think`, or else Anthropic's `thinking`, which LiteLLM may pass on.
    func think() throws(ChatError) -> ThinkLevel? {
        let thinking = try thinking()
        guard let parameter = self["think"] else { return thinking }
        if let isOn = parameter.value.bool { return isOn ? .on : .off }
        guard let word = parameter.value.string else { throw parameter.wrongType("a boolean or one of low, medium, high, max") }
        guard let level = ThinkLevel(rawValue: word), level != .on, level != .off else {
            throw parameter.unknownValue("true, false, low, medium, high, max")
        }
        return level
    }

    /// Anthropic's `thinking`. `adaptive`, and what may come after it, leaves the choice open; a budget of tokens has no
    /// counterpart.
    func thinking() throws(ChatError) -> ThinkLevel? {
        switch try self["thinking"]?.object()["type"]?.string() {
        case "enabled": .on
        case "disabled": .off
        default: nil
        }
    }

    /// OpenAI's `reasoning.effort` before `reasoning_effort`; an empty text is none.
    func reasoningEffort() throws(ChatError) -> ReasoningEffort? {
        let plain = try effort(self["reasoning_effort"])
        return try effort(self["reasoning"]?.object()["effort"]) ?? plain
    }

    private func effort(_ parameter: Parameter?) throws(ChatError) -> ReasoningEffort? {
        guard let parameter, try !parameter.string().isEmpty else { return nil }
        return try parameter.effort(known: "none, minimal, low, medium, high, xhigh, max, ultra")
    }
}

extension Parameter {
    func effort(known: String) throws(ChatError) -> ReasoningEffort {
        guard let effort = ReasoningEffort(rawValue: try string()) else { throw unknownValue(known) }
        return effort
    }

    /// OpenAI's object for a format.
    ///
    /// - Parameter member: the object in this one that has the member `schema`; `nil`: this one has it itself.
    func outputFormat(schemaIn member: StaticString?) throws(ChatError) -> OutputFormat {
        let type = try required("type")
        switch try type.string() {
        case "text": return .text
        case "json_object": return .json
        case "json_schema":
            let holder = if let member { try required(member).object() } else { self }
            return .schema(
                try holder.required("schema").object().value, name: try holder["name"]?.string().ifAny,
                isStrict: try holder["strict"]?.bool())
        default: throw type.unknownValue("text, json_object, json_schema")
        }
    }
}
