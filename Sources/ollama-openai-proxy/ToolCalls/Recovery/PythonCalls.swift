/// Calls in Python's form: `[NAME(key='text', other=5), …]`.
///
/// Between marks the brackets may be missing, and only line breaks need stand between two calls. Without marks the list
/// must fill its lines. Arguments are given by name, and all values are literals, Python's or JSON's.
struct PythonCalls: TextCallFormat {
    struct Marks: Sendable {
        let opening: StaticString
        let closing: StaticString

        /// Olmo 3, LFM2, Llama 4: their chat templates.
        static let all = [
            Marks(opening: "<function_calls>", closing: "</function_calls>"),
            Marks(opening: "<|tool_call_start|>", closing: "<|tool_call_end|>"),
            Marks(opening: "<|python_start|>", closing: "<|python_end|>"),
        ]
    }

    private enum Step {
        case opening, list, next, end
        case argument(CallableTool)
        case comma(CallableTool)
        case value(CallableTool, key: String)
    }

    var cursor = BlockCursor()
    private let marks: Marks?
    private var step = Step.opening
    /// Opening marks that no closing one has answered.
    private var depth = 0
    private var isInList = false
    private var members: [(key: String, value: String)] = []
    private var calls: [TextCall] = []

    /// - Parameter marks: `nil`: the block begins with the list's bracket.
    init(_ marks: Marks? = nil) { self.marks = marks }

    var closings: [StaticString] { marks.map { [$0.closing] } ?? [] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening: if let marks, try cursor.takes([marks.opening], in: block) { depth += 1 } else { step = .list }
        case .list:
            isInList = try cursor.takes(["["], in: block)
            step = .argument(try tool(block, catalog))
        case .argument(let tool): try takeArgument(of: tool, block)
        case .value(let tool, let key):
            members.append((key, try value(block)))
            step = .comma(tool)
        case .comma(let tool):
            if try !cursor.takes([","], in: block), try cursor.peek(block) != UInt8(ascii: ")") { throw .no }
            step = .argument(tool)
        case .next: try takeSeparator(block, catalog)
        case .end:
            guard let marks else {
                guard try fillsLine(block) else { throw .no }
                return calls
            }
            if try cursor.takes([marks.closing], in: block) {
                depth -= 1
                return depth == 0 ? calls : nil
            }
            guard try cursor.peek(block) == nil, cursor.ending == .complete else { throw .no }
            return calls
        }
        return nil
    }

    /// Takes a name and the bracket behind it.
    private mutating func tool(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> CallableTool {
        let name = try cursor.word(block) { !Self.isOfName($0) }
        guard !name.isEmpty, try cursor.sees(["("], at: cursor.position, block) else { throw .no }
        guard let tool = catalog.resolve(name) else { throw marks == nil ? .no : .refused }
        cursor.move(to: cursor.position + 1)
        members = []
        return tool
    }

    private mutating func takeArgument(of tool: CallableTool, _ block: Span<UInt8>) throws(Unread) {
        if try cursor.takes([")"], in: block) {
            calls.append(TextCall(members: members, of: tool))
            step = .next
            return
        }
        let key = try cursor.word(block) { !Self.isOfName($0) }
        guard !key.isEmpty, members.count < RawArguments.limit, !members.contains(where: { $0.key == key }),
            try cursor.takes(["="], in: block)
        else { throw .no }
        step = .value(tool, key: key)
    }

    /// What comes behind a call.
    private mutating func takeSeparator(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) {
        let isMore = try cursor.takes([",", ";"], in: block)
        if isInList, try cursor.takes(["]"], in: block) {
            isInList = false
            step = .end
            return
        }
        let next = try cursor.peek(block)
        if !isMore, !isInList, next == nil || next == UInt8(ascii: "<") {
            step = .end
        } else {
            guard isMore || !isInList else { throw .no }
            step = .argument(try tool(block, catalog))
        }
    }

    private mutating func value(_ block: Span<UInt8>) throws(Unread) -> String {
        let end: Int
        switch try cursor.peek(block) {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "["), UInt8(ascii: "{"):
            guard case .closed(let place) = try cursor.measure(block) else { throw .no }
            end = place
        default:
            var ahead = cursor
            _ = try ahead.word(block) { !Self.isOfName($0) && $0 != UInt8(ascii: "+") }
            end = ahead.position
        }
        guard let value = Self.json(of: block.extracting(cursor.position..<end)) else { throw .no }
        cursor.move(to: end)
        return value
    }

    /// True where nothing but the line's end comes; a cut may hide what came.
    private mutating func fillsLine(_ block: Span<UInt8>) throws(Unread) -> Bool {
        let end = block.end(of: " \r".utf8.contains, from: cursor.position)
        if end < block.count { return block[end] == UInt8(ascii: "\n") }
        guard let ending = cursor.ending else { throw .more }
        return ending == .complete
    }

    /// Letters, digits, `_`, `.` and `-`, also those of numbers.
    private static func isOfName(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte.isHTTPToken && !"!#$%&'*+^`|~".utf8.contains(byte)
    }

    /// The JSON of a literal; `nil` when it is none.
    ///
    /// As in Python a backslash stays before what it does not escape; where it escapes what JSON knows no short form of,
    /// this is no literal. A whole number may have zeros before it.
    private static func json(of literal: Span<UInt8>) -> String? {
        var text = ByteBuffer()
        text.reserve(literal.count + 16)
        text.append(UInt8(ascii: "["))
        var at = 0
        if literal.count > 1, literal[0] == UInt8(ascii: "-") {
            text.append(literal[0])
            at = 1
        }
        while at + 1 < literal.count, literal[at] == UInt8(ascii: "0"), JSONScanner.isDigit(literal[at + 1]) { at += 1 }
        while let escape = literal.firstIndex(of: UInt8(ascii: "\\"), from: at), escape + 1 < literal.count {
            text.append(literal.extracting(at..<escape))
            at = escape + 2
            let next = literal[escape + 1]
            if next == UInt8(ascii: "\n") { continue }
            text.append(UInt8(ascii: "\\"))
            if !"\\'\"nrtbfuavxNU01234567".utf8.contains(next) { text.append(UInt8(ascii: "\\")) }
            text.append(next)
        }
        text.append(literal.extracting(min(at, literal.count)...))
        text.append(UInt8(ascii: "]"))
        var json = LooseJSON()
        guard (try? json.read(text.array.span, ended: false)) != nil, json.output.count > 2 else { return nil }
        return json.output.withSpan { $0.extracting(1..<$0.count - 1).text }
    }
}
