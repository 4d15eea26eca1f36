extension ChatCompletionsRequestDecoder {
    /// Reads a message's content, a text or an array of parts, into its text and media.
    ///
    /// Parts that are texts of their own must not be glued together: a blank line stands between those of a system
    /// message (as between several system messages), a line break between all others.
    static func decode(_ content: Parameter, into message: inout ChatMessage) throws(ChatError) {
        switch content.value.kind {
        case .string: message.text = try content.text()
        case .array:
            let separator = message.role == .system ? "\n\n" : "\n"
            for element in try content.array() {
                if let text = try part(element.object(), &message) { message.text.append(text, separatedBy: separator) }
            }
        default: throw content.wrongType("a string or an array of content parts")
        }
    }

    /// A part's text; what is none goes into the message.
    private static func part(_ part: Parameter, _ message: inout ChatMessage) throws(ChatError) -> JSONText? {
        let type = try part.required("type")
        switch try type.string() {
        case "text", "input_text", "output_text": return try part.required("text").text()
        case "refusal" where message.role == .assistant: return try part.required("refusal").text()
        case "thinking" where message.role == .assistant:
            if let text = try part["thinking"]?.text() { message.append(reasoning: text, separatedBy: "\n") }
        case "image_url", "input_image": try message.take(.image, part.required("image_url"), image)
        case "input_audio":
            try message.take(.audio, part.required("input_audio").object()) { audio throws(ChatError) in try audio.audio() }
        case "file", "input_file": message.leaveOut(.document) { type.fileMistake }
        case _ where message.role == .assistant: message.leaveOut(.part) { type.fileMistake }
        default: throw type.unknownValue("text, image_url, input_audio", code: .unsupportedValue)
        }
        return nil
    }

    /// An object with `url`, or the URL itself.
    private static func image(_ image: Parameter) throws(ChatError) -> JSONText {
        if image.value.kind == .string { return try DataURL.imagePayload(image) }
        guard image.value.kind == .object else { throw image.wrongType("an object with a url, or a string") }
        return try DataURL.imagePayload(image.required("url"))
    }
}
