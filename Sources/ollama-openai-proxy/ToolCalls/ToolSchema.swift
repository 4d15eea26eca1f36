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
        (nodes, root) = schema.map(SchemaReader.read) ?? ([SchemaNode()], Self.anything)
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
        var types = nodes[place].properties[name].map { self.types(at: $0.schema) }
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
        return parts.flatMap { nodes[$0].properties.filter { $0.value.bit != 0 }.keys }
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
struct SchemaNode: Sendable {
    var types = JSONTypes.all
    /// What `enum` and `const` allow; `nil` without them.
    var values: SchemaValues?
    /// `nullable`, as OpenAPI 3.0 has it.
    var isNullable = false
    var groups: [[Int]] = []
    var properties: [String: Property] = [:]
    /// The members that a value must have, by the bits of their properties.
    var required: UInt64 = 0
    /// Holds members that are not in `properties`.
    var additional = ToolSchema.anything
    var prefix: [Int] = []
    /// Holds elements that come after `prefix`.
    var items = ToolSchema.anything

    struct Property: Sendable {
        var schema: Int
        /// Zero for an optional one.
        var bit: UInt64 = 0
    }

    /// Asks for something besides its groups.
    var hasRules: Bool { types != .all || values != nil || hasMemberRules || hasElementRules }

    var hasMemberRules: Bool { !properties.isEmpty || additional != ToolSchema.anything }

    var hasElementRules: Bool { !prefix.isEmpty || items != ToolSchema.anything }

    /// Right for every value that is null, and for no other.
    var isNullOnly: Bool { types == .null && groups.isEmpty }

    /// What is asked of the value itself, its members and elements left out.
    func accepts(_ value: JSONValue) -> Bool {
        types.contains(JSONTypes(of: value, tellsIntegers: types.contains(.integer) != types.contains(.fraction)))
            && (values?.contains(value) ?? true)
    }

    func schema(ofElement place: Int) -> Int { place < prefix.count ? prefix[place] : items }
}
