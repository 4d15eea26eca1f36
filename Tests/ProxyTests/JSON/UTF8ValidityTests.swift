import Testing

@testable import ollama_openai_proxy

struct UTF8ValidityTests {
    /// RFC 3629 read slowly: the longest prefix that the standard library decodes without a repair.
    private func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var at = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): at += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return at
            }
        }
    }

    @Test("Random bytes are judged as the standard library judges them", arguments: 0..<10 as Range<UInt64>)
    func agreesWithStandardLibrary(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let edges: [UInt8] = [
            0x00, 0x61, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
        ]
        let alphabet = edges + [0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
        let words = [
            "é", "€", "🙂", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
            "abcdefgh",
        ]
        for _ in 0..<1000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                bytes += words.randomElement(using: &random)?.utf8 ?? "".utf8
            }
            bytes += random.bytes(upTo: 5, from: alphabet)
            #expect(bytes.span.firstInvalidByte == firstInvalidByte(bytes), "\(bytes)")
        }
    }

    @Test("Every sequence of two bytes is judged as the standard library judges it")
    func twoBytes() {
        for first in 0x80...0xFF as ClosedRange<UInt8> {
            for second in 0x00...0xFF as ClosedRange<UInt8> {
                let bytes = [first, second]
                let isWrong = bytes.span.firstInvalidByte != firstInvalidByte(bytes)
                if isWrong { Issue.record("\(bytes)") }
            }
        }
    }
}
