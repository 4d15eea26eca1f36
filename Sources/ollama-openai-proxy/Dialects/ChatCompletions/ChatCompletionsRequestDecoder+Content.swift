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
        guard let type = part["type"] else { throw part.missing("type") }
        switch try type.string() {
        case "text", "input_text":
            guard let text = part["text"] else { throw part.missing("text") }
            return .text(try text.text())
        case "refusal" where role == .assistant:
            guard let text = part["refusal"] else { throw part.missing("refusal") }
            return .text(try text.text())
        case "image_url", "input_image":
            guard let image = part["image_url"] else { throw part.missing("image_url") }
            return .media(try self.image(image))
        case "input_audio":
            guard let audio = try part["input_audio"]?.object() else { throw part.missing("input_audio") }
            return .media(try self.audio(audio))
        case "file", "input_file":
            throw type.mistake("is a file: files are not supported, send their text.", code: .unsupportedValue)
        default: throw type.unknownValue("text, image_url, input_audio", code: .unsupportedValue)
        }
    }

    /// An object with `url`, or the URL itself.
    private static func image(_ image: Parameter) throws(ChatError) -> JSONText {
        if image.value.kind == .string { return try DataURL.imagePayload(image) }
        guard image.value.kind == .object else { throw image.wrongType("an object with a url, or a string") }
        guard let url = image["url"] else { throw image.missing("url") }
        return try DataURL.imagePayload(url)
    }

    /// Ollama takes the same two formats that OpenAI names, and tells them by their bytes.
    private static func audio(_ audio: Parameter) throws(ChatError) -> JSONText {
        if let format = audio["format"] {
            let name = try format.string()
            guard name == "wav" || name == "mp3" else { throw format.unknownValue("wav, mp3", code: .unsupportedValue) }
        }
        guard let data = audio["data"] else { throw audio.missing("data") }
        guard data.value.kind == .string else { throw data.wrongType("a string") }
        guard let payload = Base64.standard(data.value.contentRange, of: data.value.document) else {
            throw data.mistake("is not valid base64.")
        }
        return payload
    }
}

extension ChatMessage {
    /// Appends to the reasoning, in place: a copy for each of many thoughts would cost more than all of them.
    mutating func think(_ thought: JSONText, separatedBy separator: String) {
        guard !thought.isEmpty else { return }
        if reasoning == nil { reasoning = thought } else { reasoning?.append(thought, separatedBy: separator) }
    }
}

extension JSONText {
    /// Appends a text that stands on its own; empty ones leave nothing.
    mutating func append(_ other: JSONText, separatedBy separator: String) {
        guard !other.isEmpty else { return }
        if !isEmpty { append(separator) }
        append(other)
    }
}
