/// How a vendor's model is told whether to think, where that is not `reasoning_effort`: the member of the request (`think_as`).
enum ThinkingHabit: String, CaseIterable, Sendable {
    /// A flag: DashScope, SiliconFlow.
    case flag = "enable_thinking"
    /// An object with `type`: Z.ai, DeepSeek, Moonshot, Volcengine.
    case type = "thinking"
    /// What the model's chat template asks for, by either of its names: vLLM, SGLang, llama.cpp.
    case template = "chat_template_kwargs"
    /// An object with `effort` or `enabled`: OpenRouter.
    case reasoning

    /// Writes the member's value.
    func write(_ level: ThinkLevel, to json: inout JSONWriter) {
        let isOn = level != .off
        switch self {
        case .flag: isOn.write(into: &json)
        case .type: json.object { json in json.member("type", isOn ? "enabled" : "disabled") }
        case .template:
            json.object { json in
                json.member("enable_thinking", isOn)
                json.member("thinking", isOn)
            }
        case .reasoning:
            json.object { json in
                switch level {
                case .low, .medium, .high: json.member("effort", level.rawValue)
                case .max: json.member("effort", "high")
                case .on, .off: json.member("enabled", isOn)
                }
            }
        }
    }
}

extension VendorChatDialect {
    /// The members of a request by which vendors are told whether to think.
    static let thinkingWords = ["reasoning_effort"] + ThinkingHabit.allCases.map(\.rawValue)

    /// From now on the model is told by that one; false for none of these words.
    mutating func learnThinking(_ word: String) -> Bool {
        if let habit = ThinkingHabit(rawValue: word) { givenForm = [.thinking(habit)] }
        return Self.thinkingWords.contains(word)
    }
}
