/// A tool's schema as a client sent it, and as Ollama gets it.
struct SchemaCase: Sendable, CustomStringConvertible {
    let symptom: String
    let schema: String
    let lowered: String

    init(_ symptom: String, _ schema: String, _ lowered: String) {
        self.symptom = symptom
        self.schema = schema
        self.lowered = lowered
    }

    /// One property `p` of an object.
    init(property symptom: String, _ schema: String, _ lowered: String) {
        self.init(
            symptom, #"{"type":"object","properties":{"p":"# + schema + "}}",
            #"{"type":"object","properties":{"p":"# + lowered + "}}")
    }

    var description: String { symptom }
}

enum SchemaCases {
    static let all = outermost + references + unions + merged + properties + told + sloppy

    private static let outermost = [
        SchemaCase(
            "400: words for types that nobody knows",
            #"{"type":"object","properties":{"a":{"type":"any"},"b":{"type":["string","date"]},"c":{"type":""},"d":{"type":[]}}}"#,
            #"{"type":"object","properties":{"a":{},"b":{"type":"string"},"c":{},"d":{}}}"#),
        SchemaCase(
            "zod: $schema and additionalProperties go, the rest stays as it came",
            #"{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"path":{ "type":"string","description":"caf\u00e9 \/" }},"required":["path"],"additionalProperties":false}"#,
            #"{"type":"object","properties":{"path":{ "type":"string","description":"caf\u00e9 \/" }},"required":["path"]}"#
        ),
        SchemaCase(
            "400: the outermost type is an array", #"{"type":["object","null"],"properties":{"a":{"type":"string"}}}"#,
            #"{"type":"object","properties":{"a":{"type":"string"}}}"#),
        SchemaCase(
            "MCP without arguments: no properties", #"{"type":"object","additionalProperties":false}"#,
            #"{"type":"object","properties":{}}"#),
        SchemaCase(
            "no type at all", #"{"properties":{"a":{}},"required":["a"]}"#,
            #"{"type":"object","properties":{"a":{}},"required":["a"]}"#),
        SchemaCase(
            "PHP: empty properties and required as arrays and objects",
            #"{"type":"object","properties":[],"required":{}}"#, #"{"type":"object","properties":{}}"#),
        SchemaCase(
            "Notion: nothing but an outermost anyOf",
            #"{"type":"object","anyOf":[{"properties":{"kind":{"const":"text"},"content":{"type":"string"}},"required":["kind","content"]},{"properties":{"kind":{"const":"url"},"source_url":{"type":"string","format":"uri"}},"required":["kind","source_url"]}]}"#,
            #"{"type":"object","properties":{"kind":{"anyOf":[{"type":"string","enum":["text"]},{"type":"string","enum":["url"]}]},"content":{"type":"string"},"source_url":{"type":"string","description":"format: uri"}},"required":["kind"]}"#
        ),
        SchemaCase(
            "an outermost oneOf of references, one of them null",
            ##"{"oneOf":[{"$ref":"#/$defs/A"},{"type":"null"},{"$ref":"#/$defs/B"}],"$defs":{"A":{"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"string"}},"required":["y","x"]},"B":{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}}}"##,
            #"{"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"string"}},"required":["x"]}"#),
        SchemaCase(
            "exactly one of two: alternatives that only require",
            #"{"type":"object","properties":{"id":{"type":"string"},"slug":{"type":"string"}},"oneOf":[{"required":["id"]},{"required":["slug"]}]}"#,
            #"{"type":"object","properties":{"id":{"type":"string"},"slug":{"type":"string"}}}"#),
        SchemaCase(
            "what all alternatives require is required, in alternatives inside alternatives too",
            #"{"properties":{"a":{"type":"string"}},"required":["a"],"anyOf":[{"required":["b"],"properties":{"b":{}},"oneOf":[{"properties":{"c":{}}},{"properties":{"d":{}}}]},{"required":["c","b"],"properties":{"a":{"type":"number"},"b":{}}}]}"#,
            #"{"type":"object","properties":{"a":{"type":"string"},"c":{},"d":{},"b":{}},"required":["a","b"]}"#),
        SchemaCase(
            "root allOf with a condition",
            #"{"type":"object","properties":{"mode":{"type":"string"}},"allOf":[{"if":{"properties":{"mode":{"const":"x"}}},"then":{"required":["size"]}},{"properties":{"size":{"type":"integer"}}}]}"#,
            #"{"type":"object","properties":{"mode":{"type":"string"},"size":{"type":"integer"}}}"#),
        SchemaCase(
            "zod-to-json-schema with a name: the whole schema behind $ref",
            ##"{"$ref":"#/definitions/Input","definitions":{"Input":{"type":"object","properties":{"q":{"type":"string"}},"required":["q"]}},"$schema":"x"}"##,
            #"{"type":"object","properties":{"q":{"type":"string"}},"required":["q"]}"#),
        SchemaCase(
            "OpenAPI: description and title of the whole schema", #"{"title":"Input","type":"object","properties":{}}"#,
            #"{"type":"object","description":"Input","properties":{}}"#),
    ]

    private static let references = [
        SchemaCase(
            "pydantic: a property that is only $ref arrives as a string",
            ##"{"$defs":{"Todo":{"properties":{"id":{"title":"Id","type":"integer"},"done":{"default":false,"title":"Done","type":"boolean"}},"required":["id"],"title":"Todo","type":"object"}},"properties":{"todos":{"items":{"$ref":"#/$defs/Todo"},"title":"Todos","type":"array"}},"required":["todos"],"title":"Args","type":"object"}"##,
            #"{"type":"object","description":"Args","properties":{"todos":{"type":"array","description":"Todos","items":{"type":"object","description":"Todo","properties":{"id":{"type":"integer","description":"Id"},"done":{"type":"boolean","description":"Done (default: false)"}},"required":["id"]}}},"required":["todos"]}"#
        ),
        SchemaCase(
            "pydantic enum: allOf around one reference, with a default",
            ##"{"type":"object","properties":{"unit":{"allOf":[{"$ref":"#/$defs/Unit"}],"default":"c"}},"$defs":{"Unit":{"enum":["c","f"],"title":"Unit","type":"string"}}}"##,
            #"{"type":"object","properties":{"unit":{"type":"string","description":"Unit (default: c)","enum":["c","f"]}}}"#
        ),
        SchemaCase(
            "what stands beside $ref wins over what it refers to",
            ##"{"properties":{"u":{"$ref":"#/$defs/U","description":"Mine"}},"$defs":{"U":{"type":"string","description":"Theirs","enum":["a"]}}}"##,
            #"{"type":"object","properties":{"u":{"type":"string","description":"Mine","enum":["a"]}}}"#),
        SchemaCase(
            "a reference to a reference",
            ##"{"properties":{"a":{"$ref":"#/definitions/B"}},"definitions":{"B":{"$ref":"#/definitions/C"},"C":{"type":"integer"}}}"##,
            #"{"type":"object","properties":{"a":{"type":"integer"}}}"#),
        SchemaCase(
            "a pointer into another property, and into an array",
            ##"{"properties":{"from":{"type":"object","properties":{"x":{"anyOf":[{"type":"null"},{"type":"number"}]}}},"to":{"$ref":"#/properties/from"},"x":{"$ref":"#/properties/from/properties/x/anyOf/1"}}}"##,
            #"{"type":"object","properties":{"from":{"type":"object","properties":{"x":{"anyOf":[{"type":"null"},{"type":"number"}]}}},"to":{"type":"object","properties":{"x":{"anyOf":[{"type":"null"},{"type":"number"}]}}},"x":{"type":"number"}}}"#
        ),
        SchemaCase(
            "generic type names: percent-encoded, with a slash and a tilde",
            ##"{"properties":{"a":{"$ref":"#/definitions/List%3CA%3E"},"b":{"$ref":"#/$defs/x~1y~0z"},"c":{"$ref":"#/$defs/caf%C3%A9"}},"definitions":{"List<A>":{"type":"array"}},"$defs":{"x/y~z":{"type":"integer"},"caf\u00e9":{"type":"null"}}}"##,
            #"{"type":"object","properties":{"a":{"type":"array"},"b":{"type":"integer"},"c":{"type":"null"}}}"#),
        SchemaCase(
            "a definition in an embedded schema, referred to as if it were outermost",
            ##"{"properties":{"e":{"$defs":{"K":{"type":"integer"}},"type":"object","properties":{"k":{"$ref":"#/$defs/K"}}}}}"##,
            #"{"type":"object","properties":{"e":{"type":"object","properties":{"k":{"type":"integer"}}}}}"#),
        SchemaCase(
            "a reference into another file that was bundled",
            ##"{"properties":{"a":{"$ref":"https://example.com/s.json#/definitions/A"},"b":{"$ref":"A"}},"definitions":{"A":{"type":"boolean"}}}"##,
            #"{"type":"object","properties":{"a":{"type":"boolean"},"b":{"type":"boolean"}}}"#),
        SchemaCase(
            "a reference that leads nowhere", ##"{"properties":{"a":{"$ref":"#/$defs/Missing"},"b":{"$ref":7}}}"##,
            #"{"type":"object","properties":{"a":{"description":"Missing"},"b":{}}}"#),
        SchemaCase(
            "a reference to a boolean schema", ##"{"properties":{"a":{"$ref":"#/$defs/Any"}},"$defs":{"Any":true}}"##,
            #"{"type":"object","properties":{"a":{}}}"#),
        SchemaCase(
            "a tree: the recursive reference becomes an object",
            ##"{"properties":{"root":{"$ref":"#/$defs/Node"}},"$defs":{"Node":{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/Node"}}},"required":["name"]}}}"##,
            #"{"type":"object","properties":{"root":{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"type":"object","description":"Node, as above"}}},"required":["name"]}}}"#
        ),
        SchemaCase(
            "pydantic JsonValue: a union that holds itself",
            ##"{"properties":{"v":{"$ref":"#/$defs/JsonValue"}},"$defs":{"JsonValue":{"anyOf":[{"type":"string"},{"type":"null"},{"type":"array","items":{"$ref":"#/$defs/JsonValue"}},{"type":"object","additionalProperties":{"$ref":"#/$defs/JsonValue"}}]}}}"##,
            #"{"type":"object","properties":{"v":{"anyOf":[{"type":"string"},{"type":"null"},{"type":"array","items":{"description":"JsonValue, as above"}},{"type":"object","description":"values: {\"description\":\"JsonValue, as above\"}"}]}}}"#
        ),
        SchemaCase(
            "a reference to the whole schema", ##"{"type":"object","properties":{"then":{"$ref":"#"}}}"##,
            #"{"type":"object","properties":{"then":{"type":"object","description":"the outermost schema, as above"}}}"#
        ),
        SchemaCase(
            "diamond inheritance: the common base comes once",
            ##"{"properties":{"d":{"allOf":[{"$ref":"#/$defs/B"},{"$ref":"#/$defs/C"}]}},"$defs":{"A":{"type":"object","properties":{"a":{}}},"B":{"allOf":[{"$ref":"#/$defs/A"}],"properties":{"b":{}}},"C":{"allOf":[{"$ref":"#/$defs/A"}],"properties":{"c":{}}}}}"##,
            #"{"type":"object","properties":{"d":{"type":"object","properties":{"b":{},"a":{},"c":{}}}}}"#),
        SchemaCase(
            "a reference to itself says nothing", ##"{"properties":{"a":{"$ref":"#/properties/a","type":"string"}}}"##,
            #"{"type":"object","properties":{"a":{"type":"string"}}}"#),
        SchemaCase(
            "a property that is called $ref, and others with names of keywords",
            #"{"type":"object","properties":{"$ref":{"type":"string"},"type":{"const":"a"},"properties":{"type":"object"}},"required":["type"]}"#,
            #"{"type":"object","properties":{"$ref":{"type":"string"},"type":{"type":"string","enum":["a"]},"properties":{"type":"object"}},"required":["type"]}"#
        ),
    ]

    private static let unions = [
        SchemaCase(
            property: "pydantic Optional: the null union stays, its default goes",
            #"{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"title":"Name"}"#,
            #"{"description":"Name","anyOf":[{"type":"string"},{"type":"null"}]}"#),
        SchemaCase(
            property: "zod: oneOf is dropped",
            #"{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}"#,
            #"{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}"#),
        SchemaCase(
            property: "a discriminated union: const becomes a value that can be read",
            #"{"oneOf":[{"type":"object","properties":{"t":{"const":"a"},"n":{"const":1}}},{"type":"object","properties":{"t":{"type":"string","const":"b"}}}],"discriminator":{"propertyName":"t"}}"#,
            #"{"anyOf":[{"type":"object","properties":{"t":{"type":"string","enum":["a"]},"n":{"type":"integer","enum":[1]}}},{"type":"object","properties":{"t":{"type":"string","enum":["b"]}}}]}"#
        ),
        SchemaCase(
            property: "an enum with a title for each value",
            #"{"type":"string","oneOf":[{"const":"lo","title":"Low"},{"const":"hi","description":"High"}]}"#,
            #"{"type":"string","anyOf":[{"type":"string","description":"Low","enum":["lo"]},{"type":"string","description":"High","enum":["hi"]}]}"#
        ),
        SchemaCase(
            property: "OpenAPI 3.0: nullable with a type", #"{"type":"string","nullable":true,"enum":["a",null]}"#,
            #"{"type":["string","null"],"enum":["a",null]}"#),
        SchemaCase(
            property: "OpenAPI 3.0: nullable union",
            #"{"nullable":true,"oneOf":[{"type":"string"},{"type":"integer"}]}"#,
            #"{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]}"#),
        SchemaCase(
            property: "nullable said twice, or denied, changes nothing",
            #"{"type":"object","properties":{"a":{"type":["null","string"],"nullable":true},"b":{"type":"string","nullable":false}}}"#,
            #"{"type":"object","properties":{"a":{"type":["null","string"]},"b":{"type":"string"}}}"#),
        SchemaCase(
            property: "booleans among alternatives", #"{"anyOf":[true,false,{"type":"string"},3,null]}"#,
            #"{"anyOf":[{},{"type":"string"}]}"#),
        SchemaCase(property: "400: alternatives that are no array", #"{"anyOf":{"type":"string"}}"#, "{}"),
    ]

    private static let merged = [
        SchemaCase(
            property: "inheritance: allOf of two objects",
            #"{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"integer"},"a":{"type":"number"}},"required":["b","a"],"description":"Both"}]}"#,
            #"{"type":"object","description":"Both","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a","b"]}"#
        ),
        SchemaCase(
            property: "allOf beside properties, and allOf inside allOf",
            #"{"type":"object","properties":{"a":{"type":"string"}},"allOf":[{"allOf":[{"properties":{"b":{"type":"string"}}}]},{"required":["a"]}]}"#,
            #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"]}"#),
        SchemaCase(
            property: "bounds come together",
            #"{"type":"integer","allOf":[{"minimum":1},{"maximum":9},{"minimum":3}]}"#,
            #"{"type":"integer","description":"minimum: 1, maximum: 9"}"#),
        SchemaCase(
            property: "allOf that is no array", #"{"type":"string","allOf":{"minimum":1}}"#, #"{"type":"string"}"#),
    ]

    private static let properties = [
        SchemaCase(property: "400: a boolean property schema", "true", "{}"),
        SchemaCase(property: "a property that must not be given", "false", #"{"description":"must not be given"}"#),
        SchemaCase(property: "a property that is null", "null", "{}"),
        SchemaCase(property: "400: the name of a type instead of a schema", #""number""#, #"{"type":"number"}"#),
        SchemaCase(
            property: "400: a description instead of a schema", #""The \"path\"""#, #"{"description":"The \"path\""}"#),
        SchemaCase(
            property: "Open WebUI: items is the name of a type", #"{"type":"array","items":"number"}"#,
            #"{"type":"array","items":{"type":"number"}}"#),
        SchemaCase(
            "400: draft-3 required:true belongs to the object",
            #"{"type":"object","properties":{"a":{"type":"string","required":true},"b":{"type":"string","required":false},"c":{"type":"string","required":true}},"required":["c"]}"#,
            #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"},"c":{"type":"string"}},"required":["c","a"]}"#
        ),
        SchemaCase(
            property: "400: required is a word", #"{"type":"object","properties":{},"required":"a"}"#,
            #"{"type":"object","properties":{}}"#),
        SchemaCase(
            property: "400: required holds more than names",
            #"{"type":"object","properties":{"a":{}},"required":["a",1,null,"a"]}"#,
            #"{"type":"object","properties":{"a":{}},"required":["a"]}"#),
        SchemaCase(
            property: "400: description is a list", #"{"type":"string","description":["a","b"]}"#, #"{"type":"string"}"#
        ),
        SchemaCase(property: "400: enum is an object", #"{"type":"string","enum":{"a":1}}"#, #"{"type":"string"}"#),
        SchemaCase(
            property: "400: a number in enum that no double holds", #"{"enum":[1,1e999,{"a":[-1e400]}],"x":1}"#,
            #"{"enum":[1]}"#),
        SchemaCase(property: "400: a constant that no double holds", #"{"const":1e999}"#, #"{"type":"number"}"#),
        SchemaCase(property: "400: type is a schema", #"{"type":{"type":"string"}}"#, "{}"),
        SchemaCase(
            property: "400: draft-3 schemas among types", #"{"type":["string",{"type":"object"}]}"#,
            #"{"type":"string"}"#),
        SchemaCase(
            property: "type null, and no types", #"{"properties":{"a":{"type":null},"b":{"type":[]}}}"#,
            #"{"properties":{"a":{},"b":{}}}"#),
        SchemaCase(
            property: "several types stay", #"{"type":["string","number"],"default":1}"#,
            #"{"type":["string","number"],"description":"default: 1"}"#),
        SchemaCase(
            property: "400: nested properties are a list", #"{"type":"object","properties":[{"name":"a"}]}"#,
            #"{"type":"object"}"#),
        SchemaCase(
            property: "a tuple of draft 7",
            #"{"type":"array","items":[{"type":"number"},{"type":"string"}],"minItems":2}"#,
            #"{"type":"array","description":"min items: 2","items":{"anyOf":[{"type":"number"},{"type":"string"},{}]}}"#
        ),
        SchemaCase(
            property: "a tuple of draft 2020-12, of one element",
            #"{"type":"array","items":false,"prefixItems":[{"type":"number"}]}"#,
            #"{"type":"array","items":{"type":"number"}}"#),
        SchemaCase(
            property: "boolean items", #"{"type":"array","items":true}"#, #"{"type":"array","items":{}}"#),
        SchemaCase(
            property: "values with escapes and white space", #"{"enum" : [ "a\u0020b", 1.0 ] , "x-a":1}"#,
            #"{"enum":[ "a\u0020b", 1.0 ]}"#),
        SchemaCase(
            property: "a constant null or object", #"{"properties":{"a":{"const":null},"b":{"const":{"k":1}}}}"#,
            #"{"properties":{"a":{"enum":[null]},"b":{"enum":[{"k":1}]}}}"#),
        SchemaCase(
            property: "a keyword in other case means nothing in JSON Schema",
            #"{"Type":["x"],"REQUIRED":true,"type":"string"}"#, #"{"type":"string"}"#),
    ]

    private static let told = [
        SchemaCase(
            property: "bounds of a number",
            #"{"type":"integer","description":"How many.","exclusiveMinimum":0,"maximum":100,"multipleOf":5,"default":10}"#,
            #"{"type":"integer","description":"How many. (greater than: 0, maximum: 100, multiple of: 5, default: 10)"}"#
        ),
        SchemaCase(
            property: "draft-4: exclusive bounds are Booleans",
            #"{"type":"number","minimum":0,"exclusiveMinimum":true,"maximum":1.50,"exclusiveMaximum":false}"#,
            #"{"type":"number","description":"greater than: 0, maximum: 1.50"}"#),
        SchemaCase(
            property: "zod: the bounds of every safe integer say nothing",
            #"{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}"#, #"{"type":"integer"}"#),
        SchemaCase(
            property: "a pattern keeps its escapes",
            #"{"type":"string","pattern":"^\\d+\"$","format":"date-time","minLength":1,"maxLength":64}"#,
            #"{"type":"string","description":"pattern: ^\\d+\"$, format: date-time, min length: 1, max length: 64"}"#),
        SchemaCase(
            property: "lists",
            #"{"type":"array","items":{"type":"string","format":"uri"},"minItems":1,"maxItems":4,"uniqueItems":true}"#,
            #"{"type":"array","description":"min items: 1, max items: 4, unique items","items":{"type":"string","description":"format: uri"}}"#
        ),
        SchemaCase(
            property: "a map names its values",
            #"{"type":"object","additionalProperties":{"type":"string"},"propertyNames":{"type":"string"},"minProperties":1}"#,
            #"{"type":"object","description":"values: string, min entries: 1"}"#),
        SchemaCase(
            property: "a map of objects",
            #"{"type":"object","description":"Ports","additionalProperties":{"type":"object","properties":{"n":{"type":"integer"}}}}"#,
            #"{"type":"object","description":"Ports (values: {\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}})"}"#
        ),
        SchemaCase(
            property: "a map by patterns",
            #"{"type":"object","patternProperties":{"^x-":{"type":"integer","minimum":1}},"additionalProperties":false}"#,
            #"{"type":"object","description":"values: {\"type\":\"integer\",\"description\":\"minimum: 1\"}"}"#),
        SchemaCase(
            property: "a map of anything says nothing", #"{"type":"object","additionalProperties":{}}"#,
            #"{"type":"object"}"#),
        SchemaCase(
            property: "a map of what is too long to tell names its type",
            #"{"additionalProperties":{"type":"string","description":""#
                + String(repeating: "long ", count: 100) + #""}}"#, #"{"description":"values: string"}"#),
        SchemaCase(
            property: "examples, three at most, and defaults of every kind",
            #"{"examples":["a",{"k":"v"},"",4],"default":"","deprecated":true,"example":[1, 2]}"#,
            #"{"description":"examples: a, {\"k\":\"v\"}, \"\", default: \"\", deprecated, example: [1, 2]"}"#),
        SchemaCase(
            property: "what is too long to tell is left out",
            #"{"type":"string","default":""#
                + String(repeating: "x", count: 300) + #"","contentEncoding":"base64"}"#,
            #"{"type":"string","description":"encoding: base64"}"#),
        SchemaCase(
            property: "a title only where there is no description",
            #"{"properties":{"a":{"title":"A","description":"B"},"b":{"title":"A","description":""}}}"#,
            #"{"properties":{"a":{"description":"B"},"b":{"description":"A"}}}"#),
        SchemaCase(
            property: "constraints of a wrong kind say nothing",
            #"{"type":"string","minimum":"1","pattern":2,"format":null,"uniqueItems":false,"minLength":[1],"examples":"x","deprecated":"yes"}"#,
            #"{"type":"string"}"#),
        SchemaCase(
            property: "what no model can use is dropped",
            #"{"type":"string","$comment":"x","readOnly":true,"not":{"const":"a"},"$id":"x","strict":true}"#,
            #"{"type":"string"}"#),
    ]

    private static let sloppy = [
        SchemaCase(
            "keywords written with escapes",
            ##"{"ty\u0070e":"object","properties":{"a":{"\u0024ref":"\u0023/$defs/A"}},"$defs":{"\u0041":{"type":"integer"}}}"##,
            #"{"type":"object","properties":{"a":{"type":"integer"}}}"#),
        SchemaCase(
            "an object that says everything twice",
            #"{"type":"object","properties":{"a":{"const":1}},"properties":{"b":{}},"required":["a"],"required":["a","b"]}"#,
            #"{"type":"object","properties":{"a":{"type":"integer","enum":[1]},"b":{}},"required":["a","b"]}"#),
        SchemaCase(
            "names of every kind", #"{"properties":{"":{"const":""},"a\nb":{"const":true},"🙂":{"const":1.5}}}"#,
            #"{"type":"object","properties":{"":{"type":"string","enum":[""]},"a\nb":{"type":"boolean","enum":[true]},"🙂":{"type":"number","enum":[1.5]}}}"#
        ),
    ]

    static let verbatim = [
        #"{"type":"object","properties":{}}"#, #"{ "properties" : {} , "type" : "object" }"#,
        #"{"type":"object","description":"d","required":[],"properties":{"z":{"description":"\u00e9\/","type":"string"},"a":{"enum":["x",null,1.0,{"k":[]}]}}}"#,
        #"{"type":"object","properties":{"a":{"type":["string","null"]},"b":{"anyOf":[{"type":"string"},{}]},"c":{"type":"array","items":{"type":"object","properties":{"d":{}},"required":["d"]}}},"required":["a"]}"#,
        "{\n  \"type\": \"object\",\n  \"properties\": {\n    \"a\": {\n      \"type\": [\"integer\"]\n    }\n  }\n}",
        #"{"type":"object","properties":{"type":{},"$ref":{},"a":{"enum":[]},"b":{"anyOf":[]}}}"#,
    ]

    /// What Ollama answers with a 400.
    static let refused = [
        #"{"type":["object"],"properties":{}}"#, #"{"type":"object","properties":{"a":true}}"#,
        #"{"type":"object","properties":{"a":{"required":true}}}"#,
        #"{"type":"object","properties":{},"required":[1]}"#,
        #"{"type":"object","properties":{"a":{"enum":"x"}}}"#,
        #"{"type":"object","properties":{"a":{"description":1}}}"#,
        #"{"type":"object","properties":[]}"#, #"{"type":"object","properties":{"a":{"anyOf":[true]}}}"#,
        #"{"type":"object","properties":{"a":{"Type":{}}}}"#, #"{"type":"object","properties":{"a":{"enum":[1e400]}}}"#,
        #"{"type":"object","properties":{"a":{"items":{"maximum":1e400}}}}"#,
    ]
}
