/// JSON behind a marker, and tags and tokens of families that write like others.
enum RecoveryMarkCases {
    static let all = json

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
}
