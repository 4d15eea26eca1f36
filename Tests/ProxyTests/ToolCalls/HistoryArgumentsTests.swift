import Testing

@testable import ollama_openai_proxy

struct HistoryArgumentsTests {
    @Test(
        "A text that is an object stays byte for byte",
        arguments: [
            "{}", #"{"a":1}"#, #"{ "b" : 1.00, "a" : "\u0041\/" }"#, #"{"n":123456789012345678901234567890}"#,
            #"{"a":1,"a":2}"#, #"{"a":{"b":[null,true,"}"]}}"#, " \n{\"a\":1}\t",
        ])
    func keeps(text: String) {
        #expect(HistoryArguments.object(from: text) == text)
    }

    @Test(
        "Blank text and null are a call without arguments",
        arguments: ["", " ", "\n\t\r ", "null", " null\n", #""""#, #""null""#])
    func empty(text: String) {
        #expect(HistoryArguments.object(from: text) == "{}")
    }

    @Test(
        "An object inside a string is unwrapped, twice at most",
        arguments: [
            (#""{\"a\":1}""#, #"{"a":1}"#),
            (#" "{\"a\": \"\\n\"}" "#, #"{"a": "\n"}"#),
            (#""\"{\\\"a\\\":1}\"""#, #"{"a":1}"#),
        ])
    func unwraps(text: String, object: String) {
        #expect(HistoryArguments.object(from: text) == object)
    }

    @Test(
        "What is nearly an object is repaired",
        arguments: [
            ("{a:1}", #"{"a":1}"#), ("```json\n{}\n```", "{}"), (#"{'a': 'b',}"#, #"{"a": "b" }"#),
            (#"[{"a":1}]"#, #"{"a":1}"#),
        ])
    func repairs(text: String, object: String) {
        #expect(HistoryArguments.object(from: text) == object)
    }

    @Test(
        "Anything else is kept as text, and reads back as it was",
        arguments: [
            "[1]", "1", "true", "nul", "nullx", #"{"a":"#, #"{"a":1}}"#, #"{"a":1} x"#,
            "ls -la \"x\"\n\\ \u{1}🙂",
            #""just text""#, #""[1]""#, #""unclosed"#, #""\"\\\"{}\\\"\"""#, "\u{FEFF}{}",
            String(repeating: "[", count: 10_000), #"{"a":"# + String(repeating: "[", count: 500),
        ])
    func wraps(text: String) throws {
        let root = try JSONDocument(parsing: HistoryArguments.object(from: text)).root
        #expect(root.members.map { $0.key.string } == ["_unparsed"])
        #expect(root["_unparsed" as StaticString]?.string == text)
    }

    @Test(
        "Whatever the text, the outcome is an object, and doing it again changes nothing",
        arguments: 0..<5 as Range<UInt64>)
    func alwaysObject(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(#"{}[]",:\nul1 é"#.utf8)
        for _ in 0..<1000 {
            let text = String(decoding: random.bytes(upTo: 16, from: alphabet), as: UTF8.self)
            let object = HistoryArguments.object(from: text)
            #expect(try JSONDocument(parsing: object).root.kind == .object)
            #expect(HistoryArguments.object(from: object) == object)
        }
    }
}
