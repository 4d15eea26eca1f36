import Foundation

/// A value behind a lock that ThreadSanitizer knows. It does not know the standard library's `Mutex`: of two threads
/// that meet there it sees a race (see Tests/Sanitizers/thread.supp).
///
/// Unchecked: `value` is touched under the lock only.
final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try lock.withLock { try body(&value) }
    }
}
