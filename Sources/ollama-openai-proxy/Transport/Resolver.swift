/// Looks host names up on threads of its own: `getaddrinfo` blocks for as long as it likes and cannot be cancelled.
///
/// Known addresses are used until there are newer ones. A look-up that nobody waits for any more goes on, and what it
/// finds is for those who ask next. All names are the operator's, so there are few.
@EventLoop final class Resolver {
    struct Name: Hashable, Sendable {
        let host: String
        let port: Int
    }

    typealias Answer = Result<[SocketAddress], SystemError>

    static let shared = Resolver()
    /// Look-ups at once; further names wait for their turn. One that hangs for longer than `turnLimit` is no longer counted,
    /// up to `hangingLimit` of them: then names that are not known wait until one of these ends.
    static let threadLimit = 4
    static let hangingLimit = 16
    private let turnLimit: Duration

    private let lookUp: @Sendable (Name) -> Answer
    /// Lists are in the order in which their addresses are to be tried. After its time one is looked up again.
    private var known: [Name: (list: [SocketAddress], freshUntil: LoopTime)] = [:]
    /// The names that are looked up, and who waits for them.
    private var waiting: [Name: [ObjectIdentifier: Waiter<Answer>]] = [:]
    private var queue: [Name] = []
    private var running: [Name: LoopTimer] = [:]
    private var hanging: Set<Name> = []

    /// - Parameter lookUp: called on a thread that it may block.
    init(
        turnLimit: Duration = .seconds(10),
        _ lookUp: @escaping @Sendable (Name) -> Answer = { name in
            Result { () throws(SystemError) in try SocketAddress.resolve(host: name.host, port: name.port) }
        }
    ) {
        self.turnLimit = turnLimit
        self.lookUp = lookUp
    }

    /// Where the host is, also if it is given by number. What is not known, or is stale and must not be, is waited for;
    /// `nil` when the waiter is woken or the deadline comes before that has ended.
    func addresses(of name: Name, allowsStale: Bool, _ waiter: Waiter<Answer>, until deadline: LoopTime) async -> Answer? {
        if let address = SocketAddress.numeric(host: name.host, port: name.port) { return .success([address]) }
        let (list, freshUntil) = known[name] ?? ([], .never)
        if !list.isEmpty, Reactor.shared.now < freshUntil { return .success(list) }
        if waiting[name] == nil {
            waiting[name] = [:]
            queue.append(name)
            startNext()
        }
        if !list.isEmpty, allowsStale { return .success(list) }
        waiting[name]?[ObjectIdentifier(waiter)] = waiter
        defer { waiting[name]?[ObjectIdentifier(waiter)] = nil }
        return await waiter.wait(until: deadline)
    }

    /// An address has worked: until the next look-up it is the first.
    func prefer(_ address: SocketAddress, of name: Name) {
        guard let index = known[name]?.list.firstIndex(of: address), index > 0 else { return }
        known[name]?.list.remove(at: index)
        known[name]?.list.insert(address, at: 0)
    }

    /// What is known was of no use.
    func expire(_ name: Name) { known[name]?.freshUntil = Reactor.shared.now }

    private func startNext() {
        guard running.count < Self.threadLimit, !queue.isEmpty else { return }
        let name = queue.removeFirst()
        let timer = LoopTimer { [weak self] in self?.noteHanging(name) }
        running[name] = timer
        Reactor.shared.arm(timer, at: Reactor.shared.now + turnLimit)
        do throws(SystemError) {
            try SystemThread.start { [lookUp] in
                let answer = lookUp(name).map(SocketAddress.interleaved)
                EventLoop.start { await self.finish(name, answer) }
            }
        } catch { EventLoop.start { await self.finish(name, .failure(error)) } }
    }

    private func noteHanging(_ name: Name) {
        guard hanging.count < Self.hangingLimit, running.removeValue(forKey: name) != nil else { return }
        hanging.insert(name)
        startNext()
    }

    private func finish(_ name: Name, _ answer: Answer) {
        if let timer = running.removeValue(forKey: name) { Reactor.shared.remove(timer) }
        hanging.remove(name)
        if case .success(let list) = answer, !list.isEmpty {
            known[name] = (list, Reactor.shared.now + .seconds(60))
        } else {
            known[name]?.freshUntil = Reactor.shared.now + .seconds(5)
        }
        for waiter in (waiting.removeValue(forKey: name) ?? [:]).values { waiter.wake(with: answer) }
        startNext()
    }
}
