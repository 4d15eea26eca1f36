/// Calls of gpt-oss.
enum RecoveryHarmonyCases {
    private static let message = #"<|message|>{"path":"a"}"#
    private static let read = RecoveredReply.Item.call("Read", #"{"path":"a"}"#)

    static let all: [RecoveryCase] = [
        RecoveryCase(
            "gpt-oss prints its call", "<|channel|>commentary to=functions.Read <|constrain|>json\(message)<|call|>",
            read),
        RecoveryCase("The last token is missing", "<|channel|>commentary to=functions.Read\(message)", read),
        RecoveryCase("A call in the channel of thoughts", "<|channel|>analysis to=functions.Read code\(message)", read),
        RecoveryCase(
            "The recipient stands behind the role",
            "<|start|>assistant to=functions.Read<|channel|>commentary <|constrain|>json\(message)<|call|>", read),
        RecoveryCase(
            "gpt-oss speaks before its call",
            "Well.<|start|>assistant<|channel|>commentary to=functions.read \(message)<|call|>", .text("Well."), read),
        RecoveryCase(
            "Two calls",
            "<|channel|>commentary to=functions.Read\(message)<|start|>assistant<|channel|>commentary to=functions.get_time<|message|>{}<|call|>",
            read, .call("get_time", "{}")),
        RecoveryCase(
            "The reply begins behind the role", " to=functions.Read<|channel|>commentary json\(message)", read),
        RecoveryCase(
            "All tokens are missing", #"commentary to=functions.Read json{"path":"a"}"#, read),
        RecoveryCase("The role is left", #"assistant to=functions.Read commentary {"path":"a"}"#, read),
        RecoveryCase(text: "An undeclared function", "<|channel|>commentary to=functions.rm\(message)<|call|>"),
        RecoveryCase(
            "An undeclared function has a call in its arguments, and another call follows",
            "<|channel|>commentary to=functions.rm<|message|>{\"a\":\"<function=get_time></function>\"}<|start|>assistant<|channel|>commentary to=functions.Read\(message)",
            .text(
                "<|channel|>commentary to=functions.rm<|message|>{\"a\":\"<function=get_time></function>\"}<|start|>assistant"
            ), read),
        RecoveryCase(text: "A tool of the model's own", "<|channel|>commentary to=container.exec code\(message)"),
        RecoveryCase(text: "No recipient", "<|channel|>commentary\(message)<|end|>"),
        RecoveryCase(text: "An answer", "<|channel|>final<|message|>to=functions.Read {}"),
        RecoveryCase(text: "Another word in the header", "<|channel|>final to=functions.Read\(message)"),
        RecoveryCase(
            text: "Arguments that close too early",
            "<|channel|>commentary to=functions.Bash<|message|>{\"command\":\"echo \"}\" > a\"}<|call|>"),
        RecoveryCase(
            withheld: "Arguments are cut off", "<|channel|>commentary to=functions.Read\(message)"),
        RecoveryCase(text: "No arguments", "<|channel|>commentary to=functions.Read<|message|>It is a<|call|>"),
        RecoveryCase(text: "Words without tokens in the middle", #"So commentary to=functions.Read {"path":"a"}"#),
        RecoveryCase(text: "Words that begin alike", "commentary to=functions"),
        RecoveryCase(text: "Code that begins alike", "to=functions.Read\n"),
        RecoveryCase(
            text: "A call in thoughts", "Hm.<|channel|>analysis<|message|>commentary to=functions.Read\(message)<|end|>"
        ),
        RecoveryCase(text: "A header without end", String(repeating: "<|channel|>", count: 30)),
    ]
}
