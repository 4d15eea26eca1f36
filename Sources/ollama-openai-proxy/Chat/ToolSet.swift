import Synchronization

/// The tools that a request declares, with what others have made of them.
///
/// An agent declares the same tools with each of its turns. Its requests share one set, so that a turn does not pay for
/// that again.
final class ToolSet: Sendable {
    static let empty = ToolSet([])

    /// In the client's order.
    let tools: [Tool]
    /// What the client declared besides and no model can be offered, by its type.
    let leftOut: Set<String>
    private let made = Mutex<[ObjectIdentifier: any Sendable]>([:])

    init(_ tools: [Tool], leftOut: Set<String> = []) {
        self.tools = tools
        self.leftOut = leftOut
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
