extension SchemaLowering {
    mutating func write(_ facts: Facts, depth: Int) {
        output.beginObject()
        writeType(of: facts)
        writeDescription(of: facts, depth: depth)
        writeValues(of: facts)
        if depth < Self.depthLimit {
            writeAlternatives(of: facts, depth: depth)
            writeItems(of: facts, depth: depth)
            if facts.propertyMaps.isEmpty {
                writeRequired(facts.required)
            } else {
                writeProperties(of: facts, Choices(), depth: depth)
            }
        }
        output.endObject()
    }

    /// Writes what is no object but stands where a schema belongs: a Boolean (any value, or none), or, as sloppy tools
    /// have it, the name of a type or a description.
    mutating func writeShorthand(_ value: JSONValue) {
        output.beginObject()
        if value.kind == .false {
            output.member("description", "must not be given")
        } else if let text = value.string, !text.isEmpty {
            output.member(JSONTypes(named: value) == .all ? "description" : "type", value)
        }
        output.endObject()
    }

    private mutating func writeType(of facts: Facts) {
        guard let first = facts.types.first else {
            if let type = Self.type(of: facts.constant) { output.member("type", type) }
            return
        }
        let addsNull = facts.isNullable && !facts.types.contains { $0.isString("null") }
        if facts.types.count == 1, !addsNull { return output.member("type", first) }
        output.array("type") { json in
            for type in facts.types { json.raw(type) }
            if addsNull { json.string("null") }
        }
    }

    /// The type of a value: a schema that allows only this one often names none, and parsers go by the type.
    private static func type(of value: JSONValue?) -> String? {
        switch value?.kind {
        case .string: "string"
        case .number: value?.integer == nil ? "number" : "integer"
        case .true, .false: "boolean"
        default: nil
        }
    }

    private mutating func writeValues(of facts: Facts) {
        if let constant = facts.constant, subset.isRepresentable(constant) {
            output.member("enum", [constant])
        } else if let values = facts.values {
            if subset.isRepresentable(values) { return output.member("enum", values) }
            let others = values.elements.filter { subset.isRepresentable($0) }
            // Without its values the schema is more open than it was, with some of them it would be closed to what is right.
            if !others.isEmpty, !isSpent { output.member("enum", others) }
        }
    }

    private mutating func writeAlternatives(of facts: Facts, depth: Int) {
        guard let alternatives = facts.alternatives else { return }
        let addsNull =
            facts.isNullable && facts.types.isEmpty && !alternatives.elements.contains { $0["type"]?.isString("null") == true }
        writeAnyOf(alternatives.elements.filter(\.isSchema), and: addsNull ? #"{"type":"null"}"# : nil, depth: depth)
    }

    /// Writes schemas of which one holds. Where no more may be written, one that is open stands for all that are left.
    private mutating func writeAnyOf(_ schemas: [JSONValue], and more: String?, depth: Int) {
        output.name("anyOf")
        output.beginArray()
        for schema in schemas {
            let wasSpent = isSpent
            write(schema, depth: depth + 1)
            if wasSpent { break }
        }
        if let more { output.raw(text: more) }
        output.endArray()
    }

    /// The elements of a tuple, and those that may follow it, are told as alternatives.
    private mutating func writeItems(of facts: Facts, depth: Int) {
        guard let elements = facts.elements else { return }
        let tuple = elements.tuple
        var seen: Set<String> = []
        var schemas = tuple.filter { $0.isSchema && seen.insert($0.rawText).inserted }
        var isOpen = false
        if let others = elements.others, tuple.isEmpty || others.kind == .object {
            schemas.append(others)
        } else {
            isOpen = !elements.isClosed(after: tuple.count)
        }
        guard !schemas.isEmpty else { return }
        output.name("items")
        writeAny(of: schemas, and: isOpen ? "{}" : nil, depth: depth)
    }

    private mutating func writeAny(of schemas: [JSONValue], and more: String? = nil, depth: Int) {
        if more == nil, schemas.count == 1 {
            write(schemas[0], depth: depth + 1)
        } else {
            output.beginObject()
            if depth < Self.depthLimit { writeAnyOf(schemas, and: more, depth: depth) }
            output.endObject()
        }
    }

    /// Writes `properties`, and `required` with those that call themselves so.
    mutating func writeProperties(of facts: Facts, _ choices: Choices, depth: Int) {
        var required = facts.required
        var seen: Set<String> = []
        output.name("properties")
        output.beginObject()
        let isMerged = facts.propertyMaps.count > 1 || !choices.properties.isEmpty
        for map in facts.propertyMaps {
            for (key, schema) in map.members where !isSpent {
                if isMerged, !seen.insert(key.string ?? "").inserted { continue }
                output.name(key)
                if write(schema, depth: depth + 1) { required.append(key) }
            }
        }
        for (key, schemas) in choices.properties where !isSpent {
            guard seen.insert(key.string ?? "").inserted else { continue }
            output.name(key)
            writeAny(of: schemas, depth: depth)
        }
        output.endObject()
        writeRequired(required)
    }

    private mutating func writeRequired(_ names: [JSONValue]) {
        guard !names.isEmpty else { return }
        var seen: Set<String> = []
        output.member("required", names.filter { seen.insert($0.string ?? "").inserted })
    }
}
