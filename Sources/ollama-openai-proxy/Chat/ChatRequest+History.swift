extension ChatRequest {
    /// Makes of what was decoded a conversation that every upstream takes. What cannot be shown ends no session: it is
    /// refused only in the last question, where no tools are offered that could help.
    mutating func mend() throws(ChatError) {
        try checkLeftOut()
        mendSystem()
    }

    private func checkLeftOut() throws(ChatError) {
        let last = messages.lastIndex { $0.role == .user } ?? 0
        if tools.isEmpty, let part = messages[last...].lazy.compactMap(\.leftOut).first(where: { $0.kind != .part }) {
            throw part.refusal
        }
    }

    /// The same for an upstream that does not fetch images by their URLs.
    func withoutRemoteImages() throws(ChatError) -> ChatRequest {
        guard messages.contains(where: { $0.media.contains { $0.absence != nil } }) else { return self }
        var request = self
        for place in messages.indices { request.messages[place].leaveOutRemoteImages() }
        try request.checkLeftOut()
        return request
    }

    /// The parts that were left out since the model spoke last, and in what it said.
    var newlyLeftOut: [LeftOut] { messages[(messages.lastIndex { $0.role == .assistant } ?? 0)...].compactMap(\.leftOut) }

    /// The tool that the last calls of the conversation are all of, with the same arguments, and how many they are: told at
    /// every fifth, while the model goes on calling.
    var repetition: (tool: String, calls: Int)? {
        guard let end = messages.lastIndex(where: { $0.role == .assistant }), let last = messages[end].toolCalls.last else {
            return nil
        }
        var count = 0
        walk: for place in messages.indices.reversed() {
            for call in messages[place].toolCalls.reversed() {
                guard call.name == last.name, call.arguments == last.arguments else { break walk }
                count += 1
            }
        }
        return count % 5 == 0 ? (last.name, count) : nil
    }

    /// One system message, in front. One in the middle (Claude Code sends them) stays in its place as a user's, marked as
    /// Claude Code marks its own words to other models: in front it would come before everything that Ollama has evaluated.
    private mutating func mendSystem() {
        let leading = messages.prefix { $0.role == .system }.count
        guard leading > 1 || messages.dropFirst(leading).contains(where: { $0.role == .system }) else { return }
        var mended: [ChatMessage] = []
        for (place, message) in messages.enumerated() {
            if message.role == .system, place >= leading {
                var remark = ChatMessage(role: .user, text: JSONText("<system-reminder>\n"), media: message.media)
                remark.text.append(message.text)
                remark.text.append("\n</system-reminder>")
                mended.append(remark)
            } else if place < leading, !mended.isEmpty {
                mended[0].join(message, separatedBy: "\n\n")
            } else {
                mended.append(message)
            }
        }
        messages = mended
    }
}

extension RequestPlan {
    /// The model may do without images and sounds: they stand before the last question, or it has tools.
    var mayOmitMedia: Bool {
        let last = messages.lastIndex { $0.role == .user } ?? 0
        return hasMedia && (!request.tools.isEmpty || messages[last...].allSatisfy(\.media.isEmpty))
    }

    var hasMedia: Bool { messages.contains { !$0.media.isEmpty } }

    /// The same with a line in the place of each image and sound.
    var withoutMedia: RequestPlan {
        let shown = messages.map { message in
            var message = message
            for _ in message.media { message.text.append(JSONText(Self.lineForMedia), separatedBy: "\n") }
            message.media = []
            return message
        }
        return with(messages: shown, think: think)
    }

    private static let lineForMedia = LeftOut.Kind.image.line ?? ""
}
