import Testing

@testable import ollama_openai_proxy

struct ArgumentRepairTests {
    @Test("A text becomes the object that was meant, or stays what it is", arguments: ArgumentRepairCases.all)
    func repairs(sample: ArgumentRepairCases.Case) {
        let repaired = ArgumentRepair.repair(sample.text, ended: sample.ended)
        #expect(repaired?.text == sample.object)
        #expect(repaired?.rules ?? [] == sample.rules)
    }

    @Test(
        "What was repaired is an object by the strict grammar, and is never repaired again",
        arguments: ArgumentRepairCases.all)
    func idempotent(sample: ArgumentRepairCases.Case) throws {
        guard let text = ArgumentRepair.repair(sample.text, ended: sample.ended)?.text else { return }
        #expect(try JSONDocument(parsing: text).root.kind == .object)
        let again = try #require(ArgumentRepair.repair(text, ended: true))
        #expect(again.text == text)
        #expect(again.rules.isEmpty)
    }

    @Test("No beginning of a text becomes an object, unless the model ended it", arguments: ArgumentRepairCases.all)
    func truncated(sample: ArgumentRepairCases.Case) throws {
        guard sample.object != nil, !sample.ended else { return }
        let bytes = Array(sample.text.utf8)
        for count in bytes.indices {
            guard let text = ArgumentRepair.repair(String(decoding: bytes[..<count], as: UTF8.self), ended: false)?.text
            else { continue }
            // Only marks that mean nothing may be missing.
            #expect(text.filter { !$0.isWhitespace } == sample.object?.filter { !$0.isWhitespace }, "\(count) bytes")
        }
    }

    @Test("A text that may go on is told from one that is lost")
    func outcomes() {
        #expect(ArgumentRepair.read("{'a': 'x}", ended: false) == .unfinished)
        #expect(ArgumentRepair.read("{'a': x}", ended: false) == .hopeless)
        #expect(ArgumentRepair.read("[]", ended: false) == .hopeless)
    }

    @Test("Depth is limited, and no depth overflows the stack")
    func depth() {
        let deep = String(repeating: "{'a':", count: 100_000)
        #expect(ArgumentRepair.repair(deep, ended: true) == nil)
        #expect(ArgumentRepair.repair(String(repeating: "[", count: 1_000_000), ended: true) == nil)
        let fine = String(repeating: "{'a':", count: 127) + "{" + String(repeating: "}", count: 127)
        #expect(ArgumentRepair.repair(fine, ended: true)?.rules == [.singleQuotes, .missingBrackets])
    }

    @Test(
        "A long text of what would tempt to look back takes time in proportion to its length",
        arguments: ["'", "\"", "<", "`", "</a>", "\\n", "{", "{'a':\"", "\u{1}", "\\'", ",", "```", "\"'"])
    func linear(piece: String) {
        let count = 200_000 / piece.utf8.count
        for start in ["{'a':'", "{\"a\":\"", "{'a':1", "", "```"] {
            _ = ArgumentRepair.read(start + String(repeating: piece, count: count), ended: true)
        }
    }

    @Test("Random mutations never trap, and what comes out is an object that stays", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\"'\\,: \n`<|/>aTrueFalseNone0.-1eu\u{FF5C}é".utf8)
        for sample in ArgumentRepairCases.all {
            for _ in 0..<30 {
                var bytes = Array(sample.text.utf8)
                for _ in 0...Int.random(in: 0..<3, using: &random) {
                    let place = Int.random(in: 0...bytes.count, using: &random)
                    let end = min(bytes.count, place + Int.random(in: 0...2, using: &random))
                    bytes.replaceSubrange(place..<end, with: random.bytes(upTo: 2, from: alphabet))
                }
                let text = String(decoding: bytes, as: UTF8.self)
                guard let repaired = ArgumentRepair.repair(text, ended: Bool.random(using: &random)) else { continue }
                #expect((try? JSONDocument(parsing: repaired.text))?.root.kind == .object, "\(text)")
                #expect(ArgumentRepair.read(repaired.text, ended: true) == .object(text: repaired.text, rules: []))
                if repaired.rules.isEmpty { #expect(repaired.text == text) }
            }
        }
    }
}
