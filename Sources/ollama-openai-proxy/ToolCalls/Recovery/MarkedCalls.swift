/// JSON behind a marker: one object that is a call, several in a row, or an array of them.
///
/// The closing mark may be missing before another block and at the reply's end. Where nothing need close the JSON, what
/// follows tells whether it was over.
struct MarkedCalls: TextCallFormat {
    /// How one family marks its calls.
    struct Marks: Sendable {
        let openings: [StaticString]
        var closings: [StaticString] = []
        /// The bracket that the JSON must begin with; `nil`: either.
        var bracket: UInt8?
        /// The closing marks, if there are any, may be missing anywhere.
        var endsOpenly = false
        /// False: a mark of which prose may consist, too, so that only a plain call counts.
        var isTagged = true

        /// All but those that only begin a reply.
        static let all: [Marks] = [
            // Hermes, Qwen 2.5 and 3; MiniMax-M1.
            Marks(openings: ["<tool_call>", "<tool_calls>"], closings: ["</tool_call>", "</tool_calls>"]),
            // Mistral up to 2024; vLLM's parser and Ollama's templates.
            Marks(openings: ["[TOOL_CALLS]"], closings: ["[/TOOL_CALLS]"], endsOpenly: true),
            // Granite 3 and Granite 20B: vLLM's parsers.
            Marks(openings: ["<|tool_call|>"], bracket: UInt8(ascii: "["), endsOpenly: true),
            Marks(openings: ["<function_call>"], bracket: UInt8(ascii: "{"), endsOpenly: true),
            // Nemotron Nano 2; LongCat; dots: their chat templates.
            Marks(openings: ["<TOOLCALL>"], closings: ["</TOOLCALL>"], bracket: UInt8(ascii: "[")),
            Marks(openings: ["<longcat_tool_call>"], closings: ["</longcat_tool_call>"]),
            Marks(openings: ["<dots_function_call>"], closings: ["</dots_function_call>"]),
            // GigaChat 3.1 and 3: llama.cpp's parser.
            Marks(
                openings: ["<|function_call|>", "<|message_sep|>\n\nfunction call<|role_sep|>"], bracket: UInt8(ascii: "{"),
                endsOpenly: true),
            // LFM2, besides its Python form: Ollama's parser.
            Marks(openings: ["<|tool_call_start|>"], closings: ["<|tool_call_end|>"]),
            // InternLM 2; Command R7B and later: their chat templates.
            Marks(openings: ["<|action_start|><|plugin|>"], closings: ["<|action_end|>"]),
            Marks(openings: ["<|START_ACTION|>"], closings: ["<|END_ACTION|>"]),
        ]
        /// Phi-4-mini and Firefunction: their chat templates.
        static let functools = Marks(openings: ["functools"], bracket: UInt8(ascii: "["), endsOpenly: true, isTagged: false)
    }

    private enum Step {
        case opening, list
        case closing([TextCall])
    }

    var cursor = BlockCursor()
    private let marks: Marks
    private var step = Step.opening
    private var list: CallListReader

    init(_ marks: Marks) {
        self.marks = marks
        list = CallListReader(isTagged: marks.isTagged)
    }

    var closings: [StaticString] { marks.closings }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            guard try cursor.takes(marks.openings, in: block) else { throw .no }
            if let bracket = marks.bracket, try cursor.peek(block) != bracket { throw .no }
            step = .list
        case .list: if let calls = try list.advance(&cursor, block, catalog) { step = .closing(calls) }
        case .closing(let calls):
            try cursor.end(with: marks.closings, before: marks.openings, openly: marks.endsOpenly, block)
            return calls
        }
        return nil
    }
}
