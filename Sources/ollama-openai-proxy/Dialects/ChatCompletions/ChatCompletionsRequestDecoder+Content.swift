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
                switch try part(element.object(), of: message.role) {
                case .text(let text): message.text.append(text, separatedBy: separator)
                case .media(let base64): message.media.append(base64)
                }
            }
        default: throw content.wrongType("a string or an array of content parts")
        }
    }

    private enum Part {
        case text(JSONText)
        case media(JSONText)
    }

    private static func part(_ part: Parameter, of role: ChatMessage.Role) throws(ChatError) -> Part {
        let type = try part.required("type")
        switch try type.string() {
        case "text", "input_text": return .text(try part.required("text").text())
        case "refusal" where role == .assistant: return .text(try part.required("refusal").text())
        case "image_url", "input_image": return .media(try image(part.required("image_url")))
        case "input_audio": return .media(try part.required("input_audio").audio())
        case "file", "input_file":
            throw type.mistake("is a file: files are not supported, send their text.", code: .unsupportedValue)
        default: throw type.unknownValue("text, image_url, input_audio", code: .unsupportedValue)
        }
    }

    /// An object with `url`, or the URL itself.
    private static func image(_ image: Parameter) throws(ChatError) -> JSONText {
        if image.value.kind == .string { return try DataURL.imagePayload(image) }
        guard image.value.kind == .object else { throw image.wrongType("an object with a url, or a string") }
        return try DataURL.imagePayload(image.required("url"))
    }
}
