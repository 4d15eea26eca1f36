/// A vendor's 400 or 422, read for what of a request's form it does not take.
///
/// So nobody needs to configure which vendor knows which parameter: what is refused by name is left out of the next
/// try. Only what shapes a reply without changing its meaning is left out; a refused `stop` or format stays an error.
/// Every alternative has less that can be refused, so there is an end to them.
struct VendorChatRefusal {
    /// All that may be names of parameters.
    private let names: Set<Substring>
    private let words: String

    private static let expendable =
        ["stream_options"] + SamplingOption.all.filter { $0.kind != .texts }.compactMap(\.vendor)
        + ["reasoning_effort", "parallel_tool_calls", "tool_choice"]

    /// How vendors say that they do not take something at all, rather than not this value of it.
    private static let refusals = [
        "unsupported", "not support", "unrecognized", "unknown", "unexpected", "extra", "not permitted", "not allowed",
    ]

    init?(_ error: ChatError) {
        guard error.status == 400 || error.status == 422 else { return nil }
        words = error.message.lowercased()
        let text = "\(words) \(error.parameter ?? "")"
        names = Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") })
    }

    func alternative(to request: ChatRequest) -> ChatRequest? {
        if names.contains("reasoning_content") { return withOtherReasoning(request) }
        let sent = Set(VendorChatMembers(request).names)
        let isRefusal = Self.refusals.contains { words.contains($0) }
        if let other = withOtherLimit(request, sent, isRefusal) { return other }
        let refused = Self.expendable.first {
            sent.contains($0) && names.contains($0[...]) && (isRefusal || $0 == "reasoning_effort")
        }
        guard let refused else { return nil }
        // Without the choice the model might call what it must not.
        if refused == "tool_choice", request.toolChoice == .none {
            var request = request
            request.tools = []
            return request
        }
        return Self.changed(request, [refused: nil])
    }

    /// OpenAI's reasoning models and Azure refuse `max_tokens` and name the other. A limit that is larger than what the
    /// model can write, or than what its context leaves, is none.
    private func withOtherLimit(_ request: ChatRequest, _ sent: Set<String>, _ isRefusal: Bool) -> ChatRequest? {
        let limits = ["max_tokens", "max_completion_tokens"]
        guard let limit = limits.first(where: sent.contains),
            !names.isDisjoint(with: limits.map { $0[...] }) || words.contains("in the completion")
        else { return nil }
        guard isRefusal else { return Self.changed(request, [limit: nil]) }
        guard limit == "max_tokens" else { return nil }
        let value = VendorChatMembers.limit(request.options)
        return Self.changed(request, ["max_tokens": nil, "max_completion_tokens": value])
    }

    /// Who misses reasoning that nobody has any more takes a space for it (Kimi takes no empty text); everyone else
    /// gets none.
    private func withOtherReasoning(_ request: ChatRequest) -> ChatRequest? {
        let calling = request.messages.indices.filter { !request.messages[$0].toolCalls.isEmpty }
        let isMissed = ["missing", "required", "must be"].contains { words.contains($0) }
        var request = request
        let affected = calling.filter { (request.messages[$0].reasoning?.isEmpty ?? true) == isMissed }
        guard !affected.isEmpty else { return nil }
        let placeholder = " "
        // What was put in here is not taken out again.
        if !isMissed, affected.contains(where: { request.messages[$0].reasoning?.string == placeholder }) { return nil }
        for place in affected { request.messages[place].reasoning = isMissed ? JSONText(placeholder) : nil }
        return request
    }

    /// The request with further free members; `nil` leaves out ours of that name.
    private static func changed(_ request: ChatRequest, _ changes: KeyValuePairs<String, Int?>) -> ChatRequest? {
        let text = JSONWriter.object { json in
            if let extra = request.options.extra {
                for (key, value) in extra.members {
                    json.name(key)
                    json.raw(value)
                }
            }
            for (name, value) in changes {
                json.name(escaping: name)
                if let value { json.integer(value) } else { json.null() }
            }
        }
        guard let extra = try? JSONDocument(parsing: text.array).root else { return nil }
        var request = request
        request.options.extra = extra
        return request
    }

    // MARK: Learning

    /// The members that a request leaves out.
    static func leftOut(of request: ChatRequest) -> Set<String> {
        guard let extra = request.options.extra else { return [] }
        return Set(extra.members.compactMap { $1.isNull ? $0.string : nil })
    }

    /// Another request for a model of which is known what it does not take, so that it need not be refused again.
    static func leavingOut(_ names: Set<String>, of request: ChatRequest) -> ChatRequest {
        names.sorted().reduce(request) { request, name in
            let other = changed(request, [name: nil]) ?? request
            guard name == "max_tokens", let limit = VendorChatMembers.limit(request.options) else { return other }
            return changed(other, ["max_completion_tokens": limit]) ?? other
        }
    }
}
