extension MessagesDialect {
    static func messages(_ body: RequestBody) throws(ChatError) -> [ChatMessage] {
        var messages: [ChatMessage] = []
        if let system = body["system"] {
            var message = ChatMessage(role: .system)
            _ = try read(system, into: &message)
            if !message.text.isEmpty { messages.append(message) }
        }
        for element in try body.messages() { try append(element.object(), to: &messages) }
        return messages
    }

    private static func append(_ parameter: Parameter, to messages: inout [ChatMessage]) throws(ChatError) {
        let role = try parameter.required("role")
        let content = try parameter.required("content")
        var message: ChatMessage
        switch try role.string() {
        case "user": message = ChatMessage(role: .user)
        case "assistant": message = ChatMessage(role: .assistant)
        case "system": message = ChatMessage(role: .system)
        default: throw role.unknownValue("user, assistant, system")
        }
        let results = try read(content, into: &message)
        messages += results
        // A message that holds only results says nothing itself.
        if results.isEmpty || !message.text.isEmpty || !message.media.isEmpty { messages.append(message) }
    }

    /// Reads a text or an array of blocks into a message. Returns the tools' results among them as messages.
    private static func read(_ content: Parameter, into message: inout ChatMessage) throws(ChatError) -> [ChatMessage] {
        var results: [ChatMessage] = []
        switch content.value.kind {
        case .string: try message.append(part: content.text())
        case .array: for element in try content.array() { try read(block: element.object(), into: &message, &results) }
        default: throw content.wrongType("a string or an array of content blocks")
        }
        return results
    }

    private static func read(block: Parameter, into message: inout ChatMessage, _ results: inout [ChatMessage]) throws(ChatError) {
        let type = try block.required("type")
        switch (try type.string(), message.role) {
        case ("text", _): try message.append(part: block.required("text").text())
        case ("tool_use", .assistant): message.toolCalls.append(try toolUse(block))
        case ("thinking", .assistant): message.append(reasoning: try block.required("thinking").text(), separatedBy: "\n")
        // What Anthropic's own servers left in an earlier reply, thinking that no one else can read among it, must not
        // end the conversation here.
        case (_, .assistant), (_, .system): message.leaveOut(.part) { type.fileMistake }
        case ("image", _): try message.take(.image, block.required("source").object(), image)
        case ("document", _):
            if let title = try block["title"]?.text() { message.append(part: title) }
            try read(document: block.required("source").object(), into: &message)
        case ("search_result", _):
            for name in ["title", "source"] as [StaticString] { try message.append(part: block.required(name).text()) }
            _ = try read(block.required("content"), into: &message)
        case ("tool_reference", .tool):
            // Claude Code's ToolSearch: the tool itself is in `tools` from now on.
            message.append(part: JSONText("The tool \(try block.required("tool_name").string()) can be called now."))
        case ("tool_result", .user): results.append(try toolResult(block))
        default: throw type.unknownValue("text, image, document, search_result, tool_result", code: .unsupportedValue)
        }
    }

    private static func toolUse(_ block: Parameter) throws(ChatError) -> ToolCall {
        ToolCall(
            id: try block.required("id").string(), name: try block.required("name").string(),
            arguments: Parameter.arguments(of: block["input"]))
    }

    private static func toolResult(_ block: Parameter) throws(ChatError) -> ChatMessage {
        var result = ChatMessage(role: .tool)
        result.toolCallID = try block.required("tool_use_id").nonEmptyString()
        if let content = block["content"] { _ = try read(content, into: &result) }
        guard try block["is_error"]?.bool() == true else { return result }
        // Ollama knows no mark for it, so the words must tell.
        guard !result.text.string.prefix(80).lowercased().contains("error") else { return result }
        var text = JSONText("Error: ")
        text.append(result.text)
        result.text = text
        return result
    }

    private static func image(_ source: Parameter) throws(ChatError) -> JSONText {
        let type = try source.required("type")
        switch try type.string() {
        case "base64": return try source.required("data").base64()
        case "url": return try DataURL.imagePayload(source.required("url"))
        default: throw type.unknownValue("base64", code: .unsupportedValue)
        }
    }

    private static func read(document source: Parameter, into message: inout ChatMessage) throws(ChatError) {
        let type = try source.required("type")
        switch try type.string() {
        case "text": try message.append(part: source.required("data").text())
        case "content": _ = try read(source.required("content"), into: &message)
        default: message.leaveOut(.document) { type.fileMistake }
        }
    }
}
