/// A reply with thoughts in its text, and what becomes of it.
struct ThinkTagCase: Sendable, CustomStringConvertible {
    enum Mode: Sendable {
        /// Thinking was not asked for.
        case unasked
        /// Thinking was asked for, and the reply streams.
        case streamed
        /// Thinking was asked for, and the reply is folded.
        case folded
    }

    let symptom: String
    let modes: [Mode]
    let reply: String
    let reasoning: String
    let text: String

    init(_ symptom: String, _ modes: [Mode], _ reply: String, reasoning: String, text: String) {
        self.symptom = symptom
        self.modes = modes
        self.reply = reply
        self.reasoning = reasoning
        self.text = text
    }

    /// A reply that is text as a whole.
    init(text symptom: String, _ reply: String, in modes: [Mode] = ThinkTagCases.any) {
        self.init(symptom, modes, reply, reasoning: "", text: reply)
    }

    var description: String { symptom }
}

enum ThinkTagCases {
    static let any: [ThinkTagCase.Mode] = [.unasked, .streamed, .folded]

    /// Tags of which an answer may be asked for.
    static let named: [ThinkTagCase] = [
        ("<thought>", "</thought>"), ("<thinking>", "</thinking>"), ("<reasoning>", "</reasoning>"),
        ("<Think>", "</Think>"), ("<think >", "</think>"),
    ].map { ThinkTagCase($0.0, [.streamed, .folded], "\($0.0)Hm.\($0.1)\nHello", reasoning: "Hm.", text: "Hello") }

    static let all: [ThinkTagCase] = [
        ThinkTagCase(
            "Thoughts between tags", any, "<think>\nHm.\n</think>\n\nHello", reasoning: "Hm.\n", text: "Hello"),
        ThinkTagCase(
            "White space before the tag", any, "\n <think>Hm.</think>Hello", reasoning: "Hm.", text: "Hello"),
        ThinkTagCase(
            "No thoughts between the tags", any, "<think>\n\n</think>\n\nHello", reasoning: "", text: "Hello"),
        ThinkTagCase("The closing tag never comes", any, "<think>Hm. <b>", reasoning: "Hm. <b>", text: ""),
        ThinkTagCase("The closing tag is cut off", any, "<think>Hm.</thi", reasoning: "Hm.</thi", text: ""),
        ThinkTagCase(
            "Thoughts about comparisons", any, "<think>a < b </ c</think>d", reasoning: "a < b </ c", text: "d"),
        ThinkTagCase(
            "A second tag inside", any, "<think>a <think> b</think>c", reasoning: "a <think> b", text: "c"),
        ThinkTagCase(
            "A second pair right behind the first", any, "<|channel>a<channel|>\n<|channel>b<channel|>c",
            reasoning: "ab", text: "c"),
        ThinkTagCase(
            "What only begins like a second pair", any, "<|channel>a<channel|><|chan", reasoning: "a", text: "<|chan"),
        ThinkTagCase(
            "A second pair right behind the first is an answer elsewhere", any, "<think>a</think><think>b</think>c",
            reasoning: "a", text: "<think>b</think>c"),
        ThinkTagCase(
            "gpt-oss answers in JSON", any,
            "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>{}",
            reasoning: "a", text: "{}"),
        ThinkTagCase(
            "gpt-oss speaks to itself first", any,
            "<|channel|>commentary to=assistant<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>"
                + "commentary to=assistant<|channel|>final<|message|>b",
            reasoning: "a", text: "b"),
        ThinkTagCase(
            "A second pair later is text", any, "<think>a</think>b <think>c</think>", reasoning: "a",
            text: "b <think>c</think>"),
        ThinkTagCase(
            "Characters of many bytes", any, "<think>嗯 🙂</think>\n你好", reasoning: "嗯 🙂", text: "你好"),
        ThinkTagCase("Nothing follows", any, "<think>a</think>\n", reasoning: "a", text: ""),
        ThinkTagCase("Seed-OSS", any, "<seed:think>Hm.</seed:think>\nHello", reasoning: "Hm.", text: "Hello"),
        ThinkTagCase("Ministral", any, "[THINK]Hm. [/][/THINK]Hello", reasoning: "Hm. [/]", text: "Hello"),
        ThinkTagCase("MiniMax M3", any, "<mm:think>Hm.</mm:think>Hello", reasoning: "Hm.", text: "Hello"),
        ThinkTagCase("Kimi-VL", any, "◁think▷Hm. ◁ ▷◁/think▷Hello", reasoning: "Hm. ◁ ▷", text: "Hello"),
        ThinkTagCase("Gemma 4", any, "<|channel>thought\nHm.\n<channel|>Hello", reasoning: "Hm.\n", text: "Hello"),
        ThinkTagCase(
            "Gemma 4 without the channel's name", any, "<|channel>thou<channel|>Hi", reasoning: "thou", text: "Hi"),
        ThinkTagCase(
            "gpt-oss", any,
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello",
            reasoning: "Hm.", text: "Hello"),
        ThinkTagCase(
            "gpt-oss, behind whose thoughts something else stands", any,
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>comm", reasoning: "Hm.",
            text: "<|start|>assistant<|channel|>comm"),
        ThinkTagCase(
            "Granite", [.streamed, .folded], "Here is my thought process:\nHm. He\nHere is my response:\nHello",
            reasoning: "Hm. He\n", text: "Hello"),
        ThinkTagCase(
            "Granite, in short", [.streamed, .folded], "Here's my thought process: Hm. Here's my response: Hello",
            reasoning: "Hm. ", text: "Hello"),
        ThinkTagCase(
            "MiniMax M3 leaves out the opening tag", [.folded], "Hm.</mm:think>Hello", reasoning: "Hm.",
            text: "Hello"),
        ThinkTagCase(text: "Granite's words, unasked", "Here is my thought process: Hm.", in: [.unasked]),
        ThinkTagCase(text: "The beginning of Granite's words", "Here is my thought", in: [.streamed, .folded]),
        ThinkTagCase(
            text: "Other brackets and channels", "[THINKING] <|channel|>final<|message|> <|end|> </thought>"),
        ThinkTagCase(
            "Seed-OSS leaves out the opening tag", [.folded], "Hm.</seed:think>Hello", reasoning: "Hm.",
            text: "Hello"),
        ThinkTagCase(text: "A tag in the middle", "Use <think> to think, and </think> to end."),
        ThinkTagCase(text: "A tag behind a word", "x<think>y</thinks>"),
        ThinkTagCase(text: "A tag in code", "`<think>` and\n```\n<think>\n</think>\n```\n"),
        ThinkTagCase(text: "Another tag at the beginning", "<thinks>a</thinks>"),
        ThinkTagCase(text: "A named tag, unasked", "<thinking>a</thinking>b", in: [.unasked]),
        ThinkTagCase(text: "The beginning of a tag at the end", "\n<thin"),
        ThinkTagCase(text: "White space only", " \n\t"),
        ThinkTagCase(text: "Long white space", String(repeating: "\n", count: 300) + "<think>a</think>"),
        ThinkTagCase(text: "An ordinary answer", "Hello.\n\n- a\n- b < c\n"),
        ThinkTagCase(text: "A closing tag first, unasked", "</think>\nHello", in: [.unasked]),
        ThinkTagCase(text: "Only a closing tag, unasked", "Hm.\n</think>\nHello", in: [.unasked]),
        ThinkTagCase(
            "A closing tag first", [.streamed, .folded], "\n</think>\n\nHello", reasoning: "", text: "Hello"),
        ThinkTagCase(
            "Qwen3-Thinking-2507 leaves out the opening tag", [.folded], "Okay, so.\n</think>\n\nHello",
            reasoning: "Okay, so.\n", text: "Hello"),
        ThinkTagCase(
            "Only the tag is left out of a stream", [.streamed], "Okay, so.\n</think>\n\nHello", reasoning: "",
            text: "Okay, so.\n\n\nHello"),
        ThinkTagCase(
            "The closing tag stands in the line of a thought", [.folded], "Okay.</think>Hello", reasoning: "Okay.",
            text: "Hello"),
        ThinkTagCase(
            text: "The closing tag stands in the line of a thought, in a stream", "Okay.</think>Hello",
            in: [.streamed]),
        ThinkTagCase(
            "Thoughts with code before the tag", [.folded], "`</think>`? No.\n```\n</think>\n```\n</think>\nHello",
            reasoning: "`</think>`? No.\n```\n</think>\n```\n", text: "Hello"),
        ThinkTagCase(
            "Nothing follows the only tag in a stream", [.streamed], "Okay.\n</think>", reasoning: "",
            text: "Okay.\n"),
        ThinkTagCase(
            "Nothing follows the only tag", [.folded], "Okay.\n</think>", reasoning: "Okay.\n", text: ""),
        ThinkTagCase(
            "Each tag alone in its line is left out", [.streamed], "a\n</think>\nb\n</think>\n", reasoning: "",
            text: "a\n\nb\n\n"),
        ThinkTagCase(text: "A tag with words behind it", "a\n</think> b", in: [.streamed]),
        ThinkTagCase(
            text: "A closing tag in code", "The tag `</think>`:\n```\n</think>\n```\n", in: [.streamed, .folded]),
        ThinkTagCase(text: "Tags of another language", "<p>\n</thing>\n</p></think", in: [.streamed, .folded]),
    ]
}
