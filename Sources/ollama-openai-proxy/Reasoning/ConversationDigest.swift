/// A running hash of a conversation as its model sees it, by which a turn is found together with all that came before.
///
/// Roles, texts, media, calls and results count. What may change from one request to the next does not: ids, the form of
/// arguments, white space around an assistant's text, into how many messages its turn is split, reasoning.
struct ConversationDigest {
    private let start: DoubleHash
    private var hash: DoubleHash
    /// Of all before the turn that the last assistant message belongs to.
    private var before: DoubleHash
    private var last: ChatMessage?
    private var hasContent = false
    /// How many calls the last turn made, and how many results have come.
    private var calls = 0
    private var results = 0
    /// Where in the turn the calls of an id stand; those before `next` have their result.
    private var indexes: [String: (all: [Int], next: Int)] = [:]

    /// - Parameter scope: the client's key; `nil` when it has none.
    init(scope: String?) {
        start = scope.map { DoubleHash().adding(.scope, $0) } ?? DoubleHash()
        (hash, before) = (start, start)
    }

    /// Takes the next message.
    mutating func add(_ message: ChatMessage) {
        switch message.role {
        case .system: hash.add(.system, message.text.string)
        case .user: hash.add(.user, message.text.string)
        case .assistant: add(turn: message)
        case .tool:
            hash.add(.tool, message.text.string)
            hash.add(.name, message.toolName ?? "")
            // Which call it answers, whatever the call's id is this time; without one results come in the calls' order.
            hash.add(.id, "\(answeredIndex(message.toolCallID ?? "") ?? results)")
            results += 1
        }
        for medium in message.media { hash.add(.medium, medium.data.string) }
        last = message
    }

    private mutating func add(turn message: ChatMessage) {
        if last?.role != .assistant {
            before = hash
            hash.add(.assistant)
            (calls, results, indexes) = (0, 0, [:])
        }
        let text = message.text.string.trimmed
        hasContent = !text.isEmpty || !message.toolCalls.isEmpty
        if !text.isEmpty { hash.add(.text, text) }
        for call in message.toolCalls {
            if !call.id.isEmpty { indexes[call.id, default: ([], 0)].all.append(calls) }
            calls += 1
            hash.add(.name, call.name)
            if let arguments = try? JSONDocument(parsing: call.arguments) {
                hash.add(arguments.root)
            } else {
                hash.add(.other, call.arguments)
            }
        }
    }

    private mutating func answeredIndex(_ id: String) -> Int? {
        guard let known = indexes[id], known.next < known.all.count else { return nil }
        indexes[id]?.next += 1
        return known.all[known.next]
    }

    /// What leads to the last message, an assistant's, the surest first; nothing when it says nothing.
    ///
    /// An id that was made here is enough. Others may be everybody's and count with all before the turn, and without the
    /// signs that LiteLLM 1.106.2 replaces (`functions.Bash:0` becomes `functions_Bash_0`). So does the turn itself, for
    /// clients without ids. It would not do alone: Claude Code 2.1.329 adds arguments and takes a `cd` out of a command.
    func keys(isOwn: (String) -> Bool = { _ in true }) -> [DoubleHash.Key] {
        let ids = last?.toolCalls.map(\.id).filter { !$0.isEmpty } ?? []
        let own = ids.filter(isOwn).map { start.adding(.ownID, $0).key }
        let others = ids.map { id in before.adding(.id, id.filter { $0.isLetter || $0.isNumber }).key }
        return own + (hasContent ? [hash.key] : []) + others
    }
}
