/// The member `options`: the client's free ones first, in their order, then those that have a parameter of their own.
///
/// Ollama answers a wrong type with a 500, so the types of the options that it knows are checked here. Unknown options
/// go along, since Ollama ignores them; null ones are left out. No name comes twice.
struct OllamaOptions {
    private var members: [(name: String, value: GenerationOptions.Value)] = []

    /// Throws a 400 that names the option.
    init(_ options: GenerationOptions, defaultContextSize: Int?, contextLimit: Int? = nil) throws(ChatError) {
        let ours = options.said.map { (name: $0.option.ollama, value: $0.value) }
        if let extra = options.extra { try add(extra, besides: Set(ours.map(\.name))) }
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

    /// Adds free options: each where its name comes first, and with the value that it has last, as Go reads it.
    private mutating func add(_ extra: JSONValue, besides ours: Set<String>) throws(ChatError) {
        var latest = extra.membersByName
        for key in extra.members.lazy.compactMap(\.key.string) {
            guard let value = latest.removeValue(forKey: key), !value.isNull, !ours.contains(key) else { continue }
            if let option = SamplingOption.all.first(where: { $0.ollama == key }) {
                if let value = try option.read(Parameter(value)) { members.append((key, value)) }
            } else {
                members.append((key, .raw(value)))
            }
        }
    }
}
