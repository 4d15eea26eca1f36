import Testing

@Suite("Laws of random input, a small part; the rest is the fuzzer's")
struct RandomLawTests {
    @Test("A law holds", arguments: RandomLaws.all, [1, 2] as [UInt64])
    func holds(law: RandomLaw, seed: UInt64) {
        #expect(law.broken(seed) == nil)
    }
}
