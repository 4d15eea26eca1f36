/// Makes messages of a request's `instructions` and `input` items.
///
/// What an assistant thought, said and called is one message, as chat upstreams expect it, though it came as several
/// items; it ends where someone else speaks. The order among its items does not matter: LiteLLM 1.106.2 puts what was
/// said behind the calls.
struct ResponsesConversation {
    private(set) var messages: [ChatMessage] = []
    /// The request's tools, and behind them those that are declared between the messages.
    private(set) var tools: ResponsesTools
    /// The types of items that nobody but their maker can read.
    private(set) var leftOut: Set<String> = []
    /// The assistant's turn so far.
    private var turn: ChatMessage?

    init(_ body: RequestBody, tools: ToolSet) throws(ChatError) {
        let input = try body.required("input")
        self.tools = ResponsesTools(of: tools)
        if let instructions = try body["instructions"]?.text(), !instructions.isEmpty {
            messages.append(ChatMessage(role: .system, text: instructions))
        }
        if let text = JSONText(input.value) {
            messages.append(ChatMessage(role: .user, text: text))
        } else {
            guard input.value.kind == .array else { throw input.wrongType("a string or an array of items") }
            for element in try input.array() { try add(element.object()) }
            endTurn()
        }
        guard !messages.isEmpty else { throw input.mistake("must hold at least one message.") }
    }

    private mutating func add(_ item: Parameter) throws(ChatError) {
        guard let type = item["type"] else { return try addMessage(item) }
        switch try type.string() {
        case "message": try addMessage(item)
        case "reasoning":
            let text = try Self.reasoning(item)
            changeTurn { $0.append(reasoning: text, separatedBy: "\n\n") }
            if text.isEmpty, item["encrypted_content"] != nil { leftOut.noteType("encrypted reasoning") }
        case "function_call": try addCall(item.required("call_id"), tools.name(of: item), Parameter.arguments(of: item["arguments"]))
        case "custom_tool_call":
            let input = try item.required("input").text()
            let arguments = JSONWriter.object { $0.member("input", input) }.text
            try addCall(item.required("call_id"), tools.name(of: item), arguments)
        case "local_shell_call": try addCall(item["call_id"] ?? item["id"], "local_shell", Parameter.arguments(of: item["action"]))
        case "tool_search_call": try addCall(item["call_id"], "tool_search", Parameter.arguments(of: item["arguments"]))
        case "function_call_output", "custom_tool_call_output": try addResult(item.required("call_id"), of: item.required("output"))
        case "local_shell_call_output": try addResult(item["call_id"] ?? item["id"], of: item.required("output"))
        case "tool_search_output":
            let found = try item.required("tools")
            try tools.read(found)
            try addResult(item["call_id"], of: found, isJSON: true)
        case "additional_tools": try tools.read(item.required("tools"))
        // Between Codex' sub-agents: a task, or what came of it.
        case "agent_message":
            var message = ChatMessage(role: .user)
            try Self.decode(item.required("content"), into: &message)
            if message.text.isEmpty { leftOut.noteType("agent_message") } else { append(message) }
        case "item_reference":
            throw type.mistake("is an item_reference, but nothing is stored here. Send the item itself.", code: .unsupportedValue)
        // Codex 0.163 asks so only of a provider that it takes for OpenAI, and knows no answer on which it goes on.
        case "compaction_trigger":
            throw type.mistake(
                "asks OpenAI to compact the conversation, which cannot be had here. Codex does it by itself when this "
                    + "server is an entry in its model_providers, and not its openai_base_url.", code: .unsupportedValue)
        case let word: leftOut.noteType(word)
        }
    }

    // MARK: Tools

    /// - Parameter id: `nil`: it was called where OpenAI's own servers answered, and neither is told.
    private mutating func addCall(_ id: Parameter?, _ name: String, _ arguments: String) throws(ChatError) {
        guard let id = try id?.string() else { return }
        changeTurn { $0.toolCalls.append(ToolCall(id: id, name: name, arguments: arguments)) }
    }

    private mutating func addResult(_ id: Parameter?, of output: Parameter, isJSON: Bool = false) throws(ChatError) {
        guard let id = try id?.string() else { return }
        var message = ChatMessage(role: .tool)
        message.toolCallID = id
        if isJSON { message.text = JSONText(output.value.rawText) } else { try Self.decode(output, into: &message) }
        append(message)
    }

    private static let roles: KeyValuePairs<String, ChatMessage.Role> = [
        "user": .user, "assistant": .assistant, "system": .system, "developer": .system,
    ]

    private mutating func addMessage(_ item: Parameter) throws(ChatError) {
        var message = ChatMessage(role: try item.required("role").oneOf(Self.roles))
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

    private static func decode(_ content: Parameter, into message: inout ChatMessage) throws(ChatError) {
        try message.read(content: content, known: "input_text, output_text, refusal, input_image, input_audio")
    }
}
