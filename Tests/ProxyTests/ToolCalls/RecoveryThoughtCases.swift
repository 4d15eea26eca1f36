/// Calls in text of a model that was asked to think and of which nothing else says whether it does.
enum RecoveryThoughtCases {
    private static func call(_ command: String) -> String {
        "<function=Bash><parameter=command>\(command)</parameter></function>"
    }

    private static func called(_ command: String) -> RecoveredReply.Item {
        .call("Bash", #"{"command":"\#(command)"}"#)
    }

    static let all: [RecoveryCase] = [
        RecoveryCase("No thoughts at all", "I look. \(call("ls")) Wait.", .text("I look. Wait."), called("ls")),
        RecoveryCase("The reply is a call", call("ls"), called("ls")),
        RecoveryCase(
            "A closing tag alone in its line", "Or \(call("rm"))\nno.\n</think>\n\(call("ls"))",
            .text("Or no.\n\n"), called("ls")),
        RecoveryCase(
            "A closing tag in a line", "Or: \(call("rm")) no.</think> So \(call("ls"))", .text("Or: no.</think> So "),
            called("ls")),
        RecoveryCase("A closing tag at the end", "Or \(call("rm"))\n</think>", .text("Or ")),
        RecoveryCase(
            "Two closing tags", "\(call("rm"))\n</think>\nHm.\n\(call("mv"))\n</think>\nNo.", .text("\nHm.\n\nNo.")),
        RecoveryCase("MiniMax's closing tag only", "Or \(call("rm"))</mm:think>\nNo.", .text("Or \nNo.")),
        RecoveryCase("Gemma's closing mark only", "Or \(call("rm"))<channel|>No.", .text("Or <channel|>No.")),
        RecoveryCase(
            "A closing tag in a call behind one", "Hm.\n</think>\n\(call("echo </think>"))", .text("Hm.\n\n"),
            called("echo </think>")),
        RecoveryCase(text: "Thoughts in a named tag", "<thinking>\n\(call("rm"))\n</thinking> No."),
        RecoveryCase(
            "A call behind a named tag", " <Think>\(call("rm"))</Think>\n\(call("ls"))",
            .text(" <Think>\(call("rm"))</Think>\n"), called("ls")),
        RecoveryCase(
            "A named tag later", "a <thinking>\n\(call("ls"))", .text("a <thinking>\n"), called("ls")),
        RecoveryCase("Two thoughts of calls", "\(call("rm"))\(call("mv"))</think>"),
        RecoveryCase(
            "A closing tag in code closes nothing", "`</think>` \(call("ls"))", .text("`</think>` "), called("ls")),
        RecoveryCase(
            "A closing tag in code in a call", call("echo `</think>`"), called("echo `</think>`")),
        RecoveryCase("A pair of tags in a call", call("echo <think>a</think>"), called("echo <think>a</think>")),
        RecoveryCase(
            "Thoughts end in the middle of a call", "<function=Bash><parameter=command>rm</think>\(call("ls"))",
            .text("<function=Bash><parameter=command>rm</think>"), called("ls")),
        RecoveryCase(
            "An opening tag shows that what came before was no thought",
            "\(call("ls")) Hm. <think>\(call("rm"))</think> \(call("cd"))", .text("Hm. "), called("ls"),
            .text("<think>\(call("rm"))</think> "), called("cd")),
        RecoveryCase(text: "Thoughts that never close", "Hm. <think>\(call("rm"))"),
        RecoveryCase(text: "Ministral's thoughts in the middle", "Hm. [THINK]\(call("rm"))[/THINK]"),
        RecoveryCase(text: "Gemma's thoughts in the middle", "Hm. <|channel>\(call("rm"))<channel|>"),
        RecoveryCase(
            text: "gpt-oss' thoughts in the middle", "Hm. <|channel|>analysis<|message|>\(call("rm"))<|end|>"),
        RecoveryCase(
            "Kimi-VL's thoughts in the middle", "Hm. ◁think▷\(call("rm"))◁/think▷\(call("ls"))",
            .text("Hm. ◁think▷\(call("rm"))◁/think▷"), called("ls")),
        RecoveryCase(
            "The reply is cut while it may be a thought", "Or: \(call("rm")) or", .text("Or: or"), isComplete: false),
        RecoveryCase(
            "A closing tag of which only the beginning came", "\(call("ls"))\n</thin", .text("</thin"), called("ls")),
    ]
}
