import Testing

@testable import ollama_openai_proxy

struct JSONScannerTests {
    @Test("A line is read member by member, and what is not wanted is skipped")
    func walk() throws {
        let bytes = Array(#" {"skip":[1,{"a":"}"}],"want":"x\n","n":-1.5e3} "#.utf8)
        var scanner = JSONScanner()
        try scanner.open(UInt8(ascii: "{"), bytes.span)
        var found: [String] = []
        while let key = try scanner.nextKey(bytes.span) {
            if bytes.span.extracting(key.range).equals("want") {
                let token = try scanner.string(bytes.span)
                #expect(token.hasEscapes)
                found.append(JSONEscapes.decode(bytes.span.extracting(token.range)))
            } else {
                found.append(bytes.span.extracting(try scanner.skipValue(bytes.span)).text)
            }
        }
        try scanner.end(bytes.span)
        #expect(found == [#"[1,{"a":"}"}]"#, "x\n", "-1.5e3"])
    }

    @Test("The run of plain bytes ends where a byte-by-byte search ends", arguments: 0..<10 as Range<UInt64>)
    func plainRun(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rare =
            [UInt8](repeating: 0x61, count: 40) + [
                0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x1F, 0x7F, 0x80, 0xA2, 0xDC, 0xFF, 0x00,
            ]
        for round in 0..<1000 {
            let bytes = random.bytes(upTo: 40, from: round.isMultiple(of: 2) ? rare : Array(0...255))
            for start in 0...bytes.count {
                let naive = bytes[start...].firstIndex { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 } ?? bytes.count
                if JSONScanner.plainRun(bytes.span, from: start) != naive { Issue.record("\(bytes) from \(start)") }
            }
        }
    }
}
