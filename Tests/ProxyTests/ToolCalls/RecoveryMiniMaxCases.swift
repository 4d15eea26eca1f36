/// Calls of MiniMax-M3. In the cases `¦` stands for the token before each tag.
enum RecoveryMiniMaxCases {
    private static func marked(_ text: String) -> String {
        text.split(separator: "¦", omittingEmptySubsequences: false).joined(separator: "]<]minimax[>[")
    }

    private static func calls(_ symptom: String, _ reply: String, _ expected: RecoveredReply.Item...) -> RecoveryCase {
        RecoveryCase(symptom, marked(reply), expected)
    }

    private static func text(_ symptom: String, _ reply: String) -> RecoveryCase {
        RecoveryCase(text: symptom, marked(reply))
    }

    static let all: [RecoveryCase] = [
        calls(
            "MiniMax prints its calls",
            "¦<tool_call>\n¦<invoke name=\"Read\">¦<path>a¦</path>¦<limit>3¦</limit>¦</invoke>\n¦<invoke name=\"get_time\">¦</invoke>\n¦</tool_call>",
            .call("Read", #"{"path":"a","limit":3}"#), .call("get_time", "{}")),
        calls(
            "MiniMax speaks before and behind", "Yes [1]¦<invoke name=\"get_time\">¦</invoke> Done.", .text("Yes [1]"),
            .call("get_time", "{}"), .text("Done.")),
        calls(
            "Text is verbatim", "¦<invoke name=\"Bash\">¦<command>\n a ]<b></command> [1]\n¦</command>¦</invoke>",
            .call("Bash", #"{"command":"\n a ]<b></command> [1]\n"}"#)),
        calls(
            "Text ends with a bracket", "¦<invoke name=\"Bash\">¦<command>a]¦</command>¦</invoke>",
            .call("Bash", #"{"command":"a]"}"#)),
        calls(
            "A list",
            "¦<invoke name=\"TodoWrite\">¦<todos>\n¦<item>a¦</item>\n¦<item>¦<b>1¦</b>¦</item>¦</todos>¦</invoke>",
            .call("TodoWrite", #"{"todos":["a",{"b":"1"}]}"#)),
        calls(
            "A list of one", "¦<invoke name=\"TodoWrite\">¦<todos>¦<item>a¦</item>¦</todos>¦</invoke>",
            .call("TodoWrite", #"{"todos":["a"]}"#)),
        calls(
            "An object that has items",
            "¦<invoke name=\"TodoWrite\">¦<meta>¦<item>a¦</item>¦<item>b¦</item>¦</meta>¦</invoke>",
            .call("TodoWrite", #"{"meta":{"item":["a","b"]}}"#)),
        calls(
            "Elements inside each other",
            "¦<invoke name=\"set\">¦<any>¦<tool_call>¦<invoke>x \"y\"¦</invoke>¦</tool_call>¦<z>¦</z>¦</any>¦</invoke>",
            .call("set", #"{"any":{"tool_call":{"invoke":"x \"y\""},"z":""}}"#)),
        calls(
            "The wrapper does not close", "¦<tool_call>¦<invoke name=\"get_time\">¦</invoke>", .call("get_time", "{}")),
        text("An element closes as another", "¦<invoke name=\"Read\">¦<path>a¦</limit>¦</invoke>"),
        text("An element does not close", "¦<invoke name=\"Read\">¦<path>a¦</invoke>"),
        text("Text between elements", "¦<invoke name=\"Read\">a¦<path>b¦</path>¦</invoke>"),
        text("Text beside elements", "¦<invoke name=\"set\">¦<any>a¦<b>c¦</b>¦</any>¦</invoke>"),
        text(
            "An undeclared tool",
            "¦<tool_call>¦<invoke name=\"rm\">¦</invoke>¦<invoke name=\"get_time\">¦</invoke>¦</tool_call>"),
        text("No call", "¦<tool_call>\n¦</tool_call>"),
        RecoveryCase(
            withheld: "The end is cut off", marked("¦<tool_call>¦<invoke name=\"get_time\">¦</invoke>")),
        text("The token alone", "a ¦ b ]<]minimax[ c ] d"),
        text("Deep elements", "¦<invoke name=\"set\">¦<any>" + String(repeating: "¦<a>", count: 70)),
    ]
}
