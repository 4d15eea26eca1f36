/// Makes one new connection to an upstream, over TLS if it is secure.
@EventLoop
final class Dialer {
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
    @inline(never)
    func connect() async throws(UpstreamFailure) -> Channel {
        let (addresses, isStale) = try await addresses(allowsStale: true)
        await tryAll(addresses)
        if isStale, isDialing, let newer = try? await self.addresses(allowsStale: false).list {
            await tryAll(newer.filter { !addresses.contains($0) })
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

    private func addresses(
        allowsStale: Bool
    ) async throws(UpstreamFailure) -> (list: [SocketAddress], isStale: Bool) {
        if let address = client.numericAddress { return ([address], false) }
        let resolver = client.resolver
        if let known = resolver.addresses(of: name), allowsStale || !known.isStale { return known }
        let answer = await resolver.newAddresses(of: name, waiter, until: deadline)
        guard isDialing else { throw .cancelled }
        switch answer {
        case .success(let list)?: return (list, false)
        case .failure(let error)?:
            throw error.isShortage ? .exhausted(error.description) : .unreachable(error.description)
        case nil:
            let seconds = client.limits.connectTimeout.components.seconds
            throw .unreachable("the name \(name.host) was not resolved within \(seconds) s")
        }
    }

    private func tryAll(_ addresses: [SocketAddress]) async {
        for address in addresses where isDialing { await dial(address) }
    }

    private func dial(_ address: SocketAddress) async {
        guard isDialing else { return }
        do throws(SystemError) {
            let channel = Channel(try Socket.connect(to: address))
            channels.append(channel)
            let failure = await failure(of: channel, to: address)
            channels.removeAll { $0 === channel }
            if failure == nil, isDialing {
                state = .connected(channel)
            } else {
                channel.close()
                if let failure { failures.append(failure) }
            }
        } catch {
            isExhausted = isExhausted || error.isShortage
            failures.append(error.description)
        }
    }

    /// Why a connection attempt has failed; `nil` when a request can be sent.
    private func failure(of channel: Channel, to address: SocketAddress) async -> String? {
        if let failure = await channel.connectionFailure(until: deadline) {
            return "cannot connect to \(address): \(failure)"
        }
        return await client.secure(channel, until: deadline).map { "\($0) (\(address))" }
    }
}
