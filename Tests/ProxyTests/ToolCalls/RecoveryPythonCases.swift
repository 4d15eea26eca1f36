/// Calls in Python's form, as Llama 4, Olmo 3 and LFM2 write them.
enum RecoveryPythonCases {
    static let all = marked + bare + values + text

    static let marked: [RecoveryCase] = [
        RecoveryCase(
            "Olmo writes one call a line",
            "<function_calls>Bash(command='ls -l')\nget_time()</function_calls>",
            .call("Bash", #"{"command":"ls -l"}"#),
            .call("get_time", "{}")),
        RecoveryCase(
            "Olmo ends without its closing tag", #"<function_calls>Read(path="a", limit=2)"#,
            .call("Read", #"{"path":"a","limit":2}"#)),
        RecoveryCase(
            "LFM2 writes a list", "Sure.<|tool_call_start|>[Read(path='a'), Read(path='b')]<|tool_call_end|>\nDone.",
            .text("Sure."), .call("Read", #"{"path":"a"}"#), .call("Read", #"{"path":"b"}"#), .text("Done.")),
        RecoveryCase(
            "LFM2 writes no list", "<|tool_call_start|>get_time()<|tool_call_end|>", .call("get_time", "{}")),
        RecoveryCase(
            "LFM2 repeats its marks",
            "<|tool_call_start|><|tool_call_start|>[get_time()]<|tool_call_end|><|tool_call_end|>",
            .call("get_time", "{}")),
        RecoveryCase(
            "LFM2 writes JSON", #"<|tool_call_start|>[{"name":"Read","arguments":{"path":"a"}}]<|tool_call_end|>"#,
            .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "Llama marks its list", "So: <|python_start|>[ get_time( ) ; get_time() ] <|python_end|> Wait.",
            .text("So: "), .call("get_time", "{}"), .call("get_time", "{}"), .text("Wait.")),
        RecoveryCase(
            "A name has a wrapper's prefix", "<|python_start|>[functions.read(path='a')]<|python_end|>",
            .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            text: "One of two tools is undeclared", "<function_calls>get_time()\nrm(path='/')</function_calls>"),
    ]

    static let bare: [RecoveryCase] = [
        RecoveryCase("Llama writes a bare list", "[get_time()]", .call("get_time", "{}")),
        RecoveryCase(
            "A bare list has many lines", " [Read(\n  path='a',\n  limit=3,\n),\n get_time(),]\n",
            .call("Read", #"{"path":"a","limit":3}"#), .call("get_time", "{}")),
        RecoveryCase(
            "A bare list between paragraphs", "I look.\n\n[Read(path='a')]\n\nThen I tell.", .text("I look.\n\n"),
            .call("Read", #"{"path":"a"}"#), .text("Then I tell.")),
        RecoveryCase(
            "A bracket in a string ends nothing", "[Bash(command='[ -f a ] && (ls)')]",
            .call("Bash", #"{"command":"[ -f a ] && (ls)"}"#)),
        RecoveryCase(text: "A bare list in a line of prose", "Write [get_time()] to call."),
        RecoveryCase(text: "A bare list that begins a line of prose", "[get_time()] tells the time."),
        RecoveryCase(text: "A bare list that begins a later line of prose", "So:\n[get_time()], say."),
        RecoveryCase(text: "A bare list in a span", "Write `[get_time()]`.\n"),
        RecoveryCase(text: "A bare list in a fence", "```python\n[get_time()]\n```"),
        RecoveryCase(text: "A bare list of an undeclared tool", "[rm(path='/')]"),
        RecoveryCase(text: "A bare list that the limit cut at its end", "[get_time()]", isComplete: false),
        RecoveryCase(text: "A link", "[Read](a.md) and\n[Read][1]\n[1]: a"),
        RecoveryCase(text: "A list of names", "[Read, Write]\n[1, 2]\n[ ] Bash\n[x] (done)"),
        RecoveryCase(text: "A bare call without brackets", "get_time()"),
    ]

    private static func set(_ symptom: String, _ literal: String, _ json: String) -> RecoveryCase {
        RecoveryCase(
            symptom, "<|tool_call_start|>[set(any=\(literal))]<|tool_call_end|>", .call("set", #"{"any":\#(json)}"#))
    }

    static let values: [RecoveryCase] = [
        set("Both kinds of quotes", #"["it's", 'a "b"']"#, #"["it's", "a \"b\""]"#),
        set("Escapes that JSON has, too", #"'a\nb\t\'c\'\\d\u00e9'"#, #""a\nb\t'c'\\d\u00e9""#),
        set("A backslash that escapes nothing", #"'grep "\.py$" a\/b'"#, #""grep \"\\.py$\" a\\/b""#),
        set("A raw line break", "'a\nb'", #""a\nb""#),
        set("A line that goes on", "'a\\\nb'", #""ab""#),
        set("Python's words", "[True, False, None]", "[true, false, null]"),
        set("JSON's words", "{'a': true, \"b\": null}", #"{"a": true, "b": null}"#),
        set("Numbers", "[-1.5e+3, 0]", "[-1.5e+3, 0]"),
        set("A number with a sign and a fraction", "-0.5", "-0.5"),
        set("A number with zeros before it", "007", "7"),
        set("Zero", "0", "0"),
        set("An empty list", "[]", "[]"),
        set("An empty string", "''", #""""#),
        set("Brackets inside each other", "{'a': [{'b': []}]}", #"{"a": [{"b": []}]}"#),
    ]

    private static func text(_ symptom: String, _ arguments: String) -> RecoveryCase {
        RecoveryCase(text: symptom, "<|tool_call_start|>[Bash(\(arguments))]<|tool_call_end|>")
    }

    static let text: [RecoveryCase] = [
        text("An argument without a name", "'ls'"),
        text("An argument twice", "command='a', command='b'"),
        text("A quote that is not escaped", "command='echo 'a''"),
        text("A quote that is not escaped, before a bracket", "command='echo ') > a', timeout=1"),
        text("Two strings side by side", "command='a' 'b'"),
        text("A word for a value", "command=ls"),
        text("An expression", "command='a' + 'b'"),
        text("An escape that has no short form in JSON", #"command='\x1b'"#),
        text("A string that never closes", "command='ls"),
        text("A tuple", "command=('a', 'b')"),
        RecoveryCase(
            withheld: "A call that the limit cut", "<function_calls>Bash(command='rm -rf /tmp')"),
        RecoveryCase(text: "A list that does not close", "<|tool_call_start|>[get_time()<|tool_call_end|>"),
        RecoveryCase(text: "An empty list of calls", "<|tool_call_start|>[ ]<|tool_call_end|>"),
        RecoveryCase(text: "Words behind a call", "<function_calls>get_time() is it</function_calls>"),
    ]
}
