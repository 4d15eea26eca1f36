/// Makes a call right: its name, the text of its arguments, and values that do not fit the tool's schema.
///
/// A call that is right stays byte for byte and needs no rule. Doing it twice changes nothing.
struct ToolCallNormalizer: Sendable {
    /// Leaves everything as it is.
    static let none = ToolCallNormalizer(catalog: ToolCatalog([]), repairs: false, coerces: false)

    /// A call that can be delivered.
    struct Normalized: Sendable, Equatable {
        let name: String
        /// The text of a complete JSON object.
        let arguments: String
        /// What was done; empty when nothing was changed.
        let rules: [ToolCallAdjustment.Rule]
    }

    /// The tools as the client declared them; without any, names and values stay as they are.
    let catalog: ToolCatalog
    /// Names and texts are made right.
    let repairs: Bool
    /// Values are made to fit the tool's schema.
    let coerces: Bool

    /// Why a call of that name is none that the request offers; `nil` when it is one.
    func rejection(of name: String) -> ToolCallAdjustment.Rule? {
        if tool(name) != nil { return nil }
        return catalog.isClosed ? .notOffered : catalog.isEmpty ? nil : .undeclared
    }

    /// The call as it can be delivered; `nil` when the text cannot become an object, or the name holds arguments that
    /// cannot be read.
    ///
    /// - Parameters:
    ///   - isObject: the arguments are known to be a complete JSON object.
    ///   - ended: the model ended the text by itself, so that missing brackets may be added. Never true for a reply that
    ///     was cut off.
    func normalize(name: String, arguments: String, isObject: Bool = false, ended: Bool) -> Normalized? {
        guard var (object, rules) = isObject ? (arguments, []) : object(in: arguments, ended: ended) else { return nil }
        var name = name
        while repairs, tool(name) == nil, Self.isEmpty(object), let call = Self.call(writtenAs: name) {
            (name, object, rules) = (call.name, call.object, [.argumentsInName])
        }
        let tool = tool(name)
        if let tool, tool.name != name {
            rules.append(.name)
            if ToolName.holdsContent(name), Self.isEmpty(object) {
                guard let written = self.arguments(writtenIn: name, of: tool) else { return nil }
                object = written
                rules.append(.argumentsInName)
            }
        }
        if coerces, let tool, let text = SchemaCoercion.coerce(object, to: tool.schema) {
            object = text
            rules.append(.coercion)
        }
        return Normalized(name: tool?.name ?? name, arguments: object, rules: rules)
    }

    /// True when a text that has closed at the wrong place can still become an object by what follows.
    func canStillRepair(_ text: String) -> Bool { repairs && ArgumentRepair.read(text, ended: false) == .unfinished }

    private func object(in text: String, ended: Bool) -> (String, [ToolCallAdjustment.Rule])? {
        if text == "null" || text.utf8.allSatisfy(JSONScanner.isWhitespace) { return ("{}", [.noArguments]) }
        guard let (object, rules) = ArgumentRepair.repair(text, ended: ended), repairs || rules.isEmpty else { return nil }
        return (object, rules)
    }

    private func tool(_ name: String) -> CallableTool? { repairs ? catalog.resolve(name) : catalog.declared(name) }

    /// A name that is nothing but `{"name": …, "arguments": {…}}`: so Ollama's GLM parser reads a call in JSON (seen in
    /// August 2026).
    private static func call(writtenAs name: String) -> (name: String, object: String)? {
        guard name.utf8.first(where: { !JSONScanner.isWhitespace($0) }) == UInt8(ascii: "{"),
            let call = try? JSONDocument(parsing: name).root, let name = call["name"]?.string,
            let object = call["arguments"] ?? call["parameters"], object.kind == .object, Array(call.members).count == 2
        else { return nil }
        return (name, object.rawText)
    }

    /// A parser that took GLM's markup for a part of the name leaves the arguments there.
    private func arguments(writtenIn name: String, of tool: CallableTool) -> String? {
        // A value that is open is not closed here.
        let block = "<tool_call>" + name + (name.hasSuffix("</arg_value>") ? "</tool_call>" : "")
        guard let calls = TextCallRecovery.calls(in: block, catalog), calls.count == 1, calls[0].name == tool.name,
            let arguments = ArgumentRepair.repair(calls[0].arguments, ended: false)?.text
        else { return nil }
        return Self.isEmpty(arguments) ? nil : arguments
    }

    private static func isEmpty(_ object: String) -> Bool {
        object.utf8.allSatisfy { JSONScanner.isWhitespace($0) || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
    }
}
