import Testing

@testable import ollama_openai_proxy

@Suite("Mistakes in requests to Anthropic's Messages API")
struct MessagesMistakeTests {
    typealias Case = RequestMistake

    private func mistake(_ json: String) -> ChatError? {
        #expect(throws: ChatError.self) {
            try MessagesDialect().decode(HTTPRequest(method: .post, target: "/", body: Array(json.utf8)))
                .withoutRemoteImages()
        }
    }

    @Test(
        "a wrong parameter is a 400 that names it",
        arguments: [
            Case(#""max_tokens":0"#, "max_tokens", .invalidValue),
            Case(#""max_tokens":"9""#, "max_tokens", .invalidType),
            Case(#""max_tokens":null"#, "max_tokens", .missingParameter),
            Case(#""stream":1"#, "stream", .invalidType),
            Case(#""system":7"#, "system", .invalidType),
            Case(#""system":[{"text":"x"}]"#, "system[0].type", .missingParameter),
            Case(#""temperature":"hot""#, "temperature", .invalidType),
            Case(#""top_k":0.5"#, "top_k", .invalidType),
            Case(#""stop_sequences":"END""#, "stop_sequences", .invalidType),
            Case(#""stop_sequences":[1]"#, "stop_sequences[0]", .invalidType),
            Case(#""thinking":"on""#, "thinking", .invalidType),
            Case(#""output_config":{"effort":"huge"}"#, "output_config.effort", .invalidValue),
            Case(#""output_config":{"format":{"type":"xml"}}"#, "output_config.format.type", .invalidValue),
            Case(#""output_format":{"type":"json_schema"}"#, "output_format.schema", .missingParameter),
            Case(#""tools":[{"name":"a"}]"#, "tools[0].input_schema", .missingParameter),
            Case(#""tools":[{"input_schema":{}}]"#, "tools[0].name", .missingParameter),
            Case(
                #""tools":[{"type":"web_search_20250305","name":"web_search"}]"#, "tools[0].type", .unsupportedValue),
            Case(#""tool_choice":"auto""#, "tool_choice", .invalidType),
            Case(#""tool_choice":{"type":"tool"}"#, "tool_choice.name", .missingParameter),
            Case(#""tool_choice":{"type":"all"}"#, "tool_choice.type", .invalidValue),
            Case(
                #""tool_choice":{"type":"auto","disable_parallel_tool_use":0}"#,
                "tool_choice.disable_parallel_tool_use", .invalidType),
        ])
    func parameters(_ item: Case) {
        let error = mistake(
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],\#(item.json)}"#)
        #expect(error?.status == 400)
        #expect(error?.parameter == item.parameter)
        #expect(error?.code == item.code)
        #expect(error?.message.contains(item.parameter) == true)
    }

    @Test(
        "a wrong message is a 400 that names the place",
        arguments: [
            Case("[]", "messages", .invalidValue),
            Case("{}", "messages", .invalidType),
            Case("[7]", "messages[0]", .invalidType),
            Case(#"[{"content":"x"}]"#, "messages[0].role", .missingParameter),
            Case(#"[{"role":"tool","content":"x"}]"#, "messages[0].role", .invalidValue),
            Case(#"[{"role":"user"}]"#, "messages[0].content", .missingParameter),
            Case(#"[{"role":"user","content":{}}]"#, "messages[0].content", .invalidType),
            Case(#"[{"role":"user","content":["x"]}]"#, "messages[0].content[0]", .invalidType),
            Case(
                #"[{"role":"user","content":[{"type":"video"}]}]"#, "messages[0].content[0].type", .unsupportedValue),
            Case(
                #"[{"role":"user","content":[{"type":"tool_use","id":"a","name":"b","input":{}}]}]"#,
                "messages[0].content[0].type", .unsupportedValue),
            Case(
                #"[{"role":"user","content":[{"type":"tool_result"}]}]"#, "messages[0].content[0].tool_use_id",
                .missingParameter),
            Case(
                #"[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://x/y.png"}}]}]"#,
                "messages[0].content[0].source.url", .unsupportedValue),
            Case(
                #"[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}]"#,
                "messages[0].content[0].source.type", .unsupportedValue),
            Case(
                #"[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"?"}}]}]"#,
                "messages[0].content[0].source.data", .invalidValue),
            Case(
                #"[{"role":"user","content":[{"type":"document","source":{"type":"base64","data":"aGk="}}]}]"#,
                "messages[0].content[0].source.type", .unsupportedValue),
            Case(
                #"[{"role":"assistant","content":[{"type":"tool_use","id":"a","input":{}}]}]"#,
                "messages[0].content[0].name", .missingParameter),
        ])
    func messages(_ item: Case) {
        let error = mistake(#"{"model":"m","max_tokens":9,"messages":\#(item.json)}"#)
        #expect(error?.status == 400)
        #expect(error?.parameter == item.parameter)
        #expect(error?.code == item.code)
    }
}
