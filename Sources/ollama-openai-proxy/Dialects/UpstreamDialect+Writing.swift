/// What Ollama's API took over from OpenAI's, so that both upstream dialects write it.
extension JSONWriter {
    /// Appends the member `tools`, or nothing when there are none.
    ///
    /// - Parameter parameters: writes the schema of one tool.
    mutating func write(_ tools: [Tool], parameters: (Tool, inout JSONWriter) -> Void) {
        guard !tools.isEmpty else { return }
        name("tools")
        beginArray()
        for tool in tools {
            beginObject()
            name("type")
            string("function")
            name("function")
            beginObject()
            name("name")
            string(tool.name)
            if let description = tool.description {
                name("description")
                string(description)
            }
            name("parameters")
            parameters(tool, &self)
            endObject()
            endObject()
        }
        endArray()
    }
}

extension ChatMessage.Role {
    var upstreamName: String {
        switch self {
        case .system: "system"
        case .user: "user"
        case .assistant: "assistant"
        case .tool: "tool"
        }
    }
}
