/// A conversation in the one shape that all of Ollama's prompt renderers read alike.
///
/// Some renderers keep only the first system message, some only a leading one: so there is one, in front. The path of
/// Go templates joins assistant messages that follow each other and loses the calls of the second: so they are joined
/// here. Some renderers want a tool result's function name and others its call id, so both are sent; some go by the
/// order alone, and agents send results in the order in which they came in, so they are put in the order of the calls.
struct OllamaConversation {
    private(set) var messages: [ChatMessage] = []

    /// - Parameter instruction: a line for the end of the system message.
    ///
    /// Throws a 400 when nothing is left to send, since Ollama takes no messages for a wish to load the model.
    init(_ messages: [ChatMessage], instruction: String?) throws(ChatError) {
        var system = ChatMessage(role: .system)
        var toolNames: [String: String] = [:]
        for message in messages {
            switch message.role {
            case .system: system.join(message, separatedBy: "\n\n")
            case .user: self.messages.append(message)
            case .assistant:
                for call in message.toolCalls where !call.id.isEmpty { toolNames[call.id] = call.name }
                append(assistant: message)
            case .tool:
                var message = message
                message.toolName = message.toolName ?? message.toolCallID.flatMap { toolNames[$0] }
                self.messages.append(message)
            }
        }
        orderResults()
        if let instruction { system.text.append(JSONText(instruction), separatedBy: "\n\n") }
        if !system.text.isEmpty || !system.media.isEmpty { self.messages.insert(system, at: 0) }
        guard !self.messages.isEmpty else { throw .invalid("messages", "'messages' must hold at least one message that is not empty.") }
    }

    /// Joins a message that has calls with all assistant messages right before it.
    private mutating func append(assistant message: ChatMessage) {
        guard !message.toolCalls.isEmpty, messages.last?.role == .assistant else { return messages.append(message) }
        let before = messages.reversed().prefix { $0.role == .assistant }.count
        // Taken out of the array, so that joining does not copy what was joined before.
        var joined = messages[messages.count - before]
        let others = Array(messages.suffix(before - 1))
        messages.removeLast(before)
        for other in others { joined.join(other, separatedBy: "\n\n") }
        joined.join(message, separatedBy: "\n\n")
        messages.append(joined)
    }

    /// Sorts the results that follow a message with several calls; those of unknown calls come last.
    private mutating func orderResults() {
        for place in messages.indices where messages[place].toolCalls.count > 1 {
            let start = place + 1
            let end = start + messages[start...].prefix { $0.role == .tool }.count
            // Of several calls with one id each has its own.
            let calls = messages[place].toolCalls
            var places = Dictionary(grouping: calls.indices.reversed()) { calls[$0].id }
            let order = (start..<end).map { (places[messages[$0].toolCallID ?? ""]?.popLast() ?? .max, $0) }.sorted { $0 < $1 }
            let results = order.map { messages[$0.1] }
            for (offset, result) in results.enumerated() { messages[start + offset] = result }
        }
    }

    /// Appends the member `messages`.
    func write(into body: inout JSONWriter) {
        body.array("messages") { json in for message in messages { json.object { json in write(message, to: &json) } } }
    }

    private func write(_ message: ChatMessage, to json: inout JSONWriter) {
        json.member("role", message.role.upstreamName)
        json.member("content", message.text)
        if let reasoning = message.reasoning, !reasoning.isEmpty { json.member("thinking", reasoning) }
        if !message.media.isEmpty { json.array("images", message.media) }
        if !message.toolCalls.isEmpty {
            json.array("tool_calls") { json in
                for (index, call) in message.toolCalls.enumerated() { json.write(call, ollamaIndex: index) }
            }
        }
        json.member("tool_name", ifAny: message.toolName)
        json.member("tool_call_id", ifAny: message.toolCallID)
    }
}
