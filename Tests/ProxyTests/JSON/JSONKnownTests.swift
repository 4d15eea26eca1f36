import Testing

@testable import ollama_openai_proxy

/// Texts that are known, and are therefore not read again where they stand in another.
struct JSONKnownTests {
    private static let known = [
        #"[{"a":"x\u0041","b":[1,-2.5e3,{}]},null,true]"#, #"[{"a":"x\u0041"}]"#, "[]", "[\n 1 ]", #"["é🙂"]"#,
    ]

    /// All that can be asked of a value, in order.
    private func description(of value: JSONValue) -> [String] {
        ["\(value.kind) \(value.rawRange) \(value.rawText) \(value.string ?? "")"]
            + value.members.flatMap { description(of: $0.key) + description(of: $0.value) }
            + value.elements.flatMap { description(of: $0) }
    }

    private func documents() throws -> [JSONDocument] { try Self.known.map { try JSONDocument(parsing: $0) } }

    @Test(
        "A text is read alike whether parts of it are known or not",
        arguments: known.flatMap { text in
            [
                #"{"tools":\#(text),"m":[1]}"#, #"{"m":{"é":1}, "tools" :\#n\#(text) }"#, #"{"tools":\#(text)}"#,
                #"{"a":\#(text),"b":\#(text)}"#, #"{"a":{"b":\#(text)}}"#, #"[\#(text),\#(text)]"#, text,
                #"{"tools":[\#(text)]}"#, #"{"tools":[\#(text),1]}"#,
            ]
        })
    func alike(text: String) throws {
        let read = try JSONDocument(parsing: text)
        let compared = try JSONDocument(parsing: Array(text.utf8), known: documents())
        #expect(description(of: compared.root) == description(of: read.root))
    }

    @Test(
        "What follows a known text is read as strictly as ever",
        arguments: ["]", "x", ",", "}", #","b":}"#, #","b":01}"#, "\"", ""])
    func strict(rest: String) throws {
        for known in Self.known {
            let text = #"{"a":"# + known + rest
            var errors: [JSONError?] = []
            for documents in [[], try documents()] {
                do throws(JSONError) {
                    _ = try JSONDocument(parsing: Array(text.utf8), known: documents)
                    errors.append(nil)
                } catch {
                    errors.append(error)
                }
            }
            #expect(errors[0] == errors[1] && (errors[0] == nil) == (rest == "}"), "\(text)")
        }
    }

    @Test("Known values count like those that are read")
    func limits() throws {
        let text = Array(#"{"a":[1,2,3]}"#.utf8)
        let known = [try JSONDocument(parsing: "[1,2,3]")]
        #expect(throws: Never.self) { try JSONDocument(parsing: text, limits: JSONLimits(values: 6), known: known) }
        #expect(throws: JSONError.self) { try JSONDocument(parsing: text, limits: JSONLimits(values: 5), known: known) }
    }

    @Test("A copy of a value holds its bytes and no others")
    func copies() throws {
        for text in Self.known + [#""a\n""#, "12", #"{"k":[{}]}"#] {
            let document = try JSONDocument(parsing: #"{"before":[1,"é"],"v":\#(text),"after":{}}"#)
            let value = try #require(document.root["v"])
            let copy = JSONDocument(copying: value)
            #expect(String(decoding: copy.bytes, as: UTF8.self) == text)
            #expect(description(of: copy.root) == description(of: try JSONDocument(parsing: text).root))
            #expect(copy.isText(of: value))
            #expect(try !copy.isText(of: #require(document.root["before"])))
        }
    }
}
