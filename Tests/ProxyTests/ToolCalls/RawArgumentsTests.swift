import Testing

@testable import ollama_openai_proxy

struct RawArgumentsTests {
    private static let definitions =
        ##""Text":{"type":"string"},"Kind":{"enum":["null","7"]},"Node":{"properties":{"v":{"$ref":"#/$defs/Text"}}}"##

    /// Schemas of a property `p`, the text of its value, and what that is as JSON.
    static let cases: [(schema: String, text: String, json: String)] = [
        (##"{"$ref":"#/$defs/Text"}"##, "null", #""null""#),
        (##"{"$ref":"#/$defs/Text"}"##, "true", #""true""#),
        (##"{"$ref":"#/$defs/Text"}"##, #"{"name": "x"}"#, #""{\"name\": \"x\"}""#),
        (##"{"$ref":"#/definitions/Text"}"##, "[1]", #""[1]""#),
        (##"{"allOf":[{"$ref":"#/$defs/Text"},{"minLength":1}]}"##, "12", #""12""#),
        (#"{"allOf":[{"type":"string"}],"default":""}"#, "null", #""null""#),
        (##"{"$ref":"#/$defs/Kind"}"##, "null", #""null""#),
        (##"{"anyOf":[{"$ref":"#/$defs/Text"},{"type":"null"}]}"##, "null", "null"),
        (##"{"anyOf":[{"$ref":"#/$defs/Text"},{"type":"null"}]}"##, "None", "null"),
        (##"{"anyOf":[{"$ref":"#/$defs/Text"},{"type":"null"}]}"##, "7", #""7""#),
        (##"{"$ref":"#/$defs/Text","nullable":true}"##, "null", "null"),
        (##"{"oneOf":[{"$ref":"#/$defs/Text"},{"type":"array"}]}"##, "[1]", "[1]"),
        (##"{"$ref":"#/$defs/Node"}"##, #"{"v":"x"}"#, #"{"v":"x"}"#),
        (##"{"$ref":"#/$defs/Missing"}"##, "5", "5"),
        (#"{"type":["string","integer"]}"#, "5", "5"),
        (#"{"type":["string","integer"]}"#, "5.5", #""5.5""#),
        (#"{"type":["string","number"]}"#, "5.5", "5.5"),
        (#"{"type":"boolean"}"#, "True", "true"),
        (#"{}"#, "True", #""True""#),
        (#"{}"#, "[1, 2]", "[1, 2]"),
    ]

    @Test("Raw text is typed by the schema, whatever that refers to", arguments: cases)
    func types(sample: (schema: String, text: String, json: String)) throws {
        for schema in [
            #"{"type":"object","properties":{"p":\#(sample.schema)},"$defs":{\#(Self.definitions)}}"#,
            ##"{"$ref":"#/$defs/In","$defs":{"In":{"allOf":[{"properties":{"p":\##(sample.schema)}}]},\##(Self.definitions)}}"##,
        ] {
            let tool = CallableTool(Tool("f", schema))
            let arguments = try RawArguments(of: tool).adding("p", sample.text)
            #expect(arguments.call.arguments == #"{"p":"# + sample.json + "}", "\(schema)")
        }
    }

    @Test("What is declared and required is found behind references, in parts and in alternatives")
    func declared() throws {
        let tool = CallableTool(
            Tool(
                "f",
                ##"{"$ref":"#/definitions/In","definitions":{"In":{"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"$ref":"#/definitions/More"}],"anyOf":[{"properties":{"c":{}},"required":["c"]},{"properties":{"d":{}}}]},"More":{"properties":{"b":{"$ref":"#"}},"required":["b"]}}}"##
            ))
        #expect(["a", "b", "c", "d"].allSatisfy(tool.declares))
        #expect(!tool.declares("e") && !tool.declares("definitions"))
        #expect(Set(tool.schema.required) == ["a", "b"])
        var arguments = RawArguments(of: tool)
        #expect(!arguments.areSufficient)
        for key in ["a", "b"] { arguments = try arguments.adding(key, "x") }
        #expect(arguments.areSufficient && arguments.lacks("c") && !arguments.lacks("a") && !arguments.lacks("e"))
    }

    @Test("A tool without parameters declares nothing and requires nothing")
    func nothing() throws {
        let tool = CallableTool(Tool("f"))
        #expect(!tool.declares("a") && RawArguments(of: tool).areSufficient)
        #expect(try RawArguments(of: tool).adding("a", "null").call.arguments == #"{"a":null}"#)
    }

    @Test("Schemas that lead in circles or fork at every step end soon")
    func bounded() {
        let forks = (0..<40).map {
            ##""d\##($0)":{"allOf":[{"$ref":"#/$defs/d\##($0 + 1)"},{"$ref":"#/$defs/d\##($0 + 1)"}]}"##
        }
        let schema = ##"{"$ref":"#/$defs/d0","$defs":{\##(forks.joined(separator: ",")),"d40":{"$ref":"#"}}}"##
        let tool = CallableTool(Tool("f", schema))
        #expect(!tool.declares("a") && tool.schema.required.isEmpty)
    }
}
