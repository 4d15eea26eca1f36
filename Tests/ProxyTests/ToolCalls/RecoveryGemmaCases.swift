/// Calls of Gemma 4 and FunctionGemma.
enum RecoveryGemmaCases {
    static let all = calls + text

    private static func gemma(_ arguments: String, _ name: String = "set") -> String {
        "<|tool_call>call:\(name){\(arguments)}<tool_call|>"
    }

    private static let calls: [RecoveryCase] = [
        RecoveryCase(
            "Gemma prints its call", gemma(#"command:<|"|>ls "a" \d<|"|>,timeout:5,background:true"#, "Bash"),
            .call("Bash", #"{"command":"ls \"a\" \\d","timeout":5,"background":true}"#)),
        RecoveryCase(
            "Gemma speaks before and behind its call", "Wait.\(gemma("", "get_time")) Done.", .text("Wait."),
            .call("get_time", "{}"), .text("Done.")),
        RecoveryCase(
            "Two calls in a row", gemma("", "get_time") + gemma(#"path:<|"|>a<|"|>"#, "read"),
            .call("get_time", "{}"), .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "Braces, commas and tags in a string", gemma(#"path:<|"|>}, {a:1<|x|><tool_call|><|"|>"#, "Read"),
            .call("Read", #"{"path":"}, {a:1<|x|><tool_call|>"}"#)),
        RecoveryCase(
            "Objects and lists", gemma(#"any:{a:[<|"|>x<|"|>,{b:null}],c:-1.5,d:word},value:[]"#),
            .call("set", #"{"any":{"a":["x",{"b":null}],"c":-1.5,"d":"word"},"value":[]}"#)),
        RecoveryCase(
            "White space between all parts", gemma("\n any : [\n 1 , 2 ] ,\n level : <|\"|>1<|\"|>\n"),
            .call("set", #"{"any":[1,2],"level":"1"}"#)),
        RecoveryCase(
            "A key in quotes", gemma(#"<|"|>any<|"|>:{<|"|>a b<|"|>:1}"#), .call("set", #"{"any":{"a b":1}}"#)),
        RecoveryCase(
            "The schema types what has no quotes", gemma("path:12,limit:3", "Read"),
            .call("Read", #"{"path":"12","limit":3}"#)),
        RecoveryCase(
            "A word without quotes", gemma("path:my file.txt", "Read"), .call("Read", #"{"path":"my file.txt"}"#)),
        RecoveryCase("A string as in JSON", gemma(#"path:"a, b\n""#, "Read"), .call("Read", #"{"path":"a, b\n"}"#)),
        RecoveryCase(
            "Its closing mark twice", gemma("", "get_time") + "<tool_call|>\nDone.", .call("get_time", "{}"),
            .text("Done.")),
        RecoveryCase(
            "It goes on to the answer", gemma("", "get_time") + "<|tool_response>", .call("get_time", "{}")),
        RecoveryCase(
            "What only begins like its closing mark", gemma("", "get_time") + "<tool_ca", .call("get_time", "{}"),
            .text("<tool_ca")),
        RecoveryCase("The word call is missing", "<|tool_call>:get_time{}<tool_call|>", .call("get_time", "{}")),
        RecoveryCase("The braces are missing", "<|tool_call>call:get_time<tool_call|>", .call("get_time", "{}")),
        RecoveryCase(
            "The closing mark is missing before the next call",
            "<|tool_call>call:get_time{}" + gemma("", "get_time"), .call("get_time", "{}"), .call("get_time", "{}")),
        RecoveryCase("The closing mark is missing at the end", "<|tool_call>call:get_time{}", .call("get_time", "{}")),
        RecoveryCase(
            "FunctionGemma prints its call",
            "<start_function_call>call:Bash{command:<escape>a<b<escape>,timeout:3}<end_function_call>",
            .call("Bash", #"{"command":"a<b","timeout":3}"#)),
    ]

    private static let text: [RecoveryCase] = [
        RecoveryCase(text: "Gemma calls an undeclared tool", gemma("a:1", "rm")),
        RecoveryCase(text: "Something follows the braces", "<|tool_call>call:get_time{}x<tool_call|>"),
        RecoveryCase(text: "A string that never closes", gemma(#"path:<|"|>a"#, "Read")),
        RecoveryCase(text: "A list closes as an object", gemma("value:[1}")),
        RecoveryCase(text: "A key without a value", gemma("value", "set")),
        RecoveryCase(text: "An object that does not close", "<|tool_call>call:set{any:{a:1}<tool_call|>"),
        RecoveryCase(withheld: "Gemma's call cut off", "<|tool_call>call:get_time{}"),
        RecoveryCase(text: "Gemma's marks in prose", "It writes <|tool_call>call:NAME{…}<tool_call|>."),
        RecoveryCase(text: "Gemma's marks in code", "`\(gemma("", "get_time"))`"),
    ]
}
