import Foundation
import Synchronization
import Testing

extension Trait where Self == OwnThreadsTrait {
    /// For suites that wait for sockets and clocks: their tests run on threads of their own. In the common pool, of one
    /// thread a core, everything that a test awaits comes behind whatever computes there, on a small machine by minutes.
    /// And a few at a time, since hundreds at once keep each other from their time limits.
    static var onOwnThreads: Self { OwnThreadsTrait() }
}

/// Makes `TestThreads` the executor of every test of a suite, when it is its turn.
struct OwnThreadsTrait: SuiteTrait, TestTrait, TestScoping {
    /// For each test by itself, and not once for the suite.
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await TestPlaces.shared.enter()
        defer { TestPlaces.shared.leave() }
        try await withTaskExecutorPreference(TestThreads.shared) { try await function() }
    }
}

/// Places for tests that run at a time; who finds none waits, first come, first served.
private final class TestPlaces: Sendable {
    static let shared = TestPlaces()

    private let state = Mutex((free: 8, waiting: [CheckedContinuation<Void, Never>]()))

    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free == 0 { state.waiting.append(continuation) } else { state.free -= 1 }
                return state.waiting.isEmpty
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            if state.waiting.isEmpty { state.free += 1 }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }
}

/// A few threads that run tasks, as fairly as the kernel is.
///
/// Unchecked: `jobs` is touched under the condition's lock only.
private final class TestThreads: TaskExecutor, @unchecked Sendable {
    static let shared = TestThreads()

    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []

    private init() {
        // As many as tests may block at a time without holding up the others.
        for _ in 0..<8 { Thread.detachNewThread { [self] in run() } }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.withLock { jobs.append(job) }
        condition.signal()
    }

    private func run() -> Never {
        while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func next() -> UnownedJob {
        condition.withLock {
            while jobs.isEmpty { condition.wait() }
            return jobs.removeFirst()
        }
    }
}
