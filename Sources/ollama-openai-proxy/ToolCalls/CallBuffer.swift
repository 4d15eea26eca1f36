/// A call behind which text has come, and everything that follows it, until it shows whether the call is whole.
///
/// Ollama's parsers end a value at the closing tag of a call wherever it stands (GLM's, seen in August 2026; vLLM's do
/// the same): of a file that holds such a tag, half becomes a whole call, and the rest follows as text that ends in the
/// call's own closing tags.
struct CallBuffer: Sendable {
    /// Bytes of text, and what the events themselves take; beyond it everything is let go.
    static let limit = 4 * 1024 * 1024

    /// Calls end so.
    private static let closings: [String] = [
        "</tool_call>",  // Hermes, Qwen, GLM, Laguna
        "</function>",  // Qwen3-Coder, Nemotron, Llama 3.1
        "</invoke>", "</minimax:tool_call>", "</tool_calls>", "</function_calls>",  // MiniMax, Claude-like, Olmo 3
        "</｜DSML｜invoke>", "</｜DSML｜function_calls>", "</｜DSML｜tool_calls>",  // DeepSeek V3.2, V4
        "<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>",  // DeepSeek V3
        "<|tool_call_end|>", "<|tool_calls_section_end|>",  // Kimi, LFM2
        "<tool_call|>",  // Gemma 4
    ]

    private(set) var events: [ReplyEvent] = []
    /// More than white space was said behind a call.
    private(set) var hasText = false
    /// What was said since the last event that is no text.
    private var text = ""
    private var size = 0

    var isFull: Bool { size > Self.limit }

    mutating func append(_ event: ReplyEvent) {
        size += MemoryLayout<ReplyEvent>.stride
        if case .text(let piece, let logprobs) = event {
            text += piece
            size += piece.utf8.count + logprobs.count * 1024
        }
        events.append(event)
    }

    /// Something else than text comes: true when the text before it is the rest of a call that was cut.
    ///
    /// Closing tags and nothing else are a slip of the model's.
    mutating func endText() -> Bool {
        var rest = Self.trimmed(text.utf8[...])
        hasText = hasText || !rest.isEmpty
        text = ""
        var isClosed = false
        while let closing = Self.closings.first(where: { rest.suffix($0.utf8.count).elementsEqual($0.utf8) }) {
            rest = Self.trimmed(rest.dropLast(closing.utf8.count))
            isClosed = true
        }
        return isClosed && !rest.isEmpty
    }

    /// Takes out the calls, which are not delivered, and tells it of each.
    mutating func dropCalls(_ rule: ToolCallAdjustment.Rule) -> [ToolCallAdjustment] {
        var adjustments: [ToolCallAdjustment] = []
        events.removeAll { event in
            guard case .call(let call) = event else { return false }
            adjustments.append(
                ToolCallAdjustment(
                    tool: ToolName.label(of: call.name), rule: rule, bytesBefore: call.arguments.utf8.count,
                    bytesAfter: 0))
            return true
        }
        return adjustments
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        text.dropLast(text.reversed().prefix(while: JSONScanner.isWhitespace).count)
    }
}
