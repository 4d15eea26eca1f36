/// The members of a request that may be left out: ours in a fixed order, then the client's free ones by name.
///
/// Ours win over free ones of the same name. A free one that is null leaves ours out: so an operator can silence what a
/// vendor does not take. What the model is known not to take is left out, whoever said it.
struct VendorChatMembers {
    private var members: [(name: String, value: any JSONWritable)] = []

    init(_ plan: RequestPlan, _ form: VendorChatDialect.Form) {
        let (request, options) = (plan.request, plan.options)
        add("stream_options", ["include_usage": true] as JSONObject)
        // Though OpenAI calls it deprecated: who does not take it says so, while servers that know only this one ignore
        // `max_completion_tokens` silently.
        add(form.contains(.renamedLimit) ? "max_completion_tokens" : "max_tokens", Self.limit(options))
        for (option, value) in options.said { if let name = option.vendor { add(name, value) } }
        if let alternatives = request.logprobs {
            add("logprobs", true)
            if alternatives > 0 { add("top_logprobs", alternatives) }
        }
        addThinking(plan, form)
        add("response_format", Self.format(request.outputFormat))
        if !Self.tools(of: request, form).tools.isEmpty {
            add("tool_choice", Self.choice(request.toolChoice))
            if !request.allowsParallelToolCalls { add("parallel_tool_calls", false) }
        }
        addFree(options.extra)
        members.removeAll { form.contains(.without($0.name)) }
    }

    /// All that the client declared, whatever the choice, so that the prompt's beginning stays the same. But where nobody
    /// can be told that no tool may be called, none is offered.
    static func tools(of request: ChatRequest, _ form: VendorChatDialect.Form) -> ToolSet {
        request.toolChoice == .none && form.contains(.without("tool_choice")) ? .empty : request.toolSet
    }

    /// Ollama's -1 for "no limit" is no number for a vendor.
    private static func limit(_ options: GenerationOptions) -> Int? {
        (options.maxTokens ?? options.extra?["num_predict"]?.integer).flatMap { $0 > 0 ? $0 : nil }
    }

    var names: Set<String> { Set(members.map(\.name)) }

    func write(into body: inout JSONWriter) {
        for member in members {
            body.name(escaping: member.name)
            member.value.write(into: &body)
        }
    }

    // MARK: Ours

    private mutating func add(_ name: String, _ value: (any JSONWritable)?) { if let value { members.append((name, value)) } }

    private mutating func addThinking(_ plan: RequestPlan, _ form: VendorChatDialect.Form) {
        let habit = ThinkingHabit.allCases.first { form.contains(.thinking($0)) }
        guard let habit else { return add("reasoning_effort", Self.effort(plan)) }
        add(habit.rawValue, plan.think.map(habit.value))
    }

    /// The client's own word where the level is the one that follows from it; there is no standard word for mere "on".
    private static func effort(_ plan: RequestPlan) -> String? {
        if let effort = plan.request.reasoningEffort, [nil, .on, effort.thinkLevel].contains(plan.think) { return effort.rawValue }
        switch plan.think {
        case .low, .medium, .high, .max: return plan.think?.rawValue
        case .on, .off, nil: return nil
        }
    }

    private static func format(_ format: OutputFormat) -> JSONObject? {
        switch format {
        case .text: nil
        case .json: ["type": "json_object"]
        case .schema(let schema, let name, let isStrict):
            [
                "type": "json_schema",
                "json_schema": ["name": name ?? "response", "strict": isStrict, "schema": schema] as JSONObject,
            ]
        }
    }

    private static func choice(_ choice: ToolChoice) -> (any JSONWritable)? {
        switch choice {
        case .auto: nil
        case .none: "none"
        case .required: "required"
        case .function(let name): ["type": "function", "function": ["name": name] as JSONObject] as JSONObject
        }
    }

    // MARK: The client's

    private mutating func addFree(_ extra: JSONValue?) {
        guard let extra else { return }
        let free = extra.membersByName
        members.removeAll { free[$0.name]?.isNull == true }
        let taken = Self.fixed.union(members.map(\.name))
        for (name, value) in free.sorted(by: { $0.key < $1.key }) where !value.isNull && !taken.contains(name) {
            if !name.hasPrefix("num_"), !Self.onlyOllama.contains(name) { add(name, value) }
        }
    }

    /// What a request stands on.
    static let fixed: Set = ["model", "messages", "tools", "functions", "stream", "n"]

    /// Options of Ollama that mean nothing elsewhere, besides those that begin with `num_`.
    private static let onlyOllama = Set(SamplingOption.all.filter { $0.vendor != $0.ollama }.map(\.ollama))
}
