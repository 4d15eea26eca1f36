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

    /// The member's value.
    func value(_ level: ThinkLevel) -> any JSONWritable {
        let isOn = level != .off
        return switch (self, level) {
        case (.flag, _): isOn
        case (.type, _): ["type": isOn ? "enabled" : "disabled"] as JSONObject
        case (.template, _): ["enable_thinking": isOn, "thinking": isOn] as JSONObject
        case (.reasoning, .low), (.reasoning, .medium), (.reasoning, .high): ["effort": level.rawValue] as JSONObject
        case (.reasoning, .max): ["effort": "high"] as JSONObject
        case (.reasoning, .on), (.reasoning, .off): ["enabled": isOn] as JSONObject
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
