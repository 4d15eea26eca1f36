import Foundation
import Testing

extension Trait where Self == OwnThreadsTrait {
    /// For suites that wait for sockets and clocks: their tests run on threads of their own. In the common pool, of one
    /// thread a core, everything that a test awaits comes behind whatever computes there, on a small machine by minutes.
    static var onOwnThreads: Self { OwnThreadsTrait() }
}

/// Makes `TestThreads` the executor of every test of a suite.
struct OwnThreadsTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(TestThreads.shared) { try await function() }
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
