import Testing

@testable import ollama_openai_proxy

struct ToolSchemaTests {
    struct Case: Sendable {
        let schema: String
        let fitting: [String]
        let others: [String]

        init(_ schema: String, fits fitting: [String] = [], not others: [String] = []) {
            self.schema = schema
            self.fitting = fitting
            self.others = others
        }
    }

    static let cases = [
        Case(
            #"{"type":"integer"}"#, fits: ["5", "-0", "5.0", "1e2", "123456789012345678901234567890"],
            not: ["5.5", #""5""#, "true", "null"]),
        Case(#"{"type":"number"}"#, fits: ["5", "5.5"], not: [#""5""#, "[5]"]),
        Case(#"{"type":"null"}"#, fits: ["null"], not: ["0", "{}"]),
        Case(#"{"type":["string","null"]}"#, fits: [#""""#, "null"], not: ["1", "{}"]),
        Case(#"{"type":[]}"#, fits: ["1", "null"]),
        Case(#"{"type":"string","nullable":true}"#, fits: ["null", #""x""#], not: ["1"]),
        Case(
            #"{"enum":["a",1,null,true]}"#, fits: [#""a""#, #""\u0061""#, "1", "1.0", "null", "true"],
            not: [#""b""#, "2", "false"]),
        Case(#"{"const":"x"}"#, fits: [#""x""#], not: [#""y""#, "1"]),
        Case(#"{"enum":[{"a":1}]}"#, fits: [#"{"b":2}"#], not: ["1"]),
        Case("true", fits: ["1", "null"]),
        Case("false", not: ["1", "null", "{}"]),
        Case(#"{"items":{"type":"integer"}}"#, fits: ["[]", "[1,2]", "{}", "5"], not: [#"[1,"2"]"#]),
        Case(
            #"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}"#, fits: [#"["a",1]"#, "[]"],
            not: ["[1]", #"["a","b"]"#]),
        Case(#"{"items":[{"type":"string"}]}"#, fits: [#"["a",1]"#], not: ["[1]"]),
        Case(#"{"items":false}"#, fits: ["[]"], not: ["[1]"]),
        Case(
            #"{"properties":{"a":{"type":"string"}}}"#, fits: ["{}", #"{"a":"x","b":1}"#, "5"],
            not: [#"{"a":1}"#, #"{"b":2,"a":1}"#]),
        Case(#"{"required":["a"]}"#, fits: [#"{"a":null}"#, "5"], not: ["{}", #"{"b":1}"#]),
        Case(#"{"additionalProperties":false,"properties":{"a":{}}}"#, fits: [#"{"a":1}"#], not: [#"{"b":1}"#]),
        Case(#"{"additionalProperties":{"type":"string"}}"#, fits: [#"{"a":"x"}"#], not: [#"{"a":1}"#]),
        Case(#"{"properties":{"a\/b":{"type":"string"}}}"#, fits: [#"{"a/b":"x"}"#], not: [#"{"a\u002fb":1}"#]),
        Case(#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, fits: ["1", #""x""#], not: ["null", "1.5"]),
        Case(#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#, fits: ["1", "1.5"], not: [#""x""#]),
        Case(#"{"anyOf":[]}"#, fits: ["1"]),
        Case(
            #"{"allOf":[{"required":["a"]},{"required":["b"]}]}"#, fits: [#"{"a":1,"b":2}"#],
            not: [#"{"a":1}"#, #"{"b":1}"#]),
        Case(##"{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}"##, fits: [#""x""#], not: ["1"]),
        Case(
            ##"{"type":"object","properties":{"n":{"$ref":"#"}},"required":["v"]}"##, fits: [#"{"v":1,"n":{"v":1}}"#],
            not: [#"{"v":1,"n":{}}"#]),
        Case(##"{"$ref":"#"}"##, fits: ["1"]),
        Case(##"{"$ref":"#/nowhere"}"##, fits: ["1"]),
        Case(##"{"$ref":"other.json"}"##, fits: ["1"]),
        Case(##"{"$ref":"#/$defs/~01~1%25","$defs":{"~1/%":{"type":"string"}}}"##, fits: [#""x""#], not: ["1"]),
        Case(#"{"minimum":3,"pattern":"x","not":{},"if":{},"unknown":[1]}"#, fits: ["1", #""a""#]),
        Case(
            #"{"type":{"a":1},"enum":5,"properties":7,"required":"a","items":3,"anyOf":{"a":1}}"#,
            fits: ["1", "{}", "[1]"]),
    ]

    @Test("A value fits when it has the kinds that the schema asks for", arguments: cases)
    func fits(sample: Case) throws {
        let schema = ToolSchema(try JSONDocument(parsing: sample.schema).root)
        for text in sample.fitting { #expect(schema.fits(try JSONDocument(parsing: text).root), "\(text)") }
        for text in sample.others { #expect(!schema.fits(try JSONDocument(parsing: text).root), "\(text)") }
    }

    @Test("A schema inside a larger text is the root of its own references")
    func ownRoot() throws {
        let request = try JSONDocument(
            parsing: ##"{"$defs":{"a":{"type":"string"}},"p":{"$ref":"#/$defs/a","$defs":{"a":{"type":"integer"}}}}"##)
        let inner: JSONValue = try #require(request.root["p"])
        let schema = ToolSchema(inner)
        #expect(schema.fits(try JSONDocument(parsing: "1").root))
        #expect(!schema.fits(try JSONDocument(parsing: #""x""#).root))
    }

    @Test("A schema that is too large accepts everything")
    func tooLarge() throws {
        let values = (0..<250_000).map(String.init).joined(separator: ",")
        let schema = ToolSchema(try JSONDocument(parsing: "{\"enum\":[\(values)]}").root)
        #expect(schema.root == ToolSchema.anything)
    }
}
