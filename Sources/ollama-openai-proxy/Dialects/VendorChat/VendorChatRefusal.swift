/// What a vendor's model may turn out not to take.
enum VendorChatAdjustment: RequestAdjustment {
    /// A member of the request, or `reasoning_content` of its messages, is left out.
    case without(String)
    /// The limit is called `max_completion_tokens`, as OpenAI's reasoning models and Azure want it.
    case renamedLimit
    /// Who misses reasoning that nobody has any more takes a space for it (Kimi takes no empty text).
    case blankReasoning
    /// It is told so whether to think.
    case thinking(ThinkingHabit)
    case withoutMedia

    var parameter: String {
        switch self {
        case .without(let name): name
        case .renamedLimit: "max_tokens"
        case .blankReasoning: "reasoning_content"
        case .thinking(let habit): habit.rawValue
        case .withoutMedia: "image_url"
        }
    }
}

/// A vendor's 400 or 422, read for what its model does not take.
///
/// So nobody needs to configure which vendor knows which parameter: what is refused by name is left out of the next
/// try. Only what shapes a reply without changing its meaning is left out; a refused `stop` or format stays an error.
struct VendorChatRefusal {
    private typealias Members = VendorChatMembers

    private let code: String?
    private let plan: RequestPlan
    private let form: VendorChatDialect.Form
    /// The members that were sent and may be left out.
    private let sent: Set<String>
    private let text: String
    private let words: [Substring]
    /// What the vendor says itself that it is about, in parts; empty when it names nothing that was sent.
    private let path: [Substring]

    private static let expendable =
        ["stream_options"] + SamplingOption.all.filter { $0.kind != .texts }.compactMap(\.vendor) + [
            "reasoning_effort", "parallel_tool_calls", "tool_choice",
        ]

    /// How vendors say that they do not take something, rather than that it is wrong.
    private static let refusals = [
        "unsupported", "not support", "unrecognized", "unknown", "unexpected", "extra", "not permitted", "not allowed",
    ]

    /// How they say that it is the value, and that another one may do.
    private static let values = ["value", "set to "]

    /// `nil` for an error that is about something else than the request.
    init?(_ error: ChatError, of plan: RequestPlan, _ form: VendorChatDialect.Form) {
        guard error.status == 400 || error.status == 422 else { return nil }
        code = error.code?.rawValue
        self.plan = plan
        self.form = form
        sent = Members(plan, form).names
        text = error.message.lowercased()
        words = Self.words(error.message)
        let path = Self.words(error.parameter ?? "")
        let members = sent.union(Members.fixed)
        self.path = path.first.map { members.contains(String($0)) } == true ? path : []
    }

    var lesson: Lesson<VendorChatAdjustment>? {
        if isNamed("reasoning_content") { return reasoningLesson }
        if let limit = ["max_tokens", "max_completion_tokens"].first(where: sent.contains), isAboutLimit {
            guard isRefused, !isValue else { return .once(.without(limit)) }
            return limit == "max_tokens" ? .always(.renamedLimit) : nil
        }
        let habits = ThinkingHabit.allCases.filter { form.contains(.thinking($0)) }.map(\.rawValue)
        guard let name = (Self.expendable + habits).first(where: { sent.contains($0) && isNamed($0) }) else { return nil }
        if isRefused, !isValue { return .always(.without(name)) }
        return isRefused || name == "reasoning_effort" ? .once(.without(name)) : nil
    }

    private var isRefused: Bool { Self.refusals.contains { text.contains($0) } }

    private var isValue: Bool {
        switch code {
        case "unsupported_parameter", "unknown_parameter": false
        case "unsupported_value", "invalid_value": true
        default: Self.values.contains { text.contains($0) }
        }
    }

    /// A limit that is larger than what the model can write, or than what its context leaves, is none.
    private var isAboutLimit: Bool { isNamed("max_tokens") || isNamed("max_completion_tokens") || text.contains("in the completion") }

    private var reasoningLesson: Lesson<VendorChatAdjustment>? {
        guard form.isDisjoint(with: [.blankReasoning, .without("reasoning_content")]) else { return nil }
        let reasons = plan.messages.filter { !$0.toolCalls.isEmpty }.map { $0.reasoning?.isEmpty == false }
        let isMissed = ["missing", "required", "must be"].contains { text.contains($0) }
        guard reasons.contains(!isMissed) else { return nil }
        return isMissed ? .once(.blankReasoning) : .always(.without("reasoning_content"))
    }

    // MARK: Evidence

    /// What the vendor's `param` names counts before its words.
    private func isNamed(_ name: String) -> Bool {
        if path.first == name[...] || name == "reasoning_content" && path.contains(name[...]) { return true }
        guard path.isEmpty || name == "reasoning_content" && path == ["messages"] else { return false }
        return words.contains(name[...]) && !isRepeated(name)
    }

    /// The error has the name only where it repeats what the client sent: it is a tool's, or the words around it are the
    /// same there.
    private func isRepeated(_ name: String) -> Bool {
        if plan.request.tools.contains(where: { $0.name == name }) { return true }
        let texts = plan.request.tools.flatMap { [$0.description?.string, $0.parameters?.rawText] }.compactMap(\.self)
        let said = plan.messages.flatMap { [$0.text.string] + $0.toolCalls.map(\.arguments) }
        let sentences = (texts + said).map(Self.words)
        return words.indices.filter { words[$0] == name[...] }.allSatisfy { place in
            let phrase = words[max(0, place - 1)...min(place + 1, words.count - 1)]
            return phrase.count > 1 && sentences.contains { $0.contains(phrase) }
        }
    }

    private static func words(_ text: String) -> [Substring] {
        text.utf8.split { $0 == UInt8(ascii: "-") || !VendorChatErrorDecoder.isWordByte($0) }.map { Substring($0) }
    }
}
