/// The signals that the program listens to. They work as process 1 of a container, too.
enum Signals {
    /// A client that is gone is an error of `write`, not the end of the program.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Leaves SIGTERM, SIGINT and SIGHUP to other threads than this one and those that it starts.
    static func block() {
        var signals = handled
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Calls `stop` on the loop at the first SIGTERM or SIGINT; the second ends the program at once. Calls `reload` on
    /// the loop at every SIGHUP.
    ///
    /// Called before any other thread exists that does not `block`, so that the one made here takes them.
    static func watch(stop: @escaping @Sendable () async -> Void, reload: @escaping @Sendable () async -> Void) {
        block()
        do throws(SystemError) { try SystemThread.start { wait(stop, reload) } } catch {
            preconditionFailure("no thread for signals: \(error)")
        }
    }

    private static var handled: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        return signals
    }

    private static func wait(_ stop: @escaping @Sendable () async -> Void, _ reload: @escaping @Sendable () async -> Void) -> Never {
        var signals = handled
        var isStopping = false
        while true {
            var number: Int32 = 0
            sigwait(&signals, &number)
            if number == SIGHUP {
                EventLoop.start(reload)
            } else if isStopping {
                // Not `exit`, which may wait for the log.
                _exit(128 + number)
            } else {
                isStopping = true
                EventLoop.start(stop)
            }
        }
    }
}
