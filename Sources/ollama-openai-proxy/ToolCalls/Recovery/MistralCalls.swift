/// Mistral: `[TOOL_CALLS][{"name": …, "arguments": {…}}]`, and `[TOOL_CALLS]NAME[ARGS]{…}` with or without `[ARGS]`.
///
/// The first marker is a token that is easily lost: at the beginning of a reply `NAME[ARGS]{…}` is a call, too. No
/// markup says where the arguments end: where something else than another call follows, the reply's end tells.
struct MistralCalls: TextCallFormat {
    private enum Step {
        case opening, form, bareName, list
        case head(CallableTool, isMarked: Bool)
        case id(CallableTool)
        case object(CallableTool)
        case end([TextCall])
    }

    var cursor = BlockCursor()
    private var step: Step
    private var list = CallListReader(isTagged: true)

    /// - Parameter isBare: the block begins with a tool's name instead of the marker.
    init(isBare: Bool = false) { step = isBare ? .bareName : .opening }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            try cursor.take("[TOOL_CALLS]", in: block)
            step = .form
        case .form:
            step = try form(block, catalog)
        case .bareName:
            step = .head(try bareName(block, catalog), isMarked: false)
        case .list:
            if let calls = try list.advance(&cursor, block, catalog) { step = .end(calls) }
        case .head(let tool, let isMarked):
            if try cursor.takes("[CALL_ID]", in: block) {
                step = .id(tool)
            } else {
                guard try cursor.takes("[ARGS]", in: block) || isMarked else { throw .no }
                step = .object(tool)
            }
        case .id(let tool):
            _ = try cursor.word(block) { "[{<\n".utf8.contains($0) }
            step = .head(tool, isMarked: true)
        case .object(let tool):
            step = .end([TextCall(name: tool.name, arguments: try cursor.takeObject(block))])
        case .end(let calls):
            guard try isEnd(block) else { throw .no }
            return calls
        }
        return nil
    }

    /// False when the text goes on like the arguments that seemed to have ended, or might have gone on so.
    private mutating func isEnd(_ block: Span<UInt8>) throws(Unread) -> Bool {
        guard try cursor.peek(block) != nil else { return cursor.ending == .complete }
        if try cursor.sees("[TOOL_CALLS]", at: cursor.position, block) { return true }
        if try cursor.takes("[/TOOL_CALLS]", in: block) { return true }
        guard cursor.ending != nil else { throw .more }
        var next = cursor.position
        while next < block.count, block.match("[TOOL_CALLS]", at: next) != .whole { next += 1 }
        let rest = block.extracting(cursor.position..<next).text
        return cursor.ending == .complete && !ArgumentText.goesOn(behind: rest)
    }

    private mutating func form(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> Step {
        switch try cursor.peek(block) {
        case UInt8(ascii: "["), UInt8(ascii: "{"): return .list
        default:
            let name = try cursor.word(block) { "[{< \n\r\t".utf8.contains($0) }
            guard let tool = catalog.resolve(name) else { throw .no }
            return .head(tool, isMarked: true)
        }
    }

    /// Without the marker only a tool's exact name counts, and no more is held than may still be one.
    private mutating func bareName(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> CallableTool {
        for tool in catalog.tools {
            let name = tool.name.utf8
            let shared = block.count < name.count ? block.count : name.count
            guard zip(name, 0..<shared).allSatisfy({ block[$1] == $0 }) else { continue }
            if shared < name.count {
                guard cursor.ending != nil else { throw .more }
            } else if try cursor.sees("[ARGS]", "[CALL_ID]", at: name.count, block) {
                cursor.move(to: name.count)
                return tool
            }
        }
        throw .no
    }
}
