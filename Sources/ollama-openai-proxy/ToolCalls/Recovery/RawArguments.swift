/// The arguments of a call whose values were written as raw text between tags, typed by the tool's schema.
struct RawArguments: Sendable {
    /// Arguments of one call; with more it is no call.
    static let limit = 256

    let tool: CallableTool
    private var values: [(key: String, value: String)] = []

    init(of tool: CallableTool) { self.tool = tool }

    var isEmpty: Bool { values.isEmpty }

    /// Everything that the schema requires has come.
    var areSufficient: Bool { tool.schema.required.allSatisfy { name in values.contains { $0.key == name } } }

    /// The same with one more value. A key that comes twice proves that one of them was read in another's value.
    ///
    /// A property stays a string if its type says so, or if `isString`. Otherwise text that is JSON of an allowed type
    /// is that value, and all else is a string.
    func adding(_ key: String, _ text: String, isString: Bool = false) throws(Unread) -> RawArguments {
        let types = tool.schema.types(ofProperty: key) ?? .all
        let json = isString ? nil : json(of: text, allowing: types == .all ? [] : types)
        let value = (key, json ?? text.quoted)
        guard !values.contains(where: { $0.key == key }) else { throw .refused }
        guard values.count < Self.limit else { throw .no }
        var sum = self
        sum.values.append(value)
        return sum
    }

    /// True for a declared argument that has not come.
    func lacks(_ key: String) -> Bool { tool.declares(key) && !values.contains { $0.key == key } }

    /// The call. An only value that is the object of all arguments is taken out of its wrapper.
    var call: TextCall {
        if values.count == 1, mayWrap(values[0].key), let value = try? JSONDocument(parsing: values[0].value).root,
            let arguments = ArgumentRepair.repair(value.string ?? values[0].value, ended: false)?.text,
            let object = try? JSONDocument(parsing: arguments).root,
            tool.declaresMembers(of: object)
        {
            return TextCall(name: tool.name, arguments: arguments)
        }
        return TextCall(members: values, of: tool)
    }

    /// True for the name of the only argument, undeclared, under which DeepSeek and MiniCPM may write them all.
    func mayWrap(_ key: String) -> Bool { ["arguments", "input", "parameters", "properties"].contains(key) && !tool.declares(key) }

    /// `nil`: the text is a string.
    ///
    /// - Parameter types: those that the schema names; empty when it names none.
    private func json(of text: String, allowing types: JSONTypes) -> String? {
        if types == .string { return nil }
        if let literal = JSONTypes.literal(text.trimmed), types.contains(literal == "null" ? .null : .boolean) { return literal }
        guard let value = try? JSONDocument(parsing: text).root else { return nil }
        return types.contains(.string) && types.isDisjoint(with: JSONTypes(of: value, tellsIntegers: true)) ? nil : value.rawText
    }
}

extension TextCall {
    /// The call with one object of all members, in the order in which they came.
    init(members: [(key: String, value: String)], of tool: CallableTool) {
        let size = members.reduce(2) { $0 + $1.key.utf8.count + $1.value.utf8.count + 4 }
        let object = JSONWriter.object(reserving: size) { json in
            for (key, value) in members {
                json.name(escaping: key)
                json.raw(text: value)
            }
        }
        self.init(name: tool.name, arguments: object.text)
    }
}
