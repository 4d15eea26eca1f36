/// Brings a tool's JSON Schema into the few keywords that Ollama keeps, with its meaning.
///
/// Ollama decodes `parameters` into fixed structs and writes them anew for the model: what they do not know is lost,
/// and what does not fit them is a 400 for the whole request. So references are inlined, `oneOf` becomes `anyOf`,
/// `allOf` is merged, and constraints are told in the description. A schema that needs none of this leaves byte for
/// byte. A rewritten one has its members in the order type, description, enum, anyOf, items, properties, required; the
/// order of properties is the client's. The same schema gives the same bytes in every process.
struct SchemaLowering {
    /// Schemas inside each other that are written; what lies deeper is left open. Agents' schemas stay below 10.
    static let depthLimit = 16
    /// `allOf`, `$ref` and alternatives inside each other that are merged into one schema.
    private static let mergeLimit = 32

    let root: JSONValue
    var output = JSONWriter()
    private var references: SchemaReferences
    /// Its steps are the work that is left; every member that is looked at takes one.
    var subset: Subset
    /// True: what a reference means is written where it is met first, and only named wherever it is met again.
    private let writesOnce: Bool
    private let byteLimit: Int
    /// Where the schemas lie that are being written, the outermost first.
    private var open: [Int] = []
    /// Which of these is the one whose facts are collected; those after it are what it refers to.
    private var current = 0
    /// Where the schemas lie that were written out.
    private var written: Set<Int> = []

    /// Appends what Ollama gets as `parameters`: always an object schema with `properties`. `nil`, and anything else
    /// than an object, stands for a function without parameters.
    static func write(_ schema: JSONValue?, into body: inout JSONWriter) {
        guard let schema, schema.kind == .object else { return body.raw(text: #"{"type":"object","properties":{}}"#) }
        var subset = Subset(steps: .max)
        if subset.holds(parameters: schema) { body.raw(schema) } else { body.raw(text: rewritten(schema) { $0.writeParameters() }) }
    }

    /// Appends what Ollama gets as `format`. Its grammar knows more than a tool keeps, so that only a schema that may hold
    /// what it refuses is lowered: a reference, or a pattern without both of its anchors (llama.cpp, August 2026).
    static func write(format schema: JSONValue, into body: inout JSONWriter) {
        let text = schema.rawText
        let isTaken = !text.contains("\"$ref\"") && !text.contains("\"pattern\"")
        if isTaken { body.raw(schema) } else { body.raw(text: rewritten(schema) { _ = $0.write(schema, depth: 0) }) }
    }

    /// Inlines every reference, unless that takes too much: many types that refer to each other make a tree without end.
    private static func rewritten(_ schema: JSONValue, _ write: (inout SchemaLowering) -> Void) -> String {
        var lowering = SchemaLowering(schema, writesOnce: false)
        write(&lowering)
        if lowering.isSpent {
            lowering = SchemaLowering(schema, writesOnce: true)
            write(&lowering)
        }
        return lowering.output.buffer.text
    }

    private init(_ root: JSONValue, writesOnce: Bool) {
        let size = root.rawRange.count
        self.root = root
        self.writesOnce = writesOnce
        byteLimit = 8192 + 4 * size
        subset = Subset(steps: 8192 + (writesOnce ? 4 * size : size / 2))
        references = SchemaReferences(root: root)
    }

    /// True when the result has grown beyond its limit, or the work: what is left is then written as `{}` or not at all.
    var isSpent: Bool { subset.steps < 0 || output.buffer.count > byteLimit }

    private mutating func writeParameters() {
        var facts = Facts()
        open.append(root.place)
        collect(root, into: &facts)
        var choices = Choices()
        if let alternatives = facts.alternatives { merge(alternatives, into: &facts, &choices) }

        output.beginObject()
        output.member("type", "object")
        writeDescription(of: facts, depth: 0)
        writeProperties(of: facts, choices, depth: 0)
        output.endObject()
    }

    /// Writes any value that stands where a schema belongs. Returns whether it says `required: true` of itself, as
    /// drafts before 4 do.
    @discardableResult mutating func write(_ schema: JSONValue, depth: Int) -> Bool {
        guard schema.kind == .object, !isSpent else {
            writeShorthand(schema)
            return false
        }
        if subset.holds(schema, room: Self.depthLimit - depth) {
            output.raw(schema)
            return false
        }
        let (openBefore, currentBefore) = (open.count, current)
        var facts = Facts()
        current = open.count
        open.append(schema.place)
        collect(schema, into: &facts)
        if writesOnce, depth < Self.depthLimit { written.formUnion(open[openBefore...]) }
        write(facts, depth: depth)
        open.removeLast(open.count - openBefore)
        current = currentBefore
        return facts.isRequired
    }

    /// Adds what a schema says to the facts, and then what it refers to and all that it is made of.
    mutating func collect(_ schema: JSONValue, into facts: inout Facts, nesting: Int = 0) {
        var reference: JSONValue?
        var branches: JSONValue?
        var elements = SchemaElements()
        for (key, value) in schema.members {
            guard !isSpent else { return }
            guard let keyword = SchemaKeyword(key) else {
                subset.steps -= 1
                continue
            }
            subset.steps -= value.kind == .object ? 1 : 1 + value.rawRange.count / 16
            switch keyword {
            case .ref: reference = value
            case .allOf: branches = value
            case .required where value.kind == .true: facts.isRequired = facts.isRequired || nesting == 0
            default:
                elements.take(keyword, value)
                facts.take(keyword, value)
            }
        }
        if facts.elements == nil, !elements.isEmpty { facts.elements = elements }
        guard nesting < Self.mergeLimit else { return }
        if let name = reference?.string { follow(name, into: &facts, nesting: nesting + 1) }
        guard let branches else { return }
        for branch in branches.elements where !isSpent { collect(branch, into: &facts, nesting: nesting + 1) }
    }

    private mutating func follow(_ reference: String, into facts: inout Facts, nesting: Int) {
        // As much work as many members: the reference is taken apart, and its target looked for among all that are open.
        subset.steps -= 16 + open.count / 16
        let target = references.target(of: reference, steps: &subset.steps)
        if let target {
            let index = open.firstIndex(of: target.place)
            // What is part of this schema already says nothing more.
            if let index, index >= current { return }
            if index == nil, !(writesOnce && written.contains(target.place)) {
                open.append(target.place)
                return collect(target, into: &facts, nesting: nesting)
            }
        }
        let name = SchemaReferences.name(in: reference) ?? "the outermost schema"
        facts.mention(target == nil ? name : name + ", as above", target, steps: &subset.steps)
    }

    /// Ollama drops `anyOf` at the outermost level: so the properties of all alternatives are offered there, and what
    /// every one of them requires is required.
    private mutating func merge(_ alternatives: JSONValue, into facts: inout Facts, _ choices: inout Choices, nesting: Int = 0) {
        var common: [JSONValue]?
        for alternative in alternatives.elements where alternative.kind == .object && !isSpent {
            var branch = Facts()
            let openBefore = open.count
            collect(alternative, into: &branch, nesting: nesting)
            open.removeLast(open.count - openBefore)
            guard branch.mayBeObject else { continue }
            if let inner = branch.alternatives, nesting < Self.mergeLimit {
                merge(inner, into: &branch, &choices, nesting: nesting + 1)
            }
            for map in branch.propertyMaps { choices.add(map, steps: &subset.steps) }
            let names = Set(branch.required.map(\.string))
            common = common?.filter { names.contains($0.string) } ?? branch.required
        }
        facts.required += common ?? []
    }
}
