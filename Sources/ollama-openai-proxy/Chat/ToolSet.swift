import Synchronization

/// The tools that a request declares, with what others have made of them.
///
/// An agent declares the same tools with each of its turns. Its requests share one set, so that a turn does not pay for
/// that again.
final class ToolSet: Sendable {
    static let empty = ToolSet([])

    /// What the model is offered, in the client's order.
    let tools: [Tool]
    /// What the client lets it have once it has been looked for; until then only its name is known.
    let deferred: [Tool]
    /// What the client declared besides and no model can be offered, by its type.
    let leftOut: Set<String>
    private let made = Mutex<[ObjectIdentifier: any Sendable]>([:])
    /// The same with some of the deferred tools, by their names.
    private let variants = Mutex<[[String]: ToolSet]>([:])

    init(_ tools: [Tool], leftOut: Set<String> = [], deferred: [Tool] = []) {
        self.tools = tools
        self.leftOut = leftOut
        self.deferred = deferred
    }

    /// The same with these of the deferred tools, behind the others: what is before them stays in the prompt cache.
    func offering(_ names: Set<String>) -> ToolSet {
        let found = deferred.filter { names.contains($0.name) }
        guard !found.isEmpty else { return self }
        return variants.withLock { variants in
            if let known = variants[found.map(\.name)] { return known }
            if variants.count == 16 { variants = [:] }
            let set = ToolSet(tools + found, leftOut: leftOut, deferred: deferred.filter { !names.contains($0.name) })
            variants[found.map(\.name)] = set
            return set
        }
    }

    /// What `make` makes of the tools, once for each type of value.
    func derived<Value: Sendable>(_ make: ([Tool]) -> Value) -> Value {
        let key = ObjectIdentifier(Value.self)
        if let known = made.withLock({ $0[key] }) as? Value { return known }
        let value = make(tools)
        made.withLock { $0[key] = value }
        return value
    }
}
