extension SchemaLowering {
    /// What a schema says, together with what it refers to and what its `allOf` holds. Where these disagree the first wins.
    struct Facts {
        /// Strings.
        var types: [JSONValue] = []
        var isNullable = false
        /// Said in the form of drafts before 4, about the schema itself.
        var isRequired = false
        var description: JSONText?
        var title: JSONText?
        /// An array: the values that are allowed.
        var values: JSONValue?
        /// The only value that is allowed.
        var constant: JSONValue?
        /// An array of schemas of which one holds.
        var alternatives: JSONValue?
        var elements: SchemaElements?
        var propertyMaps: [JSONValue] = []
        /// Strings.
        var required: [JSONValue] = []
        /// What Ollama would drop, in the client's order.
        var notes: [(keyword: SchemaKeyword, value: JSONValue)] = []
        /// Names of schemas that are not written out here.
        var mentions: [String] = []

        /// False when the schema is of another type only.
        var mayBeObject: Bool { types.isEmpty || types.contains { $0.isString("object") } }

        /// Before draft 6 an exclusive bound was a Boolean beside the bound.
        func isExclusive(_ keyword: SchemaKeyword) -> Bool { notes.contains { $0.keyword == keyword && $0.value.bool == true } }

        /// Takes one member in; a value that its keyword does not allow says nothing.
        mutating func take(_ keyword: SchemaKeyword, _ value: JSONValue) {
            switch keyword {
            case .type where types.isEmpty:
                // Words such as `any`, `date` or none say nothing that Ollama takes.
                types = ([value] + value.elements).filter { JSONTypes(named: $0) != .all }
            case .nullable: isNullable = isNullable || value.bool == true
            case .description where description == nil: description = JSONText(value)
            case .title where title == nil: title = JSONText(value)
            case .enum where values == nil && value.kind == .array: values = value
            case .const where constant == nil: constant = value
            case .anyOf, .oneOf: if alternatives == nil, value.elements.contains(where: \.isSchema) { alternatives = value }
            case .properties where value.kind == .object: propertyMaps.append(value)
            case .required: required += value.elements.filter { $0.kind == .string }
            case .type, .description, .title, .enum, .const, .properties: break
            case .items, .prefixItems, .additionalItems, .defs, .definitions: break
            default: if !notes.contains(where: { $0.keyword == keyword }) { notes.append((keyword, value)) }
            }
        }

        /// Names a schema instead of writing it out, with what it says directly about its type.
        mutating func mention(_ name: String, _ target: JSONValue?, steps: inout Int) {
            mentions.append(name)
            guard types.isEmpty, let target else { return }
            for (key, value) in target.members {
                steps -= 1
                if let keyword = SchemaKeyword(key), [.type, .nullable].contains(keyword) { take(keyword, value) }
            }
        }
    }

    /// The properties that several alternative objects have, each with every schema that it has in one of them.
    struct Choices {
        private(set) var properties: [(key: JSONValue, schemas: [JSONValue])] = []
        private var places: [String: Int] = [:]
        private var seen: Set<String> = []

        mutating func add(_ map: JSONValue, steps: inout Int) {
            for (key, schema) in map.members {
                steps -= 1 + schema.rawRange.count / 16
                guard steps >= 0, let name = key.string else { return }
                guard seen.insert(name + "\n" + schema.rawText).inserted else { continue }
                if let place = places[name] {
                    properties[place].schemas.append(schema)
                } else {
                    places[name] = properties.count
                    properties.append((key, [schema]))
                }
            }
        }
    }
}

extension JSONValue {
    /// False for what can never hold, and for what is no schema.
    var isSchema: Bool { kind == .object || kind == .true }

    /// Where the value lies in its text: no other schema has the same place.
    var place: Int { rawRange.lowerBound }
}
