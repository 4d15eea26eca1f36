/// A counter for each combination of label values that was seen.
struct CounterFamily: Sendable {
    let name: String
    let help: String
    let labels: [String]
    private var counts: [[String]: UInt64] = [:]

    /// The values in `known` are there from the start, with 0, so that a first increase can be seen as one.
    init(_ name: String, _ help: String, labels: [String], known: [String] = []) {
        self.name = name
        self.help = help
        self.labels = labels
        for value in known { counts[[value]] = 0 }
    }

    /// One value for each label. A negative number counts as nothing: counters never go down.
    mutating func add(_ number: Int = 1, _ values: String...) {
        precondition(values.count == labels.count, "\(name) has \(labels.count) labels")
        counts[values, default: 0] &+= UInt64(max(0, number))
    }

    func write(to writer: inout ExpositionWriter) {
        writer.family(name, .counter, help)
        for (values, count) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            writer.sample(name, Double(count), Array(zip(labels, values)))
        }
    }
}

/// Keeps the number of values of one label small: the first ones that came stand for themselves, the rest is `other`.
struct NameLimit: Sendable {
    static let other = "other"
    /// In bytes. No model that Ollama can serve has a longer name.
    static let longestName = 200

    let limit: Int
    private var names: Set<String> = []

    init(_ limit: Int) { self.limit = limit }

    /// Only what is `trusted` takes one of the places, so that nobody can use them up with invented names.
    mutating func label(for name: String, isTrusted: Bool) -> String {
        if names.contains(name) { return name }
        guard isTrusted, names.count < limit, name.utf8.count <= Self.longestName else { return Self.other }
        names.insert(name)
        return name
    }
}
