/// Looks host names up on threads of its own: `getaddrinfo` blocks for as long as it likes and cannot be cancelled.
///
/// Known addresses are used until there are newer ones. A look-up that nobody waits for any more goes on, and what it
/// finds is for those who ask next. All names are the operator's, so there are few.
@EventLoop
final class Resolver {
    struct Name: Hashable, Sendable {
        let host: String
        let port: Int
    }

    typealias Answer = Result<[SocketAddress], SystemError>

    static let shared = Resolver()
    /// Look-ups at once; further names wait for their turn.
    static let threadLimit = 4

    private let lookUp: @Sendable (Name) -> Answer
    /// After its time a list is looked up again, and still used meanwhile.
    private var known: [Name: (list: [SocketAddress], freshUntil: LoopTime)] = [:]
    /// The names that are looked up, and who waits for them.
    private var waiting: [Name: [ObjectIdentifier: Waiter<Answer>]] = [:]
    private var queue: [Name] = []
    private var threads = 0

    /// - Parameter lookUp: called on a thread that it may block.
    init(
        _ lookUp: @escaping @Sendable (Name) -> Answer = { name in
            Result { () throws(SystemError) in try SocketAddress.resolve(host: name.host, port: name.port) }
        }
    ) {
        self.lookUp = lookUp
    }

    /// What is known of a name; `nil` when that is nothing. For what is stale newer addresses are then under way.
    func addresses(of name: Name) -> (list: [SocketAddress], isStale: Bool)? {
        guard let (list, freshUntil) = known[name] else { return nil }
        let isStale = freshUntil <= Reactor.shared.now
        if isStale { begin(name) }
        return (list, isStale)
    }

    /// Waits for the look-up that is under way, or a new one. `nil` when the waiter is woken before that has ended, or its
    /// deadline comes.
    func newAddresses(of name: Name, _ waiter: Waiter<Answer>, until deadline: LoopTime) async -> Answer? {
        begin(name)
        waiting[name]?[ObjectIdentifier(waiter)] = waiter
        defer { waiting[name]?[ObjectIdentifier(waiter)] = nil }
        return await waiter.wait(until: deadline)
    }

    /// What is known was of no use.
    func expire(_ name: Name) { known[name]?.freshUntil = Reactor.shared.now }

    private func begin(_ name: Name) {
        guard waiting[name] == nil else { return }
        waiting[name] = [:]
        queue.append(name)
        startNext()
    }

    private func startNext() {
        guard threads < Self.threadLimit, !queue.isEmpty else { return }
        let name = queue.removeFirst()
        threads += 1
        do throws(SystemError) {
            try SystemThread.start { [lookUp] in
                let answer = lookUp(name)
                EventLoop.start { await self.finish(name, answer) }
            }
        } catch { EventLoop.start { await self.finish(name, .failure(error)) } }
    }

    private func finish(_ name: Name, _ answer: Answer) {
        threads -= 1
        if case .success(let list) = answer, !list.isEmpty {
            known[name] = (list, Reactor.shared.now + .seconds(60))
        } else {
            known[name]?.freshUntil = Reactor.shared.now + .seconds(5)
        }
        for waiter in (waiting.removeValue(forKey: name) ?? [:]).values { waiter.wake(with: answer) }
        startNext()
    }
}
