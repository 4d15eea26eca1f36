/// An option of sampling, or a limit of a reply: what it is called where, and what its value must be.
///
/// A row of `all` is everything that is known of an option: decoders, encoders, the models file and what is left out
/// after a vendor's refusal walk the table, and requests hold their options in its order.
struct SamplingOption: Sendable {
    enum Kind: Sendable { case integer, number, bool, texts, any }

    /// In a request of OpenAI's form and in the models file; `nil`: it comes only among Ollama's free options.
    let name: String?
    /// Among Ollama's `options`.
    let ollama: String
    /// In a request to a vendor; `nil`: it is not handed on as it is.
    let vendor: String?
    let kind: Kind
    /// Of an integer: what is less is a mistake.
    var least = Int.min
    /// Of an integer: what is less is how Ollama's clients say that there is none.
    var floor = Int.min

    static let all =
        common + runner(.integer, "num_keep num_batch num_gpu num_thread main_gpu repeat_last_n draft_num_predict")
        + runner(.number, "typical_p") + runner(.bool, "use_mmap")
        // Of older versions of Ollama: no longer read, but no vendor's either.
        + runner(.any, "f16_kv logits_all low_vram mirostat mirostat_eta mirostat_tau numa penalize_newline tfs_z")
        + runner(.any, "use_mlock vocab_only")

    private static let common: [SamplingOption] = [
        // Tokens, thinking included. What a vendor is sent depends on more: see its members.
        .init(name: "max_tokens", ollama: "num_predict", vendor: nil, kind: .integer, floor: 0),
        .init(name: "seed", ollama: "seed", vendor: "seed", kind: .integer, floor: 0),
        .init(name: "temperature", ollama: "temperature", vendor: "temperature", kind: .number),
        .init(name: "top_p", ollama: "top_p", vendor: "top_p", kind: .number),
        .init(name: "top_k", ollama: "top_k", vendor: "top_k", kind: .integer),
        .init(name: "min_p", ollama: "min_p", vendor: "min_p", kind: .number),
        .init(name: "frequency_penalty", ollama: "frequency_penalty", vendor: "frequency_penalty", kind: .number),
        .init(name: "presence_penalty", ollama: "presence_penalty", vendor: "presence_penalty", kind: .number),
        .init(name: "repeat_penalty", ollama: "repeat_penalty", vendor: "repetition_penalty", kind: .number),
        // Tokens; a change of it makes Ollama load the model again.
        .init(name: "num_ctx", ollama: "num_ctx", vendor: nil, kind: .integer, least: 1, floor: 1),
        .init(name: "stop", ollama: "stop", vendor: "stop", kind: .texts),
    ]

    /// What only Ollama's own runner knows (its source of August 2026, `api.Options`).
    private static func runner(_ kind: Kind, _ names: String) -> [SamplingOption] {
        names.split(separator: " ").map { SamplingOption(name: nil, ollama: String($0), vendor: nil, kind: kind) }
    }
}

/// Sampling and limits: values of the table's options. What the client did not say is not there and is not sent.
struct GenerationOptions: Sendable {
    enum Value: Sendable {
        case integer(Int)
        /// A number or a Boolean in the client's own text.
        case raw(JSONValue)
        /// Never empty.
        case texts([JSONText])
    }

    /// By the row of the option, in the order of the table.
    private var rows: [(row: Int, value: Value)] = []
    /// An object of further options in the upstream's own names; those of the table win over it.
    var extra: JSONValue?

    /// In the order of the table.
    var said: [(option: SamplingOption, value: Value)] { rows.map { (SamplingOption.all[$0.row], $0.value) } }

    /// - Parameter name: in the words of OpenAI's form; one that the table has.
    subscript(name: String) -> Value? {
        get { rows.first { SamplingOption.all[$0.row].name == name }?.value }
        set {
            guard let row = SamplingOption.all.firstIndex(where: { $0.name == name }) else {
                preconditionFailure("no option is called \(name)")
            }
            rows.removeAll { $0.row == row }
            guard let newValue else { return }
            rows.insert((row, newValue), at: rows.firstIndex { $0.row > row } ?? rows.count)
        }
    }

    /// Tokens, thinking included.
    var maxTokens: Int? {
        get { if case .integer(let limit) = self["max_tokens"] { limit } else { nil } }
        set { self["max_tokens"] = newValue.map(Value.integer) }
    }

    /// The same, with `others` where nothing was said.
    func filled(from others: GenerationOptions) -> GenerationOptions {
        var options = self
        options.rows += others.rows.filter { other in !rows.contains { $0.row == other.row } }
        options.rows.sort { $0.row < $1.row }
        options.extra = extra ?? others.extra
        return options
    }
}

extension GenerationOptions.Value: JSONWritable {
    func write(into json: inout JSONWriter) {
        switch self {
        case .integer(let number): number.write(into: &json)
        case .raw(let value): json.raw(value)
        case .texts(let texts): texts.write(into: &json)
        }
    }
}
