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
    /// Where in its turn each call stands, by its id.
    private var callIndexes: [String: Int] = [:]

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
            // Which call it answers, whatever the call's id is this time.
            if let index = message.toolCallID.flatMap({ callIndexes[$0] }) { hash.add(.id, "\(index)") }
        }
        for medium in message.media { hash.add(.medium, medium.string) }
        last = message
    }

    private mutating func add(turn message: ChatMessage) {
        if last?.role != .assistant {
            before = hash
            hash.add(.assistant)
            callIndexes = [:]
        }
        let text = message.text.string.trimmed
        hasContent = !text.isEmpty || !message.toolCalls.isEmpty
        if !text.isEmpty { hash.add(.text, text) }
        for call in message.toolCalls {
            if callIndexes[call.id] == nil { callIndexes[call.id] = callIndexes.count }
            hash.add(.name, call.name)
            if let arguments = try? JSONDocument(parsing: call.arguments) {
                hash.add(arguments.root)
            } else {
                hash.add(.other, call.arguments)
            }
        }
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
