extension ChatCompletionsDialect {
    static func message(_ parameter: Parameter) throws(ChatError) -> ChatMessage {
        let role = try parameter.required("role")
        switch try role.string() {
        case "system", "developer": return try spoken(.system, parameter)
        case "user":
            _ = try parameter.required("content")
            return try spoken(.user, parameter)
        case "assistant": return try assistant(parameter)
        case "tool":
            var message = try spoken(.tool, parameter)
            message.toolCallID = try parameter["tool_call_id"]?.string().ifAny
            message.toolName = try parameter["name"]?.string().ifAny
            return message
        case "function":
            var message = try spoken(.tool, parameter)
            message.toolName = try parameter.functionName()
            return message
        default: throw role.unknownValue("system, developer, user, assistant, tool, function")
        }
    }

    private static func spoken(_ role: ChatMessage.Role, _ parameter: Parameter) throws(ChatError) -> ChatMessage {
        var message = ChatMessage(role: role)
        if let content = parameter["content"] { try message.read(content: content, known: "text, image_url, input_audio") }
        return message
    }

    private static func assistant(_ parameter: Parameter) throws(ChatError) -> ChatMessage {
        var message = try spoken(.assistant, parameter)
        if message.text.isEmpty, let refusal = parameter["refusal"] { message.text = try refusal.text() }
        message.reasoning = try reasoning(parameter) ?? message.reasoning
        message.toolCalls = try parameter["tool_calls"]?.toolCalls() ?? []
        if let call = parameter["function_call"] { message.toolCalls.append(try call.object().toolCall(id: nil)) }
        return message
    }

    /// `reasoning_content` (DeepSeek, LiteLLM), `reasoning` (Ollama, OpenRouter), or Anthropic's thinking blocks.
    private static func reasoning(_ parameter: Parameter) throws(ChatError) -> JSONText? {
        for name in ["reasoning_content", "reasoning"] as [StaticString] {
            if let text = try parameter[name]?.text(), !text.isEmpty { return text }
        }
        guard let blocks = parameter["thinking_blocks"] else { return nil }
        var joined = JSONText()
        for element in try blocks.array() {
            // A redacted block has no text that the model could read.
            guard let text = try element.object()["thinking"]?.text() else { continue }
            joined.append(text, separatedBy: "\n")
        }
        return joined.isEmpty ? nil : joined
    }
}
