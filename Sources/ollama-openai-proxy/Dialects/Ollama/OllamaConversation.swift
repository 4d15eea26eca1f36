/// A conversation in the one shape that all of Ollama's prompt renderers read alike.
///
/// Some renderers keep only the first system message, some only a leading one: so there is one, in front. Some want a
/// tool result's function name and others its call id, so both are sent.
struct OllamaConversation {
    private(set) var messages: [ChatMessage] = []

    /// - Parameter instruction: a line for the end of the system message.
    ///
    /// Throws a 400 when nothing is left to send, since Ollama takes no messages for a wish to load the model.
    init(_ messages: [ChatMessage], instruction: String?) throws(ChatError) {
        var system = ChatMessage(role: .system)
        for message in AnsweredConversation(messages).messages {
            if message.role == .system { system.join(message, separatedBy: "\n\n") } else { self.messages.append(message) }
        }
        if let instruction { system.text.append(JSONText(instruction), separatedBy: "\n\n") }
        if !system.text.isEmpty || !system.media.isEmpty { self.messages.insert(system, at: 0) }
        guard !self.messages.isEmpty else { throw .invalid("messages", "'messages' must hold at least one message that is not empty.") }
    }

    /// Appends the member `messages`.
    func write(into body: inout JSONWriter) {
        body.array("messages") { json in for message in messages { json.object { json in write(message, to: &json) } } }
    }

    private func write(_ message: ChatMessage, to json: inout JSONWriter) {
        json.member("role", message.role.upstreamName)
        json.member("content", message.text)
        if let reasoning = message.reasoning, !reasoning.isEmpty { json.member("thinking", reasoning) }
        json.member("images", ifAny: message.media.map(\.data).ifAny)
        json.member("tool_calls", ifAny: message.toolCalls.enumerated().map { JSONObject($1, ollamaIndex: $0) }.ifAny)
        json.member("tool_name", ifAny: message.toolName)
        json.member("tool_call_id", ifAny: message.toolCallID)
    }
}
