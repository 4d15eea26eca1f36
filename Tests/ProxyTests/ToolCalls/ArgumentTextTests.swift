import Testing

@testable import ollama_openai_proxy

struct ArgumentTextTests {
    struct Output: Equatable {
        var text: String
        var isClosed: Bool
        var trailing: String
    }

    private func gather(_ pieces: [String]) -> Output {
        var text = ArgumentText()
        var trailing = ""
        for piece in pieces { trailing += text.append(piece) }
        return Output(text: text.text, isClosed: text.isClosed, trailing: trailing)
    }

    @Test(
        "The text closes with its first value, and any cut agrees",
        arguments: [
            (#"{}"#, #"{}"#, true, ""),
            (#"{"a":{"b":[1,{}]}}"#, #"{"a":{"b":[1,{}]}}"#, true, ""),
            (" \n{\"a\":1} \n", "{\"a\":1}", true, " \n"),
            (#"{"a":"}]\"\\"}}"#, #"{"a":"}]\"\\"}"#, true, "}"),
            (#"{"a":"\u007d\\\"}"}tail{"#, #"{"a":"\u007d\\\"}"}"#, true, "tail{"),
            (#"{"a":1}{"b":2}"#, #"{"a":1}"#, true, #"{"b":2}"#),
            (#"[1,[2]]]"#, #"[1,[2]]"#, true, "]"),
            (#"{]x"#, #"{]"#, true, "x"),
            (#"{"a" 1 } "#, #"{"a" 1 }"#, true, " "),
            (#""a\"{b"c"#, #""a\"{b""#, true, "c"),
            ("null ", "null", true, " "),
            ("nullnull", "null", true, "null"),
            ("nul", "nul", false, ""),
            ("nxll", "nxll", false, ""),
            ("nnull", "nnull", false, ""),
            ("42 {}", "42 {}", false, ""),
            ("true", "true", false, ""),
            ("```{}```", "```{}```", false, ""),
            (#"{"a":"#, #"{"a":"#, false, ""),
            (#"{"a":"}"#, #"{"a":"}"#, false, ""),
            ("", "", false, ""),
            (" \t\r\n", "", false, ""),
            (#"{"ä":"🙂"}é"#, #"{"ä":"🙂"}"#, true, "é"),
        ])
    func closes(whole: String, text: String, isClosed: Bool, trailing: String) {
        let expected = Output(text: text, isClosed: isClosed, trailing: trailing)
        #expect(gather([whole]) == expected)
        for cut in whole.unicodeScalars.indices {
            #expect(gather([String(whole[..<cut]), String(whole[cut...])]) == expected)
        }
        #expect(gather(whole.unicodeScalars.map { String($0) }) == expected)
        #expect(gather(["", whole, ""]) == expected)
    }

    @Test(
        "Only a complete object is an object, however it came; blank text and null are the empty one",
        arguments: [
            (#"{"a": 1.00}"#, #"{"a": 1.00}"#), (" {} ", "{}"), ("", "{}"), ("null", "{}"), ("nul", nil), ("[]", nil),
            (#""{}""#, nil), ("1", nil), (#"{"a":1"#, nil), ("{]", nil), ("{a:1}", nil), (#"{"a":"\x"}"#, nil),
            (#"{"a":1,}"#, nil), ("{\"a\":\"\n\"}", nil),
        ] as [(String, String?)])
    func object(whole: String, object: String?) {
        for pieces in [[whole], whole.map { String($0) }] {
            var text = ArgumentText()
            for piece in pieces { _ = text.append(piece) }
            #expect((text.error == nil) == (object != nil))
            if text.isObject { #expect(text.text == object) }
        }
    }

    @Test("What is wrong is told with its byte")
    func failure() {
        var text = ArgumentText()
        _ = text.append(#" {"a":}"#)
        #expect(text.error == JSONError(reason: .unexpectedByte, offset: 5))
    }

    @Test("A long text in small pieces takes time in proportion to its length")
    func longText() throws {
        let whole = #"{"content":""# + String(repeating: #"line {\"of\"} [text]\n"#, count: 40_000) + #""}"#
        var text = ArgumentText()
        var rest = whole[...]
        while !rest.isEmpty {
            #expect(!text.isClosed)
            #expect(text.append(String(rest.prefix(100))).isEmpty)
            rest = rest.dropFirst(100)
        }
        #expect(text.isClosed)
        #expect(text.isObject && text.text == whole)
    }
}
