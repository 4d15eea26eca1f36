/// A law that holds for whatever is drawn from a seed: the suite tries it with two, the optimised fuzzer (target
/// `random` of `Tests/Fuzz/run`) with as many as it has time for.
struct RandomLaw: Sendable, CustomStringConvertible {
    let description: String
    /// What broke it of all that was drawn from a seed; `nil` when it held.
    let broken: @Sendable (UInt64) -> String?

    init(_ description: String, broken: @escaping @Sendable (UInt64) -> String?) {
        self.description = description
        self.broken = broken
    }
}

enum RandomLaws {
    static let all =
        RecoveryLaws.all + ThinkTagLaws.all + ToolCallGathererLaws.all + ToolCallNormalizerLaws.all + RoundTripLaws.all

    /// Laws that long inputs show: the fuzzer's alone, each with every run.
    static let long = RecoveryLaws.long

    /// The first output that differs from `whole`, when the bytes are cut at every place, and byte by byte.
    static func difference<Output: Equatable>(
        _ bytes: [UInt8], from whole: Output, run: ([[UInt8]]) throws -> Output
    ) rethrows -> String? {
        for cut in bytes.indices.dropFirst() {
            let halves = try run([Array(bytes[..<cut]), Array(bytes[cut...])])
            if halves != whole { return "cut at \(cut): \(halves) is not \(whole)" }
        }
        let singles = try run(bytes.map { [$0] })
        return singles == whole ? nil : "byte by byte: \(singles) is not \(whole)"
    }
}
