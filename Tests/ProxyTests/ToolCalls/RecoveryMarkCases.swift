/// JSON behind a marker, and tags and tokens of families that write like others.
enum RecoveryMarkCases {
    static let all = json + pairs + tokens

    private static let object = #"{"name":"Read","arguments":{"path":"a"}}"#
    private static let read = RecoveredReply.Item.call("Read", #"{"path":"a"}"#)

    private static let json: [RecoveryCase] = [
        RecoveryCase("Granite 3 prints its list", "So: <|tool_call|> [\(object)]", .text("So: "), read),
        RecoveryCase(
            "Granite 20B prints two objects", "<function_call> \(object)\n<function_call> \(object)", read, read),
        RecoveryCase("Nemotron prints its list", "<TOOLCALL>[\(object)]</TOOLCALL> Done.", read, .text("Done.")),
        RecoveryCase("LongCat prints its call", "<longcat_tool_call>\n\(object)\n</longcat_tool_call>", read),
        RecoveryCase("dots prints its call", "<dots_function_call>\(object)</dots_function_call>", read),
        RecoveryCase("GigaChat prints its call", "Well.<|function_call|>\(object)", .text("Well."), read),
        RecoveryCase(
            "GigaChat changes its role", "Well.<|message_sep|>\n\nfunction call<|role_sep|>\n\(object)", .text("Well."),
            read),
        RecoveryCase(
            "InternLM prints its call",
            #"<|action_start|><|plugin|>{"name":"Read","parameters":{"path":"a"}}<|action_end|>"#, read),
        RecoveryCase(
            "Command R prints its call",
            #"<|START_ACTION|>[{"tool_call_id":"0","tool_name":"Read","parameters":{"path":"a"}}]<|END_ACTION|>"#, read),
        RecoveryCase("Phi prints its list", " functools[\(object), \(object)]\n", read, read),
        RecoveryCase(
            "GigaChat goes on talking", "<|function_call|>\(object)\nThat reads it.", read, .text("That reads it.")),
        RecoveryCase(text: "Granite's marker before an object", "<|tool_call|> \(object)"),
        RecoveryCase(text: "Granite 20B's marker before a list", "<function_call> [\(object)]"),
        RecoveryCase(text: "Phi's word in the middle", "Python has functools[\(object)]"),
        RecoveryCase(text: "Phi's word before something else", "functools[0] and functools.cache"),
        RecoveryCase(text: "Phi's call without arguments", #"functools[{"name":"get_time"}]"#),
        RecoveryCase(text: "Phi's list cut off", "functools[\(object)]", isComplete: false),
        RecoveryCase(
            text: "An object that closes too early",
            #"<function_call> {"name":"Bash","arguments":{"command":"a"}}, "timeout": 5}"#),
        RecoveryCase(text: "Granite calls an undeclared tool", #"<|tool_call|> [{"name":"rm","arguments":{}}]"#),
        RecoveryCase(text: "A marker in prose", "It writes <function_call> or <TOOLCALL> first."),
        RecoveryCase(
            text: "A call that says its name twice", #"<|START_ACTION|>{"tool_name":"rm","name":"Read"}<|END_ACTION|>"#),
    ]

    private static func pairs(_ bar: String, _ space: String, _ wrapper: String) -> String {
        let mark = "\(bar)DSML\(bar)\(space)"
        return
            "<\(mark)\(wrapper)>\n<\(mark)invoke name=\"Read\">\n<\(mark)parameter name=\"path\" string=\"true\">a</\(mark)parameter>\n</\(mark)invoke>\n</\(mark)\(wrapper)>"
    }

    private static func step(_ name: String, _ head: String = "function<｜tool_sep｜>") -> String {
        "<｜tool_call_begin｜>\(head)<steptml:invoke name=\"\(name)\"></steptml:invoke><｜tool_call_end｜>"
    }

    private static let pairs: [RecoveryCase] = [
        RecoveryCase("DeepSeek V4.1 writes a space", pairs("｜", " ", "calls"), read),
        RecoveryCase("DeepSeek V4 with ASCII bars", pairs("|", "", "tool_calls"), read),
        RecoveryCase(
            "DeepSeek leaves an invocation open",
            "<｜DSML｜tool_calls><｜DSML｜invoke name=\"Read\"><｜DSML｜parameter name=\"path\" string=\"true\">a</｜DSML｜parameter></｜DSML｜tool_calls>Done.",
            read, .text("Done.")),
        RecoveryCase(
            "A string of DeepSeek's is verbatim",
            "<｜DSML｜invoke name=\"Read\"><｜DSML｜parameter name=\"path\" string=\"true\">\na\n</｜DSML｜parameter></｜DSML｜invoke>",
            .call("Read", #"{"path":"\na\n"}"#)),
        RecoveryCase(
            "All arguments in one",
            "<invoke name=\"Read\"><parameter name=\"arguments\">{\"path\":\"a\"}</parameter></invoke>", read),
        RecoveryCase(
            "All arguments in one that is text",
            "<｜DSML｜invoke name=\"Read\"><｜DSML｜parameter name=\"input\" string=\"true\">{\"path\":\"a\"}</｜DSML｜parameter></｜DSML｜invoke>",
            read),
        RecoveryCase(
            "An object under an undeclared name that holds something else",
            "<invoke name=\"Read\"><parameter name=\"input\">{\"file\":\"a\"}</parameter></invoke>",
            .call("Read", #"{"input":{"file":"a"}}"#)),
        RecoveryCase(
            "Step 3 prints its calls",
            "<｜tool_calls_begin｜>\n\(step("get_time"))\n\(step("get_time"))\n<｜tool_calls_end｜>",
            .call("get_time", "{}"),
            .call("get_time", "{}")),
        RecoveryCase(text: "Step 3's invocation alone", "<steptml:invoke name=\"get_time\"></steptml:invoke>"),
        RecoveryCase(
            text: "Step 3's call without its type", "<｜tool_calls_begin｜>\(step("get_time", ""))<｜tool_calls_end｜>"),
        RecoveryCase(
            "MiniCPM prints its calls",
            "<function name=\"Read\"><param name=\"path\">a</param></function>\n<function name=\"get_time\"></function>",
            read, .call("get_time", "{}")),
        RecoveryCase(
            "MiniCPM's value is CDATA",
            "<function name=\"Bash\"><param name=\"command\"><![CDATA[<a>\n</param></function>]]></param></function>",
            .call("Bash", #"{"command":"<a>\n</param></function>"}"#)),
        RecoveryCase(
            "MiniCPM's spaces as its tokenizer has them",
            "<functionĠname=\"Read\"><paramĠname=\"path\">a</param></function>", read),
        RecoveryCase(
            "MiniCPM's spaces are lost", "<functionname=\"Read\"><paramname=\"path\">a</param></function>", read),
        RecoveryCase(
            "MiniCPM puts all arguments in one",
            "<function name=\"Read\"><param name=\"properties\">{'path':'a'}</param></function>", read),
        RecoveryCase(text: "MiniCPM's call is not closed", "<function name=\"Read\"><param name=\"path\">a</param>"),
        RecoveryCase(
            text: "MiniCPM repeats an argument",
            "<function name=\"Read\"><param name=\"path\">a</param><param name=\"path\">b</param></function>"),
        RecoveryCase(
            text: "MiniCPM writes an undeclared argument",
            "<function name=\"Read\"><param name=\"path\">a</param><param name=\"dry_run\">1</param></function>"),
        RecoveryCase(
            "Seed-OSS closes its wrapper",
            "<seed:tool_call>\n<function=Write>\n<parameter=path>\na\n</parameter>\n<parameter=content>b\n</parameter>\n</function>\n</seed:tool_call>\nDone.",
            .call("Write", #"{"path":"a","content":"b\n"}"#), .text("Done.")),
        RecoveryCase(
            "Hunyuan 3 separates its name", "<tool_call>get_time<tool_sep>\n</tool_call>", .call("get_time", "{}")),
    ]

    private static let tokens: [RecoveryCase] = [
        RecoveryCase(
            "DeepSeek's tokens with ASCII bars",
            "<|tool▁calls▁begin|><|tool▁call▁begin|>function<|tool▁sep|>Read\n```json\n{\"path\":\"a\"}\n```<|tool▁call▁end|><|tool▁calls▁end|>",
            read),
        RecoveryCase(
            "Kimi's last token is missing at the end",
            "<|tool_call_begin|>functions.Read:0<|tool_call_argument_begin|>{\"path\":\"a\"}", read),
        RecoveryCase(
            "Kimi's last token is missing before another call",
            "<|tool_call_begin|>Read:0<|tool_call_argument_begin|>{\"path\":\"a\"}<|tool_call_begin|>get_time:1<|tool_call_argument_begin|>{}<|tool_call_end|>",
            read, .call("get_time", "{}")),
        RecoveryCase(
            text: "Kimi's arguments close too early",
            "<|tool_call_begin|>Bash:0<|tool_call_argument_begin|>{\"command\":\"echo \"}\" > a\"}"),
        RecoveryCase(
            "Kimi talks in its section",
            "<|tool_calls_section_begin|> well <|tool_call_begin|>get_time:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>",
            .call("get_time", "{}")),
    ]
}

/// Blocks whose arguments are no object and cannot become one, beside others and alone.
enum RecoveryBrokenCases {
    private static let good = #"<tool_call>{"name":"get_time","arguments":{}}</tool_call>"#
    private static let bad = #"<tool_call>{"name":"Read","arguments":{path a}}</tool_call>"#
    private static let time = RecoveredReply.Item.call("get_time", "{}")

    private static func token(_ name: String, _ arguments: String) -> String {
        "<｜tool▁call▁begin｜>\(name)<｜tool▁sep｜>\(arguments)<｜tool▁call▁end｜>"
    }

    static let all: [RecoveryCase] = [
        RecoveryCase("A good call and a broken one", "\(good)\n\(bad)", time, .text(bad)),
        RecoveryCase(
            "A broken call, words, and a good one", "So: \(bad)\nThen \(good) Done.", .text("So: \(bad)\nThen "), time,
            .text("Done.")),
        RecoveryCase("Two broken calls and a good one", "\(bad)\(bad) a \(good)", .text("\(bad)\(bad) a "), time),
        RecoveryCase(
            "A broken call alone, and words behind it", "So: \(bad)\nThen.", .text("So: "), .call("Read", "{path a}"),
            .text("Then.")),
        RecoveryCase(
            "One of the calls of a section is broken",
            "<｜tool▁calls▁begin｜>\(token("Read", "{path a}"))\n\(token("get_time", "{}"))<｜tool▁calls▁end｜>",
            .text("<｜tool▁calls▁begin｜>\(token("Read", "{path a}"))\n"), time),
    ]
}
