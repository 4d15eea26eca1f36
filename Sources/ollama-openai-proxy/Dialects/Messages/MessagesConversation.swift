/// Makes messages of a request's `system` and `messages`.
struct MessagesConversation {
    private(set) var messages: [ChatMessage] = []
    /// The tools that the client's own search has found: `tool_reference` blocks in results (Claude Code's ToolSearch).
    private(set) var found: Set<String> = []

    init(_ body: RequestBody) throws(ChatError) {
        if let system = body["system"] {
            var message = ChatMessage(role: .system)
            try read(system, into: &message)
            if !message.text.isEmpty { messages.append(message) }
        }
        for element in try body.messages() { try append(element.object()) }
    }

    private static let roles: KeyValuePairs<String, ChatMessage.Role> = ["user": .user, "assistant": .assistant, "system": .system]

    private mutating func append(_ parameter: Parameter) throws(ChatError) {
        let role = try parameter.required("role")
        let content = try parameter.required("content")
        var message = ChatMessage(role: try role.oneOf(Self.roles))
        let count = messages.count
        try read(content, into: &message)
        // A message that holds only results says nothing itself.
        if messages.count == count || !message.text.isEmpty || !message.media.isEmpty { messages.append(message) }
    }

    /// Reads a text or an array of blocks into a message. The tools' results among them are messages of their own.
    private mutating func read(_ content: Parameter, into message: inout ChatMessage) throws(ChatError) {
        switch content.value.kind {
        case .string: try message.append(part: content.text())
        case .array: for element in try content.array() { try read(block: element.object(), into: &message) }
        default: throw content.wrongType("a string or an array of content blocks")
        }
    }

    private mutating func read(block: Parameter, into message: inout ChatMessage) throws(ChatError) {
        let type = try block.required("type")
        switch (try type.string(), message.role) {
        case ("text", _): try message.append(part: block.required("text").text())
        case ("tool_use", .assistant): message.toolCalls.append(try Self.toolUse(block))
        case ("thinking", .assistant): message.append(reasoning: try block.required("thinking").text(), separatedBy: "\n")
        // What Anthropic's own servers left in an earlier reply, thinking that no one else can read among it, must not
        // end the conversation here.
        case (_, .assistant), (_, .system): message.leaveOut(.part) { type.fileMistake }
        case ("image", _): try message.take(.image, block.required("source").object(), Self.image)
        case ("document", _):
            if let title = try block["title"]?.text() { message.append(part: title) }
            try read(document: block.required("source").object(), into: &message)
        case ("search_result", _):
            for name in ["title", "source"] as [StaticString] { try message.append(part: block.required(name).text()) }
            try read(block.required("content"), into: &message)
        case ("tool_reference", .tool):
            // The tool itself is in `tools` from now on.
            let name = try block.required("tool_name").string()
            message.append(part: JSONText("The tool \(name) can be called now."))
            found.insert(name)
        case ("tool_result", .user): messages.append(try toolResult(block))
        default: throw type.unknownValue("text, image, document, search_result, tool_result", code: .unsupportedValue)
        }
    }

    private static func toolUse(_ block: Parameter) throws(ChatError) -> ToolCall {
        ToolCall(
            id: try block.required("id").string(), name: try block.required("name").string(),
            arguments: Parameter.arguments(of: block["input"]))
    }

    private mutating func toolResult(_ block: Parameter) throws(ChatError) -> ChatMessage {
        var result = ChatMessage(role: .tool)
        result.toolCallID = try block.required("tool_use_id").nonEmptyString()
        if let content = block["content"] { try read(content, into: &result) }
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

    private mutating func read(document source: Parameter, into message: inout ChatMessage) throws(ChatError) {
        let type = try source.required("type")
        switch try type.string() {
        case "text": try message.append(part: source.required("data").text())
        case "content": try read(source.required("content"), into: &message)
        default: message.leaveOut(.document) { type.fileMistake }
        }
    }
}
