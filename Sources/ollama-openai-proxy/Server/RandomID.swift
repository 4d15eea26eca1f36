#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Identifiers that nobody can guess.
enum RandomID {
    /// 24 letters and digits from the system's random source: 142 bits.
    static func make() -> String {
        var source = SystemRandomNumberGenerator()
        return String((0..<24).map { _ in alphabet.randomElement(using: &source) ?? "0" })
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
}

extension ReplyIdentity {
    /// For a reply that begins now.
    static func make() -> ReplyIdentity {
        let start = LoopTime.now
        return ReplyIdentity(id: RandomID.make(), created: time(nil)) { LoopTime.now - start }
    }
}
