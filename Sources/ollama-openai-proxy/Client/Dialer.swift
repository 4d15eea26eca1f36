/// Makes one new connection to an upstream, over TLS if it is secure.
///
/// Several addresses are raced for as in RFC 8305: the next one is tried as soon as one has failed, or the latest has been
/// silent for 250 ms. The first connection that is ready wins, and the others are closed.
@EventLoop final class Dialer {
    /// RFC 8305 section 5, the Connection Attempt Delay. A TCP connection that is made has it anew for its handshake.
    static let attemptDelay = Duration.milliseconds(250)
    /// How many of a host's addresses are tried.
    static let addressLimit = 16

    private enum State {
        case dialing
        case connected(Channel)
        case cancelled
    }

    private let client: UpstreamClient
    private let name: Resolver.Name
    /// For the look-up and all addresses together.
    private let deadline: LoopTime
    private let waiter = Waiter<Resolver.Answer>()
    private var state = State.dialing
    /// What is tried now.
    private var channels: [Channel] = []
    private var failures: [String] = []
    /// One of the failures was our own.
    private var isExhausted = false

    init(_ client: UpstreamClient) {
        self.client = client
        name = Resolver.Name(host: client.endpoint.host, port: client.endpoint.port)
        deadline = Reactor.shared.now + client.limits.connectTimeout
    }

    /// To be called once.
    @inline(never) func connect() async throws(UpstreamFailure) -> Channel {
        let addresses = try await addresses(allowsStale: true)
        if addresses.count == 1 { await dial(addresses[0]) } else { await race(for: addresses) }
        if isDialing, let newer = try? await self.addresses(allowsStale: false) {
            await race(for: newer.filter { !addresses.contains($0) })
        }
        switch state {
        case .connected(let channel): return channel
        case .cancelled: throw .cancelled
        case .dialing:
            client.resolver.expire(name)
            let reason = failures.isEmpty ? "no address" : failures.joined(separator: "; ")
            throw isExhausted ? .exhausted(reason) : .unreachable(reason)
        }
    }

    /// Closes what was opened; `connect` throws at once.
    func cancel() {
        if case .connected(let channel) = state { channel.close() }
        state = .cancelled
        for channel in channels { channel.close() }
        waiter.wake()
    }

    private var isDialing: Bool { if case .dialing = state { true } else { false } }

    private func addresses(allowsStale: Bool) async throws(UpstreamFailure) -> [SocketAddress] {
        let answer = await client.resolver.addresses(of: name, allowsStale: allowsStale, waiter, until: deadline)
        guard isDialing else { throw .cancelled }
        switch answer {
        case .success(let list)?:
            let allowed = client.endpoint.refusesPrivate ? list.filter { !$0.isPrivate } : list
            guard !allowed.isEmpty || list.isEmpty else { throw .unreachable("\(name.host) has addresses of private networks only") }
            return allowed
        case .failure(let error)?: throw error.isShortage ? .exhausted(error.description) : .unreachable(error.description)
        case nil:
            let seconds = client.limits.connectTimeout.components.seconds
            throw .unreachable("the name \(name.host) was not resolved within \(seconds) s")
        }
    }

    @inline(never) private func race(for addresses: [SocketAddress]) async {
        await withDiscardingTaskGroup { group in
            for address in addresses.prefix(Self.addressLimit) {
                guard isDialing, Reactor.shared.now < deadline else { break }
                let failed = failures.count
                group.addTask(executorPreference: EventLoop.shared.executor) { await self.dial(address) }
                if failures.count == failed { _ = await waiter.wait(until: nextAttempt) }
            }
        }
    }

    private var nextAttempt: LoopTime { min(deadline, Reactor.shared.now + Self.attemptDelay) }

    /// Tries an address, and wakes `race` when it knows what comes of it.
    private func dial(_ address: SocketAddress) async {
        guard isDialing else { return }
        do throws(SystemError) {
            let channel = Channel(try Socket.connecting(to: address))
            channels.append(channel)
            var failure = await channel.connectionFailure(until: deadline).map { "cannot connect to \(address): \($0)" }
            if failure == nil {
                waiter.postpone(until: nextAttempt)
                failure = await client.secure(channel, until: deadline).map { "\($0) (\(address))" }
            }
            channels.removeAll { $0 === channel }
            if failure == nil, isDialing {
                state = .connected(channel)
                client.resolver.prefer(address, of: name)
                for other in channels { other.close() }
            } else {
                channel.close()
                if let failure { failures.append(failure) }
            }
        } catch {
            isExhausted = isExhausted || error.isShortage
            failures.append(error.description)
        }
        waiter.wake()
    }
}
