extension SamplingOption {
    /// `nil` when the value sets nothing. Throws a 400 when it is of another kind.
    ///
    /// - Parameter least: of an integer.
    func read(_ parameter: Parameter, least: Int = .min) throws(ChatError) -> GenerationOptions.Value? {
        switch kind {
        case .integer: return .integer(try parameter.integer(in: least...Int.max))
        case .number: return .raw(try parameter.number())
        case .bool:
            _ = try parameter.bool()
            return .raw(parameter.value)
        case .texts:
            let texts = try parameter.stopTexts()
            return texts.isEmpty ? nil : .texts(texts)
        case .any: return .raw(parameter.value)
        }
    }
}

extension RequestBody {
    /// OpenAI's parameters, those that clients of Ollama add to them, and its free `options`.
    func generationOptions() throws(ChatError) -> GenerationOptions {
        for name in ["max_tokens", "max_completion_tokens", "max_output_tokens"] {
            if let limit = self[name], limit.value.integer == 0 { throw limit.mistake("must be at least 1.") }
        }
        var options = try generationOptions(SamplingOption.all.compactMap(\.name))
        options.maxTokens = try self["max_completion_tokens"]?.integer() ?? options.maxTokens
        options.extra = try self["options"]?.object().value
        return options
    }

    /// Those of OpenAI's parameters that have one of these names.
    func generationOptions(_ names: [String]) throws(ChatError) -> GenerationOptions {
        var options = GenerationOptions()
        for option in SamplingOption.all {
            guard let name = option.name, names.contains(name), let parameter = self[name] else { continue }
            options[name] = try option.read(parameter, least: option.least)
        }
        return options
    }

    /// The `options` of Ollama's API, without those that only its runner knows.
    func ollamaOptions() throws(ChatError) -> GenerationOptions {
        var options = GenerationOptions()
        guard let object = self["options"] else { return options }
        let members = try RequestBody(object)
        for option in SamplingOption.all {
            guard let name = option.name, let parameter = members[option.ollama] else { continue }
            let value = try option.read(parameter)
            if case .integer(let number) = value, number < option.floor { continue }
            options[name] = value
        }
        return options
    }
}

extension Parameter {
    /// OpenAI allows 4; more do no harm upstream, but a list without an end does.
    private static let stopLimit = 64

    /// A text, or an array of them.
    func stopTexts() throws(ChatError) -> [JSONText] {
        if let text = JSONText(value) { return text.isEmpty ? [] : [text] }
        guard value.kind == .array else { throw wrongType("a string or an array of strings") }
        return try stopList()
    }

    /// Empty texts are left out: they would end every reply before its first token.
    func stopList() throws(ChatError) -> [JSONText] {
        var texts: [JSONText] = []
        for element in try array() {
            let text = try element.text()
            if !text.isEmpty { texts.append(text) }
            guard texts.count <= Self.stopLimit else { throw mistake("must hold at most \(Self.stopLimit) strings.") }
        }
        return texts
    }
}
