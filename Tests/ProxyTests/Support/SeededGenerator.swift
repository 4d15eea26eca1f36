/// Random numbers that are the same in every run (SplitMix64), so that a failure can be seen again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One of the seeds, or bytes of the alphabet, changed in up to four places.
    mutating func mutation(of seeds: [[UInt8]], _ alphabet: [UInt8]) -> [UInt8] {
        var bytes = seeds.randomElement(using: &self) ?? []
        if Bool.random(using: &self) { bytes = self.bytes(upTo: 60, from: alphabet) }
        for _ in 0..<Int.random(in: 0...4, using: &self) where !bytes.isEmpty {
            let at = Int.random(in: bytes.indices, using: &self)
            switch Int.random(in: 0...2, using: &self) {
            case 0: bytes[at] = alphabet[Int.random(in: alphabet.indices, using: &self)]
            case 1: bytes.remove(at: at)
            default: bytes.insert(contentsOf: self.bytes(upTo: 8, from: alphabet), at: at)
            }
        }
        return bytes
    }

    /// Up to `limit` bytes, drawn from `alphabet`.
    mutating func bytes(upTo limit: Int, from alphabet: [UInt8]) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in
            alphabet[Int.random(in: alphabet.indices, using: &self)]
        }
    }
}
