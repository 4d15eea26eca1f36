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
        .init("GLM", "Bash<arg_key>command</arg_key><arg_value>ls</arg_value></tool_call>", .text, .text),
        .init(
            "qwen3-coder", "<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>", .text,
            .call),
        .init(
            "qwen3-coder", "<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</function>\n</tool_call>",
            .error("XML syntax error on line 4: element <parameter> closed by </function>"), .asked),
        .init("qwen3-coder", hermes + #"{"command": "ls"}}</tool_call>"#, .error("EOF"), .asked),
        .init("qwen3-coder", "<tool_call></tool_call>", .error("EOF"), .asked),
        .init(
            "qwen3-coder", "<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>", .nothing,
            .read),
        .init(
            "qwen3", hermes + #"{"command": "ls",}}</tool_call>"#,
            .error("failed to parse JSON: invalid character '}' looking for beginning of object key string"), .asked),
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
            "gpt-oss", "<|channel|>commentary to=functions.Bash <|constrain|>json<|message|>{\"command\": \"l",
            .error("error parsing tool call: raw='{\\\"command\\\": \\\"l', err=unexpected end of JSON input"), .asked),
        .init("gpt-oss", "I list them.", .nothing, .asked),
        .init(
            "ministral", #"[TOOL_CALLS]Bash[ARGS]{"command": "ls",}"#,
            .error("invalid character '}' looking for beginning of object key string"), .asked),
        .init("ministral", #"[TOOL_CALLS]bash[ARGS]{"command": "ls"}"#, .error("tool 'bash' not found"), .asked),
        .init("ministral", #"[TOOL_CALLS][{"name": "Bash", "arguments": {"command": "ls"}}]"#, .nothing, .read),
        .init("ministral", #"[TOOL_CALLS]Bash{"command": "ls"}"#, .nothing, .read),
        .init("ministral", #"[TOOL_CALLS]Bash[ARGS]{"command": "l"#, .nothing, .asked),
        .init(
            "deepseek3",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Bash<｜tool▁sep｜>{\"command\": \"ls\",}<｜tool▁call▁end｜>"
                + "<｜tool▁calls▁end｜>", .nothing, .read),
        .init(
            "functiongemma", "<start_function_call>call:Bash{command:<escape>ls", .call("", #"{"command":"ls"}"#),
            .asked),
        .init(
            "lfm2", "<|tool_call_start|>[Bash(command='ls')", .nothing, .asked),
        .init("laguna", hermes + "{]}</tool_call>", .error("failed to parse Laguna JSON tool call: x"), .asked),
        .init("template", hermes + #"{"command": "ls",}}</tool_call>"#, .nothing, .read),
        .init("template", hermes + "{\"command\": \"echo a\necho b\"}}</tool_call>", .nothing, .read),
        .init("template", #"<tool_call>{"name": "bash", "arguments": {"command": "ls"}}</tool_call>"#, .nothing, .read),
        .init("template", hermes + #"{"command": "ls"}</tool_call>"#, .nothing, .read),
        .init("template", #"<tool_call>{"name": "Bash", "command": "ls"}</tool_call>"#, .nothing, .read),
        .init("template without calls", hermes + #"{"command": "ls",}}</tool_call>"#, .text, .call),
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
