/// What the operator decided about thinking, model by model (`THINK_MODELS`), and who has the say in one request.
struct ThinkRules: Sendable {
    private var rules: [Rule] = []

    /// No rules: only the clients decide.
    init() {}

    /// Reads a comma-separated list of `NAME[=true|false|low|medium|high|max|effort|tools]`, where `*` in a name stands for
    /// any text. Blank entries are skipped. Throws for the first entry that is none of these.
    init(_ text: String) throws(Mistake) {
        for entry in text.split(separator: ",").map(\.trimmed) where !entry.isEmpty { rules.append(try Rule(entry)) }
    }

    /// How much the model shall think; `nil`: nothing is sent, and the model's own default holds.
    ///
    /// First the request's own `think`; then a client that wants no reasoning at all; then the first matching rule,
    /// whatever effort the client names (agents name one on every turn), unless the rule follows it; then the effort.
    ///
    /// - Parameters:
    ///   - upstreamModel: another name of the model, by which it is listed as well; `nil`: there is none.
    ///   - ruled: what stands for the first matching rule, if it is known already.
    func level(for request: ChatRequest, upstreamModel: String? = nil, ruled: ThinkLevel? = nil) -> ThinkLevel? {
        if let think = request.think { return think }
        let wanted = request.reasoningEffort?.thinkLevel
        if wanted == .off { return .off }
        if let ruled { return ruled }
        guard let rule = rule(for: request.model, upstreamModel) else { return wanted }
        switch rule.decision {
        case .fixed(let level): return level
        case .effort: return wanted ?? .on
        case .tools: return request.tools.isEmpty ? .off : .on
        }
    }

    /// The entry that decides for a model, as it was written; `nil`: none does.
    func entry(for model: String, upstreamModel: String? = nil) -> String? { rule(for: model, upstreamModel)?.entry }

    /// Those of all entries, as they were written.
    var names: [String] { rules.map { $0.entry.prefix { $0 != "=" }.trimmed } }

    private func rule(for model: String, _ upstreamModel: String?) -> Rule? {
        rules.first { $0.pattern.matches(model) || upstreamModel.map($0.pattern.matches) == true }
    }

    /// An entry that cannot be understood.
    struct Mistake: Error, CustomStringConvertible { let description: String }

    /// One entry.
    private struct Rule: Sendable {
        enum Decision {
            case fixed(ThinkLevel)
            case effort
            /// Requests that offer tools think: what agents ask besides (titles, classifiers) need not.
            case tools
        }

        let entry: String
        let pattern: ModelNamePattern
        let decision: Decision

        init(_ entry: String) throws(Mistake) {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(\.trimmed)
            guard let name = parts.first, !name.isEmpty else { throw Mistake(description: "entry \"\(entry)\": it names no model") }
            self.entry = entry
            pattern = ModelNamePattern(name)
            let word = parts.count > 1 ? parts[1].lowercased() : "true"
            switch (word, ThinkLevel(rawValue: word)) {
            case ("effort", _): decision = .effort
            case ("tools", _): decision = .tools
            case (_, let level?): decision = .fixed(level)
            default:
                let choices = "true, false, low, medium, high, max, effort, tools"
                throw Mistake(description: "entry \"\(entry)\": \"\(word)\" is not one of \(choices)")
            }
        }
    }
}

extension ReasoningEffort {
    /// The level that comes closest, as Ollama's own OpenAI layer maps efforts.
    var thinkLevel: ThinkLevel {
        switch self {
        case .none: .off
        case .minimal, .low: .low
        case .medium: .medium
        case .high: .high
        case .xhigh, .max, .ultra: .max
        }
    }
}
