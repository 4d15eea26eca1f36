#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The signals that the program listens to. They work as process 1 of a container, too.
enum Signals {
    /// A client that is gone is an error of `write`, not the end of the program.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `stop` on the loop at the first SIGTERM or SIGINT; the second ends the program at once. Calls `reload` on
    /// the loop at every SIGHUP; without it SIGHUP ends the program, as it does any other.
    ///
    /// Called before any other thread exists, so that all inherit the blocked signals and the one thread made here
    /// takes them.
    static func watch(stop: @escaping @Sendable () async -> Void, reload: (@Sendable () async -> Void)?) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        if reload != nil { sigaddset(&signals, SIGHUP) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let box = Unmanaged.passRetained(SignalActions(signals: signals, stop: stop, reload: reload))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let made = pthread_create(&thread, nil, waitForSignals, box.toOpaque())
        precondition(made == 0, "no thread for signals")
    }
}

private final class SignalActions: Sendable {
    let signals: sigset_t
    let stop: @Sendable () async -> Void
    let reload: (@Sendable () async -> Void)?

    init(signals: sigset_t, stop: @escaping @Sendable () async -> Void, reload: (@Sendable () async -> Void)?) {
        self.signals = signals
        self.stop = stop
        self.reload = reload
    }

    func wait() {
        var signals = signals
        var isStopping = false
        while true {
            var number: Int32 = 0
            sigwait(&signals, &number)
            if number == SIGHUP {
                if let reload { EventLoop.start(reload) }
            } else if isStopping {
                exit(128 + number)
            } else {
                isStopping = true
                EventLoop.start(stop)
            }
        }
    }
}

#if canImport(Glibc)
    private func waitForSignals(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let context { Unmanaged<SignalActions>.fromOpaque(context).takeRetainedValue().wait() }
        return nil
    }
#else
    private func waitForSignals(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<SignalActions>.fromOpaque(context).takeRetainedValue().wait()
        return nil
    }
#endif
