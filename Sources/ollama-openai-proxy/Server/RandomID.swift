/// Identifiers that nobody can guess.
enum RandomID {
    /// 24 letters and digits, from one question to the system's random source: 140 bits.
    static func make() -> String {
        String(unsafeUninitializedCapacity: length) { text in
            let failed = getentropy(text.baseAddress, length) != 0
            precondition(!failed, "the system gives no random bytes")
            // Some letters are a quarter more likely than others, which costs two of the bits.
            for place in 0..<length { text[place] = alphabet[Int(text[place]) % alphabet.count] }
            return length
        }
    }

    private static let length = 24
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}

extension ReplyIdentity {
    /// Seconds since 1970.
    static var secondsNow: Int { time(nil) }

    /// For a reply that begins now.
    static func make() -> ReplyIdentity {
        let start = LoopTime.now
        return ReplyIdentity(id: RandomID.make(), created: secondsNow) { LoopTime.now - start }
    }
}
