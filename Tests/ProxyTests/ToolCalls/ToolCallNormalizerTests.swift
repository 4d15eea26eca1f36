import Testing

@testable import ollama_openai_proxy

extension ToolCallNormalizer {
    /// Everything switched on.
    init(_ tools: Tool...) { self.init(catalog: ToolCatalog(tools), repairs: true, coerces: true) }
}

extension Tool {
    static let todoWrite = Tool(
        "TodoWrite",
        #"{"type":"object","properties":{"todos":{"type":"array","items":{"type":"object"}}},"required":["todos"]}"#)
    static let read = Tool(
        "Read",
        #"{"type":"object","properties":{"file_path":{"type":"string"},"limit":{"type":"integer"}},"required":["file_path"]}"#
    )
}

struct ToolCallNormalizerTests {
    private let normalizer = ToolCallNormalizer(.todoWrite, .read, Tool("Bash"))

    @Test("Name, text and values are made right together, and each rule is an adjustment with sizes only")
    func everything() throws {
        let text = #"{'file_path': 'a', 'limit': '5', }"#
        let normalized = try #require(normalizer.normalize(name: "functions.read", arguments: text, ended: false))
        #expect(normalized.name == "Read")
        #expect(normalized.arguments == #"{"file_path": "a", "limit": 5  }"#)
        #expect(normalized.rules == [.singleQuotes, .trailingComma, .name, .coercion])
        let reply = GatheredReply([fragment("functions.read", text)], normalizer: normalizer)
        #expect(reply.rules == normalized.rules)
        #expect(reply.adjustments.allSatisfy { $0.tool == "Read" && $0.bytesBefore == 34 && $0.bytesAfter == 32 })
    }

    @Test(
        "A name that is a call in JSON is read as that call, and never joined with other arguments",
        arguments: [
            (#"{"name": "Read", "arguments": {"file_path":  "a"}}"#, "{}", "Read", #"{"file_path":  "a"}"#),
            (
                #" {"parameters":{"file_path":"a","limit":"5"},"name":"functions.read"} "#, " { } ", "Read",
                #"{"file_path":"a","limit":5}"#
            ),
            (#"{"name":"Search","arguments":{"x":1}}"#, "", "Search", #"{"x":1}"#),
            (#"{"name":"Read","arguments":{"file_path":"a"}}"#, #"{"limit":1}"#, nil, #"{"limit":1}"#),
            (#"{"name":"Read","arguments":{},"limit":1}"#, "{}", nil, "{}"),
            (#"{"name":"Read","arguments":"a"}"#, "{}", nil, "{}"), (#"{"name":"Read"}"#, "{}", nil, "{}"),
            (#"{"name":1,"arguments":{}}"#, "{}", nil, "{}"), (#"{"name":"Read","arguments":{"#, "{}", nil, "{}"),
        ] as [(String, String, String?, String)])
    func callInName(name: String, arguments: String, expected: String?, object: String) {
        let normalized = normalizer.normalize(name: name, arguments: arguments, ended: true)
        #expect(normalized?.name == expected ?? name)
        #expect(normalized?.arguments == object)
        #expect(normalized?.rules.contains(.argumentsInName) == (expected != nil))
        let unrepaired = ToolCallNormalizer(catalog: ToolCatalog([.read]), repairs: false, coerces: false)
        #expect(unrepaired.normalize(name: name, arguments: "{}", ended: true)?.name == name)
    }

    @Test("What the request says about a name")
    func objections() {
        let closed = ToolCallNormalizer(catalog: ToolCatalog([.read], isClosed: true), repairs: true, coerces: true)
        let none = ToolCallNormalizer(catalog: ToolCatalog([], isClosed: true), repairs: true, coerces: true)
        for name in ["Read", "read", "functions.Read"] {
            #expect(normalizer.rejection(of: name) == nil)
            #expect(closed.rejection(of: name) == nil)
            #expect(none.rejection(of: name) == .notOffered)
        }
        for name in ["Search", ""] {
            #expect(normalizer.rejection(of: name) == .undeclared)
            #expect(closed.rejection(of: name) == .notOffered)
            #expect(none.rejection(of: name) == .notOffered)
            #expect(ToolCallNormalizer.none.rejection(of: name) == nil)
        }
    }

    @Test(
        "A call that is right leaves byte for byte and without any adjustment",
        arguments: [
            ("Read", #"{ "limit":1.0e1 , "file_path":"\u0041'" }"#), ("Bash", #"{"command":5}"#), ("Bash", "{}"),
            ("Unknown", #"{"limit":"5"}"#), ("TodoWrite", #"{"todos":[{"a":"[1]"}],"x":null}"#), ("Read", "{}"),
        ])
    func untouched(name: String, arguments: String) {
        let expected = ToolCallNormalizer.Normalized(name: name, arguments: arguments, rules: [])
        #expect(normalizer.normalize(name: name, arguments: arguments, ended: true) == expected)
    }

    @Test("No arguments are the empty object", arguments: ["", " \n", "null"])
    func noArguments(text: String) {
        let normalized = normalizer.normalize(name: "Bash", arguments: text, ended: false)
        #expect(normalized?.arguments == "{}")
        #expect(normalized?.rules == [.noArguments])
    }

    @Test("A name that is not declared stays as it is, whatever is in it, and its adjustments hold no markup")
    func unknownName() {
        let normalized = normalizer.normalize(name: "Fetch<arg_key>secret", arguments: "{'a':1}", ended: false)
        #expect(normalized?.name == "Fetch<arg_key>secret")
        let reply = GatheredReply([fragment("Fetch<arg_key>secret", "{'a':1}")], normalizer: normalizer)
        #expect(reply.adjustments.map(\.tool) == ["Fetch", "Fetch"])
    }

    @Test(
        "Arguments that a parser took for a part of the name are read",
        arguments: [
            ("Read<arg_key>file_path</arg_key><arg_value>a b</arg_value>", #"{"file_path":"a b"}"#),
            (
                "read\n<arg_key>file_path</arg_key>\n<arg_value>a</arg_value><arg_key>limit</arg_key><arg_value>5</arg_value></tool_call>",
                #"{"file_path":"a","limit":5}"#
            ),
        ])
    func argumentsInName(name: String, arguments: String) throws {
        let normalized = try #require(normalizer.normalize(name: name, arguments: "{}", ended: false))
        #expect(normalized.name == "Read")
        #expect(normalized.arguments == arguments)
        #expect(normalized.rules == [.name, .argumentsInName])
    }

    @Test(
        "What follows the name and cannot be read is never dropped in silence; mere markup is",
        arguments: [
            ("Bash(command=\"ls\")", false), ("Bash<arg_key>command</arg_key><arg_value>ls", false),
            ("Bash<arg_key>", true), ("Bash</tool_call>", true), ("Bash\n", true), ("functions.Bash", true),
            ("Bash<|channel|>commentary", true), ("Bash\" id=\"1", true),
        ])
    func contentInName(name: String, isMerelyMarkup: Bool) {
        #expect((normalizer.normalize(name: name, arguments: "{}", ended: false) != nil) == isMerelyMarkup)
        #expect(normalizer.normalize(name: name, arguments: #"{"command":"x"}"#, ended: false)?.name == "Bash")
    }

    @Test("What is switched off is not done")
    func switches() {
        let catalog = ToolCatalog([.read])
        let onlyRepair = ToolCallNormalizer(catalog: catalog, repairs: true, coerces: false)
        let onlyCoercion = ToolCallNormalizer(catalog: catalog, repairs: false, coerces: true)
        #expect(
            onlyRepair.normalize(name: "read", arguments: "{'limit':'5'}", ended: false)?.arguments == #"{"limit":"5"}"#
        )
        #expect(onlyRepair.normalize(name: "read", arguments: "{}", ended: false)?.name == "Read")
        #expect(onlyCoercion.normalize(name: "Read", arguments: "{'limit':'5'}", ended: false) == nil)
        #expect(
            onlyCoercion.normalize(name: "Read", arguments: #"{"limit":"5"}"#, ended: false)?.arguments
                == #"{"limit":5}"#)
        #expect(
            onlyCoercion.normalize(name: "read", arguments: #"{"limit":"5"}"#, ended: false)?.arguments
                == #"{"limit":"5"}"#)
        #expect(ToolCallNormalizer.none.normalize(name: "x", arguments: "{'a':1}", ended: true) == nil)
    }

    @Test("What is right after it is right before it", arguments: ArgumentRepairCases.all)
    func idempotent(sample: ArgumentRepairCases.Case) throws {
        for name in ToolNameCases.all.map(\.name).prefix(25) {
            guard let once = normalizer.normalize(name: name, arguments: sample.text, ended: sample.ended) else {
                continue
            }
            let twice = try #require(normalizer.normalize(name: once.name, arguments: once.arguments, ended: true))
            #expect(twice == ToolCallNormalizer.Normalized(name: once.name, arguments: once.arguments, rules: []))
        }
    }
}
