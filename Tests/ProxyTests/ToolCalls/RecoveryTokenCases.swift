/// Calls between special tokens, and replies that are JSON as a whole.
enum RecoveryTokenCases {
    static let all = mistral + deepSeek + kimi + json

    static let mistral: [RecoveryCase] = [
        RecoveryCase(
            "Mistral prints its list of calls", #"[TOOL_CALLS][{"name":"Bash","arguments":{"command":"ls"}}]"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Mistral prints two calls and their ids",
            #"[TOOL_CALLS] [{"name":"get_time","arguments":{},"id":"VvvODy9mT"},{"name":"Read","arguments":{"path":"a"}}]"#,
            .call("get_time", "{}"), .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "Mistral closes its list", "[TOOL_CALLS] [{\"name\":\"get_time\",\"arguments\":{}}] [/TOOL_CALLS]\nDone.",
            .call("get_time", "{}"), .text("Done.")),
        RecoveryCase(
            "Mistral prints a name and an object", #"[TOOL_CALLS]Bash{"command":"ls"}"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Mistral prints its marker of arguments", #"[TOOL_CALLS]Bash[ARGS]{"command":"ls"}"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Mistral prints its marker of an id", #"[TOOL_CALLS]Bash[CALL_ID]abc123XYZ[ARGS]{"command":"ls"}"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Mistral calls twice",
            #"[TOOL_CALLS]get_time[ARGS]{}[TOOL_CALLS]Read[ARGS]{"path":"[TOOL_CALLS]"}"#, .call("get_time", "{}"),
            .call("Read", #"{"path":"[TOOL_CALLS]"}"#)),
        RecoveryCase(
            "Mistral speaks before it calls", #"One moment. [TOOL_CALLS]get_time{}"#, .text("One moment. "),
            .call("get_time", "{}")),
        RecoveryCase(
            "Mistral's first marker was lost", #"Bash[ARGS]{"command":"ls"}"#, .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Mistral goes on talking", "[TOOL_CALLS]get_time{}\nThat tells the \"time\".", .call("get_time", "{}"),
            .text("That tells the \"time\".")),
        RecoveryCase(
            "Mistral talks between two calls", "[TOOL_CALLS]get_time{} and [TOOL_CALLS]get_time{}",
            .call("get_time", "{}"), .text("and "), .call("get_time", "{}")),
        RecoveryCase("Mistral ends with a comma", "[TOOL_CALLS]get_time[ARGS]{},", .call("get_time", "{}"), .text(",")),
        RecoveryCase(
            text: "Mistral's arguments close too early", #"[TOOL_CALLS]Bash[ARGS]{"command":"a"}, "timeout": 5}"#),
        RecoveryCase(
            text: "Mistral's arguments hold a quote that is not escaped, before a bracket",
            #"[TOOL_CALLS]Bash[ARGS]{"command": "printf "}" > a"}"#),
        RecoveryCase(
            text: "Mistral's arguments hold a quote that is not escaped, and prose behind a bracket",
            #"[TOOL_CALLS]Bash{"command": "say "} aloud"}"#),
        RecoveryCase(
            text: "Mistral's bare form closes too early", #"Bash[ARGS]{"command":"a"}, "timeout": 5}"#),
        RecoveryCase(
            text: "Mistral's object closes too early",
            #"[TOOL_CALLS]{"name":"Bash","arguments":{"command":"a"}}, "timeout": 5}"#),
        RecoveryCase(
            text: "Mistral's list holds a declared argument beside the arguments",
            #"[TOOL_CALLS][{"name":"Bash","arguments":{"command":"a"},"timeout":5}]"#),
        RecoveryCase(
            withheld: "Mistral is cut off where its arguments seem to end", #"[TOOL_CALLS]Bash[ARGS]{"command":"printf "}"#),
        RecoveryCase(text: "A reply that begins with a tool's name", "Bash is a shell."),
        RecoveryCase(text: "A reply that is a tool's name", "Bash"),
        RecoveryCase(text: "An index that looks like Mistral's marker", "Read[ARG]"),
        RecoveryCase(text: "Mistral calls what is not declared", #"[TOOL_CALLS]rm[ARGS]{"path":"/"}"#),
        RecoveryCase(withheld: "Mistral is cut off", #"[TOOL_CALLS]Bash[ARGS]{"command":"rm -rf /tmp"#),
    ]

    static let deepSeek: [RecoveryCase] = [
        RecoveryCase(
            "DeepSeek-V3 prints its call with a fence",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>Bash\n```json\n{\"command\":\"ls\"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "DeepSeek-V3.1 prints name and arguments",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Bash<｜tool▁sep｜>{\"command\":\"ls\"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "DeepSeek calls twice",
            "Ich schaue nach：<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_time<｜tool▁sep｜>{}<｜tool▁call▁end｜>\n"
                + "<｜tool▁call▁begin｜>Read<｜tool▁sep｜>{\"path\":\"ä\"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
            .text("Ich schaue nach："), .call("get_time", "{}"), .call("Read", #"{"path":"ä"}"#)),
        RecoveryCase(
            "DeepSeek leaves out the section's end",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_time<｜tool▁sep｜>{}<｜tool▁call▁end｜>", .call("get_time", "{}")),
        RecoveryCase(
            "DeepSeek leaves out the call's end and the section's",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_time<｜tool▁sep｜>{}<｜tool▁call▁end｜>"
                + "<｜tool▁call▁begin｜>Bash<｜tool▁sep｜>{\"command\":\"ls\"}", .call("get_time", "{}"),
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            text: "Words follow DeepSeek's arguments",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Bash<｜tool▁sep｜>{\"command\":\"ls\"} it is"),
        RecoveryCase(
            "DeepSeek leaves out the section",
            "<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_time\n```json\n{}\n```<｜tool▁call▁end｜>",
            .call("get_time", "{}")),
        RecoveryCase(
            withheld: "DeepSeek is cut off behind the arguments",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Bash<｜tool▁sep｜>{\"command\":\"ls\"}"),
        RecoveryCase(
            text: "One of DeepSeek's calls is not declared",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_time<｜tool▁sep｜>{}<｜tool▁call▁end｜>"
                + "<｜tool▁call▁begin｜>rm<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        RecoveryCase(
            text: "DeepSeek's arguments close too early",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>Bash<｜tool▁sep｜>{\"command\":\"a\"}, \"timeout\": 5}<｜tool▁call▁end｜><｜tool▁calls▁end｜>"
        ),
        RecoveryCase(
            text: "DeepSeek's arguments close too early in a fence",
            "<｜tool▁call▁begin｜>function<｜tool▁sep｜>Bash\n```json\n{\"command\":\"a\"}, \"timeout\": 5}\n```<｜tool▁call▁end｜>"
        ),
        RecoveryCase(text: "A full-width bar in brackets", "<｜｜> <｜tool▁"),
    ]

    static let kimi: [RecoveryCase] = [
        RecoveryCase(
            "Kimi prints its section",
            "<|tool_calls_section_begin|><|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>{\"command\":\"ls\"}<|tool_call_end|><|tool_calls_section_end|>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Kimi calls twice with spaces",
            "<|tool_calls_section_begin|> <|tool_call_begin|> functions.get_time:0 <|tool_call_argument_begin|> {} <|tool_call_end|> "
                + "<|tool_call_begin|> functions.Read:1 <|tool_call_argument_begin|> {\"path\":\"a\"} <|tool_call_end|> <|tool_calls_section_end|>",
            .call("get_time", "{}"), .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "Kimi leaves out the section and the argument marker",
            "<|tool_call_begin|> functions.Bash:0 {\"command\": \"ls\"} <|tool_call_end|>",
            .call("Bash", #"{"command": "ls"}"#)),
        RecoveryCase(
            "Kimi leaves out the call's own markers",
            "<|tool_calls_section_begin|>Bash:0<|tool_call_argument_begin|>{\"command\":\"ls\"}<|tool_calls_section_end|>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Kimi leaves out the section's end",
            "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_time:0<|tool_call_argument_begin|>{}<|tool_call_end|>",
            .call("get_time", "{}")),
        RecoveryCase(
            "Kimi writes about its own markers",
            "<|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>{\"command\":\"echo '<|tool_call_end|>'\"}<|tool_call_end|>",
            .call("Bash", #"{"command":"echo '<|tool_call_end|>'"}"#)),
        RecoveryCase(
            text: "Kimi's arguments close too early",
            "<|tool_calls_section_begin|><|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>{\"command\":\"a\"}, \"timeout\": 5}<|tool_call_end|><|tool_calls_section_end|>"
        ),
        RecoveryCase(
            text: "Kimi's arguments close too early without its section",
            "<|tool_call_begin|>functions.Bash:0 {\"command\": \"printf \"}\" > a\"}<|tool_call_end|>"),
        RecoveryCase(
            withheld: "Kimi is cut off",
            "<|tool_calls_section_begin|><|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>{\"command\":\"ls\"}"),
    ]

    static let json: [RecoveryCase] = [
        RecoveryCase(
            "The reply is a call as JSON", #"{"name": "Bash", "arguments": {"command": "ls"}}"#,
            .call("Bash", #"{"command": "ls"}"#)),
        RecoveryCase(
            "Llama 3 says parameters", #"{"name": "Bash", "parameters": {"command": "ls"}}"#,
            .call("Bash", #"{"command": "ls"}"#)),
        RecoveryCase(
            "Llama 3.2 says what type it is", #"{"type":"function","name":"Bash","parameters":{"command":"ls"}}"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Llama 3.2 says function for name", #"{"function": "Bash", "parameters": {"command": "ls"}}"#,
            .call("Bash", #"{"command": "ls"}"#)),
        RecoveryCase(
            "OpenAI's own form", #"{"type":"function","function":{"name":"Bash","arguments":{"command":"ls"}}}"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "llama3.2 puts its call into a fence",
            "```json\n{\"name\": \"Bash\", \"parameters\": {\"command\": \"ls\"}}\n```",
            .call("Bash", #"{"command": "ls"}"#)),
        RecoveryCase(
            "A fence without a language", "```\n{\"name\":\"get_time\",\"arguments\":{}}\n```\n",
            .call("get_time", "{}")),
        RecoveryCase(
            "Qwen2.5-Coder writes two objects in a row",
            "{\"name\":\"get_time\",\"arguments\":{}}\n{\"name\":\"Read\",\"arguments\":{\"path\":\"a\"}}",
            .call("get_time", "{}"), .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "Mistral writes an array without its marker",
            #"[{"name":"Read","arguments":{"path":"a"}}, {"name":"Read","arguments":{"path":"b"}}]"#,
            .call("Read", #"{"path":"a"}"#), .call("Read", #"{"path":"b"}"#)),
        RecoveryCase(
            "Llama 3.1 prints its python tag", #"<|python_tag|>{"name":"get_time","parameters":{}}"#,
            .call("get_time", "{}")),
        RecoveryCase(
            "Llama 3 prints its tag before each call",
            "<|python_tag|>{\"name\":\"get_time\",\"parameters\":{}}<|eom_id|>\n"
                + "<|python_tag|>{\"name\":\"Read\",\"parameters\":{\"path\":\"a\"}}<|eot_id|>",
            .call("get_time", "{}"), .call("Read", "{\"path\":\"a\"}")),
        RecoveryCase(
            "Llama 3 separates by semicolons",
            #"{"name":"get_time","parameters":{}}; {"name":"get_time","parameters":{}}"#, .call("get_time", "{}"),
            .call("get_time", "{}")),
        RecoveryCase(
            "Hermes leaves out the opening tag", "{\"name\":\"get_time\",\"arguments\":{}}\n</tool_call>",
            .call("get_time", "{}")),
        RecoveryCase(
            "White space around the JSON", "\n {\"name\":\"get_time\",\"arguments\":{}} \n", .call("get_time", "{}")),
        RecoveryCase(text: "A JSON answer that is no call", #"{"answer": 42, "name": "Bash"}"#),
        RecoveryCase(text: "A JSON answer with a name only", #"{"name": "Bash"}"#),
        RecoveryCase(text: "JSON that calls an undeclared tool", #"{"name": "rm", "arguments": {"path": "/"}}"#),
        RecoveryCase(text: "A JSON answer about a person", #"{"name": "Ada Lovelace", "born": 1815}"#),
        RecoveryCase(text: "A JSON answer with further members", #"{"name": "Bash", "arguments": {}, "reason": "x"}"#),
        RecoveryCase(text: "A JSON answer with a tool's name and argument", #"{"name": "Bash", "command": "ls"}"#),
        RecoveryCase(
            text: "A call as JSON that closes too early",
            #"{"name":"Bash","arguments":{"command":"a"}}, "timeout": 5}"#),
        RecoveryCase(text: "A list of numbers", "[1, 2, 3]"),
        RecoveryCase(
            text: "A list of declared and undeclared calls",
            #"[{"name":"get_time","arguments":{}},{"name":"rm","arguments":{}}]"#),
        RecoveryCase(
            text: "A declaration of a tool, not a call",
            #"{"name": "Bash", "parameters": {"type": "object", "properties": {"command": {"type": "string"}}}}"#),
        RecoveryCase(
            text: "A call with words behind it", #"{"name":"Bash","arguments":{"command":"ls"}} would list files."#),
        RecoveryCase(text: "A call with words before it", #"Use {"name":"Bash","arguments":{"command":"ls"}}"#),
        RecoveryCase(
            text: "A fenced call with words behind it",
            "```json\n{\"name\":\"get_time\",\"arguments\":{}}\n```\nThis tells the time."),
        RecoveryCase(text: "A fenced JSON answer", "```json\n{\"a\": [1, 2]}\n```"),
        RecoveryCase(text: "A fenced program", "```swift\nlet a = [1]\n```\n<b>"),
        RecoveryCase(
            text: "A call as JSON that is cut off", #"{"name":"Bash","arguments":{"command":"rm -rf /tmp"#,
            isComplete: false),
        RecoveryCase(
            text: "A call as JSON that ends with the token limit", #"{"name":"Bash","arguments":{"command":"ls"}}"#,
            isComplete: false),
        RecoveryCase(text: "A reply in braces", "{ x in x + 1 } is a closure."),
        RecoveryCase(text: "An empty object", "{}"),
        RecoveryCase(text: "An empty list", "[]"),
        RecoveryCase(text: "Brackets to the end", "[[[["),
        RecoveryCase(text: "A link", "[docs](https://a.b) and [TOOL"),
    ]
}
