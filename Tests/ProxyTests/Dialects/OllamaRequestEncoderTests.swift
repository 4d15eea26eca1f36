import Testing

@testable import ollama_openai_proxy

struct OllamaRequestEncoderTests {
    @Test("A minimal request says no more than it must")
    func minimal() throws {
        #expect(
            try OllamaFixtures.body(OllamaFixtures.request())
                == #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true}"#)
    }

    @Test("Members come in one order, and the same request gives the same bytes")
    func everything() throws {
        let client = try OllamaFixtures.json(
            #"{"t":0.10,"s":{"type":"object","b":1,"a":1e2},"k":"5m","p":{"type":"object"},"#
                + #""x":{"mirostat":1,"num_gpu":9}}"#)
        func request() throws -> ChatRequest {
            var request = OllamaFixtures.request()
            request.tools = [Tool(name: "f", description: JSONText("d"), parameters: client["p"])]
            request.outputFormat = .schema(try #require(client["s"]))
            request.options.temperature = client["t"]
            request.options.extra = client["x"]
            request.isStreaming = false
            request.think = .max
            request.keepAlive = client["k"]
            request.logprobs = 5
            return request
        }
        let body = try OllamaFixtures.body(request(), contextSize: 4096, keepAlive: "1h")
        #expect(
            body == #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"#
                + #""tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{}}}}],"#
                + #""format":{"type":"object","b":1,"a":1e2},"#
                + #""options":{"mirostat":1,"num_gpu":9,"temperature":0.10,"num_ctx":4096},"#
                + #""stream":true,"think":"max","keep_alive":"5m","logprobs":true,"top_logprobs":5}"#)
        for _ in 0..<10 { #expect(try OllamaFixtures.body(request(), contextSize: 4096, keepAlive: "1h") == body) }
    }

    @Test(
        "Thinking is a Boolean or a level",
        arguments: [
            (ThinkLevel?.none, String?.none), (.off, "false"), (.on, "true"), (.low, #""low""#),
            (.medium, #""medium""#), (.high, #""high""#), (.max, #""max""#),
        ])
    func think(level: ThinkLevel?, expected: String?) throws {
        var request = OllamaFixtures.request()
        request.think = level
        #expect(try OllamaFixtures.member("think", of: request) == expected)
    }

    @Test(
        "The operator's keep-alive is a number or a duration",
        arguments: [
            ("300", "300"), ("-1", "-1"), ("0", "0"), ("42.5", "42.5"), ("5m", #""5m""#), ("-1m", #""-1m""#),
            ("1h30m", #""1h30m""#), ("+5", #""+5""#), ("", #""""#),
        ])
    func defaultKeepAlive(text: String, expected: String) throws {
        #expect(try OllamaFixtures.member("keep_alive", of: OllamaFixtures.request(), keepAlive: text) == expected)
    }

    @Test("The client's keep-alive wins and goes verbatim", arguments: ["-3.14", #""5m""#, "0", "42.0"])
    func keepAlive(text: String) throws {
        var request = OllamaFixtures.request()
        request.keepAlive = try OllamaFixtures.json(text)
        #expect(try OllamaFixtures.member("keep_alive", of: request, keepAlive: "1h") == text)
    }

    @Test("Log probabilities are asked for with the number of alternatives", arguments: [0, 1, 10, 20])
    func logprobs(count: Int) throws {
        var request = OllamaFixtures.request()
        #expect(try OllamaFixtures.member("logprobs", of: request) == nil)
        request.logprobs = count
        #expect(try OllamaFixtures.member("logprobs", of: request) == "true")
        #expect(try OllamaFixtures.member("top_logprobs", of: request) == (count == 0 ? nil : "\(count)"))
    }

    @Test("JSON mode is any object, a schema that the grammar takes goes verbatim, text is nothing")
    func format() throws {
        var request = OllamaFixtures.request()
        #expect(try OllamaFixtures.member("format", of: request) == nil)
        request.outputFormat = .json
        #expect(try OllamaFixtures.member("format", of: request) == #"{"type":"object"}"#)
        let schema = #"{"type": "object", "z":1.0, "a":"\u00e9"}"#
        request.outputFormat = .schema(try OllamaFixtures.json(schema))
        #expect(try OllamaFixtures.member("format", of: request) == schema)
    }

    @Test(
        "A schema that the grammar refuses is lowered",
        arguments: [
            (##"{"$ref":"#/$defs/a","$defs":{"a":{"type":"array","items":{"const":1}}}}"##, #""enum":[1]"#),
            (#"{"type":"object","properties":{"a":{"type":"string","pattern":"b+"}}}"#, #""description""#),
        ])
    func loweredFormat(schema: String, part: String) throws {
        var request = OllamaFixtures.request()
        request.outputFormat = .schema(try OllamaFixtures.json(schema))
        let format = try #require(try OllamaFixtures.member("format", of: request))
        #expect(format.contains(part) && !format.contains("$ref") && !format.contains(#""pattern""#))
    }

    @Test("Long texts arrive byte for byte, escapes and all")
    func longText() throws {
        let escaped = String(repeating: #"caf\u00e9 \/ \ud83d\ude00 é😀 \n \\n "#, count: 20_000)
        let client = try OllamaFixtures.json("\"\(escaped)\"")
        var message = ChatMessage(role: .user)
        message.text = try #require(JSONText(client))
        #expect(
            try OllamaFixtures.member("messages", of: OllamaFixtures.request(message))
                == #"[{"role":"user","content":""# + escaped + #""}]"#)
    }

    @Test("The turns of an agent arrive in Ollama's shape")
    func agentConversation() throws {
        let client = try OllamaFixtures.json(
            #"["x-header: 1;","You are an agent.","#
                + #"{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}]"#)
        let elements = Array(client.elements)
        var system = ChatMessage(role: .system, text: try #require(JSONText(elements[0])))
        system.text.append("\n\n")
        system.text.append(try #require(JSONText(elements[1])))
        let calls = [
            ToolCall(id: "call_a1", name: "Bash", arguments: #"{"command": "echo hi", "n": 1.0}"#),
            ToolCall(id: "call_a2", name: "Read", arguments: "{}"),
        ]
        var request = OllamaFixtures.request(
            system, OllamaFixtures.message(.user, "context"), OllamaFixtures.message(.user, "do it"),
            OllamaFixtures.message(.assistant, calls: calls),
            OllamaFixtures.message(.tool, "hi", toolCallID: "call_a1"),
            OllamaFixtures.message(.tool, "second", toolCallID: "call_a2"))
        request.model = "glm-5:cloud"
        request.tools = [Tool(name: "Bash", description: JSONText("run"), parameters: elements[2])]
        request.options.maxTokens = 32000
        request.reasoningEffort = .high
        request.think = .on
        #expect(
            try OllamaFixtures.body(request)
                == #"{"model":"glm-5:cloud","messages":["#
                + #"{"role":"system","content":"x-header: 1;\n\nYou are an agent."},"#
                + #"{"role":"user","content":"context"},{"role":"user","content":"do it"},"#
                + #"{"role":"assistant","content":"","tool_calls":["#
                + #"{"id":"call_a1","function":{"index":0,"name":"Bash","arguments":{"command": "echo hi", "n": 1.0}}},"#
                + #"{"id":"call_a2","function":{"index":1,"name":"Read","arguments":{}}}]},"#
                + #"{"role":"tool","content":"hi","tool_name":"Bash","tool_call_id":"call_a1"},"#
                + #"{"role":"tool","content":"second","tool_name":"Read","tool_call_id":"call_a2"}],"#
                + #""tools":[{"type":"function","function":{"name":"Bash","description":"run","parameters":"#
                + #"{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}}}],"#
                + #""options":{"num_predict":32000},"stream":true,"think":true}"#)
    }
}
