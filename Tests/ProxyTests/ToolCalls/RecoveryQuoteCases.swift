/// Calls of which the model only writes, in code or quotation, and calls that look like these.
enum RecoveryQuoteCases {
    private static let call = RecoveryProseCases.call
    private static let called = RecoveredReply.Item.call("get_time", "{}")

    static let texts: [RecoveryCase] = [
        RecoveryCase(text: "A fence of tildes", "~~~\n\(call)\n~~~\nWell."),
        RecoveryCase(text: "A fence of tildes with a language", "So:\n\n~~~xml\n\(call)\n~~~"),
        RecoveryCase(text: "Backticks in a fence of tildes", "~~~\n```\n~~~~x\n\(call)\n~~~\n"),
        RecoveryCase(text: "A fence in a list", "- ```\n  \(call)\n  ```\n- b"),
        RecoveryCase(text: "A fence in a numbered list", "10. ```xml\n    \(call)\n    ```\n"),
        RecoveryCase(text: "A fence in a block quote", "> ```\n> \(call)\n> ```\n"),
        RecoveryCase(text: "A fence in a block quote without its marks", "> ~~~\n>\n>\(call)\n"),
        RecoveryCase(text: "A backtick in a fence's first line", "``` a`b\n\(call)\n```"),
        RecoveryCase(text: "A block quote", "You said:\n> \(call)\nNo."),
        RecoveryCase(text: "A block quote in a list", "1. > \(call)\n"),
        RecoveryCase(text: "A comment", "<!-- \(call) -->"),
        RecoveryCase(text: "A comment of some lines", "<!--\n a > b\n\n\(call)\n-->\nWell."),
        RecoveryCase(text: "HTML's pre", "<pre>\(call)</pre>"),
        RecoveryCase(text: "HTML's pre with attributes", "<PRE class=\"a\">\n\n\(call)\n</PRE>"),
        RecoveryCase(text: "HTML's code", "Write <code>\(call)</code>."),
        RecoveryCase(text: "HTML's code at the beginning", "<code>\n\(call)\n</code>"),
        RecoveryCase(text: "In the midst of a sentence", "The model would write \(call) but that is dangerous."),
        RecoveryCase(text: "At the end of a sentence", "You call it with \(call). Well."),
        RecoveryCase(text: "In brackets", "So it calls (\(call)) and waits."),
        RecoveryCase(text: "A sentence without spaces", "模型会写\(call)但是危险。"),
        RecoveryCase(text: "Two in a sentence", "Write \(call) or \(call), as you like."),
        RecoveryCase(
            text: "The sentence is cut off behind it", "The model would write \(call)", isComplete: false),
        RecoveryCase(text: "The quotation is cut off behind it", "It says \"I look. \(call) Then", isComplete: false),
        RecoveryCase(text: "The span is cut off behind it", "Write `\n\(call)\n", isComplete: false),
        RecoveryCase(
            text: "A function in a sentence", "Qwen writes <tool_call><function=get_time></function></tool_call> here."),
        RecoveryCase(text: "A fence behind words", "Such as: ```xml\n\(call)\n```\nWell."),
        RecoveryCase(text: "A span over lines", "Write `\n\(call)\n` for it."),
        RecoveryCase(text: "A span of two backticks over lines", "Write ``\n\(call)\n`` for it."),
        RecoveryCase(
            text: "A block of lines in a span",
            "Write `<tool_call>\n<function=get_time>\n</function>\n</tool_call>` for it."),
        RecoveryCase(text: "A first and a second in a sentence", "First \(call), then \(call)"),
        RecoveryCase(text: "Words in the quotation", "It says \"I look. \(call)\" and waits."),
        RecoveryCase(text: "Words behind it in the quotation", "It says \"\(call) Good.\" and waits."),
        RecoveryCase(text: "Two in a quotation", "It says \"\(call)\(call)\" and waits."),
        RecoveryCase(text: "A quotation of lines", "It says “\n\(call)\n” and waits."),
        RecoveryCase(text: "A quotation in brackets", "It does (\"run \(call)\")."),
        RecoveryCase(text: "A wrapper in a quotation", "It says \"<tool_calls>\(call)</tool_calls>\"."),
        RecoveryCase(text: "French marks with their spaces", "Il écrit « \(call) », puis attend."),
        RecoveryCase(text: "Chinese marks", "他写《 \(call) 》。"),
    ]

    static let quotations: [RecoveryCase] = [("\"", "\""), ("'", "'"), ("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’")]
        .map { RecoveryCase(text: "Between \($0.0) and \($0.1)", "You write \($0.0)\(call)\($0.1)\nfor it.") }

    static let calls: [RecoveryCase] = [
        RecoveryCase(
            "A fence of tildes that is closed", "~~~\nls\n~~~~\n\(call)", .text("~~~\nls\n~~~~\n"), called),
        RecoveryCase("Crossed out", "~~no~~ \(call)", .text("~~no~~ "), called),
        RecoveryCase("Tildes that underline", "~~~~^~~~ here\n\(call)", .text("~~~~^~~~ here\n"), called),
        RecoveryCase("Tildes in a line", "a ~~~\n\(call)", .text("a ~~~\n"), called),
        RecoveryCase("Behind a fence in a list", "- ```\n  ls\n  ```\n\(call)", .text("- ```\n  ls\n  ```\n"), called),
        RecoveryCase("Behind a fence in a block quote", "> ```\n> ls\n\(call)", .text("> ```\n> ls\n"), called),
        RecoveryCase("Behind a block quote", "> No.\n\(call)", .text("> No.\n"), called),
        RecoveryCase("In a list", "- \(call)\n", .text("- "), called),
        RecoveryCase("A comparison", "a > b\n3 > 2: \(call)", .text("a > b\n3 > 2: "), called),
        RecoveryCase("Behind a comment", "<!-- a\n-->\n\(call)", .text("<!-- a\n-->\n"), called),
        RecoveryCase("Behind HTML's code", "<code>ls</code> \(call)", .text("<code>ls</code> "), called),
        RecoveryCase("A tag that only is named", "I add a <pre> tag.\n\(call)", .text("I add a <pre> tag.\n"), called),
        RecoveryCase("An open tag before a blank line", "<code>x\n\n\(call)", .text("<code>x\n\n"), called),
        RecoveryCase(
            "A sentence before it", "I look. \(call) Well, then.", .text("I look. "), called, .text("Well, then.")),
        RecoveryCase("A word before it", "Let me look \(call)", .text("Let me look "), called),
        RecoveryCase("A word right before it", "hello\(call)hi", .text("hello"), called, .text("hi")),
        RecoveryCase("A word before it, a line behind it", "Now \(call) \nthen", .text("Now "), called, .text("then")),
        RecoveryCase("A word before two", "Now \(call) \(call)", .text("Now "), called, called),
        RecoveryCase("A new sentence behind it", "Now \(call) Done.", .text("Now "), called, .text("Done.")),
        RecoveryCase("A quotation before it", "I run \"ls\"\(call)", .text("I run \"ls\""), called),
        RecoveryCase(
            "A quotation that is not closed", "The mark \" is odd.\n\(call)", .text("The mark \" is odd.\n"), called),
        RecoveryCase(
            "A quotation of another paragraph", "He said \"no.\n\n\(call)\nA \" b.", .text("He said \"no.\n\n"), called,
            .text("A \" b.")),
        RecoveryCase("Inches", "A disk of 3.5\" \(call) It\"s.", .text("A disk of 3.5\" "), called, .text("It\"s.")),
        RecoveryCase("A lone backtick", "The ` key.\n\(call)", .text("The ` key.\n"), called),
        RecoveryCase(
            "A comma before a line's end", "Okay \(call),\n\(call)", .text("Okay "), called, .text(",\n"), called),
        RecoveryCase(
            "A thought in the midst of a line", "Well. <think> I may \(call)</think>",
            .text("Well. <think> I may ")),
        RecoveryCase(
            "A mark of thinking that is spoken of", "I add the <think> tag.\n\(call)",
            .text("I add the <think> tag.\n"),
            called),
        RecoveryCase("A word before a block of a line", "Now\n\(call) and", .text("Now\n"), called, .text("and")),
    ]
}
