import Synchronization

/// The tools of the last few different requests, by the text that declares them.
///
/// Known tools are compared, byte for byte, and neither read again nor made into texts and tables again. Tools become
/// known when they come for the second time: what comes once costs no more than its hash value.
final class KnownTools: Sendable {
    static let shared = KnownTools()

    /// How an API declares a tool: the same text may declare one here and none there.
    enum Form { case wrappedFunction, function, messages, responses }

    private struct Entry {
        let form: Form
        /// The text alone, without the request around it.
        let document: JSONDocument
        let set: ToolSet
    }

    private static let countLimit = 16
    /// Of all texts together; what is made of them takes several times as much.
    private static let byteLimit = 2 * 1024 * 1024
    private static let hashLimit = 64
    /// The last used first.
    private let entries = Mutex<[Entry]>([])
    /// Of the last texts that came once, the newest last.
    private let hashes = Mutex<[Int]>([])

    /// The texts, which need not be parsed again where they stand in a request.
    var documents: [JSONDocument] { entries.withLock { $0.map(\.document) } }

    /// The tools that a list declares.
    ///
    /// - Parameter read: reads one tool, an object.
    func tools(in list: Parameter, _ form: Form, read: (Parameter) throws(ChatError) -> Tool) throws(ChatError) -> ToolSet {
        try set(of: list, form) { list throws(ChatError) in
            ToolSet(try list.array().map { tool throws(ChatError) in try read(tool.object()) })
        }
    }

    /// The same where an element is not just one tool.
    ///
    /// - Parameter read: reads the whole list.
    func set(of list: Parameter, _ form: Form, read: (Parameter) throws(ChatError) -> ToolSet) throws(ChatError) -> ToolSet {
        if let known = known(list.value, form) { return known }
        guard list.value.rawRange.count <= Self.byteLimit / 4, hasComeBefore(list.value) else { return try read(list) }
        let document = JSONDocument(copying: list.value)
        // A mistake is told by its path in the whole request, which a copy does not know.
        guard let set = try? read(Parameter(document.root)) else { return try read(list) }
        keep(Entry(form: form, document: document, set: set))
        return set
    }

    private func known(_ list: JSONValue, _ form: Form) -> ToolSet? {
        entries.withLock { entries in
            guard let place = entries.firstIndex(where: { $0.form == form && $0.document.isText(of: list) }) else { return nil }
            if place > 0 { entries.insert(entries.remove(at: place), at: 0) }
            return entries[0].set
        }
    }

    private func hasComeBefore(_ list: JSONValue) -> Bool {
        var hasher = Hasher()
        list.document.bytes[list.rawRange].withUnsafeBytes { hasher.combine(bytes: $0) }
        let hash = hasher.finalize()
        return hashes.withLock { hashes in
            if hashes.contains(hash) { return true }
            if hashes.count == Self.hashLimit { hashes.removeFirst() }
            hashes.append(hash)
            return false
        }
    }

    private func keep(_ entry: Entry) {
        entries.withLock { entries in
            entries.insert(entry, at: 0)
            var size = 0
            let kept = entries.prefix(Self.countLimit).prefix { entry in
                size += entry.document.bytes.count
                return size <= Self.byteLimit
            }
            entries.removeLast(entries.count - kept.count)
        }
    }
}

extension Set<String> {
    /// Notes the type of what is left out. A few are enough to say.
    mutating func noteType(_ type: String) { if count < 20 { insert(String(type.prefix(60))) } }
}
