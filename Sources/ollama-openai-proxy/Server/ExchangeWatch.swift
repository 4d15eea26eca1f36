/// What a request that is being answered waits for; the raw values are for the log.
enum Awaited: String, Sendable {
    /// A place among the requests that run (`MAX_CONCURRENT_REQUESTS`).
    case place
    case connection
    /// The head of the upstream's reply. Ollama sends it with the first word.
    case head
    case firstWord = "first_word"
    case nextWord = "next_word"
    /// The model has thought, and the client has nothing yet.
    case endOfThinking = "end_of_thinking"
    /// The next word, or a call, of which the upstream sends nothing before it is whole.
    case nextWordOrCall = "next_word_or_call"
    /// A call that has begun.
    case endOfCall = "end_of_call"
    /// The client, which takes nothing now.
    case client
}

/// How far a reply is. What is written here belongs to its pipeline; others look at it.
class ReplyProgress {
    /// The upstream has said something.
    final var hasBegun = false
    /// Text has come that is more than white space.
    final var hasText = false
    /// What the model said and thought, whatever of it is told.
    final var textBytes = 0, thinkingBytes = 0
    /// How many calls there were.
    final var callCount = 0
    /// Grows with whatever is for the client.
    var visibleSize: Int { textBytes + callCount }
    /// A call has begun, and its end has not come.
    var isInCall: Bool { false }
    /// The upstream may be silent because its model writes a call: it has begun, and its tokens do not come.
    var mayBeInCall: Bool { false }
}

/// Looks at the requests that models work for, and tells of those whose clients have had nothing for long. One timer serves
/// all of them, and an event costs nothing more.
@EventLoop final class ExchangeWatch {
    private let policy: ExchangePolicy
    private let observer: any ExchangeObserver
    private var records: [ObjectIdentifier: ExchangeRecord] = [:]
    private lazy var timer = LoopTimer { [weak self] in self?.look() }

    init(_ policy: ExchangePolicy, telling observer: any ExchangeObserver) {
        self.policy = policy
        self.observer = observer
    }

    func add(_ record: ExchangeRecord) {
        if records.isEmpty { arm() }
        records[ObjectIdentifier(record)] = record
    }

    func remove(_ record: ExchangeRecord) { records[ObjectIdentifier(record)] = nil }

    private func look() {
        for record in records.values where record.isOverdue(Reactor.shared.now, policy.waitSteps) { observer.observe(waiting: record) }
        if !records.isEmpty { arm() }
    }

    private func arm() { Reactor.shared.arm(timer, at: Reactor.shared.now + policy.watchInterval) }
}
