/// Mends whole calls: the name, the text of the arguments, and values that do not fit the tool's schema.
///
/// A call that is right leaves byte for byte and without a receipt. Mending a mended call changes nothing.
struct ToolCallMender: Sendable {
    /// Leaves everything as it is.
    static let none = ToolCallMender(catalog: ToolCatalog([]), repairs: false, coerces: false)

    /// A call that can be delivered.
    struct Mended: Sendable, Equatable {
        let name: String
        /// The text of a complete JSON object.
        let arguments: String
        /// One a rule; empty when nothing was changed.
        let receipts: [ToolCallReceipt]
    }

    private let catalog: ToolCatalog
    private let repairs: Bool
    private let coerces: Bool

    /// - Parameters:
    ///   - catalog: the tools as the client declared them; without any, names and values stay as they are.
    ///   - repairs: mends names and texts.
    ///   - coerces: makes values fit the tool's schema.
    init(catalog: ToolCatalog, repairs: Bool, coerces: Bool) {
        self.catalog = catalog
        self.repairs = repairs
        self.coerces = coerces
    }

    /// Why a call of that name is none that the request offers; `nil` when it is one.
    func objection(to name: String) -> ToolCallReceipt.Rule? {
        if tool(name) != nil { return nil }
        return catalog.isClosed ? .notOffered : catalog.isEmpty ? nil : .undeclared
    }

    /// The call with whatever had to be mended; `nil` when the text cannot become an object.
    ///
    /// - Parameter ended: the model ended the text by itself, so that missing brackets may be added. Never true for a
    ///   reply that was cut off.
    func mend(name: String, arguments: String, ended: Bool) -> Mended? {
        let isBlank = arguments.utf8.allSatisfy(JSONScanner.isWhitespace)
        if isBlank || arguments == "null" {
            return fit(name: name, object: "{}", bytesBefore: arguments.utf8.count, rules: [.noArguments])
        }
        guard case .object(let text, let rules) = ArgumentRepair.read(arguments, ended: ended),
            repairs || rules.isEmpty
        else { return nil }
        return fit(name: name, object: text, bytesBefore: arguments.utf8.count, rules: rules)
    }

    /// The same for a text that is known to be an object, or was made one under `rules`; `nil` when the name holds
    /// arguments that cannot be read.
    func fit(
        name: String, object: String, bytesBefore: Int, rules: [ToolCallReceipt.Rule] = []
    ) -> Mended? {
        var rules = rules
        var object = object
        let tool = tool(name)
        if tool == nil, repairs, Self.isEmpty(object), let (name, object) = Self.callWritten(as: name) {
            return fit(name: name, object: object, bytesBefore: bytesBefore, rules: [.argumentsInName])
        }
        if let tool, tool.name != name {
            rules.append(.name)
            if ToolName.holdsContent(name), Self.isEmpty(object) {
                guard let written = argumentsWritten(in: name, of: tool) else { return nil }
                object = written
                rules.append(.argumentsInName)
            }
        }
        if coerces, let tool, let text = SchemaCoercion.coerce(object, to: tool.schema) {
            object = text
            rules.append(.coercion)
        }
        let name = tool?.name ?? name
        let label = ToolName.label(of: name)
        return Mended(
            name: name, arguments: object,
            receipts: rules.map {
                ToolCallReceipt(tool: label, rule: $0, bytesBefore: bytesBefore, bytesAfter: object.utf8.count)
            })
    }

    private func tool(_ name: String) -> CallableTool? { repairs ? catalog.resolve(name) : catalog.declared(name) }

    /// A name that is nothing but `{"name": …, "arguments": {…}}`: so Ollama's GLM parser reads a call in JSON (seen in
    /// August 2026).
    private static func callWritten(as name: String) -> (name: String, object: String)? {
        guard name.utf8.first(where: { !JSONScanner.isWhitespace($0) }) == UInt8(ascii: "{"),
            let call = try? JSONDocument(parsing: name).root, let name = call["name"]?.string,
            let object = call["arguments"] ?? call["parameters"], object.kind == .object,
            Array(call.members).count == 2
        else { return nil }
        return (name, object.rawText)
    }

    /// A parser that took GLM's markup for a part of the name leaves the arguments there.
    private func argumentsWritten(in name: String, of tool: CallableTool) -> String? {
        // A value that is open is not closed here.
        let block = "<tool_call>" + name + (name.hasSuffix("</arg_value>") ? "</tool_call>" : "")
        var recovery = TextCallRecovery(catalog: catalog)
        var events: [ChatEvent] = []
        for event in [ChatEvent.started(ResponseStart()), .textDelta(block), .finished(.stop, nil)] {
            recovery.feed(event, into: &events)
        }
        let calls = events.compactMap { if case .toolCallDelta(let call) = $0 { call } else { nil } }
        guard calls.count == 1, calls[0].name == tool.name else { return nil }
        let arguments = ArgumentRepair.repair(calls[0].arguments, ended: false)?.text
        return arguments.flatMap { Self.isEmpty($0) ? nil : $0 }
    }

    private static func isEmpty(_ object: String) -> Bool {
        object.utf8.allSatisfy { JSONScanner.isWhitespace($0) || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
    }

    /// True when a text that has closed at the wrong place can still become an object by what follows.
    func canStillMend(_ text: String) -> Bool {
        repairs && ArgumentRepair.read(text, ended: false) == .unfinished
    }
}

extension ToolCallReceipt.Rule {
    /// The name was written in another way than the client declared it.
    static let name = Self(rawValue: "name")
    /// The arguments stood in the name, as markup.
    static let argumentsInName = Self(rawValue: "arguments_in_name")
    /// Values were made to fit the tool's schema.
    static let coercion = Self(rawValue: "coercion")
}
