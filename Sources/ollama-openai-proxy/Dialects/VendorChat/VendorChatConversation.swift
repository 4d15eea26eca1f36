/// A conversation as vendors insist on it: every call has an id and a result, and results hold text only.
///
/// Earlier reasoning goes along as `reasoning_content`, but only with calls: there DeepSeek, Kimi and others answer 400
/// without it, and elsewhere they ignore it or, as DeepSeek's first reasoner did, refuse it.
struct VendorChatConversation {
    private(set) var messages: [ChatMessage] = []
    private var usedIDs: Set<String>
    private var inventedIDs = 0

    init(_ messages: [ChatMessage]) {
        usedIDs = Set(messages.lazy.flatMap(\.toolCalls).map(\.id))
        /// The ids of the last calls whose results are still to come, the next one last.
        var open: [String] = []
        /// What results showed. It follows the run of results as a user's message: those may hold it.
        var shown: [Medium] = []
        for var message in AnsweredConversation(messages).messages {
            for place in message.toolCalls.indices where message.toolCalls[place].id.isEmpty {
                message.toolCalls[place].id = inventID()
            }
            if message.role == .assistant { open = message.toolCalls.reversed().map(\.id) }
            if message.role == .tool, let id = open.popLast() {
                message.toolCallID = id
                if message.text.isEmpty, !message.media.isEmpty { message.text = JSONText("(see below)") }
                shown += message.media
                message.media = []
            } else if message.role == .tool {
                // Of nothing that was called.
                message.role = .user
            }
            if !message.isEmptyTurn { self.messages.append(message) }
            if open.isEmpty, !shown.isEmpty {
                self.messages.append(ChatMessage(role: .user, media: shown))
                shown = []
            }
        }
        for id in open.reversed() {
            var result = ChatMessage.noResult
            result.toolCallID = id
            self.messages.append(result)
        }
    }

    /// The same ids for the same conversation as it grows, in the one form that Mistral takes: nine letters and digits.
    private mutating func inventID() -> String {
        while true {
            inventedIDs += 1
            let number = String(inventedIDs)
            let id = "call" + String(repeating: "0", count: max(0, 5 - number.count)) + number
            if usedIDs.insert(id).inserted { return id }
        }
    }

    // MARK: Writing

    /// Appends the member `messages`.
    func write(into body: inout JSONWriter, _ form: VendorChatDialect.Form) {
        body.array("messages") { json in for message in messages { json.object { json in write(message, to: &json, form) } } }
    }

    private func write(_ message: ChatMessage, to json: inout JSONWriter, _ form: VendorChatDialect.Form) {
        json.member("role", message.role.upstreamName)
        json.member("tool_call_id", ifAny: message.role == .tool ? message.toolCallID : nil)
        // Beside calls the text may be empty. OpenAI writes null then, which Ollama's `/v1`, LM Studio and llama.cpp's
        // Python server (seen in 0.3.36) refuse; an absent one others refuse.
        if message.media.isEmpty {
            json.member("content", message.text)
        } else {
            json.array("content") { json in writeParts(of: message, to: &json) }
        }
        guard !message.toolCalls.isEmpty else { return }
        let reasoning = message.reasoning.flatMap { $0.isEmpty ? nil : $0 }
        if !form.contains(.without("reasoning_content")) {
            json.member("reasoning_content", ifAny: reasoning ?? (form.contains(.blankReasoning) ? JSONText(" ") : nil))
        }
        json.array("tool_calls") { json in for call in message.toolCalls { json.write(call, index: nil) } }
    }

    private func writeParts(of message: ChatMessage, to json: inout JSONWriter) {
        if !message.text.isEmpty {
            json.object { json in
                json.member("type", "text")
                json.member("text", message.text)
            }
        }
        for medium in message.media { json.object { json in write(medium, to: &json) } }
    }

    private func write(_ medium: Medium, to json: inout JSONWriter) {
        let isRemote = medium.absence != nil
        let type = isRemote ? "image/*" : Base64.mediaType(medium.data)
        if type.hasPrefix("image/") {
            var url = JSONText(isRemote ? "" : "data:\(type);base64,")
            url.append(medium.data)
            json.member("type", "image_url")
            json.object("image_url") { json in json.member("url", url) }
        } else {
            json.member("type", "input_audio")
            json.object("input_audio") { json in
                json.member("data", medium.data)
                json.member("format", type)
            }
        }
    }
}

extension ChatMessage {
    /// The model said nothing, which several vendors refuse to hear.
    fileprivate var isEmptyTurn: Bool { role == .assistant && text.isEmpty && toolCalls.isEmpty && media.isEmpty }
}

extension Base64 {
    /// What the first bytes say: the media type of an image, or `wav` or `mp3`. Ollama takes bytes without a type.
    fileprivate static func mediaType(_ base64: JSONText) -> String {
        let text = base64.beginning(24)
        if text.hasPrefix("iVBORw0KGgo") { return "image/png" }
        if text.hasPrefix("R0lGOD") { return "image/gif" }
        // RIFF: bytes 9 to 11 are the end of WEBP or WAVE, and stand in a group of four of their own.
        if text.hasPrefix("UklGR") { return text.dropFirst(12).hasPrefix("QVZF") ? "wav" : "image/webp" }
        if text.hasPrefix("SUQz") || text.hasPrefix("//") { return "mp3" }
        return "image/jpeg"
    }
}
