/// Finds what the references of one schema point to: JSON pointers in a URI fragment (RFC 6901 section 6).
///
/// A pointer that leads nowhere, or into another text, still means the definition of its last name if there is one, at
/// whatever depth: some clients embed schemas that hold their own, with references as if they were outermost. Of
/// several definitions the outermost counts.
struct SchemaReferences {
    private let root: JSONValue
    private var found: [String: JSONValue?] = [:]
    private var children: [Int: [String: JSONValue]] = [:]
    /// What `$defs` and `definitions` hold, under `$defs/NAME` and `definitions/NAME`; `nil` until it is asked for.
    private var defined: [String: JSONValue]?

    init(root: JSONValue) { self.root = root }

    /// The schema that a reference means; `nil` when it cannot be found in this text.
    ///
    /// - Parameter steps: how many more members may be looked at.
    mutating func target(of reference: String, steps: inout Int) -> JSONValue? {
        if let known = found[reference] { return known }
        let path = Self.path(in: reference)
        let pointed = reference.utf8.first == UInt8(ascii: "#") ? value(at: path, steps: &steps) : nil
        let target = (pointed ?? definition(path)).flatMap { $0.kind == .object || $0.bool != nil ? $0 : nil }
        found[reference] = .some(target)
        return target
    }

    /// What a person would call the schema that a reference means; `nil` for the outermost one.
    static func name(in reference: String) -> String? { path(in: reference).last { !$0.isEmpty } }

    private mutating func definition(_ path: [String]) -> JSONValue? {
        guard let name = path.last else { return nil }
        let definitions = defined ?? definitions()
        defined = definitions
        return definitions[path.suffix(2).joined(separator: "/")] ?? definitions["$defs/" + name] ?? definitions["definitions/" + name]
    }

    private func definitions() -> [String: JSONValue] {
        var definitions: [String: JSONValue] = [:]
        var pending = [root]
        var next = 0
        while next < pending.count {
            pending += pending[next].elements.filter(\.isContainer)
            for (key, value) in pending[next].members where value.isContainer {
                pending.append(value)
                guard let keyword = SchemaKeyword(key), keyword == .defs || keyword == .definitions else { continue }
                for (name, schema) in value.members {
                    let path = keyword.rawValue + "/" + (name.string ?? "")
                    if definitions[path] == nil { definitions[path] = schema }
                }
            }
            next += 1
        }
        return definitions
    }

    private mutating func value(at path: [String], steps: inout Int) -> JSONValue? {
        var value = root
        for token in path {
            guard let next = children(of: value, steps: &steps)[token] else { return nil }
            value = next
        }
        return value
    }

    /// The members of an object by name, or the elements of an array by number; each value is read once.
    private mutating func children(of value: JSONValue, steps: inout Int) -> [String: JSONValue] {
        if let known = children[value.place] { return known }
        var named: [String: JSONValue] = [:]
        for (key, member) in value.members where steps >= 0 {
            steps -= 1 + key.contentRange.count / 16
            if let name = key.string { named[name] = member }
        }
        for (index, element) in value.elements.enumerated() where steps >= 0 {
            steps -= 1
            named[String(index)] = element
        }
        children[value.place] = named
        return named
    }

    private static func path(in reference: String) -> [String] {
        let fragment = reference.utf8.firstIndex(of: UInt8(ascii: "#")).map { reference[$0...].dropFirst() }
        let pointer = PercentEncoding.decode(fragment ?? reference[...])
        guard !pointer.isEmpty else { return [] }
        let tokens = pointer.split(separator: "/", omittingEmptySubsequences: false)
        // `~1` is a slash and `~0` a tilde, so that `~01` is `~1` (RFC 6901 section 4).
        return tokens.dropFirst(pointer.utf8.first == UInt8(ascii: "/") ? 1 : 0).map {
            String($0.replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }
}

extension JSONValue { fileprivate var isContainer: Bool { kind == .object || kind == .array } }
