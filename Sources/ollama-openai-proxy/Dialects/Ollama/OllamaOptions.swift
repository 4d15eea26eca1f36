/// The member `options`: the client's free ones first, in their order, then those that have a parameter of their own.
///
/// Ollama answers a wrong type with a 500, so the types of the options that it knows are checked here. Unknown options
/// go along, since Ollama ignores them; null ones are left out. No name comes twice.
struct OllamaOptions {
    private var members: [(name: String, value: GenerationOptions.Value)] = []

    /// Throws a 400 that names the option.
    init(_ options: GenerationOptions, defaultContextSize: Int?, contextLimit: Int? = nil) throws(ChatError) {
        let ours = options.said.map { (name: $0.option.ollama, value: $0.value) }
        let overridden = Set(ours.map(\.name))
        for (name, value) in Self.latest(options.extra) where !overridden.contains(name) {
            if let value = try Self.checked(name, value) { members.append((name, value)) }
        }
        members += ours
        // A size that varies from request to request makes Ollama load the model again, so the default is only that.
        if let defaultContextSize, !members.contains(where: { $0.name == "num_ctx" }) {
            members.append(("num_ctx", .integer(defaultContextSize)))
        }
        guard let contextLimit, let place = members.firstIndex(where: { $0.name == "num_ctx" }) else { return }
        if case .integer(let size) = members[place].value { members[place].value = .integer(min(size, contextLimit)) }
    }

    /// Appends the member `options`, or nothing.
    func write(into body: inout JSONWriter) {
        guard !members.isEmpty else { return }
        body.object("options") { json in
            for (name, value) in members {
                json.name(escaping: name)
                value.write(into: &json)
            }
        }
    }

    /// The members by name, at the place where a name comes first and with the value that it has last, as Go reads it.
    private static func latest(_ extra: JSONValue?) -> [(name: String, value: JSONValue)] {
        guard let extra else { return [] }
        var members: [(name: String, value: JSONValue)] = []
        var places: [String: Int] = [:]
        for (key, value) in extra.members {
            guard let name = key.string else { continue }
            if let place = places[name] {
                members[place].value = value
            } else {
                places[name] = members.count
                members.append((name, value))
            }
        }
        return members.filter { !$0.value.isNull }
    }

    /// `nil`: nothing to send.
    private static func checked(_ name: String, _ value: JSONValue) throws(ChatError) -> GenerationOptions.Value? {
        guard let option = SamplingOption.all.first(where: { $0.ollama == name }) else { return .raw(value) }
        return try option.read(Parameter(value))
    }
}
