extension ChatMessage {
    /// Takes the content of a message at OpenAI's APIs: a text, or an array of parts.
    ///
    /// - Parameter known: the types of parts that a client is told of.
    mutating func read(content: Parameter, known: String) throws(ChatError) {
        switch content.value.kind {
        case .string: text = try content.text()
        case .array: for element in try content.array() { try read(part: element.object(), known) }
        default: throw content.wrongType("a string or an array of content parts")
        }
    }

    private mutating func read(part: Parameter, _ known: String) throws(ChatError) {
        let type = try part.required("type")
        switch try type.string() {
        case "text", "input_text", "output_text": append(part: try part.required("text").text())
        case "refusal" where role == .assistant || known.contains("refusal"): append(part: try part.required("refusal").text())
        case "thinking" where role == .assistant:
            if let text = try part["thinking"]?.text() { append(reasoning: text, separatedBy: "\n") }
        case "encrypted_content":
            // OpenAI encrypts what its models write for a sub-agent, as Fernet tokens; what others write stays plain.
            let text = try part.required("encrypted_content")
            if try !text.string().hasPrefix("gAAAAA") { append(part: try text.text()) }
        case "image_url", "input_image": try take(.image, part.required("image_url"), Self.image)
        case "input_audio": try take(.audio, part.required("input_audio").object()) { audio throws(ChatError) in try audio.audio() }
        case "file", "input_file": leaveOut(.document) { type.fileMistake }
        case _ where role == .assistant: leaveOut(.part) { type.fileMistake }
        default: throw type.unknownValue(known, code: .unsupportedValue)
        }
    }

    /// An object with `url`, or the URL itself.
    private static func image(_ image: Parameter) throws(ChatError) -> JSONText {
        if image.value.kind == .string { return try DataURL.imagePayload(image) }
        guard image.value.kind == .object else { throw image.wrongType("an object with a url, or a string") }
        return try DataURL.imagePayload(image.required("url"))
    }

    /// Appends a text of its own. Such must not be glued together: a blank line stands between those of a system message
    /// (as between several system messages), a line break between all others.
    mutating func append(part: JSONText) { text.append(part, separatedBy: role == .system ? "\n\n" : "\n") }
}
