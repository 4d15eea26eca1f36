/// MiniMax-M2, Claude-like models and DeepSeek-V3.2: `<invoke name="…"><parameter name="…">…</parameter></invoke>`.
///
/// With or without a wrapper; of a wrapper that was opened the closing tag may be missing, and that of a value before the
/// next one. DeepSeek writes a token
/// before each tag's name, and says with `string="true"` that a value is text.
struct InvokeCalls: TextCallFormat {
    /// The tags as one kind of model writes them.
    struct Tags: Sendable {
        let wrappers: [StaticString]
        let wrapperEnds: [StaticString]
        let invoke: StaticString
        let invokeEnd: StaticString
        let parameter: StaticString
        let parameterEnd: StaticString

        static let plain = Tags(
            wrappers: ["<function_calls>", "<minimax:tool_call>", "<tool_calls>", "<tool_call>"],
            wrapperEnds: ["</function_calls>", "</minimax:tool_call>", "</tool_calls>", "</tool_call>"],
            invoke: "<invoke name=\"", invokeEnd: "</invoke>",
            parameter: "<parameter name=\"", parameterEnd: "</parameter>")
        static let deepSeek = Tags(
            wrappers: ["<｜DSML｜function_calls>", "<｜DSML｜tool_calls>"],
            wrapperEnds: ["</｜DSML｜function_calls>", "</｜DSML｜tool_calls>"],
            invoke: "<｜DSML｜invoke name=\"", invokeEnd: "</｜DSML｜invoke>",
            parameter: "<｜DSML｜parameter name=\"", parameterEnd: "</｜DSML｜parameter>")
    }

    private enum Step {
        case opening, invoke, closing
        case parameter(RawArguments)
        case value(RawArguments, key: String, isString: Bool)
    }

    var cursor = BlockCursor()
    private let tags: Tags
    private var step = Step.opening
    private var isWrapped = false
    private var calls: [TextCall] = []

    init(_ tags: Tags) { self.tags = tags }

    var closings: [StaticString] { isWrapped ? tags.wrapperEnds : [tags.invokeEnd] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            isWrapped = try cursor.takes(anyOf: tags.wrappers, in: block)
            step = .invoke
        case .invoke:
            guard try cursor.takes(anyOf: [tags.invoke], in: block) else { throw .no }
            let name = try cursor.word(block) { "\"<>".utf8.contains($0) }
            try cursor.take("\">", in: block)
            if let tool = catalog.resolve(name) {
                step = .parameter(RawArguments(of: tool))
            } else {
                throw try cursor.takes(anyOf: [tags.parameter, tags.invokeEnd], in: block) ? .refused : .no
            }
        case .parameter(let arguments):
            step = try parameter(arguments, block)
        case .value(let arguments, let key, let isString):
            let tag = try cursor.nextTag(block)
            guard let end = try valueEnd(at: tag, of: key, arguments, block) else {
                cursor.skipTag()
                return nil
            }
            let value = Self.trimmed(block.extracting(cursor.position..<tag), isUnclosed: end == tag)
            step = .parameter(try arguments.adding(key, value, isString: isString))
            cursor.move(to: end)
        case .closing:
            if try cursor.takes(anyOf: tags.wrapperEnds, in: block) { return calls }
            if isWrapped, cursor.ending == .cut { throw .no }
            guard isWrapped, try cursor.sees(tags.invoke, at: cursor.position, block) else { return calls }
            step = .invoke
        }
        return nil
    }

    /// What comes after the name or a parameter.
    private mutating func parameter(_ arguments: RawArguments, _ block: Span<UInt8>) throws(Unread) -> Step {
        if try cursor.takes(anyOf: [tags.parameter], in: block) {
            let key = try cursor.word(block) { "\"<>".utf8.contains($0) }
            try cursor.take("\"", in: block)
            let attributes = try cursor.word(block) { "<>".utf8.contains($0) }
            try cursor.take(">", in: block)
            return .value(arguments, key: key, isString: attributes == "string=\"true\"")
        }
        if try !cursor.takes(anyOf: [tags.invokeEnd], in: block) {
            guard try cursor.peek(block) == nil, cursor.mayEnd(arguments) else { throw .no }
        }
        calls.append(arguments.call)
        return .closing
    }

    /// The place to go on at, when the value ends at this tag; `nil` when the tag belongs to the value.
    ///
    /// It ends at the closing tag that is followed by what may follow one, so that it may hold such tags itself, or
    /// where the next argument opens.
    private func valueEnd(
        at tag: Int, of key: String, _ arguments: RawArguments, _ block: Span<UInt8>
    ) throws(Unread) -> Int? {
        guard try cursor.sees(tags.parameterEnd, at: tag, block) else {
            return try cursor.opensArgument(tags.parameter, "\"", at: tag, behind: key, arguments, block) ? tag : nil
        }
        let end = tag + tags.parameterEnd.utf8CodeUnitCount
        return try cursor.sequel(block, at: end, [tags.parameter, tags.invokeEnd]).map { _ in end }
    }

    /// The templates put nothing around a value; line breaks on both sides are the model's own layout.
    private static func trimmed(_ value: Span<UInt8>, isUnclosed: Bool) -> String {
        let newline = UInt8(ascii: "\n")
        guard value.count > 1, value[value.count - 1] == newline, isUnclosed || value[0] == newline else {
            return value.text
        }
        return value.extracting((value[0] == newline ? 1 : 0)..<value.count - 1).text
    }
}
