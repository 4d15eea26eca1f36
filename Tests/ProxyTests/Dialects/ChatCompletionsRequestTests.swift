import Testing

@testable import ollama_openai_proxy

/// Request bodies for the tests of this dialect.
enum ChatCompletionsFixture {
    /// A request with one user message and these further members.
    static func decode(_ members: String) throws -> ChatRequest {
        let comma = members.isEmpty ? "" : ","
        return try decode(body: #"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(comma)\#(members)}"#)
    }

    /// A request with exactly these messages.
    static func messages(_ messages: String) throws -> [ChatMessage] {
        try decode(body: #"{"model":"m","messages":[\#(messages)]}"#).messages
    }

    static func decode(body: String) throws -> ChatRequest {
        try ChatCompletionsDialect().decode(RequestBody(parsing: Array(body.utf8))).withoutRemoteImages()
    }

    /// What `body` throws, which must be a client's mistake.
    static func mistake(_ body: () throws -> Void) throws -> ChatError {
        let error = try #require(throws: ChatError.self, performing: body)
        #expect(error.status == 400)
        return error
    }
}

struct ChatCompletionsRequestTests {
    @Test("a minimal request sets nothing that the client did not say")
    func minimal() throws {
        let request = try ChatCompletionsFixture.decode("")
        #expect(request.model == "m")
        #expect(request.messages.count == 1)
        #expect(request.messages[0].role == .user)
        #expect(request.messages[0].text.string == "hi")
        #expect(!request.isStreaming && !request.includesUsage)
        #expect(request.tools.isEmpty && request.toolChoice == .auto && request.allowsParallelToolCalls)
        #expect(request.think == nil && request.reasoningEffort == nil && request.logprobs == nil)
        #expect(request.keepAlive == nil)
        let options = request.options
        #expect(options.maxTokens == nil && options.seed == nil && options.topK == nil && options.contextSize == nil)
        #expect(options.temperature == nil && options.topP == nil && options.minP == nil && options.extra == nil)
        #expect(options.frequencyPenalty == nil && options.presencePenalty == nil && options.repeatPenalty == nil)
        #expect(options.stop.isEmpty)
        guard case .text = request.outputFormat else { return #expect(Bool(false), "a format was set") }
    }

    @Test("null counts as absent everywhere")
    func nulls() throws {
        let names = [
            "stream", "stream_options", "n", "max_tokens", "max_completion_tokens", "stop", "seed", "temperature",
            "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "repeat_penalty", "num_ctx",
            "keep_alive", "options", "response_format", "format", "logprobs", "top_logprobs", "reasoning_effort",
            "reasoning", "think", "thinking", "tools", "functions", "tool_choice", "function_call",
            "parallel_tool_calls",
        ]
        let request = try ChatCompletionsFixture.decode(names.map { "\"\($0)\":null" }.joined(separator: ","))
        #expect(request.options.maxTokens == nil && request.think == nil && request.toolChoice == .auto)
    }

    @Test("of a repeated member the last one counts, also when it is null")
    func repeatedMembers() throws {
        #expect(try ChatCompletionsFixture.decode(#""seed":1,"seed":2"#).options.seed == 2)
        #expect(try ChatCompletionsFixture.decode(#""seed":1,"seed":null"#).options.seed == nil)
    }

    @Test("unknown members are ignored, whatever they hold")
    func unknownMembers() throws {
        _ = try ChatCompletionsFixture.decode(
            #""user":7,"metadata":[],"logit_bias":"x","store":{},"prompt_cache_key":"k","web_search_options":{}"#)
    }

    @Test("number texts are carried as they were written")
    func numbers() throws {
        let options = try ChatCompletionsFixture.decode(
            #""temperature":0.70,"top_p":1e-1,"min_p":0.05,"frequency_penalty":-0.0,"presence_penalty":5,"#
                + #""repeat_penalty":1.10,"seed":9007199254740993,"top_k":40.0,"num_ctx":8192"#
        ).options
        #expect(options.temperature?.rawText == "0.70")
        #expect(options.topP?.rawText == "1e-1")
        #expect(options.minP?.rawText == "0.05")
        #expect(options.frequencyPenalty?.rawText == "-0.0")
        #expect(options.presencePenalty?.rawText == "5")
        #expect(options.repeatPenalty?.rawText == "1.10")
        #expect(options.seed == 9_007_199_254_740_993)
        #expect(options.topK == 40)
        #expect(options.contextSize == 8192)
    }

    @Test("max_completion_tokens wins over max_tokens")
    func tokenLimits() throws {
        #expect(try ChatCompletionsFixture.decode(#""max_tokens":999"#).options.maxTokens == 999)
        let both = try ChatCompletionsFixture.decode(#""max_completion_tokens":5,"max_tokens":999"#)
        #expect(both.options.maxTokens == 5)
    }

    @Test(
        "stop is a string or an array of strings",
        arguments: [
            (#""END""#, ["END"]), (#"["\n","stop"]"#, ["\n", "stop"]), ("[]", []), (#""""#, []), (#"["","a"]"#, ["a"]),
        ])
    func stop(json: String, expected: [String]) throws {
        #expect(try ChatCompletionsFixture.decode("\"stop\":\(json)").options.stop.map(\.string) == expected)
    }

    @Test("Ollama's with-options case arrives whole")
    func withOptions() throws {
        let request = try ChatCompletionsFixture.decode(
            #""max_tokens":999,"seed":123,"stop":["\n","stop"],"temperature":3,"frequency_penalty":4,"#
                + #""presence_penalty":5,"top_p":6,"response_format":{"type":"json_object"},"stream":true,"#
                + #""stream_options":{"include_usage":true}"#)
        #expect(request.options.temperature?.rawText == "3")
        #expect(request.options.topP?.rawText == "6")
        #expect(request.isStreaming && request.includesUsage)
        guard case .json = request.outputFormat else { return #expect(Bool(false), "not JSON mode") }
    }

    @Test(
        "usage is included only in a stream that asks for it",
        arguments: [
            (#""stream":true,"stream_options":{"include_usage":true}"#, true),
            (#""stream":true,"stream_options":{"include_usage":false}"#, false),
            (#""stream":true,"stream_options":{}"#, false),
            (#""stream":false,"stream_options":{"include_usage":true}"#, false),
        ])
    func usage(json: String, expected: Bool) throws {
        #expect(try ChatCompletionsFixture.decode(json).includesUsage == expected)
    }

    @Test("options and schemas are carried verbatim")
    func rawValues() throws {
        let options = #"{ "z":1.50, "a":[ null ] , "\u0061":"é"}"#
        #expect(try ChatCompletionsFixture.decode("\"options\":\(options)").options.extra?.rawText == options)
        let schema = #"{"type":"object", "properties":{"b":{},"a":{"maximum":1E400}}}"#
        for members in [
            #""response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":\#(schema)}}"#,
            "\"format\":\(schema)",
        ] {
            guard case .schema(let value, _, _) = try ChatCompletionsFixture.decode(members).outputFormat else {
                return #expect(Bool(false), "no schema")
            }
            #expect(value.rawText == schema)
        }
    }

    @Test("format is Ollama's own, and response_format wins over it")
    func formats() throws {
        guard case .json = try ChatCompletionsFixture.decode(#""format":"json""#).outputFormat,
            case .text = try ChatCompletionsFixture.decode(#""format":"""#).outputFormat,
            case .text = try ChatCompletionsFixture.decode(
                #""format":"json","response_format":{"type":"text"}"#
            ).outputFormat
        else { return #expect(Bool(false), "wrong format") }
    }

    @Test(
        "keep_alive is a number or a Go duration, verbatim",
        arguments: ["42", "42.5", "-1", "0", #""42m""#, #""1h30m""#, #""-1m""#, #""0""#, #""1.5s""#, #"".5h""#])
    func keepAlive(json: String) throws {
        #expect(try ChatCompletionsFixture.decode("\"keep_alive\":\(json)").keepAlive?.rawText == json)
    }

    @Test(
        "log probabilities and how many alternatives",
        arguments: [
            (#""logprobs":true"#, 0), (#""logprobs":true,"top_logprobs":0"#, 0),
            (#""logprobs":true,"top_logprobs":5"#, 5), (#""logprobs":true,"top_logprobs":20"#, 20),
            (#""logprobs":false"#, nil),
        ] as [(String, Int?)])
    func logprobs(json: String, expected: Int?) throws {
        #expect(try ChatCompletionsFixture.decode(json).logprobs == expected)
    }

    @Test(
        "every effort is read, and the reasoning object wins when it has one",
        arguments: [
            (#""reasoning_effort":"none""#, .none), (#""reasoning_effort":"minimal""#, .minimal),
            (#""reasoning_effort":"low""#, .low), (#""reasoning_effort":"medium""#, .medium),
            (#""reasoning_effort":"high""#, .high), (#""reasoning_effort":"xhigh""#, .xhigh),
            (#""reasoning_effort":"max""#, .max), (#""reasoning_effort":"ultra""#, .ultra),
            (#""reasoning":{"effort":"low"},"reasoning_effort":"high""#, .low),
            (#""reasoning":{"effort":""},"reasoning_effort":"high""#, .high),
            (#""reasoning":{"summary":"auto"},"reasoning_effort":"high""#, .high),
        ] as [(String, ReasoningEffort)])
    func efforts(json: String, expected: ReasoningEffort) throws {
        #expect(try ChatCompletionsFixture.decode(json).reasoningEffort == expected)
    }

    @Test("an empty effort is none at all")
    func emptyEffort() throws {
        #expect(try ChatCompletionsFixture.decode(#""reasoning_effort":"""#).reasoningEffort == nil)
    }

    @Test(
        "think is Ollama's; thinking speaks only where think does not",
        arguments: [
            (#""think":true"#, .on), (#""think":false"#, .off), (#""think":"low""#, .low),
            (#""think":"medium""#, .medium), (#""think":"high""#, .high), (#""think":"max""#, .max),
            (#""thinking":{"type":"enabled","budget_tokens":2048}"#, .on), (#""thinking":{"type":"disabled"}"#, .off),
            (#""thinking":{"type":"adaptive"}"#, nil), (#""thinking":{"type":"enabled"},"think":false"#, .off),
        ] as [(String, ThinkLevel?)])
    func think(json: String, expected: ThinkLevel?) throws {
        #expect(try ChatCompletionsFixture.decode(json).think == expected)
    }

    @Test("every field of HTTP is left aside but the body")
    func throughTheDialect() throws {
        var request = HTTPRequest(method: .post, target: "/v1/chat/completions")
        request.body = Array(#"{"model":"glm-5:cloud","messages":[{"role":"user","content":"x"}]}"#.utf8)
        let decoded = try ChatCompletionsDialect().decode(request)
        #expect(decoded.model == "glm-5:cloud")
    }
}
