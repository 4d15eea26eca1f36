/// The id of a call whose own the conversation holds already: Kimi counts its calls anew, and so do servers that lose
/// count. Agents take the second call for the first one and never see its result (Claude Code, August 2026).
enum RepeatedID {
    /// The id and which time it is; `nil` for a long id, of which clients would refuse what is longer.
    static func make(for id: String, besides known: Set<String>) -> String? {
        id.utf8.count > 36 ? nil : (2...known.count + 2).lazy.map { "\(id)_r\($0)" }.first { !known.contains($0) }
    }

    /// The upstream's own id where `make` has given another.
    fileprivate static func original(of id: String, in known: Set<String>) -> String {
        guard let mark = id.lastIndex(of: "_"), id[mark...].hasPrefix("_r"), Int(id[mark...].dropFirst(2)) != nil else { return id }
        return known.contains(String(id[..<mark])) ? String(id[..<mark]) : id
    }
}

extension [ChatMessage] {
    var callIDs: Set<String> { Set(lazy.flatMap(\.toolCalls).map(\.id)) }

    /// The same with the upstream's own ids: it may count by them.
    var withOriginalIDs: [ChatMessage] {
        let known = callIDs
        guard known.contains(where: { RepeatedID.original(of: $0, in: known) != $0 }) else { return self }
        return map { message in
            var message = message
            for place in message.toolCalls.indices {
                message.toolCalls[place].id = RepeatedID.original(of: message.toolCalls[place].id, in: known)
            }
            message.toolCallID = message.toolCallID.map { RepeatedID.original(of: $0, in: known) }
            return message
        }
    }
}
