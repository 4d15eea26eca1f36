extension ChatCompletionsRequestDecoder {
    /// A number of seconds or a Go duration. Ollama refuses `"300"`; which unit was meant is not ours to guess.
    static func keepAlive(_ body: RequestBody) throws(ChatError) -> JSONValue? {
        guard let parameter = body["keep_alive"] else { return nil }
        switch parameter.value.kind {
        case .number: return try parameter.number()
        case .string:
            guard GoDuration.isValid(try parameter.string()) else {
                throw parameter.mistake(
                    "must be a number of seconds such as 300, or a string with a unit such as \"300s\" or \"5m\".")
            }
            return parameter.value
        default: throw parameter.wrongType("a number of seconds or a string such as \"5m\"")
        }
    }

    /// `response_format`, or else Ollama's own `format`.
    static func outputFormat(_ body: RequestBody) throws(ChatError) -> OutputFormat {
        guard let parameter = try body["response_format"]?.object() else { return try nativeFormat(body) }
        guard let type = parameter["type"] else { throw parameter.missing("type") }
        switch try type.string() {
        case "text": return .text
        case "json_object": return .json
        case "json_schema":
            guard let wrapper = try parameter["json_schema"]?.object() else { throw parameter.missing("json_schema") }
            guard let schema = try wrapper["schema"]?.object() else { throw wrapper.missing("schema") }
            return .schema(schema.value)
        default: throw type.unknownValue("text, json_object, json_schema")
        }
    }

    private static func nativeFormat(_ body: RequestBody) throws(ChatError) -> OutputFormat {
        guard let parameter = body["format"] else { return .text }
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

    static func logprobs(_ body: RequestBody) throws(ChatError) -> Int? {
        let isWanted = try body["logprobs"]?.bool() ?? false
        guard let alternatives = body["top_logprobs"] else { return isWanted ? 0 : nil }
        let count = try alternatives.integer(in: 0...20)
        guard isWanted else { throw alternatives.mistake("is allowed only when 'logprobs' is true.") }
        return count
    }

    /// Ollama's `think`, or else Anthropic's `thinking`, which LiteLLM may pass on. `adaptive` leaves the choice open.
    static func think(_ body: RequestBody) throws(ChatError) -> ThinkLevel? {
        let thinking = try body["thinking"]?.object()["type"]?.string()
        guard let parameter = body["think"] else {
            switch thinking {
            case "enabled": return .on
            case "disabled": return .off
            default: return nil
            }
        }
        if let isOn = parameter.value.bool { return isOn ? .on : .off }
        guard let level = parameter.value.string else {
            throw parameter.wrongType("a boolean or one of low, medium, high, max")
        }
        switch level {
        case "low": return .low
        case "medium": return .medium
        case "high": return .high
        case "max": return .max
        default: throw parameter.unknownValue("true, false, low, medium, high, max")
        }
    }

    /// `reasoning.effort` before `reasoning_effort`; an empty text is none.
    static func reasoningEffort(_ body: RequestBody) throws(ChatError) -> ReasoningEffort? {
        let plain = try effort(body["reasoning_effort"])
        return try effort(body["reasoning"]?.object()["effort"]) ?? plain
    }

    private static func effort(_ parameter: Parameter?) throws(ChatError) -> ReasoningEffort? {
        guard let parameter else { return nil }
        let name = try parameter.string()
        if name.isEmpty { return nil }
        guard let effort = ReasoningEffort(rawValue: name) else {
            throw parameter.unknownValue("none, minimal, low, medium, high, xhigh, max, ultra")
        }
        return effort
    }
}
