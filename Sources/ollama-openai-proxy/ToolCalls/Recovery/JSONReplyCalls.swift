/// Llama 3 and small models: the whole reply is JSON that says `name` and `arguments` or `parameters`.
///
/// One object, several in a row, or an array of them; in one code fence; behind Llama's `<|python_tag|>`; before an
/// orphan `</tool_call>`. Only the reply's end tells, so it is held until then; but most JSON that is an answer shows
/// with its first key that it is no call.
struct JSONReplyCalls: TextCallFormat {
    private enum Step {
        case opening, info, list
        case fenceEnd([TextCall])
        case end([TextCall])
    }

    var cursor = BlockCursor()
    private var step = Step.opening
    private var isFenced = false
    private var list = CallListReader(isTagged: false)
    private var earlier: [TextCall] = []

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            _ = try cursor.takes(["<|python_tag|>"], in: block)
            isFenced = try cursor.takes(["```"], in: block)
            step = isFenced ? .info : .list
        case .info:
            let info = try cursor.word(block) { "{[\n`<".utf8.contains($0) }
            guard ["", "json", "tool_call", "tool_calls"].contains(info) else { throw .no }
            step = .list
        case .list: if let calls = try list.advance(&cursor, block, catalog) { step = isFenced ? .fenceEnd(calls) : .end(calls) }
        case .fenceEnd(let calls):
            try cursor.take("```", in: block)
            step = .end(calls)
        case .end(let calls):
            if try cursor.takes(["</tool_call>", "<|eom_id|>", "<|eot_id|>"], in: block) { return nil }
            if try cursor.sees(["<|python_tag|>"], at: cursor.position, block) {
                (step, list, earlier) = (.opening, CallListReader(isTagged: false), earlier + calls)
                return nil
            }
            guard try cursor.peek(block) == nil, cursor.ending != .cut else { throw .no }
            return earlier + calls
        }
        return nil
    }
}
