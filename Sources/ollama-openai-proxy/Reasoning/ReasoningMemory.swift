/// Keeps a model's reasoning in memory until the turn that it led to comes back, to be given to the model again.
///
/// Reasoning does not reach most clients, but models that think between tool calls expect to see it again. It is found
/// by the ids of calls that were made here, else by the turn together with the whole conversation before it; only with
/// the key that the client had. No key and no visible text is kept, only hashes that differ from process to process.
/// Nothing is ever written to a disk or a log. The oldest goes first.
struct ReasoningMemory: Sendable {
    /// What may be kept, in bytes; 0 keeps nothing.
    let byteLimit: Int
    /// How long something is kept, in seconds.
    let ageLimit: Int
    /// What is kept: the reasoning and about what it takes to keep it.
    private(set) var bytes = 0

    /// What a turn takes besides its reasoning, and one of its keys.
    private static let overhead = (turn: 128, key: 128)

    /// The turns that are kept, by number. They are numbered in the order in which they came.
    private var turns: [Int: Turn] = [:]
    private var nextNumber = 0
    /// No turn that is kept has a lower number.
    private var oldest = 0
    private var numbers: [DoubleHash.Key: Int] = [:]

    private struct Turn {
        let reasoning: String
        let keys: [DoubleHash.Key]
        let time: Int
        let cost: Int
    }

    init(byteLimit: Int, ageLimit seconds: Int = 3600) {
        self.byteLimit = byteLimit
        ageLimit = seconds
    }

    /// Keeps what a model thought in a reply.
    ///
    /// What led to another turn leads to this one from now on, even when there is nothing to keep: nothing was thought, or
    /// more than the limit.
    /// - Parameters:
    ///   - scope: the client's key; `nil` when it has none.
    ///   - now: seconds of a clock that never goes back.
    mutating func remember(_ reply: ReplyTranscript, to request: ChatRequest, scope: String?, now: Int) {
        guard byteLimit > 0 else { return }
        while oldest < nextNumber, turns[oldest].map({ isOld($0, now: now) }) ?? true { dropOldest() }
        var digest = ConversationDigest(scope: scope)
        for message in request.withoutVolatileLines.messages { digest.add(message) }
        digest.add(ChatMessage(role: .assistant, text: JSONText(reply.text), toolCalls: reply.calls))
        let keys = Set(digest.keys(isOwn: reply.ownIDs.contains))
        for key in keys { numbers[key] = nil }
        let cost = reply.reasoning.utf8.count + Self.overhead.turn + keys.count * Self.overhead.key
        guard !reply.reasoning.isEmpty, !keys.isEmpty, cost <= byteLimit else { return }
        for key in keys { numbers[key] = nextNumber }
        turns[nextNumber] = Turn(reasoning: reply.reasoning, keys: Array(keys), time: now, cost: cost)
        nextNumber += 1
        bytes += cost
        while bytes > byteLimit { dropOldest() }
    }

    /// The request with the reasoning that is known put into the assistant's messages that have none.
    ///
    /// For a model that takes reasoning only. Clients split a turn of several calls into messages that follow each
    /// other: only one of these gets it.
    func restored(_ request: ChatRequest, scope: String?, now: Int) -> ChatRequest {
        guard !numbers.isEmpty, let end = request.messages.lastIndex(where: \.isMissingReasoning) else { return request }
        var request = request
        var digest = ConversationDigest(scope: scope)
        var last: Int?
        for (index, message) in request.withoutVolatileLines.messages[...end].enumerated() {
            digest.add(message)
            let number = message.isMissingReasoning ? digest.keys().lazy.compactMap { numbers[$0] }.first : nil
            if let number, number != last, let turn = turns[number], !isOld(turn, now: now) {
                request.messages[index].reasoning = JSONText(turn.reasoning)
            }
            last = number
        }
        return request
    }

    private func isOld(_ turn: Turn, now: Int) -> Bool { now &- turn.time > ageLimit }

    private mutating func dropOldest() {
        if let turn = turns.removeValue(forKey: oldest) {
            for key in turn.keys where numbers[key] == oldest { numbers[key] = nil }
            bytes -= turn.cost
        }
        oldest += 1
    }
}

/// What a model thought in a reply, and what its client got of the rest.
struct ReplyTranscript: Sendable {
    /// Bytes of reasoning, and of text, that are kept; 0: nothing is.
    var byteLimit = 0
    var reasoning = ""
    var text = ""
    /// As they were delivered.
    var calls: [ToolCall] = []
    /// The ids among the calls' that were made here: nobody else has the same.
    var ownIDs: Set<String> = []

    /// Takes the next event; pieces beyond the limit are left out.
    mutating func add(_ event: ReplyEvent) {
        switch event {
        case .reasoning(let piece) where reasoning.utf8.count + piece.utf8.count <= byteLimit: reasoning += piece
        case .text(let piece, _) where text.utf8.count + piece.utf8.count <= byteLimit: text += piece
        case .call(let call): calls.append(call)
        default: break
        }
    }
}

extension ChatMessage { fileprivate var isMissingReasoning: Bool { role == .assistant && reasoning == nil } }
