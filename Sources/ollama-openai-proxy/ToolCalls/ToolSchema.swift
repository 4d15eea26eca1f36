/// The JSON Schema of a tool's parameters as the client declared it, read once so that values can be held against it.
///
/// It knows kinds of values, not their bounds: `minimum`, `pattern` and keywords it does not know say nothing. Whatever
/// cannot be read, a reference that leads nowhere or a schema that is too large, accepts every value.
struct ToolSchema: Sendable {
    /// The place of the schema that accepts everything.
    static let anything = 0
    /// The place of the schema that accepts nothing: `false`.
    static let nothing = 1

    let nodes: [SchemaNode]
    /// The place of the whole schema.
    let root: Int

    /// - Parameter schema: `nil` accepts everything.
    init(_ schema: JSONValue?) {
        (nodes, root) = schema.map(SchemaReader.read) ?? ([SchemaNode(), SchemaNode(types: [])], Self.anything)
    }

    /// True when the value has the kinds that the schema asks for; also when telling it takes too much work.
    func fits(_ value: JSONValue) -> Bool { SchemaCoercion.fits(value, self) }

    /// The types that the schema at a place may have, those that it refers to included.
    func types(at place: Int) -> JSONTypes {
        var known: [Int: JSONTypes] = [:]
        return types(at: place, &known)
    }

    private func types(at place: Int, _ known: inout [Int: JSONTypes]) -> JSONTypes {
        // A schema that refers to itself says nothing by that, and what leads too far is not followed.
        guard known[place] == nil, known.count < 256 else { return known[place] ?? .all }
        known[place] = .all
        let node = nodes[place]
        var types = node.types.intersection(node.values?.types ?? .all)
        for group in node.groups { types.formIntersection(group.reduce(into: []) { $0.formUnion(self.types(at: $1, &known)) }) }
        if node.isNullable { types.insert(.null) }
        known[place] = types
        return types
    }

    /// The types that a property of the outermost object may have, in all that it refers to or is made of; `nil` when
    /// it declares none of that name.
    func types(ofProperty name: String) -> JSONTypes? {
        var seen: Set<Int> = []
        return types(ofProperty: name, at: root, &seen)
    }

    private func types(ofProperty name: String, at place: Int, _ seen: inout Set<Int>) -> JSONTypes? {
        guard seen.count < 256, seen.insert(place).inserted else { return nil }
        var types = nodes[place].schema(of: name).map { self.types(at: $0) }
        for group in nodes[place].groups {
            let choices = group.compactMap { self.types(ofProperty: name, at: $0, &seen) }
            if !choices.isEmpty { types = choices.reduce(JSONTypes()) { $0.union($1) }.intersection(types ?? .all) }
        }
        return types
    }

    /// The names of the properties that are required whatever alternative is chosen.
    var required: [String] {
        var parts = [root]
        var next = 0
        while next < parts.count, next < 256 {
            for group in nodes[parts[next]].groups where group.count == 1 && !parts.contains(group[0]) { parts.append(group[0]) }
            next += 1
        }
        return parts.flatMap { nodes[$0].properties.filter { $0.bit != 0 }.map(\.name) }
    }

    /// True where `enum` or `const` lists the values, in the schema itself or in one that it refers to.
    func hasValues(at place: Int) -> Bool {
        nodes[place].values != nil || nodes[place].groups.joined().contains { nodes[$0].values != nil }
    }
}

/// One schema inside another, its parts by their places.
///
/// What it asks for itself and each group must hold: of a group (`$ref`, one part of `allOf`, all of `anyOf` or
/// `oneOf`) at least one schema.
final class SchemaNode: Sendable {
    let types: JSONTypes
    /// What `enum` and `const` allow; `nil` without them.
    let values: SchemaValues?
    /// `nullable`, as OpenAPI 3.0 has it.
    let isNullable: Bool
    let groups: [[Int]]
    let properties: [Property]
    /// The members that a value must have, by the bits of their properties.
    let required: UInt64
    /// Holds members that are not in `properties`.
    let additional: Int
    let prefix: [Int]
    /// Holds elements that come after `prefix`.
    let items: Int
    /// Asks for nothing but one of its types.
    let isTypeOnly: Bool
    private let places: [String: Int]

    struct Property: Sendable {
        let name: String
        let schema: Int
        /// Zero for an optional one.
        let bit: UInt64
        /// The name's UTF-8.
        fileprivate let bytes: [UInt8]

        init(name: String, schema: Int, bit: UInt64) {
            self.name = name
            self.schema = schema
            self.bit = bit
            bytes = Array(name.utf8)
        }
    }

    init(
        types: JSONTypes = .all, values: SchemaValues? = nil, isNullable: Bool = false, groups: [[Int]] = [],
        properties: [Property] = [], additional: Int = ToolSchema.anything, prefix: [Int] = [], items: Int = ToolSchema.anything
    ) {
        self.types = types
        self.values = values
        self.isNullable = isNullable
        self.groups = groups
        self.properties = properties
        self.additional = additional
        self.prefix = prefix
        self.items = items
        required = properties.reduce(0) { $0 | $1.bit }
        isTypeOnly =
            values == nil && groups.isEmpty && properties.isEmpty && additional == ToolSchema.anything && prefix.isEmpty
            && items == ToolSchema.anything
        places = Dictionary(properties.enumerated().map { ($1.name, $0) }) { $1 }
    }

    /// Asks for something besides its groups.
    var hasRules: Bool { types != .all || values != nil || !properties.isEmpty || additional != ToolSchema.anything || hasElementRules }

    var hasElementRules: Bool { !prefix.isEmpty || items != ToolSchema.anything }

    /// Right for every value that is null, and for no other.
    var isNullOnly: Bool { types == .null && groups.isEmpty }

    /// What is asked of the value itself, its members and elements left out.
    func accepts(_ value: JSONValue) -> Bool {
        types.contains(JSONTypes(of: value, tellsIntegers: types.contains(.integer) != types.contains(.fraction)))
            && (values?.contains(value) ?? true)
    }

    func schema(ofElement place: Int) -> Int { place < prefix.count ? prefix[place] : items }

    /// The place of the schema of the property of that name.
    func schema(of name: String) -> Int? { places[name].map { properties[$0].schema } }

    /// The place of the property of that name. Members mostly come in the order of the schema, so `guess` is tried
    /// before the text of the key is even made.
    func place(of key: JSONValue, guess: Int) -> Int? {
        guard !properties.isEmpty else { return nil }
        if guess < properties.count, key.isPlainString,
            key.document.withBytes(key.contentRange, { $0.equals(properties[guess].bytes) })
        {
            return guess
        }
        return key.string.flatMap { places[$0] }
    }
}
