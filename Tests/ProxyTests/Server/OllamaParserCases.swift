import Testing

/// What a model writes that a parser of Ollama cannot read, what Ollama makes of it, and what comes of that here. Seen with
/// Ollama's own parsers (its source of August 2026, llama.cpp b10488).
struct OllamaParserCase: Sendable, CustomTestStringConvertible {
    /// What Ollama makes of it.
    enum Told: Sendable {
        /// 200, nothing, `stop`; what was thought before the call apart.
        case nothing
        /// An error, as a status or as a line. Of the tokens the one that closes the call is then missing.
        case error(String)
        /// The call, perhaps in another form.
        case call(String, String)
        /// The beginning of the call as a call, and the rest of it as text.
        case half(String, String, rest: String)
        /// All of it as thinking.
        case thought
        /// The text as the model wrote it.
        case text
    }

    enum Outcome: Sendable {
        /// Right at the first request.
        case call
        /// Asked for once more.
        case asked
        /// The same, and where it comes again it is read from the second try's tokens.
        case read
        case text
    }

    let parser: String
    /// What the model wrote; tokens are cut from it.
    let written: String
    let told: Told
    let outcome: Outcome

    init(_ parser: String, _ written: String, _ told: Told, _ outcome: Outcome) {
        self.parser = parser
        self.written = written
        self.told = told
        self.outcome = outcome
    }

    var testDescription: String { "\(parser): \(written)" }

    private static func glm(_ value: String) -> String {
        "<tool_call>Bash<arg_key>command</arg_key><arg_value>\(value)"
    }

    private static let deepSeek = "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Bash<｜tool▁sep｜>"
    private static let hermes = #"<tool_call>{"name": "Bash", "arguments": "#

    static let all: [OllamaParserCase] = [
        .init(
            "GLM", "<tool_call>Bash<arg_key>command</arg_key><arg_value>ls</arg_value></tool_call>",
            .call("Bash", #"{"command":"ls"}"#), .call),
        .init(
            "GLM", "<tool_call>bash<arg_key>command</arg_key><arg_value>ls</arg_value></tool_call>",
            .call("bash", #"{"command":"ls"}"#), .call),
        .init(
            "GLM", #"<tool_call>{"name": "Bash", "arguments": {"command": "ls"}}</tool_call>"#,
            .call(#"{\"name\": \"Bash\", \"arguments\": {\"command\": \"ls\"}}"#, "{}"), .call),
        .init(
            "GLM", "<tool_call>Bash<arg_key>command</arg_key><arg_value>ls",
            .error("incomplete GLM tool call: element <arg_value> closed by </tool_call>"), .asked),
        .init(
            "GLM", "<tool_call>Bash<arg_key>command</arg_key><arg_value>\u{1B}[0m</arg_value></tool_call>",
            .error("failed to parse XML: XML syntax error on line 2: illegal character code U+001B"), .asked),
        .init("GLM", "<tool_call></tool_call>", .error("empty function name"), .asked),
        .init(
            "GLM", "<tool_call>Bash<arg_key>command</arg_key></tool_call>",
            .error("mismatched arg_key and arg_value counts: 1 keys, 0 values"), .asked),
        // Ollama escapes what its writer of JSON escapes.
        .init(
            "GLM", glm("ls && cat <a></arg_value></tool_call>"),
            .call("Bash", #"{"command":"ls \u0026\u0026 cat \u003ca\u003e"}"#), .call),
        .init("GLM", glm("ls</tool_call>"), .call("Bash", #"{"command":"ls"}"#), .call),
        .init("GLM", glm("ls</arg_value>"), .call("Bash", #"{"command":"ls"}"#), .call),
        .init(
            "GLM", "<tool_call>Bash\n{\"command\":\"ls\"}</tool_call>", .call(#"Bash\n{\"command\":\"ls\"}"#, "{}"),
            .call),
        .init(
            "GLM", "Calls begin with <tool_call> here.",
            .error(#"incomplete GLM tool call: tool \" here.\" is not declared"#), .asked),
        .init(
            "GLM", glm("ls</arg_value></tool_call><tool_call>Bash<arg_key>command</arg_key></tool_call>"),
            .error("mismatched arg_key and arg_value counts: 1 keys, 0 values"), .asked),
        .init("GLM", "Let me look. " + glm("ls</arg_value></tool_call>"), .thought, .read),
        .init(
            "GLM", glm("grep '</tool_call>' a</arg_value></tool_call>"),
            .half("Bash", #"{"command":"grep '"}"#, rest: "' a</arg_value></tool_call>"), .asked),
        .init("GLM", "Bash<arg_key>command</arg_key><arg_value>ls</arg_value></tool_call>", .text, .text),
        .init(
            "qwen3-coder", "<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>", .text,
            .call),
        .init(
            "qwen3-coder", "<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</function>\n</tool_call>",
            .error("XML syntax error on line 4: element <parameter> closed by </function>"), .asked),
        .init(
            "qwen3-coder", "<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n</tool_call>",
            .error("XML syntax error on line 5: element <function> closed by </tool_call>"), .asked),
        .init(
            "qwen3-coder",
            "<tool_call>\n<function=Bash>\n<parameter=command>\necho <b>\n</parameter>\n</function>\n</tool_call>",
            .error("XML syntax error on line 5: element <b> closed by </parameter>"), .asked),
        .init(
            "qwen3.5", "Hm. <tool_call>\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>",
            .call("Bash", #"{"command":"ls"}"#), .call),
        .init("qwen3-coder", hermes + #"{"command": "ls"}}</tool_call>"#, .error("EOF"), .asked),
        .init("qwen3-coder", "<tool_call></tool_call>", .error("EOF"), .asked),
        .init(
            "qwen3-coder", "<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>", .nothing,
            .read),
        .init(
            "qwen3", hermes + #"{"command": "ls",}}</tool_call>"#,
            .error("failed to parse JSON: invalid character '}' looking for beginning of object key string"), .asked),
        .init(
            "qwen3", hermes + #"{"command": "ls"}</tool_call>"#, .error("failed to parse JSON: unexpected end of JSON input"),
            .asked),
        .init(
            "qwen3", hermes + "{\"command\": \"echo a\necho b\"}}</tool_call>",
            .error(#"failed to parse JSON: invalid character '\\n' in string literal"#), .asked),
        .init(
            "qwen3", "<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>",
            .error("failed to parse JSON: invalid character '<' looking for beginning of value"), .asked),
        .init(
            "qwen3", hermes + #""{\"command\": \"ls\"}"}</tool_call>"#,
            .error("failed to parse JSON: json: cannot unmarshal string into Go struct field .arguments"), .asked),
        .init("qwen3", hermes + #"{"command": "ls"}}"#, .nothing, .read),
        .init(
            "qwen3-vl", hermes + #"{'command': 'ls'}}</tool_call>"#,
            .error("invalid character '\\\\'' looking for beginning of object key string"), .asked),
        .init(
            "gpt-oss",
            "<|channel|>commentary to=functions.Bash <|constrain|>json<|message|>{\"command\": \"ls\",}",
            .error(
                "error parsing tool call: raw='{\\\"command\\\": \\\"ls\\\",}', err=invalid character '}' looking for x"
            ),
            .call),
        .init(
            "gpt-oss",
            "<|channel|>commentary to=functions.Bash <|constrain|>json<|message|>{\"command\": \"echo a\necho b\"}",
            .error(
                "error parsing tool call: raw='{\\\"command\\\": \\\"echo a\\necho b\\\"}', err=invalid character '\\\\n' in string"
            ),
            .call),
        .init(
            "gpt-oss", "<|channel|>commentary to=functions.Bash <|constrain|>json<|message|>",
            .error("error parsing tool call: raw='', err=unexpected end of JSON input"), .asked),
        .init(
            "gpt-oss", "<|channel|>commentary to=functions.Bash <|constrain|>json<|message|>{\"command\": \"l",
            .error("error parsing tool call: raw='{\\\"command\\\": \\\"l', err=unexpected end of JSON input"), .asked),
        .init("gpt-oss", "I list them.", .nothing, .asked),
        .init(
            "ministral", #"[TOOL_CALLS]Bash[ARGS]{"command": "ls",}"#,
            .error("invalid character '}' looking for beginning of object key string"), .asked),
        .init("ministral", #"[TOOL_CALLS]bash[ARGS]{"command": "ls"}"#, .error("tool 'bash' not found"), .asked),
        .init("ministral", #"[TOOL_CALLS]Zsh[ARGS]{"command": "ls"}"#, .error("tool 'Zsh' not found"), .asked),
        .init("ministral", #"[TOOL_CALLS][{"name": "Bash", "arguments": {"command": "ls"}}]"#, .nothing, .read),
        .init("ministral", #"[TOOL_CALLS]Bash{"command": "ls"}"#, .nothing, .read),
        .init("ministral", #"[TOOL_CALLS]Bash[ARGS]{"command": "l"#, .nothing, .asked),
        .init(
            "deepseek3",
            deepSeek + #"{"command": "ls",}<｜tool▁call▁end｜><｜tool▁calls▁end｜>"#, .nothing, .read),
        .init("deepseek3", deepSeek + #"{"command": "ls"}"#, .nothing, .read),
        .init(
            "cogito", deepSeek + "\n```json\n{\"command\": \"ls\"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>", .nothing,
            .read),
        .init(
            "functiongemma", "<start_function_call>call:Bash{command:<escape>ls", .call("", #"{"command":"ls"}"#),
            .asked),
        .init(
            "lfm2", "<|tool_call_start|>[Bash(command='ls')", .nothing, .asked),
        .init("lfm2", "<|tool_call_start|>[Bash(command=ls)]<|tool_call_end|>", .nothing, .asked),
        .init(
            "olmo3", "<function_calls>\nBash(command=\"ls)\n</function_calls>", .call("Bash", #"{"command":"\"ls"}"#), .call),
        .init("gemma4", "<|tool_call>call:Bash{command:<|\"|>ls<|\"|>}", .call("Bash", #"{"command":"ls"}"#), .call),
        .init("laguna", hermes + "{]}</tool_call>", .error("failed to parse Laguna JSON tool call: x"), .asked),
        .init(
            "template", hermes + #"{"command": "ls"}}</tool_call>"#, .call("Bash", #"{"command":"ls"}"#), .call),
        .init("template", hermes + #"{"command": "ls",}}</tool_call>"#, .nothing, .read),
        .init("template", hermes + "{\"command\": \"echo a\necho b\"}}</tool_call>", .nothing, .read),
        .init("template", #"<tool_call>{"name": "bash", "arguments": {"command": "ls"}}</tool_call>"#, .nothing, .read),
        .init("template", hermes + #"{"command": "ls"}</tool_call>"#, .nothing, .read),
        .init("template", #"<tool_call>{"name": "Bash", "command": "ls"}</tool_call>"#, .nothing, .read),
        .init("template without calls", hermes + #"{"command": "ls",}}</tool_call>"#, .text, .call),
        .init("template without calls", #"<tool_call>{"name": "Bash", "command": "ls"}</tool_call>"#, .text, .call),
        .init("llama.cpp", hermes + #"{"command": "ls"}}</tool_call>"#, .text, .call),
        .init(
            "llama.cpp", #"{"command": "l"#,
            .error("llama-server returned invalid tool call arguments for \\\"Bash\\\": unexpected end of JSON input"),
            .asked),
        .init(
            "llama.cpp", hermes,
            .error(
                "llama-server chat error: map[code:500 message:The model produced output that does not match the expected "
                    + "peg-native format type:server_error]"), .asked),
    ]
}
