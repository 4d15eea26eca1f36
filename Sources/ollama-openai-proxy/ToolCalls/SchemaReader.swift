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
        guard schema.kind == .object else { return schema.kind == .false ? ToolSchema.nothing : ToolSchema.anything }
        if let place = places[schema.place] { return place }
        guard pending.count < Self.nodeLimit else { return ToolSchema.anything }
        let place = pending.count + 2
        pending.append(schema)
        places[schema.place] = place
        return place
    }

    private mutating func node(for schema: JSONValue) -> SchemaNode {
        var node = SchemaNode()
        var declared: [(key: JSONValue, value: JSONValue)] = []
        var required: [JSONValue] = []
        var hasPatterns = false
        var elements = SchemaElements()
        for (key, value) in schema.members where spend() {
            guard let keyword = SchemaKeyword(key) else { continue }
            switch keyword {
            case .type:
                let names = value.elements.isEmpty ? [value] : Array(value.elements)
                node.types = names.reduce(into: []) { $0.formUnion(JSONTypes(named: $1)) }
            case .enum where value.kind == .array: node.values = SchemaValues(value.elements.filter { _ in spend() })
            case .const: node.values = SchemaValues([value])
            case .nullable: node.isNullable = value.bool ?? false
            case .ref:
                // What cannot be found may be anything.
                if let target = value.string.flatMap({ references.target(of: $0, steps: &steps) }) {
                    node.groups.append([place(of: target)])
                }
            case .allOf: node.groups += places(value.elements).map { [$0] }
            case .anyOf, .oneOf:
                let choices = places(value.elements)
                if !choices.isEmpty { node.groups.append(choices) }
            case .properties: declared = value.members.filter { _ in spend() }
            case .required: required = value.elements.filter { _ in spend() }
            case .additionalProperties: node.additional = place(of: value)
            case .patternProperties: hasPatterns = true
            default: elements.take(keyword, value)
            }
        }
        if hasPatterns { node.additional = ToolSchema.anything }
        for (key, schema) in declared { node.properties[key.string ?? ""] = SchemaNode.Property(schema: place(of: schema)) }
        for name in required.compactMap(\.string) where (node.properties[name]?.bit ?? 0) == 0 {
            // Of more than 64 required ones the rest is not asked for: it gets no bit.
            let bit: UInt64 = 1 << node.required.nonzeroBitCount
            node.properties[name, default: SchemaNode.Property(schema: node.additional)].bit = bit
            node.required |= bit
        }
        node.prefix = places(elements.tuple)
        node.items = elements.others.map { place(of: $0) } ?? ToolSchema.anything
        return node
    }

    private mutating func places(_ schemas: some Sequence<JSONValue>) -> [Int] {
        schemas.filter { _ in spend() }.map { place(of: $0) }
    }

    private mutating func spend() -> Bool {
        steps -= 1
        return steps > 0
    }
}
