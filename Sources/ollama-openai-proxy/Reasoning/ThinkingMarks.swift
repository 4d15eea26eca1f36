/// The marks between which a family of models thinks in its text.
///
/// At the beginning of a reply they are left out, and what stands between them is reasoning. Elsewhere they are text, and
/// a call between them is none.
struct ThinkingMarks: Sendable {
    enum Kind: Sendable {
        /// Prompts may end with the opening mark: the closing one alone says that all before it was thought.
        case prompted
        /// The closing mark alone says nothing.
        case paired
        /// An answer may be asked for in such tags: only at the beginning; reasoning when thinking was asked for.
        case named
        /// Words of which an answer may also consist: only at the beginning, and when thinking was asked for.
        case prose
    }

    let opening: StaticString
    let closing: StaticString
    let kind: Kind
    /// What else stands before the answer, one of these. The opening mark: it may be thought on first.
    var answers: [StaticString] = []

    /// Those of prose apart they begin with `<`, `[` or `◁`. Of two that begin alike the longer one comes first.
    static let all: [ThinkingMarks] = [
        // Qwen, DeepSeek, GLM and most others; Seed-OSS; Magistral and Ministral; Kimi-VL.
        ThinkingMarks(opening: "<think>", closing: "</think>", kind: .prompted),
        ThinkingMarks(opening: "<seed:think>", closing: "</seed:think>", kind: .prompted),
        ThinkingMarks(opening: "[THINK]", closing: "[/THINK]", kind: .prompted),
        ThinkingMarks(opening: "◁think▷", closing: "◁/think▷", kind: .prompted),
        // MiniMax M3; Gemma 4.
        ThinkingMarks(opening: "<mm:think>", closing: "</mm:think>", kind: .prompted),
        ThinkingMarks(opening: "<|channel>thought\n", closing: "<channel|>", kind: .prompted, answers: ["<|channel>thought\n"]),
        ThinkingMarks(opening: "<|channel>", closing: "<channel|>", kind: .prompted, answers: ["<|channel>"]),
        // gpt-oss.
        ThinkingMarks(opening: "<|channel|>analysis<|message|>", closing: "<|end|>", kind: .paired, answers: harmonyAnswers),
        ThinkingMarks(
            opening: "<|channel|>commentary to=assistant<|channel|>analysis<|message|>", closing: "<|end|>", kind: .paired,
            answers: harmonyAnswers),
        // Models that were told to think in such tags (those of Ollama's and vLLM's parsers for older models).
        ThinkingMarks(opening: "<thought>", closing: "</thought>", kind: .named),
        ThinkingMarks(opening: "<thinking>", closing: "</thinking>", kind: .named),
        ThinkingMarks(opening: "<reasoning>", closing: "</reasoning>", kind: .named),
        ThinkingMarks(opening: "<Think>", closing: "</Think>", kind: .named),
        ThinkingMarks(opening: "<think >", closing: "</think>", kind: .named),
        // Granite 3 (vLLM's parser takes both spellings).
        ThinkingMarks(opening: "Here is my thought process:", closing: "Here is my response:", kind: .prose),
        ThinkingMarks(opening: "Here's my thought process:", closing: "Here's my response:", kind: .prose),
    ]
    private static let harmonyAnswers: [StaticString] = [
        "<|start|>assistant<|channel|>final<|message|>", "<|start|>assistant<|channel|>final <|constrain|>json<|message|>",
        "<|start|>assistant<|channel|>commentary to=assistant<|channel|>final<|message|>",
    ]
    static let unmistakable = all.filter { $0.kind != .prose && $0.kind != .named }
    static let named = all.filter { $0.kind == .named }
    static let prompted = all.filter { $0.kind == .prompted }

    enum Match {
        case opening(ThinkingMarks)
        case closing(ThinkingMarks)
        /// The text ends before it can be told.
        case partial
        case none
    }

    /// Which opening mark of some, or closing mark of others, begins at `place`.
    static func match(_ text: Span<UInt8>, at place: Int, opening: [ThinkingMarks] = unmistakable, closing: [ThinkingMarks]) -> Match {
        for marks in opening {
            let match = text.match(marks.opening, at: place)
            if match != .none { return match == .whole ? .opening(marks) : .partial }
        }
        for marks in closing {
            let match = text.match(marks.closing, at: place)
            if match != .none { return match == .whole ? .closing(marks) : .partial }
        }
        return .none
    }

    /// False for a byte with which no mark but prose begins.
    static func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") || byte == 0xE2 }
}
