import Synchronization

/// A declared tool, as calls of it are read and checked.
final class CallableTool: Sendable {
    let name: String
    /// A JSON Schema as the client wrote it; `nil`: the tool takes anything.
    let parameters: JSONValue?
    private let read = Mutex<ToolSchema?>(nil)

    init(_ tool: Tool) {
        name = tool.name
        parameters = tool.parameters
    }

    /// The schema of the parameters, read when it is first needed.
    var schema: ToolSchema {
        read.withLock { known in
            let schema = known ?? ToolSchema(parameters)
            known = schema
            return schema
        }
    }

    /// True for the name of a property that the parameters have.
    func declares(_ name: String) -> Bool { schema.types(ofProperty: name) != nil }

    /// True when the parameters have a property for each member.
    func declaresMembers(of object: JSONValue) -> Bool { object.members.allSatisfy { $0.key.string.map(declares) ?? false } }
}

/// The tools that a request offers, found by the names that models write.
struct ToolCatalog: Sendable {
    /// In the client's order. Of two tools with one name the last counts.
    let tools: [CallableTool]
    /// A call of any other tool must not reach the client.
    let isClosed: Bool
    private var exact: [String: Int] = [:]
    /// Places by folded name; `nil` when several tools differ in nothing else.
    private var folded: [String: Int?] = [:]

    init(_ tools: [Tool], isClosed: Bool = false) {
        self.tools = tools.map(CallableTool.init)
        self.isClosed = isClosed
        exact.reserveCapacity(tools.count)
        for (place, tool) in tools.enumerated() { exact[tool.name] = place }
        let whole = exact.map { (ToolName.folded($0), Optional($1)) }
        folded = Dictionary(whole) { _, _ in nil }
        let short = exact.compactMap { name, place in ToolName.withoutServer(name).map { (ToolName.folded($0), Optional(place)) } }
        // A whole name counts before the last part of another one.
        folded.merge(Dictionary(short) { _, _ in nil }) { whole, _ in whole }
    }

    /// Of all that a request declares the catalog is made once, however many requests declare just the same.
    init(of chat: ChatRequest) {
        if chat.forbidsOtherTools {
            self.init(chat.offeredTools, isClosed: true)
        } else {
            let deferred = chat.toolSet.deferred
            self = chat.toolSet.derived { ToolCatalog($0 + deferred) }
        }
    }

    var isEmpty: Bool { tools.isEmpty }

    /// The tool of exactly that name.
    func declared(_ name: String) -> CallableTool? { exact[name].map { tools[$0] } }

    /// The tool of exactly that name; else the one tool that is left when space and quote marks around the name, a
    /// wrapper's prefix, markup after it, its case, `-` and `_`, and the server of an MCP tool do not count. `nil` when
    /// there is none, or more than one.
    func resolve(_ name: String) -> CallableTool? {
        if let tool = declared(name) { return tool }
        guard !isEmpty else { return nil }
        var found: Int?
        for spelling in ToolName.spellings(of: name) {
            guard let match = exact[spelling].map(Optional.some) ?? folded[ToolName.folded(spelling)] else { continue }
            // Several may be meant.
            guard let match, found == nil || found == match else { return nil }
            found = match
        }
        return found.map { tools[$0] }
    }
}
