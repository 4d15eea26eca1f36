#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Stands in for the standard library's `Mutex` in the build that ThreadSanitizer watches.
///
/// That one (Synchronization, seen with Swift 6.3 on Linux) waits by a futex inside of a library that is not instrumented.
/// So of two threads that meet at a held lock, ThreadSanitizer does not see that one came after the other, and calls what
/// they do under it a race. It knows the locks of the C library.
struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

    init(_ initial: consuming sending Value) {
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        value.initialize(to: initial)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value.pointee)
    }
}
