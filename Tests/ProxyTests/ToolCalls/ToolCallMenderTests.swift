import Testing

@testable import ollama_openai_proxy

extension ToolCallMender {
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

struct ToolCallMenderTests {
    private let mender = ToolCallMender(.todoWrite, .read, Tool("Bash"))

    @Test("Name, text and values are mended together, and each rule leaves a receipt with sizes only")
    func everything() throws {
        let text = #"{'file_path': 'a', 'limit': '5', }"#
        let mended = try #require(mender.mend(name: "functions.read", arguments: text, ended: false))
        #expect(mended.name == "Read")
        #expect(mended.arguments == #"{"file_path": "a", "limit": 5  }"#)
        #expect(mended.receipts.map(\.rule) == [.singleQuotes, .trailingComma, .name, .coercion])
        #expect(mended.receipts.allSatisfy { $0.tool == "Read" && $0.bytesBefore == 34 && $0.bytesAfter == 32 })
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
        let mended = mender.mend(name: name, arguments: arguments, ended: true)
        #expect(mended?.name == expected ?? name)
        #expect(mended?.arguments == object)
        #expect(mended?.receipts.contains { $0.rule == .argumentsInName } == (expected != nil))
        let unrepaired = ToolCallMender(catalog: ToolCatalog([.read]), repairs: false, coerces: false)
        #expect(unrepaired.mend(name: name, arguments: "{}", ended: true)?.name == name)
    }

    @Test("What the request says about a name")
    func objections() {
        let closed = ToolCallMender(catalog: ToolCatalog([.read], isClosed: true), repairs: true, coerces: true)
        let none = ToolCallMender(catalog: ToolCatalog([], isClosed: true), repairs: true, coerces: true)
        for name in ["Read", "read", "functions.Read"] {
            #expect(mender.objection(to: name) == nil)
            #expect(closed.objection(to: name) == nil)
            #expect(none.objection(to: name) == .notOffered)
        }
        for name in ["Search", ""] {
            #expect(mender.objection(to: name) == .undeclared)
            #expect(closed.objection(to: name) == .notOffered)
            #expect(none.objection(to: name) == .notOffered)
            #expect(ToolCallMender.none.objection(to: name) == nil)
        }
    }

    @Test(
        "A call that is right leaves byte for byte and without a receipt",
        arguments: [
            ("Read", #"{ "limit":1.0e1 , "file_path":"\u0041'" }"#), ("Bash", #"{"command":5}"#), ("Bash", "{}"),
            ("Unknown", #"{"limit":"5"}"#), ("TodoWrite", #"{"todos":[{"a":"[1]"}],"x":null}"#), ("Read", "{}"),
        ])
    func untouched(name: String, arguments: String) {
        let expected = ToolCallMender.Mended(name: name, arguments: arguments, receipts: [])
        #expect(mender.mend(name: name, arguments: arguments, ended: true) == expected)
    }

    @Test("No arguments are the empty object", arguments: ["", " \n", "null"])
    func noArguments(text: String) {
        let mended = mender.mend(name: "Bash", arguments: text, ended: false)
        #expect(mended?.arguments == "{}")
        #expect(mended?.receipts.map(\.rule) == [.noArguments])
    }

    @Test("A name that is not declared stays as it is, whatever is in it, and its receipts hold no markup")
    func unknownName() {
        let mended = mender.mend(name: "Fetch<arg_key>secret", arguments: "{'a':1}", ended: false)
        #expect(mended?.name == "Fetch<arg_key>secret")
        #expect(mended?.receipts.map(\.tool) == ["Fetch"])
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
        let mended = try #require(mender.fit(name: name, object: "{}", bytesBefore: 2))
        #expect(mended.name == "Read")
        #expect(mended.arguments == arguments)
        #expect(mended.receipts.map(\.rule) == [.name, .argumentsInName])
    }

    @Test(
        "What follows the name and cannot be read is never dropped in silence; mere markup is",
        arguments: [
            ("Bash(command=\"ls\")", false), ("Bash<arg_key>command</arg_key><arg_value>ls", false),
            ("Bash<arg_key>", true), ("Bash</tool_call>", true), ("Bash\n", true), ("functions.Bash", true),
            ("Bash<|channel|>commentary", true), ("Bash\" id=\"1", true),
        ])
    func contentInName(name: String, isMerelyMarkup: Bool) {
        #expect((mender.fit(name: name, object: "{}", bytesBefore: 2) != nil) == isMerelyMarkup)
        #expect(mender.fit(name: name, object: #"{"command":"x"}"#, bytesBefore: 15)?.name == "Bash")
    }

    @Test("What is switched off is not done")
    func switches() {
        let catalog = ToolCatalog([.read])
        let onlyRepair = ToolCallMender(catalog: catalog, repairs: true, coerces: false)
        let onlyCoercion = ToolCallMender(catalog: catalog, repairs: false, coerces: true)
        #expect(onlyRepair.mend(name: "read", arguments: "{'limit':'5'}", ended: false)?.arguments == #"{"limit":"5"}"#)
        #expect(onlyRepair.mend(name: "read", arguments: "{}", ended: false)?.name == "Read")
        #expect(onlyCoercion.mend(name: "Read", arguments: "{'limit':'5'}", ended: false) == nil)
        #expect(
            onlyCoercion.mend(name: "Read", arguments: #"{"limit":"5"}"#, ended: false)?.arguments == #"{"limit":5}"#)
        #expect(
            onlyCoercion.mend(name: "read", arguments: #"{"limit":"5"}"#, ended: false)?.arguments == #"{"limit":"5"}"#)
        #expect(ToolCallMender.none.mend(name: "x", arguments: "{'a':1}", ended: true) == nil)
    }

    @Test("Mending what was mended changes nothing", arguments: ArgumentRepairCases.all)
    func idempotent(sample: ArgumentRepairCases.Case) throws {
        for name in ToolNameCases.all.map(\.name).prefix(25) {
            guard let once = mender.mend(name: name, arguments: sample.text, ended: sample.ended) else { continue }
            let twice = try #require(mender.mend(name: once.name, arguments: once.arguments, ended: true))
            #expect(twice == ToolCallMender.Mended(name: once.name, arguments: once.arguments, receipts: []))
        }
    }
}
