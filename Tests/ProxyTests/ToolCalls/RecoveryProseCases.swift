/// Replies that look like calls and are text.
enum RecoveryProseCases {
    static let call = #"<tool_call>{"name":"get_time","arguments":{}}</tool_call>"#

    static let all: [RecoveryCase] = [
        RecoveryCase(text: "Prose that mentions a tag", "Write a <tool_call> tag, then </tool_call>."),
        RecoveryCase(
            text: "Prose that mentions a tag before a tool's name", "A <tool_call>Read the file</tool_call> is wrong."),
        RecoveryCase(text: "Prose that mentions a function tag", "The form is <function=NAME> with <parameter=K>."),
        RecoveryCase(text: "Prose that ends with a tag", "It begins with <tool_call>"),
        RecoveryCase(text: "Prose that ends within a tag", "It begins with <tool_ca"),
        RecoveryCase(text: "Prose that ends with a tag and a tool's name", "GLM begins with <tool_call>get_time"),
        RecoveryCase(text: "The same before a line break", "GLM begins with <tool_call>get_time\n"),
        RecoveryCase(text: "Prose that ends with a function tag", "Qwen begins with <function=get_time>"),
        RecoveryCase(text: "Prose that ends with both tags", "Qwen writes <tool_call><function=get_time>"),
        RecoveryCase(text: "Prose that ends with an invocation", "MiniMax writes <invoke name=\"get_time\">"),
        RecoveryCase(
            "A function tag on a line of its own ends the reply", "Now:\n<function=get_time>\n", .text("Now:\n"),
            .call("get_time", "{}")),
        RecoveryCase(text: "An example in a fence", "So:\n```xml\n\(call)\n```\nThat is all."),
        RecoveryCase(text: "An example in a longer fence", "````md\n```\n\(call)\n```\n\(call)\n````\n"),
        RecoveryCase(text: "An example in a fence that never closes", "```\n\(call)"),
        RecoveryCase(text: "An example in an indented fence", "1. So:\n   ```\n   \(call)\n   ```\n"),
        RecoveryCase(text: "An example in a code span", "Write `\(call)` to call."),
        RecoveryCase(text: "An example in a span of two backticks", "Write ``a ` \(call)`` to call."),
        RecoveryCase(text: "A fence on one line is a span", "```\(call)``` is an example."),
        RecoveryCase(
            "A fence closes before the call", "```\nls\n```\n\(call)", .text("```\nls\n```\n"), .call("get_time", "{}")),
        RecoveryCase("A span closes before the call", "`ls` \(call)", .text("`ls` "), .call("get_time", "{}")),
        RecoveryCase("A stray backtick in an earlier line", "It`s\n\(call)", .text("It`s\n"), .call("get_time", "{}")),
        RecoveryCase(
            "A fence behind a call", "\(call)\n```\n\(call)\n```", .call("get_time", "{}"), .text("```\n\(call)\n```")),
        RecoveryCase(
            text: "A call of an undeclared tool", #"<tool_call>{"name":"rm","arguments":{"path":"/"}}</tool_call>"#),
        RecoveryCase(
            text: "One of two calls is of an undeclared tool",
            #"<tool_call>{"name":"get_time","arguments":{}}{"name":"rm","arguments":{}}</tool_call>"#),
        RecoveryCase(
            text: "An invocation of an undeclared tool",
            "<function_calls><invoke name=\"rm\"></invoke></function_calls>"),
        RecoveryCase(
            text: "GLM calls an undeclared tool",
            "<tool_call>rm<arg_key>path</arg_key><arg_value>/</arg_value></tool_call>"),
        RecoveryCase(text: "An undeclared function", "<function=rm>\n<parameter=path>/</parameter>\n</function>"),
        RecoveryCase(
            text: "One of two invocations is of an undeclared tool",
            "<function_calls><invoke name=\"get_time\"></invoke><invoke name=\"rm\"></invoke><invoke name=\"get_time\"></invoke></function_calls>"
        ),
        RecoveryCase(
            text: "One of two functions is undeclared",
            "<tool_call><function=rm><parameter=a>1</parameter></function><function=get_time></function></tool_call>"),
        RecoveryCase(
            text: "A call of an undeclared tool holds one in its arguments",
            #"<tool_call>{"name":"save","arguments":{"text":"<function=get_time></function>"}}</tool_call>"#),
        RecoveryCase(
            "A call follows one of an undeclared tool", "<function=rm></function>\n\(call)",
            .text("<function=rm></function>\n"), .call("get_time", "{}")),
        RecoveryCase(
            withheld: "A call cut off by the token limit",
            #"<tool_call>{"name":"Bash","arguments":{"command":"rm -rf /tmp/x"#),
        RecoveryCase(
            text: "A call that breaks off, and another tag",
            #"<tool_call>{"name":"Bash","arguments":{"command":"rm -rf /"<tool_call>"#),
        RecoveryCase(
            withheld: "A call behind text cut off", #"<tool_call>{"name":"Bash","argu"#, behind: "Let me see.\n"),
        RecoveryCase(text: "A name cut off", #"<tool_call>{"name":"Bas"#, isComplete: false),
        RecoveryCase(
            text: "A call that is spoken of, cut off", #"The model would write <tool_call>{"name":"Bash","#,
            isComplete: false),
        RecoveryCase(
            withheld: "A call cut off before its closing tag", #"<tool_call>{"name":"Bash","arguments":{"command":"ls"}}"#),
        RecoveryCase(
            withheld: "A value cut off", "<function=Bash><parameter=command>rm -rf /tmp/x</parameter>"),
        RecoveryCase(
            text: "A value that ends with the reply", "<function=Bash><parameter=command>rm -rf /tmp/x",
            isComplete: true),
        RecoveryCase(
            withheld: "A GLM call cut off", "<tool_call>Bash<arg_key>command</arg_key><arg_value>ls</arg_value>"),
        RecoveryCase(
            "A whole call counts before the token limit", "\(call)\nAnd", .call("get_time", "{}"), .text("And"),
            isComplete: false),
        RecoveryCase(
            "A whole function counts at the token limit", "<function=get_time></function>", .call("get_time", "{}"),
            isComplete: false),
        RecoveryCase(
            text: "A call that holds words", "<tool_call>{\"name\":\"get_time\",\"arguments\":{}} and then</tool_call>"),
        RecoveryCase(text: "A call without a name", #"<tool_call>{"arguments":{"command":"ls"}}</tool_call>"#),
        RecoveryCase(
            text: "A call whose arguments are a number", #"<tool_call>{"name":"Bash","arguments":5}</tool_call>"#),
        RecoveryCase(text: "An empty block", "<tool_call></tool_call>"),
        RecoveryCase(text: "An empty wrapper", "<function_calls>\n</function_calls>"),
        RecoveryCase(text: "HTML", "<div><span>a < b</span></div>\n<table>"),
        RecoveryCase(text: "Shell redirections", "cat <<EOF > a; [ -f a ] && [[ -d b ]]"),
        RecoveryCase(text: "Angle brackets to the end", "a <<<<<"),
        RecoveryCase(text: "Many kinds of characters", "Grüße, 世界 🙂 <｜ e\u{301}"),
        RecoveryCase(text: "White space only", " \n\t\n"),
        RecoveryCase(text: "Nothing", ""),
        RecoveryCase(
            "A failed block holds a call", "<tool_call>{\"x\": \(call)", .text("<tool_call>{\"x\": "),
            .call("get_time", "{}")),
        RecoveryCase(
            text: "A name longer than any name", "<tool_call>" + String(repeating: "a", count: 300) + "</tool_call>"),
        RecoveryCase(
            text: "A key longer than any key",
            "<tool_call>{\"" + String(repeating: "a", count: 300) + "\":1}</tool_call>"),
    ]
}
