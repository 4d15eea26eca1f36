/// The arguments of a call whose values were written as raw text between tags, typed by the tool's schema.
struct RawArguments: Sendable {
    /// Arguments of one call; with more it is no call.
    static let limit = 256

    let tool: Tool
    private var values: [(key: String, value: String)] = []

    init(of tool: Tool) { self.tool = tool }

    var isEmpty: Bool { values.isEmpty }

    /// Everything that the schema requires has come.
    var areSufficient: Bool {
        guard let required = tool.parameters?["required"] else { return true }
        return required.elements.allSatisfy { name in values.contains { $0.key == name.string } }
    }

    /// The same with one more value; of a repeated key the last value counts, as in JSON.
    ///
    /// A property stays a string if its type says so, or if `isString`. Otherwise text that is JSON of an allowed type
    /// is that value, and all else is a string.
    func adding(_ key: String, _ text: String, isString: Bool = false) throws(Unread) -> RawArguments {
        let json = isString ? nil : json(of: text, allowing: tool.property(key).map { JSONTypes(namedBy: $0) } ?? [])
        let value = (key, json ?? Self.string(text))
        var sum = self
        if let place = values.firstIndex(where: { $0.key == key }) {
            sum.values[place] = value
        } else {
            guard values.count < Self.limit else { throw .no }
            sum.values.append(value)
        }
        return sum
    }

    /// True for a declared argument that has not come.
    func lacks(_ key: String) -> Bool { tool.declares(key) && !values.contains { $0.key == key } }

    var call: TextCall { TextCall(members: values, of: tool) }

    /// `nil`: the text is a string.
    private func json(of text: String, allowing types: JSONTypes) -> String? {
        if types == .string { return nil }
        let start = text.utf8.drop(while: JSONScanner.isWhitespace)
        let trimmed = start.dropLast(start.reversed().prefix(while: JSONScanner.isWhitespace).count)
        switch String(Substring(trimmed)) {
        case "True" where types.contains(.boolean): return "true"
        case "False" where types.contains(.boolean): return "false"
        case "None" where types.contains(.null): return "null"
        case let candidate:
            guard let value = try? JSONDocument(parsing: candidate).root else { return nil }
            return types.contains(.string) && types.isDisjoint(with: JSONTypes(of: value, tellsIntegers: false))
                ? nil : candidate
        }
    }

    private static func string(_ text: String) -> String {
        var writer = JSONWriter(reserving: text.utf8.count + 2)
        writer.string(text)
        return writer.buffer.text
    }
}

extension TextCall {
    /// The call with one object of all members, in the order in which they came.
    init(members: [(key: String, value: String)], of tool: Tool) {
        var writer = JSONWriter(reserving: members.reduce(2) { $0 + $1.key.utf8.count + $1.value.utf8.count + 4 })
        writer.beginObject()
        for member in members {
            writer.name(escaping: member.key)
            writer.raw(text: member.value)
        }
        writer.endObject()
        self.init(name: tool.name, arguments: writer.buffer.text)
    }
}

extension JSONTypes {
    /// Of a schema: its `type`, the types of its `enum` or `const`, and those of the branches of `anyOf` and `oneOf`; empty
    /// when it names none.
    fileprivate init(namedBy schema: JSONValue, depth: Int = 0) {
        self.init(rawValue: 0)
        if let type = schema["type"] {
            for name in type.kind == .string ? [type] : Array(type.elements) {
                let named = JSONTypes(named: name)
                if named != .all { formUnion(named) }
            }
        } else if let values = schema["enum"] {
            for value in values.elements { formUnion(JSONTypes(of: value, tellsIntegers: false)) }
        } else if let value = schema["const"] {
            self = JSONTypes(of: value, tellsIntegers: false)
        }
        if depth < 4 {
            for branches in [schema["anyOf"], schema["oneOf"]].compactMap({ $0 }) {
                for branch in branches.elements { formUnion(JSONTypes(namedBy: branch, depth: depth + 1)) }
            }
        }
        if schema["nullable"]?.bool == true { insert(.null) }
    }
}

extension Tool {
    /// The schema of a declared property; `nil` when there is none of that name.
    func property(_ name: String) -> JSONValue? { parameters?["properties"]?[name] }

    /// True for the name of a declared property.
    func declares(_ name: String) -> Bool { property(name) != nil }
}
