/// Makes messages of a request's `instructions` and `input` items.
///
/// What an assistant thought, said and called is one message, as chat upstreams expect it, though it came as several
/// items; it ends where someone else speaks. The order among its items does not matter: LiteLLM 1.106.2 puts what was
/// said behind the calls.
struct ResponsesConversation {
    private var messages: [ChatMessage] = []
    /// The assistant's turn so far.
    private var turn: ChatMessage?

    static func messages(_ body: RequestBody) throws(ChatError) -> [ChatMessage] {
        let input = try body.required("input")
        var conversation = ResponsesConversation()
        if let instructions = try body["instructions"]?.text(), !instructions.isEmpty {
            conversation.messages.append(ChatMessage(role: .system, text: instructions))
        }
        if let text = JSONText(input.value) {
            conversation.messages.append(ChatMessage(role: .user, text: text))
        } else {
            guard input.value.kind == .array else { throw input.wrongType("a string or an array of items") }
            for element in try input.array() { try conversation.add(element.object()) }
            conversation.endTurn()
        }
        guard !conversation.messages.isEmpty else { throw input.mistake("must hold at least one message.") }
        return conversation.messages
    }

    private mutating func add(_ item: Parameter) throws(ChatError) {
        guard let type = item["type"] else { return try addMessage(item) }
        switch try type.string() {
        case "message": try addMessage(item)
        case "reasoning":
            let text = try Self.reasoning(item)
            changeTurn { $0.append(reasoning: text, separatedBy: "\n\n") }
        case "function_call":
            let call = try item.toolCall(id: item.required("call_id"))
            changeTurn { $0.toolCalls.append(call) }
        case "function_call_output":
            var message = ChatMessage(role: .tool)
            message.toolCallID = try item.required("call_id").string()
            try Self.decode(item.required("output"), into: &message)
            append(message)
        default:
            throw type.unknownValue(
                "message, reasoning, function_call, function_call_output", code: .unsupportedValue)
        }
    }

    private mutating func addMessage(_ item: Parameter) throws(ChatError) {
        let role = try item.required("role")
        var message: ChatMessage
        switch try role.string() {
        case "user": message = ChatMessage(role: .user)
        case "system", "developer": message = ChatMessage(role: .system)
        case "assistant": message = ChatMessage(role: .assistant)
        default: throw role.unknownValue("user, assistant, system, developer")
        }
        try Self.decode(item.required("content"), into: &message)
        guard message.role == .assistant else { return append(message) }
        changeTurn { $0.join(message, separatedBy: "\n") }
    }

    // MARK: Turns

    private mutating func append(_ message: ChatMessage) {
        endTurn()
        messages.append(message)
    }

    private mutating func changeTurn(_ change: (inout ChatMessage) -> Void) {
        var message = turn ?? ChatMessage(role: .assistant)
        turn = nil
        change(&message)
        turn = message
    }

    /// A turn of which only thoughts are left is no message: chat upstreams refuse those.
    private mutating func endTurn() {
        guard let message = turn else { return }
        turn = nil
        if !message.text.isEmpty || !message.media.isEmpty || !message.toolCalls.isEmpty { messages.append(message) }
    }

    // MARK: Parts

    /// The content, which says it in full, or else the summary. What is encrypted only its maker can read.
    private static func reasoning(_ item: Parameter) throws(ChatError) -> JSONText {
        var joined = JSONText()
        for parts in [item["content"], item["summary"]] where joined.isEmpty {
            guard let parts else { continue }
            for element in try parts.array() {
                if let text = try element.object()["text"]?.text() { joined.append(text, separatedBy: "\n\n") }
            }
        }
        return joined
    }

    /// Reads a text or an array of parts, joined as those of chat completions are.
    private static func decode(_ content: Parameter, into message: inout ChatMessage) throws(ChatError) {
        if let text = JSONText(content.value) {
            message.text = text
            return
        }
        guard content.value.kind == .array else { throw content.wrongType("a string or an array of content parts") }
        for element in try content.array() {
            let part = try element.object()
            let type = try part.required("type")
            switch try type.string() {
            case "input_text", "output_text", "text": try add(part.required("text"), to: &message)
            case "refusal": try add(part.required("refusal"), to: &message)
            case "input_image": try message.take(.image, part.required("image_url"), DataURL.imagePayload)
            case "input_file": message.leaveOut(.document) { type.fileMistake }
            case _ where message.role == .assistant: message.leaveOut(.part) { type.fileMistake }
            default: throw type.unknownValue("input_text, output_text, refusal, input_image", code: .unsupportedValue)
            }
        }
    }

    private static func add(_ text: Parameter, to message: inout ChatMessage) throws(ChatError) {
        message.text.append(try text.text(), separatedBy: message.role == .system ? "\n\n" : "\n")
    }
}
