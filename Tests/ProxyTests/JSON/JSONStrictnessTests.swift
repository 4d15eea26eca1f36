import Testing

@testable import ollama_openai_proxy

/// What is JSON and what is not, after the kinds of cases that the public JSON parsing test suites name.
struct JSONStrictnessTests {
    static let accepted = [
        "[]", "{}", "[[]   ]", "[\"\"]", "[null]", "[1\n]", " [1]", "[2] ", "[null, 1, \"1\", {}]",
        "[1,null,null,null,2]",
        "null", "true", "false", "\"\"", "\" \"", "\"asd\"", "42", "-0.1", "\t[\r\n]\t",
        "[123e65]", "[0e+1]", "[0e1]", "[ 4]",
        "[-0.000000000000000000000000000000000000000000000000000000000000000000001]",
        "[20e1]", "[-0]", "[-123]", "[-1]", "[1E22]", "[1E-2]", "[1E+2]", "[123e45]", "[123.456e78]", "[1e-2]",
        "[1e+2]",
        "[123]", "[123.456789]", "[1e999]", "[123456789012345678901234567890]",
        "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}", "{\"a\":\"b\",\"a\":\"c\"}", "{\"\":0}", "{\"foo\\u0000bar\": 42}",
        "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }", "{\"a\":[]}", "{\n\"a\": \"b\"\n}",
        "[\"\\u0060\\u012a\\u12AB\"]", "[\"\\uD801\\udc37\"]", "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]",
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\\u0000\"]", "[\"\\\"\"]", "[\"a/*b*/c/*d//e\"]", "[\"\\\\a\"]",
        "[\"\\u0012\"]", "[\"\\uFFFF\"]", "[\"asd \"]", "[\"\u{FFFF}\"]", "[\"\u{10FFFF}\"]", "[\"\\u0000\"]",
        "[\"\u{2028}\"]",
        "[\"\u{7F}\"]", "[\"new\\u000Aline\"]", "[\"\\uD800\"]", "[\"\\uDC00\\uD800\"]", "[\"\\ud800abc\"]", "[\"€𝄞\"]",
        "[\"\\uD834\\uDd1e\"]", "[\"\\u005C\"]", "[\"\\u0022\"]",
    ]

    @Test("Valid texts are read, and skipped to the same end", arguments: accepted)
    func accepts(text: String) throws {
        let document = try JSONDocument(parsing: text)
        var scanner = JSONScanner()
        let bytes = Array(text.utf8)
        let range = try scanner.skipValue(bytes.span)
        try scanner.end(bytes.span)
        #expect(range == document.root.rawRange)
    }

    static let rejected: [(String, JSONError.Reason, Int)] = [
        ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("[", .unexpectedEnd, 1), ("{", .unexpectedEnd, 1),
        ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), ("[\"\",", .unexpectedEnd, 4),
        ("[\"a", .unexpectedEnd, 3),
        ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5), ("{\"a\":1", .unexpectedEnd, 6),
        ("{\"a\":1,", .unexpectedEnd, 7), ("\"", .unexpectedEnd, 1), ("\"\\", .unexpectedEnd, 2),
        ("\"\\u12", .unexpectedEnd, 5), ("\"\\\"", .unexpectedEnd, 3), ("[[[[", .unexpectedEnd, 4),
        ("[{", .unexpectedEnd, 2),
        ("]", .unexpectedByte, 0), ("}", .unexpectedByte, 0), ("[1 true]", .unexpectedByte, 3),
        ("[a", .unexpectedByte, 1),
        ("[\"\": 1]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1), ("[1,,2]", .unexpectedByte, 3),
        ("[1,]", .unexpectedByte, 3), ("[,]", .unexpectedByte, 1), ("[*]", .unexpectedByte, 1),
        ("[1}", .unexpectedByte, 2),
        ("[nul]", .unexpectedByte, 1), ("[tru]", .unexpectedByte, 1), ("[fals]", .unexpectedByte, 1),
        ("[True]", .unexpectedByte, 1), ("[NaN]", .unexpectedByte, 1), ("[Infinity]", .unexpectedByte, 1),
        ("[undefined]", .unexpectedByte, 1), ("nul", .unexpectedByte, 0), ("['a']", .unexpectedByte, 1),
        ("[+1]", .unexpectedByte, 1), ("[.5]", .unexpectedByte, 1), ("[1a]", .unexpectedByte, 2),
        ("[1.2.3]", .unexpectedByte, 4),
        ("[0x1]", .unexpectedByte, 2), ("[1 000]", .unexpectedByte, 3), ("[1\u{A0}]", .unexpectedByte, 2),
        ("{,}", .unexpectedByte, 1), ("{\"a\":1,}", .unexpectedByte, 7), ("{\"a\":1,,\"b\":2}", .unexpectedByte, 7),
        ("{a:1}", .unexpectedByte, 1), ("{1:1}", .unexpectedByte, 1), ("{'a':1}", .unexpectedByte, 1),
        ("{\"a\" 1}", .unexpectedByte, 5), ("{\"a\",1}", .unexpectedByte, 4), ("{\"a\"::1}", .unexpectedByte, 5),
        ("{\"a\":1 \"b\":2}", .unexpectedByte, 7), ("{\"a\":1]", .unexpectedByte, 6), ("{null:1}", .unexpectedByte, 1),
        ("{\"a\":/*c*/1}", .unexpectedByte, 5), ("\u{FEFF}[]", .unexpectedByte, 0), ("\u{0C}[]", .unexpectedByte, 0),
        ("\u{2060}", .unexpectedByte, 0), ("\\u000A\"\"", .unexpectedByte, 0),
        ("[-]", .invalidNumber, 2), ("[-a]", .invalidNumber, 2), ("[01]", .invalidNumber, 2),
        ("[-01]", .invalidNumber, 3),
        ("[1.]", .invalidNumber, 3), ("[1.e1]", .invalidNumber, 3), ("[0.]", .invalidNumber, 3),
        ("[1e]", .invalidNumber, 3),
        ("[1e+]", .invalidNumber, 4), ("[1ea]", .invalidNumber, 3), ("[--1]", .invalidNumber, 2),
        ("-", .invalidNumber, 1),
        ("[-Infinity]", .invalidNumber, 2), ("[1eE2]", .invalidNumber, 3), ("00", .invalidNumber, 1),
        ("[\"\\a\"]", .invalidEscape, 2), ("[\"\\x00\"]", .invalidEscape, 2), ("[\"\\'\"]", .invalidEscape, 2),
        ("[\"\\u00G0\"]", .invalidEscape, 2), ("[\"\\u 123\"]", .invalidEscape, 2),
        ("[\"\\U0041\"]", .invalidEscape, 2),
        ("[\"\\u+123\"]", .invalidEscape, 2), ("[\"\\\u{00E9}\"]", .invalidEscape, 2),
        ("[\"\\u00A\"]", .invalidEscape, 2),
        ("[\"a\nb\"]", .controlCharacter, 3), ("[\"\t\"]", .controlCharacter, 2), ("[\"\u{0}\"]", .controlCharacter, 2),
        ("[\"\u{1F}\"]", .controlCharacter, 2), ("[\"12345678\u{1}\"]", .controlCharacter, 10),
        ("[]]", .trailingBytes, 2), ("{}}", .trailingBytes, 2), ("[] []", .trailingBytes, 3),
        ("nulll", .trailingBytes, 4),
        ("{}//", .trailingBytes, 2), ("1 2", .trailingBytes, 2), ("\"a\"b", .trailingBytes, 3),
        ("{\"a\":1}#", .trailingBytes, 7),
        ("[]\u{0}", .trailingBytes, 2), ("truefalse", .trailingBytes, 4),
    ]

    @Test("Everything else is refused, at the byte where it stops being JSON", arguments: rejected)
    func rejects(text: String, reason: JSONError.Reason, offset: Int) {
        let expected = JSONError(reason: reason, offset: offset)
        #expect(throws: expected) { try JSONDocument(parsing: text) }
        #expect(throws: expected) {
            var scanner = JSONScanner()
            let bytes = Array(text.utf8)
            try scanner.skipValue(bytes.span)
            try scanner.end(bytes.span)
        }
    }

    @Test(
        "Bytes that are no UTF-8 are refused where they begin",
        arguments: [
            ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xC3, 0x22], 2), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0xC0, 0xAF, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0xFF, 0xFE, 0x5B, 0x00], 0),
        ] as [([UInt8], Int)])
    func rejectsInvalidUTF8(bytes: [UInt8], offset: Int) {
        #expect(throws: JSONError(reason: .invalidUTF8, offset: offset)) { try JSONDocument(parsing: bytes) }
    }

    @Test("Nesting up to the limit is read, one more is refused at its bracket")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let limits = JSONLimits(depth: 5)
        #expect(throws: Never.self) { try JSONDocument(parsing: nested(5), limits: limits) }
        #expect(throws: JSONError(reason: .tooDeep, offset: 5)) { try JSONDocument(parsing: nested(6), limits: limits) }
        #expect(throws: Never.self) { try JSONDocument(parsing: nested(128)) }
        #expect(throws: JSONError(reason: .tooDeep, offset: 128)) { try JSONDocument(parsing: nested(100_000)) }
        let mixed = "{\"a\":[{\"b\":[{\"c\":[]}]}]}"
        #expect(throws: JSONError(reason: .tooDeep, offset: 17)) { try JSONDocument(parsing: mixed, limits: limits) }
        let siblings = "[" + String(repeating: "[[[[]]]],", count: 50) + "0]"
        #expect(throws: Never.self) { try JSONDocument(parsing: siblings, limits: limits) }
    }

    @Test("The number of values and of bytes is limited")
    func limits() {
        #expect(throws: Never.self) { try JSONDocument(parsing: "[1,{\"a\":2}]", limits: JSONLimits(values: 5)) }
        #expect(throws: JSONError(reason: .tooManyValues, offset: 8)) {
            try JSONDocument(parsing: "[1,{\"a\":2}]", limits: JSONLimits(values: 4))
        }
        #expect(throws: Never.self) { try JSONDocument(parsing: "[1]", limits: JSONLimits(bytes: 3)) }
        #expect(throws: JSONError(reason: .tooLarge, offset: 2)) {
            try JSONDocument(parsing: "[1]", limits: JSONLimits(bytes: 2))
        }
    }

    @Test("An error names its reason and its byte")
    func description() {
        #expect(JSONError(reason: .invalidNumber, offset: 3).description == "invalid number at byte 3")
    }

    @Test("Random bytes never trap, and document and scanner agree", arguments: 0..<8 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(#"{}[]",:\u0123eE+-.ntrfalsu 🙂"#.utf8) + [0x00, 0x0A, 0xFF]
        for _ in 0..<2000 {
            let bytes = random.bytes(upTo: 24, from: alphabet)
            let whole = Result { try JSONDocument(parsing: bytes) }
            var scanner = JSONScanner()
            let skipped = Result {
                try scanner.skipValue(bytes.span)
                try scanner.end(bytes.span)
            }
            guard bytes.span.firstInvalidByte == nil else { continue }
            let isSkipped = (try? skipped.get()) != nil
            #expect(((try? whole.get()) != nil) == isSkipped, "\(bytes)")
        }
    }
}
