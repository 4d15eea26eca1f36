import Testing

@testable import ollama_openai_proxy

struct ChatCompletionsMistakeTests {
    typealias Case = RequestMistake

    @Test(
        "a wrong parameter is a 400 that names it",
        arguments: [
            Case(#""stream":"true""#, "stream", .invalidType),
            Case(#""stream_options":[]"#, "stream_options", .invalidType),
            Case(#""stream_options":{"include_usage":1}"#, "stream_options.include_usage", .invalidType),
            Case(#""n":2"#, "n", .unsupportedValue),
            Case(#""n":0"#, "n", .invalidValue),
            Case(#""n":"1""#, "n", .invalidType),
            Case(#""max_tokens":"5""#, "max_tokens", .invalidType),
            Case(#""max_tokens":5.5,"max_completion_tokens":5"#, "max_tokens", .invalidType),
            Case(#""max_tokens":0"#, "max_tokens", .invalidValue),
            Case(#""max_tokens":5,"max_completion_tokens":0"#, "max_completion_tokens", .invalidValue),
            Case(#""max_completion_tokens":1e30"#, "max_completion_tokens", .invalidType),
            Case(#""seed":1.5"#, "seed", .invalidType),
            Case(#""temperature":"hot""#, "temperature", .invalidType),
            Case(#""temperature":true"#, "temperature", .invalidType),
            Case(#""temperature":1e999"#, "temperature", .invalidValue),
            Case(#""top_p":[1]"#, "top_p", .invalidType),
            Case(#""top_k":0.5"#, "top_k", .invalidType),
            Case(#""min_p":{}"#, "min_p", .invalidType),
            Case(#""frequency_penalty":"0""#, "frequency_penalty", .invalidType),
            Case(#""presence_penalty":false"#, "presence_penalty", .invalidType),
            Case(#""repeat_penalty":"1""#, "repeat_penalty", .invalidType),
            Case(#""num_ctx":0"#, "num_ctx", .invalidValue),
            Case(#""stop":5"#, "stop", .invalidType),
            Case(#""stop":["a",5]"#, "stop[1]", .invalidType),
            Case(#""keep_alive":"300""#, "keep_alive", .invalidValue),
            Case(#""keep_alive":"""#, "keep_alive", .invalidValue),
            Case(#""keep_alive":true"#, "keep_alive", .invalidType),
            Case(#""options":"num_ctx=1""#, "options", .invalidType),
            Case(#""response_format":"json""#, "response_format", .invalidType),
            Case(#""response_format":{}"#, "response_format.type", .missingParameter),
            Case(#""response_format":{"type":"xml"}"#, "response_format.type", .invalidValue),
            Case(#""response_format":{"type":"json_schema"}"#, "response_format.json_schema", .missingParameter),
            Case(
                #""response_format":{"type":"json_schema","json_schema":{"name":"n"}}"#,
                "response_format.json_schema.schema", .missingParameter),
            Case(
                #""response_format":{"type":"json_schema","json_schema":{"schema":true}}"#,
                "response_format.json_schema.schema", .invalidType),
            Case(#""format":"xml""#, "format", .invalidValue),
            Case(#""format":[]"#, "format", .invalidType),
            Case(#""logprobs":1"#, "logprobs", .invalidType),
            Case(#""top_logprobs":1"#, "top_logprobs", .invalidValue),
            Case(#""logprobs":true,"top_logprobs":21"#, "top_logprobs", .invalidValue),
            Case(#""logprobs":true,"top_logprobs":-1"#, "top_logprobs", .invalidValue),
            Case(#""reasoning_effort":"extreme""#, "reasoning_effort", .invalidValue),
            Case(#""reasoning_effort":3"#, "reasoning_effort", .invalidType),
            Case(#""reasoning":"high""#, "reasoning", .invalidType),
            Case(#""reasoning":{"effort":"extreme"}"#, "reasoning.effort", .invalidValue),
            Case(#""think":"true""#, "think", .invalidValue),
            Case(#""think":1"#, "think", .invalidType),
            Case(#""thinking":true"#, "thinking", .invalidType),
            Case(#""parallel_tool_calls":"no""#, "parallel_tool_calls", .invalidType),
            Case(#""tools":{}"#, "tools", .invalidType),
            Case(#""tools":[null]"#, "tools[0]", .invalidType),
            Case(#""tools":[{"type":"web_search"}]"#, "tools[0].type", .unsupportedValue),
            Case(#""tools":[{"type":"function"}]"#, "tools[0].function", .missingParameter),
            Case(#""tools":[{"type":"function","function":{}}]"#, "tools[0].function.name", .missingParameter),
            Case(#""tools":[{"type":"function","function":{"name":""}}]"#, "tools[0].function.name", .invalidValue),
            Case(
                #""tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g","#
                    + #""parameters":[]}}]"#, "tools[1].function.parameters", .invalidType),
            Case(
                #""tools":[{"type":"function","function":{"name":"f","description":5}}]"#,
                "tools[0].function.description", .invalidType),
            Case(#""functions":[{"description":"d"}]"#, "functions[0].name", .missingParameter),
            Case(#""tool_choice":"maybe""#, "tool_choice", .invalidValue),
            Case(#""tool_choice":true"#, "tool_choice", .invalidType),
            Case(#""tool_choice":{"type":"allowed_tools"}"#, "tool_choice.type", .unsupportedValue),
            Case(#""tool_choice":{"type":"function"}"#, "tool_choice.function", .missingParameter),
            Case(#""tool_choice":{"type":"function","function":{}}"#, "tool_choice.function.name", .missingParameter),
            Case(#""function_call":{}"#, "function_call.name", .missingParameter),
        ])
    func parameters(_ mistake: Case) throws {
        let error = try ChatCompletionsFixture.mistake { _ = try ChatCompletionsFixture.decode(mistake.json) }
        #expect(error.parameter == mistake.parameter)
        #expect(error.code == mistake.code)
        // What a client may drop is told without its place.
        let isDropped = error.message.contains("ould not process ")
        #expect(isDropped != error.message.hasPrefix("'\(mistake.parameter)' "))
    }

    @Test(
        "a wrong message is a 400 that names its place",
        arguments: [
            Case(#"5"#, "messages[0]", .invalidType),
            Case(#"{"content":"x"}"#, "messages[0].role", .missingParameter),
            Case(#"{"role":"bot","content":"x"}"#, "messages[0].role", .invalidValue),
            Case(#"{"role":7,"content":"x"}"#, "messages[0].role", .invalidType),
            Case(#"{"role":"user"}"#, "messages[0].content", .missingParameter),
            Case(#"{"role":"user","content":null}"#, "messages[0].content", .missingParameter),
            Case(#"{"role":"user","content":2}"#, "messages[0].content", .invalidType),
            Case(#"{"role":"user","content":{"type":"text","text":"x"}}"#, "messages[0].content", .invalidType),
            Case(#"{"role":"user","content":["x"]}"#, "messages[0].content[0]", .invalidType),
            Case(#"{"role":"user","content":[{"text":"x"}]}"#, "messages[0].content[0].type", .missingParameter),
            Case(#"{"role":"user","content":[{"type":"text"}]}"#, "messages[0].content[0].text", .missingParameter),
            Case(
                #"{"role":"user","content":[{"type":"text","text":5}]}"#, "messages[0].content[0].text", .invalidType),
            Case(
                #"{"role":"user","content":[{"type":"video","video":""}]}"#, "messages[0].content[0].type",
                .unsupportedValue),
            Case(
                #"{"role":"user","content":[{"type":"file","file":{}}]}"#, "messages[0].content[0].type",
                .unsupportedValue),
            Case(
                #"{"role":"user","content":[{"type":"refusal","refusal":"no"}]}"#, "messages[0].content[0].type",
                .unsupportedValue),
            Case(
                #"{"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":"x"},"#
                    + #"{"type":"image_url","image_url":{"url":7}}]}"#,
                "messages[1].content[1].image_url.url", .invalidType),
            Case(
                #"{"role":"user","content":[{"type":"image_url","image_url":{}}]}"#,
                "messages[0].content[0].image_url.url", .missingParameter),
            Case(
                #"{"role":"user","content":[{"type":"image_url","image_url":5}]}"#,
                "messages[0].content[0].image_url", .invalidType),
            Case(
                #"{"role":"user","content":[{"type":"input_audio","input_audio":{"format":"ogg","data":"AAAA"}}]}"#,
                "messages[0].content[0].input_audio.format", .unsupportedValue),
            Case(
                #"{"role":"user","content":[{"type":"input_audio","input_audio":{"format":"wav"}}]}"#,
                "messages[0].content[0].input_audio.data", .missingParameter),
            Case(
                #"{"role":"user","content":[{"type":"input_audio","input_audio":{"format":"wav","data":"!"}}]}"#,
                "messages[0].content[0].input_audio.data", .invalidValue),
            Case(#"{"role":"assistant","tool_calls":{}}"#, "messages[0].tool_calls", .invalidType),
            Case(#"{"role":"assistant","tool_calls":[{}]}"#, "messages[0].tool_calls[0].function", .missingParameter),
            Case(
                #"{"role":"assistant","tool_calls":[{"type":"custom"}]}"#, "messages[0].tool_calls[0].type",
                .unsupportedValue),
            Case(
                #"{"role":"assistant","tool_calls":[{"id":5,"function":{"name":"f"}}]}"#,
                "messages[0].tool_calls[0].id", .invalidType),
            Case(#"{"role":"assistant","reasoning_content":{}}"#, "messages[0].reasoning_content", .invalidType),
            Case(#"{"role":"assistant","thinking_blocks":{}}"#, "messages[0].thinking_blocks", .invalidType),
            Case(#"{"role":"tool","content":"x","tool_call_id":1}"#, "messages[0].tool_call_id", .invalidType),
            Case(#"{"role":"function","content":"x"}"#, "messages[0].name", .missingParameter),
        ])
    func messages(_ mistake: Case) throws {
        let error = try ChatCompletionsFixture.mistake { _ = try ChatCompletionsFixture.messages(mistake.json) }
        #expect(error.parameter == mistake.parameter)
        #expect(error.code == mistake.code)
        // What a client may drop is told without its place.
        let isDropped = error.message.contains("ould not process ")
        #expect(isDropped != error.message.hasPrefix("'\(mistake.parameter)' "))
    }

    @Test(
        "model and messages must be there and hold something",
        arguments: [
            Case(#"{"messages":[{"role":"user","content":"x"}]}"#, "model", .missingParameter),
            Case(#"{"model":null,"messages":[{"role":"user","content":"x"}]}"#, "model", .missingParameter),
            Case(#"{"model":"","messages":[{"role":"user","content":"x"}]}"#, "model", .invalidValue),
            Case(#"{"model":"a\nb","messages":[{"role":"user","content":"x"}]}"#, "model", .invalidValue),
            Case(#"{"model":5,"messages":[{"role":"user","content":"x"}]}"#, "model", .invalidType),
            Case(#"{"model":"m"}"#, "messages", .missingParameter),
            Case(#"{"model":"m","messages":[]}"#, "messages", .invalidValue),
            Case(#"{"model":"m","messages":"hi"}"#, "messages", .invalidType),
        ])
    func required(_ mistake: Case) throws {
        let error = try ChatCompletionsFixture.mistake { _ = try ChatCompletionsFixture.decode(body: mistake.json) }
        #expect(error.parameter == mistake.parameter)
        #expect(error.code == mistake.code)
    }

    @Test(
        "a body that is no JSON object says so, and at which byte",
        arguments: [
            ("", ChatError.Code.invalidJSON, "empty"), ("{", .invalidJSON, "at byte 1"),
            (#"{"model":"m",}"#, .invalidJSON, "at byte 13"), ("{} x", .invalidJSON, "at byte 3"),
            ("[]", .invalidType, "must be an object, not an array"), ("null", .invalidType, "not null"),
        ])
    func notJSON(body: String, code: ChatError.Code, words: String) throws {
        let error = try ChatCompletionsFixture.mistake { _ = try ChatCompletionsFixture.decode(body: body) }
        #expect(error.parameter == nil)
        #expect(error.code == code)
        #expect(error.message.contains(words))
    }

    @Test(
        "messages say what would be right",
        arguments: [
            (#""temperature":"hot""#, "'temperature' must be a number, not a string."),
            (#""logprobs":true,"top_logprobs":21"#, "'top_logprobs' must be from 0 to 20, not 21."),
            (#""num_ctx":-1"#, "'num_ctx' must be 1 or more, not -1."),
            (#""seed":1.5"#, "'seed' must be a whole number, not 1.5."),
            (
                #""reasoning_effort":"extreme""#,
                "'reasoning_effort' must be one of none, minimal, low, medium, high, xhigh, max, ultra, not \"extreme\"."
            ),
            (
                #""keep_alive":"300""#,
                "'keep_alive' must be a number of seconds such as 300, or a string with a unit such as \"300s\" or \"5m\"."
            ),
            (#""n":3"#, "'n' must be 1: one choice a request is supported."),
        ])
    func words(json: String, message: String) throws {
        let error = try ChatCompletionsFixture.mistake { _ = try ChatCompletionsFixture.decode(json) }
        #expect(error.message == message)
    }

    @Test("a long wrong value is quoted only in part")
    func longValues() throws {
        let value = String(repeating: "x", count: 10_000)
        let error = try ChatCompletionsFixture.mistake {
            _ = try ChatCompletionsFixture.decode("\"tool_choice\":\"\(value)\"")
        }
        #expect(error.message.utf8.count < 250)
    }

    @Test("more stop texts than any model needs are refused")
    func manyStops() throws {
        let list = Array(repeating: "\"a\"", count: 65).joined(separator: ",")
        let error = try ChatCompletionsFixture.mistake { _ = try ChatCompletionsFixture.decode("\"stop\":[\(list)]") }
        #expect(error.parameter == "stop")
    }

    @Test(
        "Go durations",
        arguments: [
            ("5m", true), ("1h30m", true), ("-1m", true), ("+5s", true), ("0", true), ("-0", true), ("1.5h", true),
            (".5s", true), ("5.s", true), ("100ms", true), ("5µs", true), ("5μs", true), ("7ns", true),
            ("300", false), ("-1", false), ("", false), ("-", false), ("m", false), (".s", false), ("5 m", false),
            ("5d", false), ("1.2.3s", false), ("5m3", false), ("9999999999h", false), ("--5m", false), ("５m", false),
        ])
    func durations(text: String, isValid: Bool) {
        #expect(GoDuration.isValid(text) == isValid)
    }
}
