/// Calls between tokens, in a section of them: DeepSeek-V3, R1 and V3.1, and Kimi K2.
///
/// DeepSeek-V3 says `function`, a separator, the name, and a fence with the arguments; V3.1 the name, a separator, and
/// the arguments. Kimi says an id such as `functions.Bash:0`, which the catalog knows how to read. The section's own
/// tokens may be missing, and all closing ones at the reply's end.
struct SectionCalls: TextCallFormat {
    struct Tokens: Sendable {
        let begin: StaticString
        let end: StaticString
        let callBegin: StaticString
        let callEnd: StaticString
        let separator: StaticString
        /// The separator may be missing, inside a section a call's tokens, and outside of one the last token before
        /// another call and at the reply's end; words may stand before the first call.
        var isLax = false

        static let all = [
            Tokens(
                begin: "<｜tool▁calls▁begin｜>", end: "<｜tool▁calls▁end｜>", callBegin: "<｜tool▁call▁begin｜>",
                callEnd: "<｜tool▁call▁end｜>", separator: "<｜tool▁sep｜>"),
            // As some tokenizers write it: Ollama's parser.
            Tokens(
                begin: "<|tool▁calls▁begin|>", end: "<|tool▁calls▁end|>", callBegin: "<|tool▁call▁begin|>",
                callEnd: "<|tool▁call▁end|>", separator: "<|tool▁sep|>"),
            Tokens(
                begin: "<|tool_calls_section_begin|>", end: "<|tool_calls_section_end|>", callBegin: "<|tool_call_begin|>",
                callEnd: "<|tool_call_end|>", separator: "<|tool_call_argument_begin|>", isLax: true),
        ]
    }

    private enum Step {
        case opening, call, head
        case fence(CallableTool)
        case object(CallableTool, isFenced: Bool)
        case fenceEnd, callEnd
    }

    var cursor = BlockCursor()
    private let tokens: Tokens
    private var step = Step.opening
    private var isSection = false
    private var calls: [TextCall] = []

    init(_ tokens: Tokens) { self.tokens = tokens }

    var closings: [StaticString] { [isSection ? tokens.end : tokens.callEnd] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            isSection = try cursor.takes([tokens.begin], in: block)
            step = .call
        case .call:
            if try isOver(block) { return calls }
            step = .head
        case .head: step = try body(block, catalog)
        case .fence(let tool): step = .object(tool, isFenced: try cursor.takes(["```json", "```"], in: block))
        case .object(let tool, let isFenced):
            calls.append(TextCall(name: tool.name, arguments: try cursor.takeObject(block)))
            step = isFenced ? .fenceEnd : .callEnd
        case .fenceEnd:
            guard try cursor.takes(["```"], in: block) else { throw .no }
            step = .callEnd
        case .callEnd:
            if try !cursor.takes([tokens.callEnd], in: block), !tokens.isLax || !isSection {
                try cursor.end(with: [], before: tokens.isLax ? [tokens.callBegin] : [], openly: tokens.isLax, block)
                return calls
            }
            step = .call
        }
        return nil
    }

    /// True behind the block's end; false before the head of a call.
    private mutating func isOver(_ block: Span<UInt8>) throws(Unread) -> Bool {
        if isSection || calls.isEmpty, try cursor.takes([tokens.callBegin], in: block) { return false }
        if !calls.isEmpty, try cursor.takes([tokens.end], in: block) || !isSection { return true }
        let next = try cursor.peek(block)
        if next == nil, !calls.isEmpty, cursor.ending == .complete { return true }
        guard isSection, tokens.isLax, next != nil, next != UInt8(ascii: "<") else { throw .no }
        return false
    }

    /// Takes the head and the separator, and the name when it comes only then.
    private mutating func body(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> Step {
        let head = try cursor.word(block) { "<{\n".utf8.contains($0) }
        let isSeparated = try cursor.takes([tokens.separator], in: block)
        guard isSeparated || tokens.isLax else { throw .no }
        var name = head
        if isSeparated, head == "function", try cursor.peek(block) != UInt8(ascii: "{") {
            name = try cursor.word(block) { "<{`\n".utf8.contains($0) }
        }
        if let tool = catalog.resolve(name) { return .fence(tool) }
        guard tokens.isLax, isSection, try cursor.sees([tokens.callBegin], at: cursor.position, block) else { throw .refused }
        return .call
    }
}
