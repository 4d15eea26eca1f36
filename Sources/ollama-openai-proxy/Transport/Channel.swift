/// A socket on the loop: non-blocking reads and writes, and one task at a time that waits for either.
@EventLoop final class Channel {
    enum WaitResult: Sendable { case ready, timedOut, closed }
    enum ReadResult: Sendable { case bytes, wouldBlock, end, failed }
    enum WriteResult: Sendable {
        case written(Int)
        case wouldBlock, failed
    }

    private enum State {
        case open(Int32)
        case closed
    }

    private var state: State
    /// What the kernel last said and no call has refuted since.
    private var readiness: Readiness = [.readable, .writable]
    private var waiting: (events: Readiness, continuation: UnsafeContinuation<WaitResult, Never>)?
    private lazy var timer = LoopTimer { [unowned self] in resume(.timedOut) }

    private var hangUpAction: (@EventLoop () -> Void)?
    /// What encrypts; `nil` on a plain connection.
    private var tls: TLSSession?

    /// Takes over a descriptor that does not block, as `Socket` makes them.
    init(_ descriptor: consuming FileDescriptor) {
        let number = descriptor.release()
        state = .open(number)
        Reactor.shared.register(self, number)
    }

    /// The address of the other end; asked for while it is there.
    private(set) lazy var peer: String = {
        guard case .open(let number) = state else { return "" }
        return Socket.peer(number)?.numericHost ?? ""
    }()

    /// What a later connection to the same host can resume; `nil` on a plain one.
    var resumption: TLSResumption? { tls?.resumption }

    var isOpen: Bool { if case .open = state { true } else { false } }

    /// The peer sends nothing more. Bytes it sent before may still be read.
    var isHungUp: Bool { readiness.contains(.hungUp) }

    /// Calls `action` once, when the peer hangs up; right now if it already has. `nil` ends the watch.
    func onHangUp(_ action: (@EventLoop () -> Void)?) {
        hangUpAction = action
        if isHungUp { interrupt() }
    }

    /// Does what is to be done when the peer hangs up, while it can still be written to.
    func interrupt() { hangUpAction.take()?() }

    /// Nothing has come that was not read, and the peer has not hung up.
    var isQuiet: Bool {
        if let tls, readiness.contains(.readable), case .wouldBlock(let events) = tls.settle() { readiness.subtract(events) }
        return hasNoNews
    }

    private var hasNoNews: Bool { readiness.isDisjoint(with: [.readable, .hungUp]) }

    /// Suspends until there is something to read (or an end to see), at most until the deadline.
    func readable(until deadline: LoopTime) async -> WaitResult {
        await wait(for: tls?.readNeeds == .writable ? .writable : [.readable, .hungUp], until: deadline)
    }

    /// Suspends until bytes can be written (or writing fails), at most until the deadline. That the peer sends nothing
    /// more is no reason: it may still read, and until it does the socket stays full.
    func writable(until deadline: LoopTime) async -> WaitResult { await wait(for: tls?.writeNeeds ?? .writable, until: deadline) }

    /// Reads once and hands the bytes over. They lie in a buffer that every channel shares: use them up before
    /// anything suspends.
    func read(_ body: (Span<UInt8>) -> Void) -> ReadResult {
        guard case .open(let descriptor) = state else { return .failed }
        if let tls { return read(from: tls, body) }
        // A short read has emptied it, and nothing has come since: that spares a system call an event.
        guard !hasNoNews else { return .wouldBlock }
        let scratch = Reactor.shared.scratch
        while true {
            let count = recv(descriptor, scratch.baseAddress, scratch.count, 0)
            if count > 0 {
                // A short read has emptied the socket; an end that is already known will not be reported again.
                if count < scratch.count, !isHungUp { readiness.remove(.readable) }
                body(UnsafeBufferPointer(rebasing: scratch[..<count]).span)
                return .bytes
            }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                readiness.remove(.readable)
                return .wouldBlock
            default: return .failed
            }
        }
    }

    /// Writes as much as the socket takes now.
    func write(_ bytes: Span<UInt8>) -> WriteResult {
        guard case .open(let descriptor) = state else { return .failed }
        if let tls { return write(bytes, to: tls) }
        return bytes.withUnsafeBufferPointer { bytes in
            while true {
                let count = send(descriptor, bytes.baseAddress, bytes.count, Socket.sendFlags)
                if count >= 0 { return .written(count) }
                switch errno {
                case EINTR: continue
                case EAGAIN:
                    readiness.remove(.writable)
                    return .wouldBlock
                default: return .failed
                }
            }
        }
    }

    /// Writes what the socket takes now, up to a few MiB, and drops it from the buffer. True when that was everything, `nil`
    /// when the peer is gone.
    func writeNow(_ buffer: inout ByteBuffer) -> Bool? {
        let enough = buffer.count - 2 * 1024 * 1024
        while !buffer.isEmpty, buffer.count > enough {
            switch buffer.withSpan({ write($0) }) {
            case .written(let count): buffer.consume(count)
            case .failed: return nil
            case .wouldBlock: return false
            }
        }
        return buffer.isEmpty
    }

    /// Writes everything, suspending while the socket is full. False when the peer is gone or took nothing for `limit`;
    /// with `stopsAtHangUp` also when the socket is full and the peer sends nothing more, for what it sent may be an
    /// answer.
    func writeAll(_ buffer: inout ByteBuffer, limit: Duration, stopsAtHangUp: Bool = false) async -> Bool {
        while true {
            guard let isWritten = writeNow(&buffer) else { return false }
            if isWritten { return true }
            if stopsAtHangUp, isHungUp { return false }
            var events = tls?.writeNeeds ?? .writable
            if !readiness.isDisjoint(with: events) {
                // Others have their turn, however fast the peer takes it.
                await Reactor.shared.sleep(.zero)
                continue
            }
            if stopsAtHangUp { events.insert(.hungUp) }
            guard await wait(for: events, until: Reactor.shared.now + limit) == .ready else { return false }
        }
    }

    /// Of a listening socket: the next waiting connection; `nil` when there is none.
    func accept() throws(SystemError) -> FileDescriptor? {
        guard case .open(let descriptor) = state else { return nil }
        guard let socket = try Socket.accepted(from: descriptor) else {
            readiness.remove(.readable)
            return nil
        }
        return socket
    }

    /// Waits for a connection attempt to end; `nil` when it has succeeded, otherwise why not.
    func connectionFailure(until deadline: LoopTime) async -> String? {
        // A new socket counts as writable until the kernel has said otherwise; here only its word counts.
        readiness = []
        guard await writable(until: deadline) == .ready else { return "no answer in time" }
        let code = withDescriptor { Socket.pendingError($0) } ?? EBADF
        if code != 0 { return SystemError.text(code) }
        readiness.insert(.readable)
        return nil
    }

    /// Makes a new connection one over TLS, at most until the deadline; `nil` when that has succeeded, otherwise why
    /// not. It is then left to the caller to close it.
    func secure(by tls: TLSSession, until deadline: LoopTime) async -> String? {
        guard case .open(let descriptor) = state else { return SystemError.text(EBADF) }
        self.tls = tls
        tls.attach(to: descriptor)
        // It may have been closed between its readiness and this turn, and its number be another's by now.
        while isOpen {
            guard case .wouldBlock(let events) = tls.handshake() else { return tls.failure }
            readiness.subtract(events)
            let needs: Readiness = events == .readable ? [.readable, .hungUp] : events
            guard await wait(for: needs, until: deadline) == .ready else { return "no answer to the TLS handshake in time" }
        }
        return SystemError.text(EBADF)
    }

    /// Hands the descriptor to `body`; `nil` when closed.
    func withDescriptor<Result>(_ body: (Int32) -> Result) -> Result? {
        guard case .open(let descriptor) = state else { return nil }
        return body(descriptor)
    }

    /// Tells the peer that nothing more will be written.
    func finishWriting() { _ = withDescriptor { shutdown($0, Int32(SHUT_WR)) } }

    /// Closes the socket and wakes who waits for it. Harmless when it is closed.
    func close() {
        guard case .open(let descriptor) = state else { return }
        state = .closed
        hangUpAction = nil
        tls?.close()
        tls = nil
        Reactor.shared.unregister(descriptor)
        _ = FileDescriptor(descriptor)
        Reactor.shared.remove(timer)
        resume(.closed)
    }

    /// Closes so that the peer sees a reset and no more of what was written is sent.
    func abort() {
        _ = withDescriptor { Socket.discardOnClose($0) }
        close()
    }

    /// Called by the reactor with what the kernel reported.
    func noticed(_ news: Readiness) {
        readiness.formUnion(news)
        if let waiting, !readiness.isDisjoint(with: waiting.events) { resume(.ready) }
        if news.contains(.hungUp) { interrupt() }
    }

    private func read(from tls: TLSSession, _ body: (Span<UInt8>) -> Void) -> ReadResult {
        let scratch = Reactor.shared.scratch
        switch tls.read(into: scratch) {
        case .done(let count):
            body(UnsafeBufferPointer(rebasing: scratch[..<count]).span)
            return .bytes
        case .wouldBlock(let events):
            readiness.subtract(events)
            return .wouldBlock
        case .end: return .end
        case .failed: return .failed
        }
    }

    private func write(_ bytes: Span<UInt8>, to tls: TLSSession) -> WriteResult {
        switch bytes.withUnsafeBufferPointer({ tls.write($0) }) {
        case .done(let count): return .written(count)
        case .wouldBlock(let events):
            readiness.subtract(events)
            return .wouldBlock
        case .end, .failed: return .failed
        }
    }

    /// Suspends until one of the events has come.
    private func wait(for events: Readiness, until deadline: LoopTime) async -> WaitResult {
        guard isOpen else { return .closed }
        if !readiness.isDisjoint(with: events) { return .ready }
        precondition(waiting == nil, "two tasks wait for one channel")
        return await withUnsafeContinuation {
            // Armed in here: what fires before there is somebody to wake would be lost.
            waiting = (events, $0)
            Reactor.shared.arm(timer, at: deadline)
        }
    }

    private func resume(_ result: WaitResult) {
        Reactor.shared.disarm(timer)
        waiting.take()?.continuation.resume(returning: result)
    }
}
