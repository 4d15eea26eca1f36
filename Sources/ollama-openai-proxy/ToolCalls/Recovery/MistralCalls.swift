/// Mistral since 2025: `[TOOL_CALLS]NAME[ARGS]{…}` with or without `[ARGS]`.
///
/// The first marker is a token that is easily lost: at the beginning of a reply `NAME[ARGS]{…}` is a call, too. No
/// markup says where the arguments end: where something else than another call follows, the reply's end tells.
struct MistralCalls: TextCallFormat {
    private enum Step {
        case opening, bareName
        case head(CallableTool, isMarked: Bool)
        case id(CallableTool)
        case object(CallableTool)
        case end(TextCall)
    }

    var cursor = BlockCursor()
    private var step: Step

    /// - Parameter isBare: the block begins with a tool's name instead of the marker.
    init(isBare: Bool = false) { step = isBare ? .bareName : .opening }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            try cursor.take("[TOOL_CALLS]", in: block)
            let name = try cursor.word(block) { "[{< \n\r\t".utf8.contains($0) }
            guard let tool = catalog.resolve(name) else { throw .no }
            step = .head(tool, isMarked: true)
        case .bareName: step = .head(try bareName(block, catalog), isMarked: false)
        case .head(let tool, let isMarked):
            if try cursor.takes(["[CALL_ID]"], in: block) {
                step = .id(tool)
            } else {
                guard try cursor.takes(["[ARGS]"], in: block) || isMarked else { throw .no }
                step = .object(tool)
            }
        case .id(let tool):
            _ = try cursor.word(block) { "[{<\n".utf8.contains($0) }
            step = .head(tool, isMarked: true)
        case .object(let tool): step = .end(TextCall(name: tool.name, arguments: try cursor.takeObject(block)))
        case .end(let call):
            try cursor.end(with: ["[/TOOL_CALLS]"], before: ["[TOOL_CALLS]"], openly: true, block)
            return [call]
        }
        return nil
    }

    /// Without the marker only a tool's exact name counts, and no more is held than may still be one.
    private mutating func bareName(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> CallableTool {
        for tool in catalog.tools {
            let name = tool.name.utf8
            let shared = block.count < name.count ? block.count : name.count
            guard zip(name, 0..<shared).allSatisfy({ block[$1] == $0 }) else { continue }
            if shared < name.count {
                guard cursor.ending != nil else { throw .more }
            } else if try cursor.sees(["[ARGS]", "[CALL_ID]"], at: name.count, block) {
                cursor.move(to: name.count)
                return tool
            }
        }
        throw .no
    }
}
