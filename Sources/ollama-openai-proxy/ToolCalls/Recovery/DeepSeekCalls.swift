/// DeepSeek-V3, R1 and V3.1: a section of calls between tokens with full-width bars.
///
/// V3 says `function`, a separator, the name, and a fence with the arguments; V3.1 the name, a separator, and the
/// arguments. The section's own tokens may be missing.
struct DeepSeekCalls: TextCallFormat {
    private enum Step {
        case opening, call, head
        case body(head: String)
        case fence(CallableTool)
        case object(CallableTool, isFenced: Bool)
        case fenceEnd, callEnd
    }

    var cursor = BlockCursor()
    private var step = Step.opening
    private var isSection = false
    private var calls: [TextCall] = []

    var closings: [StaticString] { isSection ? ["<｜tool▁calls▁end｜>"] : ["<｜tool▁call▁end｜>"] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            isSection = try cursor.takes("<｜tool▁calls▁begin｜>", in: block)
            step = .call
        case .call:
            if try isOver(block) { return calls }
            step = .head
        case .head:
            step = .body(head: try cursor.word(block) { "<{\n".utf8.contains($0) })
        case .body(let head):
            step = .fence(try tool(head, block, catalog))
        case .fence(let tool):
            step = .object(tool, isFenced: try cursor.takes("```json", "```", in: block))
        case .object(let tool, let isFenced):
            calls.append(TextCall(name: tool.name, arguments: try cursor.takeObject(block)))
            step = isFenced ? .fenceEnd : .callEnd
        case .fenceEnd:
            guard try cursor.takes("```", in: block) else { throw .no }
            step = .callEnd
        case .callEnd:
            guard try cursor.takes("<｜tool▁call▁end｜>", in: block) else { throw .no }
            step = .call
        }
        return nil
    }

    /// True behind the block's end; false behind the opening of a call.
    private mutating func isOver(_ block: Span<UInt8>) throws(Unread) -> Bool {
        if isSection || calls.isEmpty, try cursor.takes("<｜tool▁call▁begin｜>", in: block) { return false }
        guard !calls.isEmpty else { throw .no }
        if try cursor.takes("<｜tool▁calls▁end｜>", in: block) || !isSection { return true }
        guard try cursor.peek(block) == nil, cursor.ending == .complete else { throw .no }
        return true
    }

    private mutating func tool(
        _ head: String, _ block: Span<UInt8>, _ catalog: ToolCatalog
    ) throws(Unread) -> CallableTool {
        try cursor.take("<｜tool▁sep｜>", in: block)
        var name = head
        if head == "function", try cursor.peek(block) != UInt8(ascii: "{") {
            name = try cursor.word(block) { "<{`\n".utf8.contains($0) }
        }
        guard let tool = catalog.resolve(name) else { throw .refused }
        return tool
    }
}
