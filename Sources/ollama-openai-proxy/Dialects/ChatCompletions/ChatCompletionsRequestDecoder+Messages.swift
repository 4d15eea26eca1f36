extension ChatCompletionsRequestDecoder {
    static func messages(_ body: RequestBody) throws(ChatError) -> [ChatMessage] {
        let list = try body.required("messages")
        let elements = try list.array()
        guard !elements.isEmpty else { throw list.mistake("must hold at least one message.") }
        var messages: [ChatMessage] = []
        for element in elements { messages.append(try message(element.object())) }
        return messages
    }

    private static func message(_ parameter: Parameter) throws(ChatError) -> ChatMessage {
        let members = MessageMembers(parameter)
        guard let role = members.role else { throw parameter.missing("role") }
        switch try role.string() {
        case "system", "developer": return try spoken(.system, members)
        case "user":
            guard members.content != nil else { throw parameter.missing("content") }
            return try spoken(.user, members)
        case "assistant": return try assistant(members)
        case "tool":
            var message = try spoken(.tool, members)
            message.toolCallID = try nonEmpty(members.toolCallID)
            message.toolName = try nonEmpty(members.name)
            return message
        case "function":
            var message = try spoken(.tool, members)
            message.toolName = try parameter.functionName()
            return message
        default: throw role.unknownValue("system, developer, user, assistant, tool, function")
        }
    }

    private static func spoken(_ role: ChatMessage.Role, _ members: MessageMembers) throws(ChatError) -> ChatMessage {
        var message = ChatMessage(role: role)
        if let content = members.content { try decode(content, into: &message) }
        return message
    }

    private static func assistant(_ members: MessageMembers) throws(ChatError) -> ChatMessage {
        var message = try spoken(.assistant, members)
        if message.text.isEmpty, let refusal = members.refusal { message.text = try refusal.text() }
        message.reasoning = try reasoning(members) ?? message.reasoning
        message.toolCalls = try members.toolCalls?.toolCalls() ?? []
        if let call = members.functionCall { message.toolCalls.append(try call.object().toolCall(id: nil)) }
        return message
    }

    /// `reasoning_content` (DeepSeek, LiteLLM), `reasoning` (Ollama, OpenRouter), or Anthropic's thinking blocks.
    private static func reasoning(_ members: MessageMembers) throws(ChatError) -> JSONText? {
        if let text = try members.reasoningContent?.text(), !text.isEmpty { return text }
        if let text = try members.reasoning?.text(), !text.isEmpty { return text }
        guard let blocks = members.thinkingBlocks else { return nil }
        var joined = JSONText()
        for element in try blocks.array() {
            // A redacted block has no text that the model could read.
            guard let text = try element.object()["thinking"]?.text() else { continue }
            joined.append(text, separatedBy: "\n")
        }
        return joined.isEmpty ? nil : joined
    }

    private static func nonEmpty(_ parameter: Parameter?) throws(ChatError) -> String? {
        guard let text = try parameter?.string(), !text.isEmpty else { return nil }
        return text
    }

    /// The members of one message that matter, found in one pass.
    private struct MessageMembers {
        var role: Parameter?
        var content: Parameter?
        var name: Parameter?
        var toolCallID: Parameter?
        var toolCalls: Parameter?
        var functionCall: Parameter?
        var reasoningContent: Parameter?
        var reasoning: Parameter?
        var thinkingBlocks: Parameter?
        var refusal: Parameter?

        init(_ message: Parameter) {
            for (name, value) in message.members {
                switch name {
                case "role": role = value
                case "content": content = value
                case "name": self.name = value
                case "tool_call_id": toolCallID = value
                case "tool_calls": toolCalls = value
                case "function_call": functionCall = value
                case "reasoning_content": reasoningContent = value
                case "reasoning": reasoning = value
                case "thinking_blocks": thinkingBlocks = value
                case "refusal": refusal = value
                default: break
                }
            }
        }
    }
}
