@testable import ollama_openai_proxy

/// The options of the table by their names, so that tests read like requests.
extension GenerationOptions {
    var seed: Int? {
        get { integer("seed") }
        set { self["seed"] = newValue.map(Value.integer) }
    }
    var topK: Int? {
        get { integer("top_k") }
        set { self["top_k"] = newValue.map(Value.integer) }
    }
    var contextSize: Int? {
        get { integer("num_ctx") }
        set { self["num_ctx"] = newValue.map(Value.integer) }
    }
    var temperature: JSONValue? {
        get { number("temperature") }
        set { self["temperature"] = newValue.map(Value.raw) }
    }
    var topP: JSONValue? {
        get { number("top_p") }
        set { self["top_p"] = newValue.map(Value.raw) }
    }
    var minP: JSONValue? {
        get { number("min_p") }
        set { self["min_p"] = newValue.map(Value.raw) }
    }
    var frequencyPenalty: JSONValue? {
        get { number("frequency_penalty") }
        set { self["frequency_penalty"] = newValue.map(Value.raw) }
    }
    var presencePenalty: JSONValue? {
        get { number("presence_penalty") }
        set { self["presence_penalty"] = newValue.map(Value.raw) }
    }
    var repeatPenalty: JSONValue? {
        get { number("repeat_penalty") }
        set { self["repeat_penalty"] = newValue.map(Value.raw) }
    }
    var stop: [JSONText] {
        get { if case .texts(let texts) = self["stop"] { texts } else { [] } }
        set { self["stop"] = newValue.isEmpty ? nil : .texts(newValue) }
    }

    private func integer(_ name: String) -> Int? {
        if case .integer(let number) = self[name] { number } else { nil }
    }

    private func number(_ name: String) -> JSONValue? {
        if case .raw(let value) = self[name] { value } else { nil }
    }
}
