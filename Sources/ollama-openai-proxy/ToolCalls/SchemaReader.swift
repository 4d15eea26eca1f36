/// Reads a JSON Schema into nodes that name each other by place.
///
/// Every schema is read once, however often it is referred to, and none inside another, so that no depth and no circle
/// of references can overflow the stack.
struct SchemaReader {
    /// Schemas in one tool; agents' largest tools stay below 500.
    private static let nodeLimit = 4096

    private var references: SchemaReferences
    private var nodes = [SchemaNode(), SchemaNode(types: [])]
    /// Places by where a schema begins in the text.
    private var places: [Int: Int] = [:]
    private var pending: [JSONValue] = []
    /// Members and elements that may still be looked at.
    private var steps = 200_000

    private init(_ root: JSONValue) { references = SchemaReferences(root: root) }

    static func read(_ schema: JSONValue) -> (nodes: [SchemaNode], root: Int) {
        var reader = SchemaReader(schema)
        let root = reader.place(of: schema)
        var next = 0
        // Places are given in the order in which schemas are read.
        while next < reader.pending.count {
            let node = reader.node(for: reader.pending[next])
            reader.nodes.append(node)
            next += 1
        }
        // Half a list of values, or of required members, would refuse what fits.
        return (reader.nodes, reader.steps > 0 ? root : ToolSchema.anything)
    }

    private mutating func place(of schema: JSONValue) -> Int {
        switch schema.kind {
        case .false: return ToolSchema.nothing
        case .object: break
        default: return ToolSchema.anything
        }
        if let place = places[schema.place] { return place }
        guard pending.count < Self.nodeLimit else { return ToolSchema.anything }
        let place = pending.count + 2
        pending.append(schema)
        places[schema.place] = place
        return place
    }

    private mutating func node(for schema: JSONValue) -> SchemaNode {
        var types = JSONTypes.all
        var values: SchemaValues?
        var isNullable = false
        var groups: [[Int]] = []
        var properties: [(key: JSONValue, value: JSONValue)] = []
        var required: [JSONValue] = []
        var additional = ToolSchema.anything
        var hasPatterns = false
        var elements = SchemaElements()
        for (key, value) in schema.members where spend() {
            guard let keyword = SchemaKeyword(key) else { continue }
            switch keyword {
            case .type: types = self.types(value)
            case .enum where value.kind == .array:
                values = SchemaValues()
                for allowed in value.elements where spend() { values?.insert(allowed) }
            case .const:
                values = SchemaValues()
                values?.insert(value)
            case .nullable: isNullable = value.bool ?? false
            case .ref:
                // What cannot be found may be anything.
                if let target = value.string.flatMap({ references.target(of: $0, steps: &steps) }) {
                    groups.append([place(of: target)])
                }
            case .allOf: groups += places(value.elements).map { [$0] }
            case .anyOf, .oneOf:
                let choices = places(value.elements)
                if !choices.isEmpty { groups.append(choices) }
            case .properties: properties = value.members.filter { _ in spend() }
            case .required: required = value.elements.filter { _ in spend() }
            case .additionalProperties: additional = place(of: value)
            case .patternProperties: hasPatterns = true
            default: elements.take(keyword, value)
            }
        }
        if hasPatterns { additional = ToolSchema.anything }
        return SchemaNode(
            types: types, values: values, isNullable: isNullable, groups: groups,
            properties: self.properties(properties, required: required, additional: additional), additional: additional,
            prefix: places(elements.tuple), items: elements.others.map { place(of: $0) } ?? ToolSchema.anything)
    }

    private func types(_ value: JSONValue) -> JSONTypes {
        switch value.kind {
        case .string: JSONTypes(named: value)
        case .array where !value.elements.isEmpty: value.elements.reduce(into: []) { $0.formUnion(JSONTypes(named: $1)) }
        default: .all
        }
    }

    private mutating func places(_ schemas: some Sequence<JSONValue>) -> [Int] {
        schemas.filter { _ in spend() }.map { place(of: $0) }
    }

    /// Properties in their order, then those that are only required. Of more than 64 required ones the rest is not
    /// asked for.
    private mutating func properties(_ declared: [(key: JSONValue, value: JSONValue)], required: [JSONValue], additional: Int)
        -> [SchemaNode.Property]
    {
        var bits: [String: UInt64] = [:]
        var names: [String] = []
        for name in required.compactMap(\.string) where bits[name] == nil {
            bits[name] = bits.count < 64 ? 1 << UInt64(bits.count) : 0
            names.append(name)
        }
        let known = declared.map { (name: $0.key.string ?? "", schema: place(of: $0.value)) }
        let others = Set(names).subtracting(known.map(\.name))
        let all = known + names.filter(others.contains).map { (name: $0, schema: additional) }
        return all.map { SchemaNode.Property(name: $0.name, schema: $0.schema, bit: bits[$0.name] ?? 0) }
    }

    private mutating func spend() -> Bool {
        steps -= 1
        return steps > 0
    }
}
