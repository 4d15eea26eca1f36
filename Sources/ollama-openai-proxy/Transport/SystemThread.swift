/// A thread of its own for what blocks.
enum SystemThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// What the body comes to on a thread of its own, while the loop goes on.
    static func value<Value: Sendable>(of body: @escaping @Sendable () -> Value) async -> Value {
        await withUnsafeContinuation { continuation in
            let work = { @Sendable in continuation.resume(returning: body()) }
            do throws(SystemError) { try start(work) } catch { work() }
        }
    }

    /// Runs the body on a new thread, which ends with it.
    static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let box = Unmanaged.passRetained(Body(body))
        let code = pthread_create(
            &thread, nil,
            { (context) in
                // Optional on some systems only.
                let context: UnsafeMutableRawPointer? = context
                pthread_detach(pthread_self())
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw SystemError(code: code, action: "cannot start a thread")
        }
    }
}
