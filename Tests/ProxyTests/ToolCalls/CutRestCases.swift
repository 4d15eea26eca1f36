@testable import ollama_openai_proxy

/// Replies in which a value holds the markup, or the quotes and brackets, that end its call.
enum CutRestCases {
    /// Calls written as text.
    static let recovered = [
        // Hermes.
        #"<tool_call>{"name":"Bash","arguments":{"command":"sed "</tool_call>" b"}}</tool_call>"#,
        #"<tool_call>{"name":"Bash","arguments":{"command":"tee "}}</tool_call>" -a b"}}</tool_call>"#,
        #"<tool_call>{"name":"Bash","arguments":{"command":"tee "}}</tool_call>" -a b"}}"#,
        #"<tool_call>{"name":"Bash","arguments":{"command":"tee "}}</tool_call><tool_call>" b"}}</tool_call>"#,
        #"<tool_call>{"name":"Bash","arguments":{"command":"tee "}}</tool_call>" b"}}</tool_call> Done."#,
        // Qwen3-Coder, Seed-OSS's tags.
        "<tool_call>\n<function=Bash>\n<parameter=command>\nrm -r out\n</function>\n</tool_call>/old\n</parameter>\n"
            + "</function>\n</tool_call>",
        "<tool_call><function=Write><parameter=path>p</parameter><parameter=content>a</function>\n</tool_call>\nb"
            + "</parameter></function></tool_call>",
        "<tool_call><function=Write><parameter=path>p</parameter><parameter=content>a</parameter></function>"
            + "</tool_call>\nb</parameter></function></tool_call>\nDone.",
        // GLM.
        #"<tool_call>Bash<arg_key>command</arg_key><arg_value>sed "</arg_value></tool_call>" b</arg_value>"#
            + "\n</tool_call>",
        #"<tool_call>Bash<arg_key>command</arg_key><arg_value>sed "</arg_value><tool_call>" b</arg_value>"#
            + "\n</tool_call>",
        #"<tool_call>Bash<arg_key>command</arg_key><arg_value>sed "</arg_value></tool_call>" b</arg_value>"#
            + "<arg_key>timeout</arg_key><arg_value>5</arg_value></tool_call>",
        // MiniMax, DeepSeek.
        #"<minimax:tool_call><invoke name="Bash"><parameter name="command">sed "</parameter></invoke>" b</parameter>"#
            + "\n</invoke>\n</minimax:tool_call>",
        #"<｜DSML｜function_calls><｜DSML｜invoke name="Bash"><｜DSML｜parameter name="command" string="true">sed "#
            + "</｜DSML｜parameter></｜DSML｜invoke> b</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜function_calls>",
    ]

    /// A value's markup names a key that comes later.
    static let shortened = [
        "<tool_call>Write<arg_key>content</arg_key><arg_value>see <arg_key>path</arg_key><arg_value>b</arg_value>"
            + "</arg_value><arg_key>path</arg_key><arg_value>real</arg_value></tool_call>",
        #"<invoke name="Write"><parameter name="content">see <parameter name="path">b</parameter> x</parameter>"#
            + #"<parameter name="path">real</parameter></invoke>"#,
        "<function=Write><parameter=content>see <parameter=path>b</parameter> x</parameter><parameter=path>real"
            + "</parameter></function>",
    ]

    /// Replies of good calls with prose, and how many calls they hold.
    static let good: [(reply: String, calls: Int)] = [
        (call("ls") + "\nIt's \"listed\" now. {\"a\": 1}\n" + call("ls -a") + "\nDone.", 2),
        (call("ls") + "\nThe mark </tool_call> ends a call, [so](b) does `</arg_value></tool_call>`.", 1),
        (call("ls") + "\n</tool_call>\n" + call("ls -a") + "</tool_call>", 2),
        (call("ls") + #"<tool_call>{"name":"Other","arguments":{"a":"b"}}</tool_call>"# + call("ls -a"), 2),
        (call("ls") + "\n<function=Other><parameter=a>\nb\n</parameter>\n</function>\n", 1),
        (call("ls") + "```json\n{\n  \"a\": {\"b\": \"}\"}\n}\n```\n", 1),
        (call("ls") + "5\" wide, and it's {done}.", 1),
    ]

    private static func call(_ command: String) -> String {
        #"<tool_call>{"name":"Bash","arguments":{"command":"\#(command)"}}</tool_call>"#
    }

    /// What stands behind a native call that was cut at a bracket, in pieces as they came.
    static let native = [
        ["\"", " -a b\"}"], [", \"force\": true}"], ["/tmp/y\"}"], ["}, \"timeout\": 5}\n"], [" b\"}\nDone."],
        ["of it</arg_value></tool_call>"], ["of it</arg_value>", "</tool_call>"], ["b</seed:tool_call>"],
        ["b</parameter></function></seed:tool_call>\nDone."], ["b</arg_value>\n</tool_call>\nDone."],
        ["b</arg_value></tool_call> Done."], ["', \"x\": '}\"}"],
    ]
}
