/// Arguments whose values models wrote in the wrong type, with the schema they were written for.
enum SchemaCoercionCases {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let schema: String
        let arguments: String
        /// `nil`: they stay byte for byte.
        let expected: String?

        init(_ symptom: String, _ schema: String, _ arguments: String, _ expected: String? = nil) {
            description = symptom
            self.schema = schema
            self.arguments = arguments
            self.expected = expected
        }

        /// One property `a`.
        init(_ symptom: String, a schema: String, _ value: String, _ expected: String? = nil) {
            self.init(
                symptom, #"{"type":"object","properties":{"a":\#(schema)}}"#, #"{"a":\#(value)}"#,
                expected.map { #"{"a":\#($0)}"# })
        }

        /// One optional property `a`, which is left out.
        init(_ symptom: String, a schema: String, leavesOut value: String) {
            self.init(symptom, #"{"properties":{"a":\#(schema)}}"#, #"{"a":\#(value)}"#, "{}")
        }
    }

    static let all = scalars + containers + wrapping + absent + words + combined + untouched

    static let scalars = [
        Case("a number as text for an integer", a: #"{"type":"integer"}"#, #""5""#, "5"),
        Case("a negative number as text", a: #"{"type":"integer"}"#, #""-12""#, "-12"),
        Case("a number as text keeps its digits", a: #"{"type":"number"}"#, #""1.50""#, "1.50"),
        Case(
            "a long number as text keeps its digits", a: #"{"type":"integer"}"#, #""12345678901234567890""#,
            "12345678901234567890"),
        Case("an exponent as text", a: #"{"type":"number"}"#, #""1e3""#, "1e3"),
        Case("a fraction as text is no integer", a: #"{"type":"integer"}"#, #""5.5""#),
        Case("a fraction of zero is an integer", a: #"{"type":"integer"}"#, #""5.0""#, "5.0"),
        Case("words are no number", a: #"{"type":"integer"}"#, #""five""#),
        Case("a number with a unit is no number", a: #"{"type":"integer"}"#, #""5s""#),
        Case("JSON's grammar decides what is a number", a: #"{"type":"integer"}"#, #""+5""#),
        Case("blank text is no number", a: #"{"type":"integer"}"#, #""""#),
        Case("true as text", a: #"{"type":"boolean"}"#, #""true""#, "true"),
        Case("false as text", a: #"{"type":"boolean"}"#, #""false""#, "false"),
        Case("yes is no Boolean", a: #"{"type":"boolean"}"#, #""yes""#),
        Case("1 for a Boolean", a: #"{"type":"boolean"}"#, "1", "true"),
        Case("0 for a Boolean", a: #"{"type":"boolean"}"#, "0", "false"),
        Case("2 is no Boolean", a: #"{"type":"boolean"}"#, "2"),
        Case("1 where numbers are allowed too", a: #"{"type":["boolean","integer"]}"#, "1"),
        Case("Python's True as text", a: #"{"type":"boolean"}"#, #""True""#, "true"),
        Case("Python's False as text", a: #"{"type":["null","boolean"]}"#, #""False""#, "false"),
        Case("FALSE as text", a: #"{"type":"boolean"}"#, #""FALSE""#, "false"),
        Case("NULL as text where null is allowed", a: #"{"type":["null","integer"]}"#, #""NULL""#, "null"),
        Case("a word for nothing that is no literal", a: #"{"type":"null"}"#, #""nil""#),
        Case("words of literals where text is allowed", a: #"{"type":["boolean","string","null"]}"#, #""True""#),
        Case("a number for text", a: #"{"type":"string"}"#, "8080", #""8080""#),
        Case("a number for text keeps its digits", a: #"{"type":"string"}"#, "1.10", #""1.10""#),
        Case("a Boolean for text", a: #"{"type":"string"}"#, "true", #""true""#),
        Case("an object for text", a: #"{"type":"string"}"#, #"{"b": [1, "x\n"]}"#, #""{\"b\": [1, \"x\\n\"]}""#),
        Case("a list for text or null", a: #"{"type":["string","null"]}"#, "[ ]", #""[ ]""#),
        Case("an object for an optional text", a: #"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "{}", #""{}""#),
        Case("an object where text is one choice", a: #"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, "{}"),
        Case("an object where text is one type", a: #"{"type":["string","integer"]}"#, "{}"),
        Case("an object for one of several texts", a: #"{"type":"string","enum":["a"]}"#, "{}"),
        Case(
            "numbers and Booleans in a map of texts", a: #"{"type":"object","additionalProperties":{"type":"string"}}"#,
            #"{"PORT":8080,"DEBUG":true}"#, #"{"PORT":"8080","DEBUG":"true"}"#),
        Case("a list with its quotes escaped", a: #"{"type":"array"}"#, #""[{\\\"b\\\": 1}]""#, #"[{"b": 1}]"#),
        Case("a list with some quotes escaped", a: #"{"type":"array"}"#, #""[{\\\"b\": 1}]""#),
        Case(
            "a tuple of which one element cannot be mended",
            a: #"{"type":"array","items":[{"type":"integer"},{"type":"string"}]}"#, #"["x",1]"#),
        Case(
            "a tuple mended whole", a: #"{"type":"array","items":[{"type":"integer"},{"type":"string"}]}"#, #"["2",1]"#,
            #"[2,"1"]"#),
        Case(
            "half a surrogate pair in a name between members that are left out",
            #"{"properties":{"a":{"type":"string"},"b":{"type":"string"}}}"#, #"{ "a":null,"\ud800x":1,"b":null}"#,
            #"{ "\ud800x":1}"#),
        Case("an enum of numbers, the number as text", a: #"{"enum":[1,2,5]}"#, #""5""#, "5"),
        Case("an enum of numbers, another number as text", a: #"{"type":"integer","enum":[1,2]}"#, #""5""#),
        Case("an enum of texts, a number", a: #"{"type":"string","enum":["1","2"]}"#, "2", #""2""#),
        Case("an enum of texts, another number", a: #"{"enum":["1","2"]}"#, "3"),
        Case("a const number as text", a: #"{"const":7}"#, #""7""#, "7"),
        Case("an enum of Booleans as text", a: #"{"enum":[true]}"#, #""true""#, "true"),
        Case("an escaped number as text", a: #"{"type":"integer"}"#, #""\u0035""#, "5"),
        Case("a type array", a: #"{"type":["integer","boolean"]}"#, #""5""#, "5"),
        Case("a nullable type array", a: #"{"type":["integer","null"]}"#, #""5""#, "5"),
        Case("OpenAPI's nullable", a: #"{"type":"integer","nullable":true}"#, #""5""#, "5"),
    ]

    static let containers = [
        Case(
            "TodoWrite: the list as text", todoSchema,
            #"{"todos":"[{\"content\":\"a\",\"status\":\"pending\",\"id\":\"1\"}]"}"#,
            #"{"todos":[{"content":"a","status":"pending","id":"1"}]}"#),
        Case(
            "TodoWrite: the list as text, numbers for ids", todoSchema,
            #"{"todos":"[{\"content\":\"a\",\"status\":\"pending\",\"id\":1}]"}"#,
            #"{"todos":[{"content":"a","status":"pending","id":"1"}]}"#),
        Case(
            "TodoWrite: the list as Python prints it", todoSchema,
            #"{"todos":"[{'content': 'it\\'s', 'status': 'pending', 'id': '1'}]"}"#,
            #"{"todos":[{"content": "it's", "status": "pending", "id": "1"}]}"#),
        Case(
            "TodoWrite: closing tags behind the list", todoSchema,
            #"{"todos":"[{\"content\":\"a\",\"status\":\"pending\",\"id\":\"1\"}]</parameter>\n</invoke>"}"#,
            #"{"todos":[{"content":"a","status":"pending","id":"1"}]}"#),
        Case(
            "TodoWrite: each task as text", todoSchema,
            #"{"todos":["{\"content\":\"a\",\"status\":\"pending\",\"id\":\"1\"}"]}"#,
            #"{"todos":[{"content":"a","status":"pending","id":"1"}]}"#),
        Case(
            "TodoWrite: one task without a list", todoSchema,
            #"{"todos":{"content":"a","status":"pending","id":"1"}}"#,
            #"{"todos":[{"content":"a","status":"pending","id":"1"}]}"#),
        Case(
            "TodoWrite: one task as text without a list", todoSchema,
            #"{"todos":"{\"content\":\"a\",\"status\":\"pending\",\"id\":\"1\"}"}"#,
            #"{"todos":[{"content":"a","status":"pending","id":"1"}]}"#),
        Case(
            "TodoWrite: a list that was cut stays text", todoSchema, #"{"todos":"[{\"content\":\"a\",\"status\":"}"#),
        Case(
            "TodoWrite: a list with a status that does not exist stays text", todoSchema,
            #"{"todos":"[{\"content\":\"a\",\"status\":\"new\",\"id\":\"1\"}]"}"#),
        Case("an object as text", a: #"{"type":"object"}"#, #""{\"b\":1}""#, #"{"b":1}"#),
        Case("an object as text keeps its space", a: #"{"type":"object"}"#, #""{ \"b\" : 1.0 }""#, #"{ "b" : 1.0 }"#),
        Case("an object for a list stays text", a: #"{"type":"array","items":{"type":"integer"}}"#, #""{\"b\":1}""#),
        Case(
            "Python's list of texts", a: #"{"type":"array","items":{"type":"string"}}"#, #""['a', 'b']""#,
            #"["a", "b"]"#),
        Case(
            "a list of numbers as texts", a: #"{"type":"array","items":{"type":"integer"}}"#, #"["1", 2,"3"]"#,
            "[1, 2,3]"),
        Case(
            "Read: lines 10 to 20 as text", a: #"{"type":"array","items":{"type":"integer"}}"#, #""[10, 20]""#,
            "[10, 20]"),
        Case("an empty list as text", a: #"{"type":"array"}"#, #""[]""#, "[]"),
        Case(
            "a tuple", a: #"{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}]}"#, #"[1,"2","x"]"#,
            #"["1",2,"x"]"#),
        Case(
            "a tuple of draft 4", a: #"{"type":"array","items":[{"type":"string"},{"type":"integer"}]}"#,
            #"[1,"2","3"]"#,
            #"["1",2,"3"]"#),
        Case(
            "values of a map", a: #"{"type":"object","additionalProperties":{"type":"integer"}}"#, #"{"x":"1","y":2}"#,
            #"{"x":1,"y":2}"#),
        Case(
            "deep inside", a: #"{"properties":{"b":{"items":{"properties":{"c":{"type":"integer"}}}}}}"#,
            #"{"b":[{"c":"1"},{ "d":"2", "c":"3" }]}"#, #"{"b":[{"c":1},{ "d":"2", "c":3 }]}"#),
        Case(
            "two levels of text", a: #"{"type":"object","properties":{"b":{"type":"array"}}}"#, #""{\"b\":\"[1]\"}""#,
            #"{"b":[1]}"#),
    ]

    private static let todoSchema = #"""
        {"type":"object","properties":{"todos":{"type":"array","items":{"type":"object","properties":{
        "content":{"type":"string","minLength":1},"status":{"type":"string","enum":["pending","in_progress","completed"]},
        "id":{"type":"string"}},"required":["content","status","id"],"additionalProperties":false}}},
        "required":["todos"],"additionalProperties":false,"$schema":"http://json-schema.org/draft-07/schema#"}
        """#

    static let wrapping = [
        Case("one text for a list", a: #"{"type":"array","items":{"type":"string"}}"#, #""urgent""#, #"["urgent"]"#),
        Case("one number for a list", a: #"{"type":"array","items":{"type":"number"}}"#, "1.50", "[1.50]"),
        Case(
            "a number as text for a list of numbers", a: #"{"type":"array","items":{"type":"integer"}}"#, #""5""#, "[5]"
        ),
        Case("a number for a list of texts", a: #"{"type":"array","items":{"type":"string"}}"#, "5", #"["5"]"#),
        Case("one object for a list of anything", a: #"{"type":"array"}"#, #"{ "b":1 }"#, #"[{ "b":1 }]"#),
        Case("a Boolean for a list of numbers stays", a: #"{"type":"array","items":{"type":"number"}}"#, "true"),
        Case("null for a list is left out", #"{"properties":{"a":{"type":"array"}}}"#, #"{"a":null}"#, "{}"),
        Case("a word for null and a line break", #"{"properties":{"a":{"type":"array"}}}"#, #"{"a":"null\n"}"#, "{}"),
        Case("a word for null and spaces", #"{"properties":{"a":{"type":"array"}}}"#, #"{"a":" None "}"#, "{}"),
        Case("JavaScript's word for null", #"{"properties":{"a":{"type":"array"}}}"#, #"{"a":"undefined"}"#, "{}"),
        Case("Lua's word for null", #"{"properties":{"a":{"type":"array"}}}"#, #"{"a":"nil"}"#, "{}"),
        Case("blank text is not wrapped", a: #"{"type":"array","items":{"type":"string"}}"#, #"" ""#),
        Case("half a list is not wrapped", a: #"{"type":"array","items":{"type":"string"}}"#, #""[\"a\", ""#),
        Case("a list inside a list is not added", a: #"{"type":"array","items":{"type":"array"}}"#, "[1]", "[[1]]"),
    ]

    static let absent = [
        Case(
            "null for an optional", #"{"properties":{"a":{"type":"string"},"b":{}},"required":["b"]}"#,
            #"{"b":1,"a":null}"#, #"{"b":1}"#),
        Case("null first", optionals, #"{"a":null,"x":1}"#, #"{"x":1}"#),
        Case("nulls in the middle", optionals, #"{"x":1, "a":null, "b":null, "y":2}"#, #"{"x":1, "y":2}"#),
        Case("nulls at the end", optionals, #"{"x":1, "a":null, "b":null }"#, #"{"x":1 }"#),
        Case("nulls at both ends", optionals, #"{ "a":null,"x":1,"b":null}"#, #"{ "x":1}"#),
        Case("nothing but nulls", optionals, #"{ "a":null, "b":null }"#, #"{  }"#),
        Case("one and a value to mend", optionals, #"{"b":null,"a":"5"}"#, #"{"a":5}"#),
        Case("a value to mend and one", optionals, #"{"a":"5","b":null}"#, #"{"a":5}"#),
        Case(
            "null for a required one stays", #"{"properties":{"a":{"type":"string"}},"required":["a"]}"#, #"{"a":null}"#
        ),
        Case("null for a nullable stays", a: #"{"type":["string","null"]}"#, "null"),
        Case("null for OpenAPI's nullable stays", a: #"{"type":"string","nullable":true}"#, "null"),
        Case(
            "null for an optional union with null stays", a: #"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "null"),
        Case("null for anything stays", a: "{}", "null"),
        Case("null in an enum stays", a: #"{"enum":["x",null]}"#, "null"),
        Case("null for an optional enum", #"{"properties":{"a":{"enum":["x"]}}}"#, #"{"a":null}"#, "{}"),
        Case(
            "null for an optional union", #"{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"integer"}]}}}"#,
            #"{"a":null}"#, "{}"),
        Case("null in a list stays", a: #"{"type":"array","items":{"type":"string"}}"#, "[null]"),
        Case("null in a map stays", a: #"{"additionalProperties":{"type":"string"}}"#, #"{"x":null}"#),
        Case("null for a member that is not declared stays", #"{"additionalProperties":false}"#, #"{"x":null}"#),
        Case("null deep inside", a: #"{"properties":{"b":{"type":"string"}}}"#, #"{"b":null}"#, "{}"),
    ]

    /// Text that says that there is nothing.
    static let words = [
        Case("null as text for a list", a: list, leavesOut: #""null""#),
        Case("None as text for a list", a: list, leavesOut: #""None""#),
        Case("NULL as text for a list", a: list, leavesOut: #""NULL""#),
        Case("none as text for a list of anything", a: #"{"type":"array"}"#, leavesOut: #""none""#),
        Case("null as text for a number", a: #"{"type":"integer"}"#, leavesOut: #""null""#),
        Case("None as text for a Boolean", a: #"{"type":"boolean"}"#, leavesOut: #""None""#),
        Case("None as text for an object", a: #"{"type":"object"}"#, leavesOut: #""None""#),
        Case("null as text for an enum of numbers", a: #"{"enum":[1,2]}"#, leavesOut: #""null""#),
        Case(
            "null as text for a list or a number behind a reference",
            ##"{"properties":{"x":{"type":"string"},"a":{"$ref":"#/$defs/L"}},"$defs":{"L":{"anyOf":[{"type":"array"},{"type":"number"}]}}}"##,
            #"{"x":"y","a":"null"}"#, #"{"x":"y"}"#),
        Case(
            "null as text for a required list stays", #"{"properties":{"a":\#(list)},"required":["a"]}"#,
            #"{"a":"null"}"#),
        Case("None as text for a nullable list", a: #"{"anyOf":[\#(list),{"type":"null"}]}"#, #""None""#, "null"),
        Case("null as text for OpenAPI's nullable list stays", a: #"{"type":"array","nullable":true}"#, #""null""#),
        Case("null as text in a list stays", a: list, #"["null"]"#),
        Case("null as text for text stays", a: #"{"type":"string"}"#, #""null""#),
        Case(
            "None as text for text behind a reference stays",
            ##"{"properties":{"a":{"$ref":"#/$defs/T"}},"$defs":{"T":{"type":"string"}}}"##,
            #"{"a":"None"}"#),
        Case("None as text for another text of an enum stays", a: #"{"enum":["none","all"]}"#, #""None""#),
        Case("None as text for a text or a list stays", a: #"{"anyOf":[{"type":"string"},\#(list)]}"#, #""None""#),
        Case(
            "none as text for a list whose elements may be that",
            a: #"{"type":"array","items":{"enum":["none","all"]}}"#,
            #""none""#, #"["none"]"#),
        Case(
            "the same behind a reference",
            ##"{"properties":{"a":{"type":"array","items":{"$ref":"#/$defs/E"}}},"$defs":{"E":{"enum":["none"]}}}"##,
            #"{"a":"none"}"#, #"{"a":["none"]}"#),
        Case("a longer text for a list", a: list, #""nullable""#, #"["nullable"]"#),
        Case(
            "schemas that refer to each other",
            ##"{"properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"array"}]}}}"##,
            #"{"a":"null"}"#),
    ]
    private static let list = #"{"type":"array","items":{"type":"string"}}"#
    private static let optionals = #"{"properties":{"a":{"type":"integer"},"b":{"type":"string"}}}"#

    static let combined = [
        Case(
            "pydantic: an optional number as text", a: #"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#, #""5""#, "5"),
        Case(
            "pydantic: an optional list as text",
            a: #"{"anyOf":[{"type":"array","items":{"type":"integer"}},{"type":"null"}]}"#, #""[1]""#, "[1]"),
        Case(
            "pydantic: an optional object, one of its values, another missing",
            a: #"{"anyOf":[{"properties":{"b":{"type":"integer"}},"required":["b","c"]},{"type":"null"}]}"#,
            #"{"b":"1"}"#,
            #"{"b":1}"#),
        Case("the first choice that fits", a: #"{"anyOf":[{"type":"boolean"},{"type":"integer"}]}"#, #""5""#, "5"),
        Case("oneOf as anyOf", a: #"{"oneOf":[{"type":"integer"},{"type":"boolean"}]}"#, #""true""#, "true"),
        Case("a text that one choice takes stays", a: #"{"anyOf":[{"type":"integer"},{"type":"string"}]}"#, #""5""#),
        Case("no choice can be met", a: #"{"anyOf":[{"type":"integer"},{"type":"boolean"}]}"#, #""x""#),
        Case(
            "no choice is met, so nothing inside is changed for one of them",
            a:
                #"{"anyOf":[{"properties":{"b":{"type":"integer"}},"required":["c"]},{"properties":{"b":{"type":"boolean"}},"required":["d"]}]}"#,
            #"{"b":"1"}"#),
        Case(
            "the choice that a const tells",
            a:
                #"{"anyOf":[{"properties":{"k":{"const":"x"},"v":{"type":"boolean"}},"required":["k"]},{"properties":{"k":{"const":"y"},"v":{"type":"integer"}},"required":["k"]}]}"#,
            #"{"k":"y","v":"1"}"#, #"{"k":"y","v":1}"#),
        Case(
            "a reference into $defs", ##"{"properties":{"a":{"$ref":"#/$defs/N"}},"$defs":{"N":{"type":"integer"}}}"##,
            #"{"a":"5"}"#, #"{"a":5}"#),
        Case(
            "a reference into definitions, and from there on",
            ##"{"properties":{"a":{"$ref":"#/definitions/A"}},"definitions":{"A":{"$ref":"#/definitions/N~1x%20"},"N/x ":{"type":"integer"}}}"##,
            #"{"a":"5"}"#, #"{"a":5}"#),
        Case(
            "a reference to another property",
            ##"{"properties":{"a":{"type":"integer"},"b":{"$ref":"#/properties/a"}}}"##,
            #"{"b":"5"}"#, #"{"b":5}"#),
        Case(
            "a reference into a list",
            ##"{"properties":{"a":{"$ref":"#/$defs/l/anyOf/1"}},"$defs":{"l":{"anyOf":[{},{"type":"integer"}]}}}"##,
            #"{"a":"5"}"#, #"{"a":5}"#),
        Case(
            "a tree that refers to itself",
            ##"{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#"}}}"##,
            #"{"v":"1","next":{"v":"2","next":{"v":"3","next":null}}}"#, #"{"v":1,"next":{"v":2,"next":{"v":3}}}"#),
        Case(
            "deep references and choices",
            ##"{"properties":{"a":{"anyOf":[{"$ref":"#/$defs/L"},{"type":"null"}]}},"$defs":{"L":{"type":"array","items":{"$ref":"#/$defs/I"}},"I":{"type":"object","properties":{"n":{"anyOf":[{"type":"integer"},{"type":"null"}]}}}}}"##,
            #"{"a":"[{\"n\":\"1\"},{\"n\":null}]"}"#, #"{"a":[{"n":1},{"n":null}]}"#),
        Case(
            "pydantic: allOf with one reference and a description",
            ##"{"properties":{"a":{"allOf":[{"$ref":"#/definitions/N"}],"description":"d","default":1}},"definitions":{"N":{"type":"integer"}}}"##,
            #"{"a":"5"}"#, #"{"a":5}"#),
        Case(
            "allOf of two objects",
            a: #"{"allOf":[{"properties":{"b":{"type":"integer"}}},{"properties":{"c":{"type":"boolean"}}}]}"#,
            #"{"b":"1","c":"true"}"#, #"{"b":1,"c":true}"#),
        Case(
            "allOf that contradicts itself", a: #"{"allOf":[{"type":"integer"},{"type":"string"}]}"#, #""5""#),
        Case(
            "required choices beside properties",
            #"{"type":"object","properties":{"a":{"type":"integer"}},"anyOf":[{"required":["a"]},{"required":["b"]}]}"#,
            #"{"a":"5"}"#, #"{"a":5}"#),
    ]

    static let untouched = [
        Case("what fits keeps every byte", optionals, #"{ "b" : "\u0041\/" , "a":1.0e0,"z":null }"#),
        Case("a text that looks like a number stays for text", a: #"{"type":"string"}"#, #""5""#),
        Case("a text that looks like a list stays for text", a: #"{"type":"string"}"#, #""[1]""#),
        Case("bounds are none of its business", a: #"{"type":"integer","minimum":10}"#, "5"),
        Case("patterns are none of its business", a: #"{"type":"string","pattern":"^a"}"#, #""b""#),
        Case(
            "a missing required member is not made up",
            #"{"properties":{"a":{"type":"string","default":"x"}},"required":["a"]}"#, "{}"),
        Case("a member that is not declared stays", #"{"properties":{},"additionalProperties":false}"#, #"{"x":"1"}"#),
        Case("a type that does not exist takes anything", a: #"{"type":"int"}"#, #""5""#),
        Case("a type that is no text takes anything", a: #"{"type":5}"#, #""5""#),
        Case("true takes anything", a: "true", #""5""#),
        Case("false takes nothing, and nothing helps", a: "false", #""5""#),
        Case("a reference that leads nowhere takes anything", a: ##"{"$ref":"#/$defs/N"}"##, #""5""#),
        Case("a reference to another document takes anything", a: ##"{"$ref":"http://x/y#/z"}"##, #""5""#),
        Case(
            "a reference to itself takes anything", ##"{"properties":{"a":{"$ref":"#/properties/a"}}}"##, #"{"a":"5"}"#),
        Case(
            "a circle of choices takes anything", ##"{"anyOf":[{"$ref":"#"},{"allOf":[{"$ref":"#"}]}]}"##, #"{"a":"5"}"#
        ),
        Case(
            "patternProperties are not read",
            a: #"{"patternProperties":{"^x":{}},"additionalProperties":{"type":"integer"}}"#, #"{"x":"1"}"#),
        Case("arguments stay an object, whatever their schema is of", #"{"type":"string"}"#, #"{"a":"5"}"#),
        Case("a schema that is none", "5", #"{"a":"5"}"#),
        Case("a schema without anything", "{}", #"{"a":"5"}"#),
    ]
}
