/// What takes so long that it would hold up the streams of others is done beside the loop: reading a large request, and
/// writing it for the upstream.
@EventLoop enum LargeRequest {
    /// In bytes. A smaller one takes some milliseconds, and most are far smaller.
    static let size = 1024 * 1024
    /// Each takes a processor, and several times the memory of its body.
    static let places = Admission(limit: 2, queueLimit: .max)

    /// - Parameters:
    ///   - size: of what is worked on, in bytes; with a small one there is nothing to wait for.
    ///   - work: has all that it needs, and shares nothing that changes.
    static func work<Value: Sendable>(on size: Int, _ work: @escaping @Sendable () throws(ChatError) -> Value)
        async throws(ChatError) -> Value
    {
        guard size > Self.size else { return try work() }
        let permit = try places.enter()
        defer { permit.leave() }
        _ = try? await permit.wait()
        return try await SystemThread.value { Result { () throws(ChatError) in try work() } }.get()
    }
}
