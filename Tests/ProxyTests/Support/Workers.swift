/// Runs blocking code for every element, on so many threads at a time, and returns what it had to say.
func onThreads<Element: Sendable>(
    over elements: [Element], width: Int = 32, _ body: @escaping @Sendable (Element) throws -> String?
) async throws -> [String] {
    let rest = Rest(elements)
    return try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<min(width, elements.count) {
            group.addTask {
                try await onThread {
                    var said: [String] = []
                    while let element = rest.take() {
                        if let text = try body(element) { said.append(text) }
                    }
                    return said
                }
            }
        }
        return try await group.reduce(into: []) { $0 += $1 }
    }
}

/// What the threads have not yet taken.
private final class Rest<Element: Sendable>: Sendable {
    private let elements: Locked<ArraySlice<Element>>

    init(_ elements: [Element]) { self.elements = Locked(elements[...]) }

    func take() -> Element? { elements.withLock { $0.popFirst() } }
}
