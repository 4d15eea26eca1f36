/// Gemma 4: `<|tool_call>call:NAME{key:<|"|>text<|"|>,other:5,list:[…]}<tool_call|>`, and FunctionGemma with marks of its
/// own.
///
/// What stands between quote marks is text as it is; what stands without them is typed by the schema. The word `call` and
/// the braces of a call without arguments may be missing, and the closing mark at the reply's end.
struct GemmaCalls: TextCallFormat {
    struct Marks: Sendable {
        let opening: StaticString
        let closing: StaticString
        let quote: StaticString

        /// Their chat templates.
        static let all = [
            Marks(opening: "<|tool_call>", closing: "<tool_call|>", quote: "<|\"|>"),
            Marks(opening: "<start_function_call>", closing: "<end_function_call>", quote: "<escape>"),
        ]
    }

    private enum Step {
        case opening, key, value, separator
        case colon(key: String)
        case text(isKey: Bool)
        case end(TextCall)
    }

    var cursor = BlockCursor()
    private let marks: Marks
    private var step = Step.opening
    private var arguments: RawArguments?
    /// The key of the outermost value.
    private var key = ""
    /// The outermost value, when it is an object or a list.
    private var json = JSONWriter()
    /// The brackets that will close what is open, the innermost last.
    private var closers: [UInt8] = []

    init(_ marks: Marks) { self.marks = marks }

    /// Gemma goes on to the tool's answer.
    var closings: [StaticString] { [marks.closing, "<|tool_response>"] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            try cursor.take(marks.opening, in: block)
            guard try cursor.takes(["call:", ":"], in: block) else { throw .no }
            try takeName(block, catalog)
        case .key: try takeKey(block)
        case .colon(let key):
            guard !key.isEmpty, try cursor.takes([":"], in: block) else { throw .no }
            if closers.count == 1 { self.key = key } else { json.name(escaping: key) }
            step = .value
        case .value: try takeValue(block)
        case .text(let isKey):
            let tag = try cursor.nextTag(block)
            guard try cursor.sees([marks.quote], at: tag, block) else {
                cursor.skipTag()
                return nil
            }
            let text = block.extracting(cursor.position..<tag).text
            cursor.move(to: tag + marks.quote.utf8CodeUnitCount)
            if isKey { step = .colon(key: text) } else { try put(text, isText: true) }
        case .separator:
            guard try !takesCloser(block) else { return nil }
            guard try cursor.takes([","], in: block) else { throw .no }
            step = closers.last == UInt8(ascii: "}") ? .key : .value
        case .end(let call):
            try cursor.end(with: [marks.closing], before: [marks.opening], block)
            return [call]
        }
        return nil
    }

    private mutating func takeName(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) {
        let name = try cursor.word(block) { "{}<\n".utf8.contains($0) }
        guard let tool = catalog.resolve(name) else { throw .refused }
        if try cursor.takes(["{"], in: block) {
            arguments = RawArguments(of: tool)
            closers = [UInt8(ascii: "}")]
            step = .key
        } else {
            guard try cursor.sees([marks.closing], at: cursor.position, block) else { throw .no }
            step = .end(RawArguments(of: tool).call)
        }
    }

    private mutating func takeKey(_ block: Span<UInt8>) throws(Unread) {
        if try takesCloser(block) { return }
        if try cursor.takes([marks.quote], in: block) {
            step = .text(isKey: true)
        } else {
            step = .colon(key: try cursor.word(block) { ":,{}[]<\n".utf8.contains($0) })
        }
    }

    private mutating func takeValue(_ block: Span<UInt8>) throws(Unread) {
        if closers.count > 1, try takesCloser(block) { return }
        if try cursor.takes([marks.quote], in: block) {
            step = .text(isKey: false)
            return
        }
        switch try cursor.peek(block) {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard closers.count < JSONLimits.standard.depth else { throw .no }
            if closers.count == 1 { json = JSONWriter() }
            let isObject = block[cursor.position] == UInt8(ascii: "{")
            if isObject { json.beginObject() } else { json.beginArray() }
            closers.append(UInt8(ascii: isObject ? "}" : "]"))
            cursor.move(to: cursor.position + 1)
            step = isObject ? .key : .value
        case UInt8(ascii: "\""):
            guard case .closed(let end) = try cursor.measure(block),
                let text = (try? JSONDocument(parsing: block.extracting(cursor.position..<end).text))?.root.string
            else { throw .no }
            cursor.move(to: end)
            try put(text, isText: true)
        default:
            let word = try cursor.word(block) { ",}]<".utf8.contains($0) }
            guard !word.isEmpty else { throw .no }
            try put(word, isText: false)
        }
    }

    /// Takes the bracket that closes the innermost object or list, if it comes next.
    private mutating func takesCloser(_ block: Span<UInt8>) throws(Unread) -> Bool {
        guard let closer = closers.last, try cursor.peek(block) == closer else { return false }
        cursor.move(to: cursor.position + 1)
        closers.removeLast()
        if closers.isEmpty, let arguments {
            step = .end(arguments.call)
            return true
        }
        if closer == UInt8(ascii: "}") { json.endObject() } else { json.endArray() }
        if closers.count == 1 { try put(json.buffer.text, isText: false) }
        step = .separator
        return true
    }

    private mutating func put(_ text: String, isText: Bool) throws(Unread) {
        if closers.count == 1 {
            arguments = try arguments?.adding(key, text, isString: isText)
        } else if isText || (try? JSONDocument(parsing: text)) == nil {
            json.string(text)
        } else {
            json.raw(text: text)
        }
        step = .separator
    }
}
