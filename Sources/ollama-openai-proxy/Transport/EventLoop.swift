import Synchronization

/// The one thread on which everything that touches a socket, a timer or the connection pool runs.
///
/// Being a global actor, the compiler checks that confinement; being its own executor, a resumed task continues on
/// the same thread without a hop.
@globalActor actor EventLoop {
    static let shared = EventLoop()

    nonisolated let executor = LoopExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Starts a task on the loop from code outside of it. Inside, structured child tasks are used.
    nonisolated static func start(_ operation: @escaping @Sendable () async -> Void) {
        Task(executorPreference: shared.executor, operation: operation)
    }

    /// Makes the calling thread the loop's thread, for good.
    nonisolated static func run() -> Never { shared.executor.run() }

    /// Runs isolated code from the loop's own turn, which is on the right thread but in no task.
    nonisolated static func assumeIsolated<Result: Sendable>(_ operation: @EventLoop () -> Result) -> Result {
        shared.executor.checkIsolated()
        // The isolation of a function is part of its type only; the standard library's `MainActor.assumeIsolated`
        // does the same.
        return withoutActuallyEscaping(operation) { unsafeBitCast($0, to: (() -> Result).self)() }
    }
}

/// Runs the loop's jobs, and between them lets the reactor wait for sockets and timers.
///
/// It is both the actor's serial executor and a task executor: with only the first, each resume would bounce through
/// the default thread pool.
///
/// Unchecked: `jobs` and `running` are touched on the loop's thread only, which `enqueue` finds out by `isCurrent`;
/// everything else is immutable or behind the mutex.
final class LoopExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    let poller = Poller()
    private let foreign = Mutex<[UnownedJob]>([])
    private let threadKey: pthread_key_t
    private var jobs: [UnownedJob] = []
    private var running: [UnownedJob] = []

    init() {
        var key = pthread_key_t()
        precondition(pthread_key_create(&key, nil) == 0, "no thread-specific key left")
        threadKey = key
    }

    /// True on the loop's thread. A thread-specific value and not `pthread_self()`: that is declared const, and the
    /// optimizer then keeps its result across a hop to another thread.
    private var isCurrent: Bool { pthread_getspecific(threadKey) != nil }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
            return
        }
        let isFirst = foreign.withLock { queue in
            queue.append(job)
            return queue.count == 1
        }
        if isFirst { poller.wake() }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() { precondition(isCurrent, "this belongs on the event loop") }

    func run() -> Never {
        pthread_setspecific(threadKey, UnsafeRawPointer(bitPattern: 1))
        while true {
            foreign.withLock { queue in
                jobs += queue
                queue.removeAll()
            }
            swap(&jobs, &running)
            for job in running { job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor()) }
            running.removeAll(keepingCapacity: true)
            let hasMore = !jobs.isEmpty
            EventLoop.assumeIsolated { Reactor.shared.turn(mayWait: !hasMore) }
        }
    }
}
