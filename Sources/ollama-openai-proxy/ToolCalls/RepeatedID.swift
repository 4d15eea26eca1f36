/// The id of a call whose own the conversation holds already: Kimi counts its calls anew, and so do servers that lose
/// count. Agents take the second call for the first one and never see its result (Claude Code, August 2026).
enum RepeatedID {
    /// The id and which time it is; `nil` for a long id, of which clients would refuse what is longer.
    ///
    /// - Parameter known: folded ids.
    static func make(for id: String, besides known: Set<String>) -> String? {
        id.utf8.count > 36 ? nil : (2...known.count + 2).lazy.map { "\(id)_r\($0)" }.first { !known.contains(folded($0)) }
    }

    /// As Anthropic takes ids: of letters, digits, `_` and `-`. LiteLLM (seen: 1.106) writes `_` for all else, so that
    /// `functions.Bash:0` comes back as `functions_Bash_0`.
    static func folded(_ id: String) -> String {
        String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" ? $0 : "_" })
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
