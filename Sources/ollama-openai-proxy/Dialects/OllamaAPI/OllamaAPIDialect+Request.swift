/// Reads the body of `POST /api/chat` or `POST /api/generate`.
///
/// As with Ollama, `stream` is true where it is not said, and unknown members and options are ignored. So are options
/// that only Ollama's own runner knows, such as `mirostat`: no vendor would take them.
extension OllamaAPIDialect {
    func decode(_ body: RequestBody) throws(ChatError) -> ChatRequest {
        var request = ChatRequest(model: try body.model(), messages: [])
        switch endpoint {
        case .chat:
            request.messages = try Self.messages(body)
            request.toolSet = try body.functionTools()
        case .generate: request.messages = try Self.prompt(body)
        }
        request.isStreaming = try body["stream"]?.bool() ?? true
        // The last line always says what was counted.
        request.includesUsage = request.isStreaming
        request.options = try body.ollamaOptions()
        request.keepAlive = try body.keepAlive()
        request.outputFormat = try body.outputFormat()
        request.think = try body.think()
        if try body["logprobs"]?.bool() == true { request.logprobs = try body["top_logprobs"]?.integer(in: 0...20) ?? 0 }
        try request.mend()
        return request
    }

    // MARK: Chat

    private static func messages(_ body: RequestBody) throws(ChatError) -> [ChatMessage] {
        var messages: [ChatMessage] = []
        for element in try body.messages() { append(try message(element.object()), to: &messages) }
        return messages
    }

    /// Clients that stream may give back each line of a reply as a message of its own. Where there are calls, lines are
    /// joined again: vendors refuse calls that are not followed by their results at once.
    private static func append(_ message: ChatMessage, to messages: inout [ChatMessage]) {
        let last = messages.count - 1
        guard message.role == .assistant, last >= 0, messages[last].role == .assistant,
            !messages[last].toolCalls.isEmpty || !message.toolCalls.isEmpty
        else { return messages.append(message) }
        messages[last].join(message, separatedBy: "")
    }

    private static func message(_ parameter: Parameter) throws(ChatError) -> ChatMessage {
        var message = ChatMessage(role: try role(parameter.required("role")))
        message.text = try parameter["content"]?.text() ?? JSONText()
        if let reasoning = try parameter["thinking"]?.text(), !reasoning.isEmpty { message.reasoning = reasoning }
        if let list = parameter["images"] { message.media = try images(list) }
        message.toolCalls = try parameter["tool_calls"]?.toolCalls() ?? []
        message.toolName = try parameter["tool_name"]?.string().ifAny
        message.toolCallID = try parameter["tool_call_id"]?.string().ifAny
        return message
    }

    private static func role(_ role: Parameter) throws(ChatError) -> ChatMessage.Role {
        let word = try role.string().lowercased()
        if let known = ChatMessage.Role(rawValue: word == "developer" ? "system" : word) { return known }
        throw role.unknownValue("system, user, assistant, tool")
    }

    private static func images(_ list: Parameter) throws(ChatError) -> [Medium] {
        try list.array().map { image throws(ChatError) in Medium(try image.base64()) }
    }

    // MARK: Generate

    /// `system` and `prompt` as a conversation.
    private static func prompt(_ body: RequestBody) throws(ChatError) -> [ChatMessage] {
        for name in ["raw", "template", "suffix", "context"] where !body.isEmpty(name) {
            throw .invalid(
                name, "'\(name)' is not supported: this model only chats. Use /api/chat, or 'prompt' and 'system'.",
                code: .unsupportedValue)
        }
        var messages: [ChatMessage] = []
        if let system = try body["system"]?.text(), !system.isEmpty { messages.append(ChatMessage(role: .system, text: system)) }
        var user = ChatMessage(role: .user)
        user.text = try body["prompt"]?.text() ?? JSONText()
        if let list = body["images"] { user.media = try images(list) }
        guard !user.text.isEmpty || !user.media.isEmpty else { throw body.root.missing("prompt") }
        return messages + [user]
    }
}
