import Testing

@testable import ollama_openai_proxy

@Suite("Requests of Ollama's clients")
struct OllamaAPIRequestTests {
    private typealias F = OllamaAPIFixtures

    @Test("A reply is streamed unless the client says no", arguments: [("", true), ("null", true), ("false", false)])
    func stream(value: String, isStreaming: Bool) throws {
        let request = try F.decode(value.isEmpty ? "" : #""stream":\#(value)"#)
        #expect(request.isStreaming == isStreaming)
        #expect(request.includesUsage == isStreaming)
        #expect(request.model == "m")
    }

    @Test("Options become canonical ones; numbers keep their text and what is unknown is ignored")
    func options() throws {
        let options = try F.decode(
            #""options":{"num_predict":64,"num_ctx":8192,"seed":7,"top_k":40,"temperature":0.70,"top_p":1e-1,"#
                + #""min_p":0.05,"frequency_penalty":0.5,"presence_penalty":-0.5,"repeat_penalty":1.1,"#
                + #""stop":["\n","","END"],"mirostat":1,"num_gpu":99,"typical_p":null}"#
        ).options
        #expect(options.maxTokens == 64)
        #expect(options.contextSize == 8192)
        #expect(options.seed == 7)
        #expect(options.topK == 40)
        let texts = [
            options.temperature, options.topP, options.minP, options.frequencyPenalty, options.presencePenalty,
            options.repeatPenalty,
        ].map { $0?.rawText }
        #expect(texts == ["0.70", "1e-1", "0.05", "0.5", "-0.5", "1.1"])
        #expect(options.stop.map(\.string) == ["\n", "END"])
        #expect(options.extra == nil)
    }

    @Test("Negative numbers by which Ollama means none are none")
    func noLimits() throws {
        let options = try F.decode(#""options":{"num_predict":-1,"seed":-1,"num_ctx":0,"stop":"x"}"#).options
        #expect(options.maxTokens == nil && options.seed == nil && options.contextSize == nil)
        #expect(options.stop.map(\.string) == ["x"])
    }

    @Test(
        "think is a Boolean or a level",
        arguments: [
            (#""think":true"#, ThinkLevel.on), (#""think":false"#, .off), (#""think":"high""#, .high),
            (#""think":null"#, nil), ("", nil),
        ])
    func think(members: String, level: ThinkLevel?) throws {
        #expect(try F.decode(members).think == level)
        #expect(try F.decode(members, .generate).think == level)
    }

    @Test("format is a word, a schema or nothing", arguments: OllamaAPIDialect.Endpoint.all)
    func format(endpoint: OllamaAPIDialect.Endpoint) throws {
        guard case .json = try F.decode(#""format":"json""#, endpoint).outputFormat else {
            Issue.record("not JSON")
            return
        }
        guard case .text = try F.decode(#""format":"""#, endpoint).outputFormat else {
            Issue.record("not text")
            return
        }
        guard case .schema(let schema, _, _) = try F.decode(#""format":{"type": "object"}"#, endpoint).outputFormat else {
            Issue.record("no schema")
            return
        }
        #expect(schema.rawText == #"{"type": "object"}"#)
    }

    @Test("Log probabilities and the time to stay loaded are read")
    func further() throws {
        let request = try F.decode(#""logprobs":true,"top_logprobs":3,"keep_alive":"10m""#)
        #expect(request.logprobs == 3)
        #expect(request.keepAlive?.rawText == #""10m""#)
        #expect(try F.decode(#""logprobs":true"#).logprobs == 0)
        #expect(try F.decode(#""top_logprobs":3"#).logprobs == nil)
    }

    @Test("Messages keep their text, thoughts, images and calls")
    func messages() throws {
        let request = try F.decode(
            whole: #"{"model":"m","messages":[{"role":"System","content":"s"},"#
                + #"{"role":"user","content":"u","images":["aGk=","aGk"],"thinking":null},"#
                + #"{"role":"assistant","thinking":"hm","tool_calls":[{"id":"x","function":{"index":0,"name":"f","#
                + #""arguments":{"a": 1.0}}}]},{"role":"tool","content":"12:00","tool_name":"f","tool_call_id":"x"},"#
                + #"{"role":"assistant","content":"ok","thinking":""}],"#
                + #""tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}]}"#
        )
        #expect(request.messages.map(\.role) == [.system, .user, .assistant, .tool, .assistant])
        #expect(request.messages.map(\.text.string) == ["s", "u", "", "12:00", "ok"])
        #expect(request.messages[1].media.map(\.data.string) == ["aGk=", "aGk="])
        #expect(request.messages[2].reasoning?.string == "hm")
        #expect(request.messages[4].reasoning == nil)
        #expect(request.messages[2].toolCalls == [ToolCall(id: "x", name: "f", arguments: #"{"a": 1.0}"#)])
        #expect(request.messages[3].toolCallID == "x" && request.messages[3].toolName == "f")
        #expect(request.tools.map(\.name) == ["f"])
        #expect(request.tools[0].parameters?.rawText == #"{"type":"object"}"#)
    }

    @Test("Lines of a streamed reply that come back one by one are one message again when there are calls")
    func lines() throws {
        func call(_ name: String) -> String { #""tool_calls":[{"function":{"name":"\#(name)","arguments":{}}}]"# }
        let messages = try F.decode(
            whole: #"{"model":"m","messages":[{"role":"assistant","content":"a"},{"role":"assistant","content":"b"},"#
                + #"{"role":"user","content":"u"},{"role":"assistant","thinking":"h","content":"He"},"#
                + #"{"role":"assistant","content":"y",\#(call("f"))},{"role":"assistant","thinking":"m",\#(call("g"))},"#
                + #"{"role":"assistant","content":""},{"role":"tool","content":"1","tool_name":"f"},"#
                + #"{"role":"tool","content":"2"},{"role":"assistant",\#(call("f"))}]}"#
        ).messages
        #expect(messages.map(\.role) == [.assistant, .assistant, .user, .assistant, .tool, .tool, .assistant])
        #expect(messages.map(\.text.string) == ["a", "b", "u", "Hey", "1", "2", ""])
        #expect(messages[3].reasoning?.string == "hm")
        #expect(messages[3].toolCalls.map(\.name) == ["f", "g"])
        #expect(messages[4].toolName == "f" && messages[5].toolName == nil)
    }

    @Test("A prompt with a system text and images is a conversation")
    func prompt() throws {
        let request = try F.decode(
            #""system":"s","images":["aGk="],"raw":false,"context":[],"suffix":"","template":"""#, .generate)
        #expect(request.messages.map(\.role) == [.system, .user])
        #expect(request.messages.map(\.text.string) == ["s", "Hi"])
        #expect(request.messages[1].media.count == 1)
        #expect(request.isStreaming)
        #expect(try F.decode(#""system":"""#, .generate).messages.count == 1)
    }

    @Test(
        "What needs a model's own template is refused by name",
        arguments: [
            (#""raw":true"#, "raw"), (#""suffix":"x""#, "suffix"), (#""template":"{{ .Prompt }}""#, "template"),
            (#""context":[1,2]"#, "context"),
        ])
    func templates(members: String, name: String) {
        let error = #expect(throws: ChatError.self) { try F.decode(members, .generate) }
        #expect(error?.status == 400)
        #expect(error?.parameter == name)
        #expect(error?.code == .unsupportedValue)
    }

    @Test(
        "Mistakes are told by their place",
        arguments: [
            (#"{"messages":[]}"#, "model"), (#"{"model":"m"}"#, "messages"),
            (#"{"model":"m","messages":[]}"#, "messages"),
            (#"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":"judge"}]}"#, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":"user","content":[]}]}"#, "messages[0].content"),
            (#"{"model":"m","messages":[{"role":"user","images":["?"]}]}"#, "messages[0].images[0]"),
            (#"{"model":"m","messages":[{"role":"user"}],"options":{"top_k":"x"}}"#, "options.top_k"),
            (#"{"model":"m","messages":[{"role":"user"}],"options":{"temperature":"hot"}}"#, "options.temperature"),
            (#"{"model":"m","messages":[{"role":"user"}],"options":{"stop":[1]}}"#, "options.stop[0]"),
            (#"{"model":"m","messages":[{"role":"user"}],"think":"a lot"}"#, "think"),
            (#"{"model":"m","messages":[{"role":"user"}],"format":"xml"}"#, "format"),
            (#"{"model":"m","messages":[{"role":"user"}],"stream":"no"}"#, "stream"),
        ])
    func mistakes(body: String, parameter: String) {
        let error = #expect(throws: ChatError.self) { try F.decode(whole: body) }
        #expect(error?.status == 400)
        #expect(error?.parameter == parameter)
    }

    @Test(
        "A request that says nothing loads or unloads, at both endpoints",
        arguments: [
            ("", "load"), (#","keep_alive":"5m""#, "load"), (#","keep_alive":0"#, "unload"),
            (#","keep_alive":"0s""#, "unload"),
        ])
    func load(members: String, reason: String) throws {
        for (endpoint, body, said) in [
            (OllamaAPIDialect.Endpoint.chat, #""messages":[]"#, #""message":{"role":"assistant","content":""}"#),
            (.generate, #""prompt":"""#, #""response":"""#),
        ] {
            let body = try RequestBody(parsing: Array(#"{"model":"m",\#(body)\#(members)}"#.utf8))
            let reply = try #require(F.dialect(endpoint).loadReply(to: body, created: 0))
            #expect(
                reply.body.text.hasPrefix(
                    #"{"model":"m","created_at":"1970-01-01T00:00:00Z",\#(said),"done":true,"done_reason":"\#(reason)""#
                ))
        }
    }

    @Test("A request that says something is no request to load")
    func noLoad() throws {
        for (endpoint, body) in [
            (OllamaAPIDialect.Endpoint.chat, #"{"model":"m","messages":[{"role":"user"}]}"#),
            (.chat, #"{"messages":[]}"#), (.generate, #"{"model":"m","prompt":"x"}"#),
            (.generate, #"{"model":"m","images":["x"]}"#),
        ] {
            #expect(
                try F.dialect(endpoint).loadReply(to: RequestBody(parsing: Array(body.utf8)), created: 0)?.body.text
                    == nil)
        }
    }
}

extension OllamaAPIDialect.Endpoint {
    static let all: [Self] = [.chat, .generate]
}
