/// One turn of a conversation, or one tool's result.
struct ChatMessage: Sendable {
    enum Role: String { case system, user, assistant, tool }

    var role: Role
    /// Empty when the turn has no text.
    var text = JSONText()
    /// Images and sounds.
    var media: [Medium] = []
    /// The last of what it held that is read nowhere behind this; a line of the text stands for it.
    var leftOut: LeftOut?
    /// An assistant's earlier reasoning, when the client gives it back.
    var reasoning: JSONText?
    /// What the assistant called, in order.
    var toolCalls: [ToolCall] = []
    /// Of a tool's result: the call it answers. `nil` when the client did not say.
    var toolCallID: String?
    /// Of a tool's result: the tool that was called. `nil` when it cannot be known.
    var toolName: String?

    /// Appends what another message of the same role says.
    mutating func join(_ other: ChatMessage, separatedBy separator: String) {
        text.append(other.text, separatedBy: separator)
        media += other.media
        leftOut = other.leftOut ?? leftOut
        toolCalls += other.toolCalls
        if let more = other.reasoning { append(reasoning: more, separatedBy: separator) }
    }

    /// - Parameter refusal: what is told where it cannot be left out.
    mutating func leaveOut(_ kind: LeftOut.Kind, _ refusal: @escaping @Sendable () -> ChatError) {
        leaveOut(LeftOut(kind: kind, mistake: refusal))
    }

    private mutating func leaveOut(_ part: LeftOut) {
        leftOut = part
        if let line = part.kind.line { text.append(JSONText(line), separatedBy: "\n") }
    }

    /// Leaves out images that lie elsewhere, for an upstream that does not fetch them.
    mutating func leaveOutRemoteImages() {
        for absence in media.compactMap(\.absence) { leaveOut(absence) }
        media.removeAll { $0.absence != nil }
    }

    /// In place: a copy for each of many pieces would cost more than all of them.
    mutating func append(reasoning more: JSONText, separatedBy separator: String) {
        guard !more.isEmpty else { return }
        if reasoning == nil { reasoning = more } else { reasoning?.append(more, separatedBy: separator) }
    }
}

/// An image or a sound.
struct Medium: Sendable {
    /// Standard base64 without a prefix, or the URL of an image that lies elsewhere.
    let data: JSONText
    /// Of an image that lies elsewhere: what stands for it where it is not fetched. This program never does.
    let absence: LeftOut?

    init(_ data: JSONText, absence: LeftOut? = nil) {
        self.data = data
        self.absence = absence
    }
}

/// Part of a message that nobody can be shown.
struct LeftOut: Sendable {
    enum Kind: String {
        case image
        case document = "PDF"
        case audio, part
    }

    let kind: Kind
    /// Made only where it is told: to find a parameter's place takes a walk through the request.
    let mistake: @Sendable () -> ChatError

    /// On "Could not process image" and "could not process PDF" Claude Code (2.1.329) drops the block and goes on. A place
    /// among the words it would take for one of its own messages.
    var refusal: ChatError {
        var error = mistake()
        let place = "'\(error.parameter ?? "")' "
        let words = error.message.hasPrefix(place) ? "it " + error.message.dropFirst(place.count) : error.message
        error.message = "\(kind == .image ? "Could" : "could") not process \(kind.rawValue): \(words)"
        return error
    }
}

extension LeftOut.Kind {
    /// What stands for it. The model must say what it has not seen, or it would invent it.
    var line: String? {
        let advice = "You have not seen it: say so, do not guess, and use a tool or ask for its text."
        return switch self {
        case .image: "[An image was left out here. \(advice)]"
        case .document: "[A file was left out here. \(advice)]"
        case .audio: "[A sound was left out here. \(advice)]"
        case .part: nil
        }
    }
}

/// A function that the model may call.
struct Tool: Sendable {
    var name: String
    let description: JSONText?
    /// A JSON Schema as the client wrote it; `nil` when the function declared no parameters.
    let parameters: JSONValue?
    /// How the client knows it, where it is a function of that name for the model only.
    var origin: Origin?

    struct Origin: Sendable, Hashable {
        /// Several tools of one name differ in it.
        var namespace: String?
        var name: String
        var kind = Kind.function

        enum Kind: Sendable {
            case function
            /// The client expects no object but the text that is its only member, `input`.
            case text
            /// The client looks for further tools itself, and declares those that it finds.
            case search
        }
    }
}

/// A whole call: its arguments are one complete JSON object.
struct ToolCall: Sendable, Equatable {
    var id: String
    var name: String
    /// The text of a JSON object, byte for byte as it came.
    var arguments: String
}
