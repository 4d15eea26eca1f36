import Testing

@testable import ollama_openai_proxy

/// What the model is shown of a schema and what its arguments are held against say the same.
struct SchemaAgreementTests {
    /// A schema, and arguments that are right by it.
    struct Valid: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let arguments: [String]

        init(_ symptom: String, _ schema: String, _ arguments: String...) {
            testDescription = symptom
            self.schema = schema
            self.arguments = arguments
        }

        /// Of one property `p`, and its values.
        init(property symptom: String, _ schema: String, _ values: String...) {
            testDescription = symptom
            self.schema = #"{"type":"object","properties":{"p":"# + schema + "}}"
            arguments = values.map { #"{"p":"# + $0 + "}" }
        }
    }

    static let valid = [
        Valid(
            property: "a tuple, behind which anything may follow",
            #"{"type":"array","prefixItems":[{"type":"number"},{"type":"string"}]}"#, #"[1.5,"a"]"#, "[]", "[2]",
            #"[1,"a",{"more":true},null]"#),
        Valid(
            property: "a tuple of draft 7, behind which anything may follow",
            #"{"items":[{"type":"integer"},{"type":"boolean"}]}"#, #"[1,true,"more"]"#, "[7]"),
        Valid(
            property: "a tuple with a schema for what follows",
            #"{"prefixItems":[{"type":"integer"}],"items":{"type":"string"}}"#, #"[1,"a","b"]"#),
        Valid(
            property: "a tuple of draft 7 with a schema for what follows",
            #"{"items":[{"type":"integer"}],"additionalItems":{"type":"string"}}"#, #"[1,"a","b"]"#),
        Valid(
            property: "a tuple that ends", #"{"prefixItems":[{"type":"integer"},{"type":"null"}],"items":false}"#,
            "[1,null]", "[1]"),
        Valid(
            property: "a tuple that ends by its number",
            #"{"items":[{"type":"integer"},{"type":"string"}],"minItems":2,"maxItems":2}"#, #"[1,"a"]"#),
        Valid(
            property: "a number that leaves room behind the tuple",
            #"{"items":[{"type":"integer"}],"maxItems":2}"#, #"[1,"a"]"#),
        Valid(
            property: "anything, and nothing, among a tuple's elements",
            #"{"prefixItems":[true,{"type":"integer"},false]}"#, #"["a",1]"#, "[[]]"),
        Valid(
            property: "what is said of further elements where there is no tuple",
            #"{"items":{"type":"integer"},"additionalItems":false}"#, "[1,2]"),
        Valid(property: "an empty tuple", #"{"prefixItems":[],"items":{"type":"integer"}}"#, "[1]", "[]"),
        Valid(
            property: "a tuple in allOf, of which the elements beside it know nothing",
            #"{"allOf":[{"prefixItems":[{"const":"a"},true]}],"items":{"type":["string","integer"]}}"#, #"["a",1,"b"]"#),
        Valid(
            property: "a tuple inside a tuple",
            #"{"prefixItems":[{"prefixItems":[{"type":"integer"}]},{"type":"string"}]}"#, #"[[1,"x"],"a",2]"#),
        Valid(
            "the whole schema inside itself, which is no object everywhere",
            ##"{"properties":{"next":{"$ref":"#"}}}"##, #"{"next":false}"#, #"{"next":{"next":[1]}}"#),
        Valid(
            "a schema inside itself that names no type",
            ##"{"properties":{"a":{"$ref":"#/$defs/N"}},"$defs":{"N":{"properties":{"n":{"$ref":"#/$defs/N"}}}}}"##,
            #"{"a":{"n":"leaf"}}"#, #"{"a":3}"#),
        Valid(
            "a schema inside itself that may be null",
            ##"{"properties":{"a":{"$ref":"#/$defs/N"}},"$defs":{"N":{"type":"object","nullable":true,"properties":{"n":{"$ref":"#/$defs/N"}}}}}"##,
            #"{"a":{"n":null}}"#, #"{"a":{"n":{"n":null}}}"#),
        Valid(
            "lists inside lists",
            ##"{"properties":{"a":{"$ref":"#/$defs/L"}},"$defs":{"L":{"type":"array","items":{"anyOf":[{"type":"string"},{"$ref":"#/$defs/L"}]}}}}"##,
            #"{"a":["x",["y",["z"]]]}"#),
        Valid(
            "alternatives, merged parts and references together",
            ##"{"type":"object","properties":{"a":{"oneOf":[{"allOf":[{"$ref":"#/definitions/S"}]},{"items":[{"$ref":"#/definitions/S"}]}]}},"definitions":{"S":{"type":["string","null"]}}}"##,
            #"{"a":null}"#, #"{"a":["x",1]}"#),
    ]

    private func parsed(_ text: String) throws -> JSONValue { try JSONDocument(parsing: text).root }

    private func lowered(_ schema: String) throws -> String {
        var json = JSONWriter()
        SchemaLowering.write(try parsed(schema), into: &json)
        return json.buffer.text
    }

    @Test("What is right by the client's schema is right by the one that the model is shown", arguments: valid)
    func staysValid(sample: Valid) throws {
        let shown = try lowered(sample.schema)
        for arguments in sample.arguments {
            let value = try parsed(arguments)
            #expect(ToolSchema(try parsed(sample.schema)).fits(value), "\(arguments)")
            #expect(ToolSchema(try parsed(shown)).fits(value), "\(arguments) \(shown)")
            #expect(SchemaCoercion.coerce(arguments, to: ToolSchema(try parsed(sample.schema))) == nil)
        }
    }

    @Test("Whatever fits a client's schema fits the lowered one", arguments: SchemaCoercionCases.all)
    func staysFitting(sample: SchemaCoercionCases.Case) throws {
        let schema = try parsed(sample.schema)
        // Of the outermost object Ollama keeps no alternatives: the properties of all are offered together.
        guard schema["anyOf"] == nil, schema["oneOf"] == nil else { return }
        let (asked, shown) = (ToolSchema(schema), ToolSchema(try parsed(lowered(sample.schema))))
        for arguments in SchemaCoercionCases.all.flatMap({ [$0.arguments, $0.expected ?? "{}"] }) {
            let value = try parsed(arguments)
            if value.kind == .object, asked.fits(value) { #expect(shown.fits(value), "\(arguments)") }
        }
    }

    @Test("What is told of a tuple's elements")
    func tuples() throws {
        let cases = [
            (
                #"{"prefixItems":[{"type":"number"},{"type":"number"}],"maxItems":2}"#,
                #"{"description":"max items: 2","items":{"type":"number"}}"#
            ),
            (
                #"{"prefixItems":[{"type":"number"}],"items":{"type":"string"}}"#,
                #"{"items":{"anyOf":[{"type":"number"},{"type":"string"}]}}"#
            ),
            (#"{"prefixItems":[{"type":"number"}]}"#, #"{"items":{"anyOf":[{"type":"number"},{}]}}"#),
            (#"{"prefixItems":[true,false],"items":false}"#, #"{"items":{}}"#),
            (#"{"prefixItems":[false]}"#, "{}"),
        ]
        for (schema, expected) in cases {
            let whole = try lowered(#"{"type":"object","properties":{"p":"# + schema + "}}")
            #expect(try parsed(whole)["properties"]?["p"]?.rawText == expected, "\(schema)")
        }
    }

    @Test(
        "A reference means the same whether it is shown or checked",
        arguments: [
            ##"{"properties":{"p":{"$ref":"#/definitions/Size"}},"$defs":{"Size":{"type":"integer"}}}"##,
            ##"{"properties":{"p":{"$ref":"#/$defs/Size"}},"definitions":{"Size":{"type":"integer"}}}"##,
            ##"{"properties":{"p":{"$ref":"#/$defs/Size","$defs":{"Size":{"type":"integer"}}}}}"##,
            ##"{"properties":{"p":{"$ref":"#/$defs/Size"},"o":{"properties":{},"$defs":{"Size":{"type":"integer"}}}}}"##,
            ##"{"properties":{"p":{"$ref":"shapes.json#/definitions/Size"}},"definitions":{"Size":{"type":"integer"}}}"##,
            ##"{"properties":{"p":{"$ref":"Size"}},"$defs":{"Size":{"allOf":[{"$ref":"#/$defs/Number"}]},"Number":{"type":"integer"}}}"##,
            ##"{"properties":{"p":{"$ref":"#/$defs/a~1b~01%20c"}},"$defs":{"a/b~1 c":{"type":"integer"}}}"##,
            ##"{"properties":{"p":{"$ref":"#/properties/q/anyOf/1"},"q":{"anyOf":[{"type":"null"},{"type":"integer"}]}}}"##,
            ##"{"properties":{"p":{"$ref":"#/properties//x"},"":{"x":{"type":"integer"}}}}"##,
            ##"{"properties":{"p":{"$ref":"#/$defs/deep"},"o":{"items":[{"$defs":{"deep":{"type":"integer"}}}]}}}"##,
        ])
    func references(schema: String) throws {
        let shown = try parsed(lowered(schema))["properties"]?["p"]
        #expect(shown?["type"]?.string == "integer")
        #expect(SchemaCoercion.coerce(#"{"p":"5"}"#, to: ToolSchema(try parsed(schema))) == #"{"p":5}"#)
    }

    @Test("Of two definitions of one name the outermost counts, shown and checked")
    func outermost() throws {
        let schema =
            ##"{"properties":{"o":{"definitions":{"A":{"type":"string"}}},"p":{"$ref":"x#/definitions/A"}},"definitions":{"A":{"type":"integer"}}}"##
        #expect(try parsed(lowered(schema))["properties"]?["p"]?["type"]?.string == "integer")
        #expect(SchemaCoercion.coerce(#"{"p":"5"}"#, to: ToolSchema(try parsed(schema))) == #"{"p":5}"#)
    }
}
