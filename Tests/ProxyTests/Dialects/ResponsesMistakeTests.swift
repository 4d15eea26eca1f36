import Testing

@testable import ollama_openai_proxy

@Suite("Mistakes in a Responses request")
struct ResponsesMistakeTests {
    typealias Case = RequestMistake

    private func expect(_ mistake: Case, in body: String) throws {
        let error = try #require(throws: ChatError.self) {
            try ResponsesDialect().decode(RequestBody(parsing: Array(body.utf8))).withoutRemoteImages()
        }
        #expect(error.status == 400 && error.parameter == mistake.parameter && error.code == mistake.code)
        // What a client may drop is told without its place.
        let isDropped = error.message.contains("ould not process ")
        #expect(isDropped != error.message.contains("'\(mistake.parameter)'"))
    }

    @Test(
        "a wrong parameter is a 400 that names it",
        arguments: [
            Case(#""previous_response_id":"resp_1""#, "previous_response_id", .unsupportedValue),
            Case(#""conversation":{"id":"c"}"#, "conversation", .unsupportedValue),
            Case(#""prompt":{"id":"p"}"#, "prompt", .unsupportedValue),
            Case(#""background":true"#, "background", .unsupportedValue),
            Case(#""background":1"#, "background", .invalidType),
            Case(#""stream":"true""#, "stream", .invalidType),
            Case(#""max_output_tokens":"5""#, "max_output_tokens", .invalidType),
            Case(#""temperature":"hot""#, "temperature", .invalidType),
            Case(#""top_logprobs":21"#, "top_logprobs", .invalidValue),
            Case(#""include":"all""#, "include", .invalidType),
            Case(#""instructions":5"#, "instructions", .invalidType),
            Case(#""metadata":[]"#, "metadata", .invalidType),
            Case(#""reasoning":{"effort":"huge"}"#, "reasoning.effort", .invalidValue),
            Case(#""text":"json""#, "text", .invalidType),
            Case(#""text":{"format":{}}"#, "text.format.type", .missingParameter),
            Case(#""text":{"format":{"type":"xml"}}"#, "text.format.type", .invalidValue),
            Case(#""text":{"format":{"type":"json_schema"}}"#, "text.format.schema", .missingParameter),
            Case(#""tools":{}"#, "tools", .invalidType),
            Case(#""tools":[{"type":"function"}]"#, "tools[0].name", .missingParameter),
            Case(#""tools":[{"type":"web_search_preview"}]"#, "tools[0].type", .unsupportedValue),
            Case(#""tool_choice":"any""#, "tool_choice", .invalidValue),
            Case(#""tool_choice":{}"#, "tool_choice.type", .missingParameter),
            Case(#""tool_choice":{"type":"function"}"#, "tool_choice.name", .missingParameter),
            Case(#""tool_choice":{"type":"web_search_preview"}"#, "tool_choice.type", .unsupportedValue),
            Case(#""tool_choice":{"type":"allowed_tools","mode":"auto"}"#, "tool_choice.tools", .missingParameter),
        ])
    func members(mistake: Case) throws {
        try expect(mistake, in: #"{"model":"m","input":"hi",\#(mistake.json)}"#)
    }

    @Test(
        "a wrong item is a 400 that names its place",
        arguments: [
            Case("5", "input[0]", .invalidType),
            Case("{}", "input[0].role", .missingParameter),
            Case(#"{"role":"tool","content":"x"}"#, "input[0].role", .invalidValue),
            Case(#"{"role":"user"}"#, "input[0].content", .missingParameter),
            Case(#"{"role":"user","content":5}"#, "input[0].content", .invalidType),
            Case(#"{"role":"user","content":[{}]}"#, "input[0].content[0].type", .missingParameter),
            Case(#"{"role":"user","content":[{"type":"input_text"}]}"#, "input[0].content[0].text", .missingParameter),
            Case(#"{"role":"user","content":[{"type":"video"}]}"#, "input[0].content[0].type", .unsupportedValue),
            Case(#"{"role":"user","content":[{"type":"input_file"}]}"#, "input[0].content[0].type", .unsupportedValue),
            Case(
                #"{"role":"user","content":[{"type":"input_image","file_id":"f"}]}"#, "input[0].content[0].image_url",
                .missingParameter),
            Case(
                #"{"role":"user","content":[{"type":"input_image","image_url":"https://x/y.png"}]}"#,
                "input[0].content[0].image_url", .unsupportedValue),
            Case(#"{"type":"item_reference","id":"i"}"#, "input[0].type", .unsupportedValue),
            Case(#"{"type":"web_search_call","id":"i"}"#, "input", .invalidValue),
            Case(#"{"type":"compaction_trigger"}"#, "input[0].type", .unsupportedValue),
            Case(#"{"type":"custom_tool_call","call_id":"1","name":"f"}"#, "input[0].input", .missingParameter),
            Case(#"{"type":"custom_tool_call","name":"f","input":"i"}"#, "input[0].call_id", .missingParameter),
            Case(#"{"type":"additional_tools"}"#, "input[0].tools", .missingParameter),
            Case(
                #"{"type":"additional_tools","tools":[{"type":"namespace","name":"n","tools":[{"type":"custom"}]}]}"#,
                "input[0].tools[0].tools[0].name", .missingParameter),
            Case(
                #"{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"!","format":"wav"}}]}"#,
                "input[0].content[0].input_audio.data", .invalidValue),
            Case(#"{"type":"reasoning","summary":"s"}"#, "input[0].summary", .invalidType),
            Case(#"{"type":"function_call","name":"f"}"#, "input[0].call_id", .missingParameter),
            Case(#"{"type":"function_call","call_id":"1"}"#, "input[0].name", .missingParameter),
            Case(#"{"type":"function_call_output","output":"o"}"#, "input[0].call_id", .missingParameter),
            Case(#"{"type":"function_call_output","call_id":"1"}"#, "input[0].output", .missingParameter),
        ])
    func items(mistake: Case) throws {
        try expect(mistake, in: #"{"model":"m","input":[\#(mistake.json)]}"#)
    }

    @Test(
        "input must be there and hold something",
        arguments: [
            (#"{"model":"m"}"#, Case("", "input", .missingParameter)),
            (#"{"model":"m","input":[]}"#, Case("", "input", .invalidValue)),
            (#"{"model":"m","input":{}}"#, Case("", "input", .invalidType)),
            (#"{"input":"hi"}"#, Case("", "model", .missingParameter)),
        ])
    func input(body: String, mistake: Case) throws {
        try expect(mistake, in: body)
    }
}
