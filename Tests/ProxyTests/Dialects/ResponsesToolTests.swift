import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Tools of the Responses API that are no functions")
struct ResponsesToolTests {
    private static let function = #"{"type":"function","name":"f","parameters":{"type":"object"}}"#
    private static let patch =
        #"{"type":"custom","name":"patch","description":"Edits.","format":{"type":"grammar","syntax":"lark","#
        + #""definition":"start: \"+\" LINE"}}"#
    private static let search =
        #"{"type":"tool_search","execution":"client","description":"Finds tools.","parameters":{"type":"object"}}"#

    private static func namespace(_ name: String, _ tools: String...) -> String {
        #"{"type":"namespace","name":"\#(name)","description":"d","tools":[\#(tools.joined(separator: ","))]}"#
    }

    private static func declaring(_ tools: String...) -> String { #","tools":[\#(tools.joined(separator: ","))]"# }

    private static func called(_ name: String, _ arguments: String = "{}") -> [ReplyEvent] {
        let call = ToolCall(id: "call_1", name: name, arguments: arguments)
        return [ResponsesFixture.start, .call(call), .end(.finished(.toolCalls, nil))]
    }

    /// The item of a call, which a whole reply and a stream must tell alike.
    private func item(_ name: String, _ arguments: String = "{}", _ members: String) throws -> [String: Any] {
        let events = try ResponsesEvent.read(ResponsesFixture.stream(Self.called(name, arguments), members))
        let done = try #require(events.first { $0.type == "response.output_item.done" }).item
        var response = ChatResponse()
        for event in Self.called(name, arguments) { response.fold(event) }
        let whole = ResponsesDialect()
            .encode(response, for: try ResponsesFixture.decode(members), reply: ResponsesFixture.identity)
        let body = try JSONSerialization.jsonObject(with: Data(whole.body.array)) as? [String: Any]
        let output = try #require((body?["output"] as? [[String: Any]])?.first)
        #expect(NSDictionary(dictionary: output) == NSDictionary(dictionary: done))
        return done
    }

    // MARK: Namespaces

    @Test("a namespace's functions have its name before their own")
    func namespaces() throws {
        let request = try ResponsesFixture.decode(
            Self.declaring(
                Self.function, Self.namespace("mcp__a", Self.function), Self.namespace("b", Self.function, Self.patch),
                Self.namespace("c__", Self.function), Self.namespace("functions", Self.patch)))
        #expect(request.tools.map(\.name) == ["f", "mcp__a__f", "b__f", "b__patch", "c__f", "patch"])
        #expect(request.tools[1].parameters?.rawText == #"{"type":"object"}"# && request.leftOut.isEmpty)
    }

    @Test("names are unique, and such as every upstream takes")
    func names() throws {
        let long = String(repeating: "x", count: 60)
        let request = try ResponsesFixture.decode(
            Self.declaring(
                Self.namespace("a", #"{"name":"b__c"}"#, #"{"name":"é.1"}"#, #"{"name":"\#(long)1"}"#),
                Self.namespace("a__b", #"{"name":"c"}"#), Self.namespace("a_b", #"{"name":"c"}"#),
                #"{"name":"a__b__c"}"#,
                Self.namespace("a", #"{"name":"\#(long)2"}"#, #"{"name":"y\#(long)2"}"#)))
        let names = request.tools.map(\.name)
        #expect(names.prefix(6) == ["a__b__c", "a____1", names[2], "a__b__c_2", "a_b__c", "a__b__c_3"])
        #expect(Set(names).count == names.count && names.allSatisfy { $0.utf8.count <= 64 })
        #expect(names.allSatisfy { $0.utf8.allSatisfy { $0 != UInt8(ascii: ".") && $0 < 128 } })
    }

    @Test("a call comes back with its namespace, whatever the model calls it")
    func namespacedCall() throws {
        let tools = Self.declaring(
            Self.namespace("a", #"{"name":"b__c"}"#), Self.namespace("a__b", #"{"name":"c"}"#), #"{"name":"a__b__c"}"#)
        for (name, namespace, own) in [
            ("a__b__c", "a" as String?, "b__c"), ("a__b__c_2", "a__b", "c"), ("a__b__c_3", nil, "a__b__c"),
        ] {
            let item = try item(name, #"{"x":1}"#, tools)
            #expect(item["type"] as? String == "function_call" && item["name"] as? String == own)
            #expect(item["namespace"] as? String == namespace && item["arguments"] as? String == #"{"x":1}"#)
        }
    }

    @Test("in the history, tools of one name in two namespaces stay apart, declared or not")
    func namespacedHistory() throws {
        func call(_ id: Int, _ namespace: String?) -> String {
            let member = namespace.map { #","namespace":"\#($0)""# } ?? ""
            return #"{"type":"function_call","call_id":"\#(id)","name":"f","arguments":"{}"\#(member)}"#
        }
        let items = [call(1, nil), call(2, "a"), call(3, "b"), call(4, "gone")].joined(separator: ",")
        let messages = try ResponsesFixture.messages(
            items,
            more: Self.declaring(Self.function, Self.namespace("a", Self.function), Self.namespace("b", Self.function)))
        #expect(messages[0].toolCalls.map(\.name) == ["f", "a__f", "b__f", "gone__f"])
    }

    @Test("choices name a tool of a namespace, a custom one, or a namespace")
    func choices() throws {
        let tools = Self.declaring(Self.function, Self.namespace("a", Self.function), Self.patch)
        func choice(_ json: String) throws -> ChatRequest {
            try ResponsesFixture.decode(tools + #","tool_choice":\#(json)"#)
        }
        #expect(
            try choice(#"{"type":"function","namespace":"a","name":"f"}"#).toolChoice == .function("a__f"))
        #expect(try choice(#"{"type":"custom","name":"patch"}"#).toolChoice == .function("patch"))
        let allowed =
            #"{"type":"allowed_tools","mode":"auto","tools":[{"type":"namespace","name":"a"},{"name":"patch"}]}"#
        let request = try choice(allowed)
        #expect(request.tools.map(\.name) == ["a__f", "patch"])
        // The names of those that are left are still known.
        let events = try ResponsesEvent.read(
            ResponsesFixture.stream(Self.called("a__f"), tools + #","tool_choice":\#(allowed)"#))
        #expect(events[2].item["namespace"] as? String == "a")
    }

    @Test("whatever they are called, a call that is told has the model's name again when it comes back")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 7)
        let words = ["a", "b", "__", "_2", "é", ".", "functions", String(repeating: "x", count: 40)]
        func name() -> String {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined()
        }
        for _ in 0..<200 {
            let tools = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                let tool = #"{"type":"\#(Bool.random(using: &random) ? "custom" : "function")","name":"\#(name())"}"#
                return Bool.random(using: &random) ? tool : Self.namespace(name(), tool)
            }.joined(separator: ",")
            let request = try ResponsesFixture.decode(Self.declaring(tools))
            for tool in request.tools {
                let told = try item(tool.name, #"{"input":"i"}"#, Self.declaring(tools))
                let json = String(decoding: try JSONSerialization.data(withJSONObject: told), as: UTF8.self)
                let call = try ResponsesFixture.messages(json, more: Self.declaring(tools))[0].toolCalls[0]
                #expect(call.name == tool.name, "\(tools)")
                #expect(call.arguments == #"{"input":"i"}"#)
            }
        }
    }

    // MARK: Custom tools

    @Test("a custom tool is a function of one text, with its grammar in words")
    func custom() throws {
        let request = try ResponsesFixture.decode(Self.declaring(Self.patch, #"{"type":"custom","name":"plain"}"#))
        let description = try #require(request.tools[0].description?.string)
        #expect(description.hasPrefix("Edits.\n\n") && description.hasSuffix(#"lark grammar:"# + "\nstart: \"+\" LINE"))
        #expect(request.tools[1].description == nil)
        let schema = try #require(request.tools[1].parameters)
        #expect(schema["properties"]?["input"]?["type"]?.string == "string")
        #expect(schema["required"]?.rawText == #"["input"]"#)
    }

    @Test("its call is told as the text alone")
    func customCall() throws {
        let told = try ResponsesEvent.read(
            ResponsesFixture.stream(Self.called("patch", #"{"input":"a\n\"b\""}"#), Self.declaring(Self.patch)))
        #expect(
            told.map(\.summary) == [
                "created", "in_progress", "output_item.added 0", "custom_tool_call_input.delta 0 a\n\"b\"",
                "custom_tool_call_input.done 0", "output_item.done 0", "completed",
            ])
        #expect(told[2].item["input"] as? String == "" && told[4].members["input"] as? String == "a\n\"b\"")
        let item = told[5].item
        #expect(item["type"] as? String == "custom_tool_call" && item["name"] as? String == "patch")
        #expect(item["id"] as? String == "ctc_abc_0" && item["call_id"] as? String == "call_1")
        #expect(item["input"] as? String == "a\n\"b\"" && item["arguments"] == nil)
    }

    @Test(
        "a model that names its one text in its own way is understood",
        arguments: [(#"{"patch":"p"}"#, "p"), (#"{"input":"p","x":"y"}"#, "p"), (#"{"a":1}"#, #"{"a":1}"#)])
    func otherMember(arguments: String, input: String) throws {
        #expect(try item("patch", arguments, Self.declaring(Self.patch))["input"] as? String == input)
    }

    @Test("a call in the history and its result are read")
    func customHistory() throws {
        let messages = try ResponsesFixture.messages(
            #"{"type":"custom_tool_call","call_id":"1","name":"patch","input":"a\n\u0022b\u0022"},"#
                + #"{"type":"custom_tool_call_output","call_id":"1","output":[{"type":"input_text","text":"done"}]}"#)
        let call = try #require(messages[0].toolCalls.first)
        #expect(call.name == "patch" && call.id == "1" && messages[1].toolCallID == "1")
        #expect(try JSONDocument(parsing: call.arguments).root["input"]?.string == "a\n\"b\"")
        #expect(messages[1].text.string == "done")
    }

    // MARK: Tools that come later

    @Test("tools that the input declares count like others, and what a search found is its result, too")
    func laterTools() throws {
        let found = Self.namespace("a", Self.function)
        let more = #"{"type":"additional_tools","role":"developer","tools":[\#(Self.patch)]}"#
        let items =
            more + #",{"role":"user","content":"u"},{"type":"tool_search_call","call_id":"1","execution":"client","#
            + #""arguments":{"query":"q"}},{"type":"tool_search_output","call_id":"1","tools":[\#(found)]},"#
            + #"{"type":"function_call","call_id":"2","namespace":"a","name":"f","arguments":"{}"}"#
        let request = try ResponsesDialect().decode(
            RequestBody(parsing: Array(#"{"model":"m","input":[\#(items)],"tools":[\#(Self.search)]}"#.utf8)))
        #expect(request.tools.map(\.name) == ["tool_search", "patch", "a__f"])
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .assistant])
        #expect(request.messages[1].toolCalls.first?.arguments == #"{"query":"q"}"#)
        #expect(request.messages[2].text.string == "[\(found)]")
        #expect(request.messages[3].toolCalls.first?.name == "a__f")
    }

    @Test("a search is told as one that the client makes")
    func search() throws {
        let item = try item("tool_search", #"{"query":"q"}"#, Self.declaring(Self.search))
        #expect(item["type"] as? String == "tool_search_call" && item["execution"] as? String == "client")
        #expect(item["arguments"] as? [String: String] == ["query": "q"] && item["name"] == nil)
        #expect(try ResponsesFixture.decode(Self.declaring(Self.function, #"{"type":"tool_search"}"#)).tools.count == 1)
    }

    // MARK: What is left out

    @Test(
        "what only its maker can read is left out and noted",
        arguments: [
            (#"{"type":"compaction","encrypted_content":"x"}"#, "compaction"),
            (#"{"type":"reasoning","summary":[],"encrypted_content":"x"}"#, "encrypted reasoning"),
            (#"{"type":"web_search_call","id":"w","status":"completed"}"#, "web_search_call"),
            (#"{"type":"image_generation_call","result":"x"}"#, "image_generation_call"),
            (#"{"type":"mcp_list_tools","tools":[]}"#, "mcp_list_tools"),
            (
                #"{"type":"agent_message","content":[{"type":"encrypted_content","encrypted_content":"gAAAAABn"}]}"#,
                "agent_message"
            ), (#"{"type":"of_tomorrow"}"#, "of_tomorrow"),
        ])
    func foreign(item: String, type: String) throws {
        let body = #"{"model":"m","input":[\#(item),{"role":"user","content":"u"},\#(item)]}"#
        let request = try ResponsesDialect().decode(RequestBody(parsing: Array(body.utf8)))
        #expect(request.messages.map(\.text.string) == ["u"] && request.leftOut == [type])
    }

    @Test("what a sub-agent is told is a user's message, also where OpenAI would have encrypted it")
    func agentMessage() throws {
        let messages = try ResponsesFixture.messages(
            #"{"type":"agent_message","author":"/root","recipient":"/root/a","content":["#
                + #"{"type":"input_text","text":"Payload:"},{"type":"encrypted_content","encrypted_content":"Greet"}]}"#
        )
        #expect(messages.map(\.role) == [.user] && messages[0].text.string == "Payload:\nGreet")
    }

    @Test("tools that cannot be offered are noted, and a request of them alone says what they are")
    func hosted() throws {
        let web = #"{"type":"web_search"}"#
        #expect(try ResponsesFixture.decode(Self.declaring(web, Self.function)).leftOut == ["web_search"])
        let error = try #require(throws: ChatError.self) {
            try ResponsesFixture.decode(Self.declaring(web, #"{"type":"image_generation"}"#))
        }
        #expect(error.parameter == "tools[0].type" && error.message.contains("image_generation, web_search"))
    }

    @Test("many types are not all kept")
    func manyTypes() throws {
        let items = (0..<100).map { #"{"type":"t\#($0)"}"# }.joined(separator: ",")
        let body = #"{"model":"m","input":[\#(items),{"role":"user","content":"u"}]}"#
        #expect(try ResponsesDialect().decode(RequestBody(parsing: Array(body.utf8))).leftOut.count == 20)
    }

    @Test("calls of a local shell become a call and its result; what OpenAI's servers called is left out")
    func localShell() throws {
        let messages = try ResponsesFixture.messages(
            #"{"type":"local_shell_call","call_id":"1","action":{"type":"exec","command":["ls"]}},"#
                + #"{"type":"local_shell_call_output","call_id":"1","output":"a.md"},"#
                + #"{"type":"tool_search_call","call_id":null,"execution":"server","arguments":{}},"#
                + #"{"type":"tool_search_output","call_id":null,"execution":"server","tools":[]}"#)
        #expect(messages.map(\.role) == [.assistant, .tool] && messages[1].text.string == "a.md")
        #expect(messages[0].toolCalls.first?.name == "local_shell")
        #expect(messages[0].toolCalls.first?.arguments == #"{"type":"exec","command":["ls"]}"#)
    }

    @Test("a sound is taken as at chat completions")
    func audio() throws {
        let messages = try ResponsesFixture.messages(
            #"{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"aGFsbG8=","format":"wav"}}]}"#)
        #expect(messages[0].media.map(\.data.string) == ["aGFsbG8="])
    }
}
