/// What takes so long that it would hold up the streams of others is done beside the loop: reading a large request, and
/// writing it for the upstream.
@EventLoop enum LargeRequest {
    /// In bytes. A smaller one takes some milliseconds, and most are far smaller.
    static let size = 1024 * 1024
    /// Each takes a processor, and several times the memory of its body.
    private static let places = Admission(limit: 2, queueLimit: .max)

    /// - Parameter work: has all that it needs, and shares nothing that changes.
    static func work<Value: Sendable>(_ work: @escaping @Sendable () throws(ChatError) -> Value) async throws(ChatError) -> Value {
        let permit = try places.enter()
        defer { permit.leave() }
        _ = try? await permit.wait()
        return try await SystemThread.value { Result { () throws(ChatError) in try work() } }.get()
    }
}
