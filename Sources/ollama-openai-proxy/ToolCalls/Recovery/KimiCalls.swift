/// Kimi K2: `<|tool_calls_section_begin|><|tool_call_begin|>functions.NAME:0<|tool_call_argument_begin|>{…}`
/// `<|tool_call_end|><|tool_calls_section_end|>`.
///
/// The section's tokens may be missing, and inside a section those of a call.
struct KimiCalls: TextCallFormat {
    private enum Step {
        case opening, call, head, callEnd
        case object(CallableTool)
    }

    var cursor = BlockCursor()
    private var step = Step.opening
    private var isSection = false
    private var calls: [TextCall] = []

    var closings: [StaticString] { isSection ? ["<|tool_calls_section_end|>"] : ["<|tool_call_end|>"] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            isSection = try cursor.takes("<|tool_calls_section_begin|>", in: block)
            step = .call
        case .call:
            if try isOver(block) { return calls }
            step = .head
        case .head:
            // An id such as `functions.Bash:0`; the catalog knows how to read it.
            let id = try cursor.word(block) { "<{\n".utf8.contains($0) }
            guard let tool = catalog.resolve(id) else { throw .refused }
            _ = try cursor.takes("<|tool_call_argument_begin|>", in: block)
            step = .object(tool)
        case .object(let tool):
            calls.append(TextCall(name: tool.name, arguments: try cursor.takeObject(block)))
            step = .callEnd
        case .callEnd:
            guard try cursor.takes("<|tool_call_end|>", in: block) || isSection else { throw .no }
            step = .call
        }
        return nil
    }

    /// True behind the block's end; false before the id of a call.
    private mutating func isOver(_ block: Span<UInt8>) throws(Unread) -> Bool {
        if isSection || calls.isEmpty, try cursor.takes("<|tool_call_begin|>", in: block) { return false }
        if !calls.isEmpty, try cursor.takes("<|tool_calls_section_end|>", in: block) || !isSection { return true }
        guard isSection else { throw .no }
        let next = try cursor.peek(block)
        if next == nil, !calls.isEmpty, cursor.ending == .complete { return true }
        guard next != nil, next != UInt8(ascii: "<") else { throw .no }
        return false
    }
}
