import Testing

@testable import ollama_openai_proxy

struct SchemaLoweringTests {
    private func lowered(_ text: String) throws -> String {
        try Self.lowered(JSONDocument(parsing: text).root)
    }

    private static func lowered(_ schema: JSONValue?) -> String {
        var writer = JSONWriter()
        SchemaLowering.write(schema, into: &writer)
        return writer.buffer.text
    }

    /// What must hold of any schema whatsoever.
    private func expectLaws(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let lowered = try lowered(text)
        #expect(throws: Never.self, sourceLocation: sourceLocation) { try OllamaSchemaDecoder.decode(lowered) }
        #expect(try OllamaSchemaDecoder.lost(in: lowered) == [], sourceLocation: sourceLocation)
        #expect(try self.lowered(lowered) == lowered, "twice", sourceLocation: sourceLocation)
        #expect(lowered.utf8.count <= 6 * text.utf8.count + 20_000, sourceLocation: sourceLocation)
    }

    @Test("Reported shapes reach Ollama with their meaning", arguments: SchemaCases.all)
    func cases(_ example: SchemaCase) throws {
        #expect(try lowered(example.schema) == example.lowered)
        try expectLaws(example.schema)
    }

    @Test("A schema in Ollama's own form leaves byte for byte", arguments: SchemaCases.verbatim)
    func verbatim(schema: String) throws {
        #expect(try lowered(schema) == schema)
        try expectLaws(schema)
    }

    @Test("Without parameters, or with what is no schema, the function takes nothing")
    func missing() throws {
        let empty = #"{"type":"object","properties":{}}"#
        #expect(Self.lowered(nil) == empty)
        for text in ["{}", "[]", "true", "false", "null", "3", #""object""#, #"[{"type":"object"}]"#] {
            #expect(try lowered(text) == empty)
        }
    }

    @Test("The unmended shapes are indeed refused or lose something: the checker sees it")
    func checker() throws {
        for text in SchemaCases.refused {
            #expect(throws: OllamaSchemaDecoder.Refusal.self) { try OllamaSchemaDecoder.decode(text) }
            try expectLaws(text)
        }
        #expect(
            try OllamaSchemaDecoder.lost(
                in:
                    ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/A"},"b":{"items":{"format":"x"}}},"oneOf":[]}"##
            )
                == ["properties.a.$ref", "properties.b.items.format", "oneOf"])
    }

    @Test("The same schema gives the same bytes, however often")
    func deterministic() throws {
        for example in SchemaCases.all {
            let first = try lowered(example.schema)
            for _ in 0..<3 { #expect(try lowered(example.schema) == first) }
        }
    }

    // MARK: Hostile schemas

    private func reference(_ name: String) -> String { ##"{"$ref":"#/$defs/\##(name)"}"## }

    /// An object with one member for each number, as JSON text.
    private func object(_ count: Int, _ member: (Int) -> (name: String, value: String)) -> String {
        let members = (0..<count).map(member).map { "\"\($0.name)\":\($0.value)" }
        return "{" + members.joined(separator: ",") + "}"
    }

    private func array(_ count: Int, _ element: (Int) -> String) -> String {
        "[" + (0..<count).map(element).joined(separator: ",") + "]"
    }

    @Test("References that double at every step stay bounded, and no property is lost")
    func exponential() throws {
        let definitions = object(41) { step in
            let next = reference("d\(step + 1)")
            return ("d\(step)", step == 40 ? "{}" : #"{"properties":{"l":\#(next),"r":\#(next)}}"#)
        }
        let text =
            #"{"properties":{"x":\#(reference("d0")),"y":{"type":"string","title":"Y"}},"$defs":\#(definitions)}"#
        try expectLaws(text)
        let result = try JSONDocument(parsing: lowered(text)).root
        #expect(result["properties"]?["x"]?["properties"]?["l"] != nil)
        #expect(result["properties"]?["y"]?.rawText == #"{"type":"string","description":"Y"}"#)
    }

    @Test("allOf that doubles at every step without any text ends")
    func exponentialMerge() throws {
        let definitions = object(41) { step in
            let next = reference("d\(step + 1)")
            return ("d\(step)", step == 40 ? "{}" : #"{"allOf":[\#(next),\#(next)]}"#)
        }
        try expectLaws(#"{"properties":{"x":\#(reference("d0"))},"$defs":\#(definitions)}"#)
        try expectLaws(#"{"allOf":[\#(reference("d0"))],"$defs":\#(definitions)}"#)
    }

    @Test("Thirty types that all refer to each other keep every property")
    func mutual() throws {
        let members = object(30) { ("t\($0)", reference("T\($0)")) }
        let definitions = object(30) {
            ("T\($0)", #"{"type":"object","description":"Node \#($0)","properties":\#(members)}"#)
        }
        let text = #"{"type":"object","properties":\#(members),"$defs":\#(definitions)}"#
        try expectLaws(text)
        let lowered = try lowered(text)
        let properties = try #require(JSONDocument(parsing: lowered).root["properties"])
        #expect(properties.members.map { $0.key.string } == (0..<30).map { "t\($0)" })
        #expect(properties.members.allSatisfy { $0.value["type"]?.string == "object" })
        for type in 0..<30 { #expect(lowered.contains(#""description":"Node \#(type)""#)) }
    }

    @Test(
        "References in circles end",
        arguments: [
            ##"{"$ref":"#"}"##, ##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##,
            ##"{"allOf":[{"$ref":"#"},{"$ref":"#/allOf/1"}]}"##, ##"{"anyOf":[{"$ref":"#"}]}"##,
            ##"{"properties":{"a":{"$ref":"#/properties/b"},"b":{"$ref":"#/properties/a"}}}"##,
            ##"{"properties":{"a":{"items":{"$ref":"#/properties/a"}}}}"##,
            ##"{"properties":{"a":{"additionalProperties":{"$ref":"#/properties/a"}}}}"##,
            ##"{"oneOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"oneOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]}}}"##,
        ])
    func circles(text: String) throws {
        try expectLaws(text)
    }

    @Test(
        "Schemas inside each other end at a depth",
        arguments: ["properties", "items", "anyOf", "oneOf", "allOf", "additionalProperties"])
    func deep(keyword: String) throws {
        let (open, close) =
            switch keyword {
            case "properties": (#"{"properties":{"p":"#, "}}")
            case "items", "additionalProperties": (#"{"\#(keyword)":"#, "}")
            default: (#"{"\#(keyword)":["#, "]}")
            }
        for levels in [10, 17, 40, 60] {
            let nested =
                String(repeating: open, count: levels) + #"{"type":"string"}"# + String(repeating: close, count: levels)
            try expectLaws(nested)
            try expectLaws(#"{"type":"object","properties":{"a":"# + nested + #","b":{"const":1}}}"#)
        }
    }

    @Test("Wide schemas end promptly")
    func wide() throws {
        let many = 5_000
        let one = reference("d")
        for text in [
            #"{"properties":\#(object(many) { ("p\($0)", #"{"const":\#($0)}"#) })}"#,
            #"{"oneOf":\#(array(many) { #"{"properties":{"p":{"const":\#($0)}},"required":["p"]}"# })}"#,
            #"{"allOf":\#(array(many) { #"{"required":["p\#($0)"]}"# })}"#,
            #"{"properties":\#(object(many) { ("p\($0)", reference("../properties/p\($0 + 1)")) })}"#,
            #"{"properties":\#(object(many) { ("p\($0)", ##"{"$ref":"#/properties/p\##($0 + 1)"}"##) })}"#,
            #"{"properties":{"a":{"allOf":\#(array(many) { _ in one })}},"$defs":{"d":{"x":\#(array(many) { "\($0)" })}}}"#,
            #"{"properties":{"a":{"anyOf":\#(array(many) { _ in one })}},"$defs":{"d":{"title":"x","enum":\#(array(many) { "\($0)" })}}}"#,
            #"{"properties":{"a":{"allOf":\#(array(many) { _ in one })}},"$defs":{"d":{"required":\#(array(many) { _ in "\"a\"" })}}}"#,
        ] {
            try expectLaws(text)
        }
    }

    @Test("Whatever the schema, Ollama takes all of it", arguments: 0..<8 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 { try expectLaws(RandomSchema.value(depth: 5, &random)) }
    }

    @Test("Cases with a piece swapped for another stay lawful", arguments: 0..<4 as Range<UInt64>)
    func mutated(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = ["true", "[]", "{}", "null", #""object""#, ##"{"$ref":"#"}"##, "1e999", #"["a",1]"#]
        for example in SchemaCases.all {
            let document = try JSONDocument(parsing: example.schema)
            var ranges: [Range<Int>] = []
            func walk(_ value: JSONValue) {
                ranges.append(value.rawRange)
                for (_, member) in value.members { walk(member) }
                for element in value.elements { walk(element) }
            }
            walk(document.root)
            for _ in 0..<5 {
                let range = try #require(ranges.randomElement(using: &random))
                var bytes = document.bytes
                bytes.replaceSubrange(range, with: Array(try #require(pieces.randomElement(using: &random)).utf8))
                try expectLaws(String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}

/// Schemas of keywords with values that fit them or do not.
private enum RandomSchema {
    private static let keywords = SchemaKeyword.allCases.map(\.rawValue) + ["x-y", "Type", "REQUIRED"]
    private static let scalars = [
        "true", "false", "null", "1", "-0.5", "1e400", #""object""#, #""string""#, #""""#, ##""#/$defs/a""##, ##""#""##,
        #""a""#, #"["a","b"]"#, #"["object","null"]"#, "[]", "{}", #"[1,null]"#,
    ]

    static func value(depth: Int, _ random: inout SeededGenerator) -> String {
        guard depth > 0, Int.random(in: 0..<4, using: &random) > 0 else { return pick(scalars, &random) }
        if Int.random(in: 0..<5, using: &random) == 0 {
            let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1, &random) }
            return "[" + elements.joined(separator: ",") + "]"
        }
        let isMap = Int.random(in: 0..<3, using: &random) == 0
        let members = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            #""\#(isMap ? pick(["a", "b", "type", "$ref"], &random) : pick(keywords, &random))":"#
                + value(depth: depth - 1, &random)
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func pick(_ values: [String], _ random: inout SeededGenerator) -> String {
        values[Int.random(in: values.indices, using: &random)]
    }
}
