/// Reads call objects one after another: one, several in a row, or an array of them.
struct CallListReader: Sendable {
    private let isTagged: Bool
    private var calls: [TextCall] = []
    private var object: CallObjectReader?
    private var isInArray = false

    /// - Parameter isTagged: the objects stand inside markup that says "tool call", which forgives more.
    init(isTagged: Bool) { self.isTagged = isTagged }

    /// Takes one step, like a format: all calls once something else follows or the reply ends; the cursor stands there.
    mutating func advance(_ cursor: inout BlockCursor, _ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        if object != nil {
            if let call = try object?.advance(&cursor, block, catalog) {
                calls.append(call)
                object = nil
            }
            return nil
        }
        switch try cursor.peek(block) {
        case UInt8(ascii: "{"): object = CallObjectReader(isTagged: isTagged)
        case UInt8(ascii: "[") where !isInArray && calls.isEmpty: isInArray = true
        case UInt8(ascii: "]") where isInArray && !calls.isEmpty: isInArray = false
        case UInt8(ascii: ",") where !calls.isEmpty, UInt8(ascii: ";") where !calls.isEmpty: break
        // A bracket too many is a common slip, and harmless.
        case UInt8(ascii: "}") where !calls.isEmpty && isTagged: break
        default:
            guard !calls.isEmpty, !isInArray else { throw .no }
            return calls
        }
        cursor.move(to: cursor.position + 1)
        return nil
    }
}
