/// Qwen3-Coder: `<tool_call><function=NAME><parameter=K>v</parameter>…</function></tool_call>`.
///
/// Also read: no `<tool_call>` around it, only its closing tag, missing closing tags of a parameter or of the function,
/// and one JSON object instead of the parameters (Llama 3.1). The model's template puts a line break on both sides of
/// a value, which are taken off.
struct QwenCoderCalls: TextCallFormat {
    private enum Step {
        case opening, function, closing
        case parameter(RawArguments)
        case value(RawArguments, key: String)
        case functionEnd(TextCall)
    }

    var cursor = BlockCursor()
    private var step = Step.opening
    private var isWrapped = false
    private var calls: [TextCall] = []

    var closings: [StaticString] { isWrapped ? ["</tool_call>"] : ["</function>"] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            isWrapped = try cursor.takes("<tool_call>", in: block)
            step = .function
        case .function:
            guard try cursor.takes("<function=", in: block) else { throw .no }
            let name = try cursor.word(block) { "><\n".utf8.contains($0) }
            try cursor.take(">", in: block)
            if let tool = catalog.resolve(name) {
                step = .parameter(RawArguments(of: tool))
            } else {
                throw try cursor.takes("<parameter=", "</function>", in: block) ? .refused : .no
            }
        case .parameter(let arguments):
            step = try parameter(arguments, block)
        case .value(let arguments, let key):
            let tag = try cursor.nextTag(block)
            guard let end = try valueEnd(at: tag, of: key, arguments, block) else {
                cursor.skipTag()
                return nil
            }
            step = .parameter(try arguments.adding(key, Self.trimmed(block.extracting(cursor.position..<tag))))
            cursor.move(to: end)
        case .functionEnd(let call):
            if try !cursor.takes("</function>", in: block), try !isAtEnd(block) { throw .no }
            calls.append(call)
            step = .closing
        case .closing:
            if try cursor.takes("</tool_call>", in: block) { return calls }
            if isWrapped, cursor.ending == .cut { throw .no }
            guard isWrapped, try cursor.sees("<function=", at: cursor.position, block) else { return calls }
            step = .function
        }
        return nil
    }

    /// What comes after the name or a parameter.
    private mutating func parameter(_ arguments: RawArguments, _ block: Span<UInt8>) throws(Unread) -> Step {
        if try cursor.takes("<parameter=", in: block) {
            let key = try cursor.word(block) { "><\n".utf8.contains($0) }
            try cursor.take(">", in: block)
            return .value(arguments, key: key)
        }
        if arguments.isEmpty, try cursor.peek(block) == UInt8(ascii: "{") {
            return .functionEnd(TextCall(name: arguments.tool.name, arguments: try cursor.takeObject(block)))
        }
        let isEnd = try cursor.peek(block) == nil
        guard !isEnd || cursor.mayEnd(arguments) else { throw .no }
        return .functionEnd(arguments.call)
    }

    /// The function's closing tag may be missing here.
    private mutating func isAtEnd(_ block: Span<UInt8>) throws(Unread) -> Bool {
        if try cursor.peek(block) == nil { return cursor.ending == .complete }
        return try cursor.sees("</tool_call>", at: cursor.position, block)
    }

    /// The place to go on at, when the value ends at this tag; `nil` when the tag belongs to the value.
    private func valueEnd(
        at tag: Int, of key: String, _ arguments: RawArguments, _ block: Span<UInt8>
    ) throws(Unread) -> Int? {
        if try cursor.sees("</parameter>", at: tag, block) {
            let end = tag + "</parameter>".utf8.count
            return try cursor.sequel(block, at: end, ["<parameter=", "</function>", "</tool_call>"]).map { _ in end }
        }
        if try cursor.sees("</function>", at: tag, block) {
            switch try cursor.sequel(block, at: tag + "</function>".utf8.count, ["</tool_call>"]) {
            case .literal: return tag
            case .end: return cursor.ending == .complete ? tag : nil
            case nil: return nil
            }
        }
        return try cursor.opensArgument("<parameter=", ">", at: tag, behind: key, arguments, block) ? tag : nil
    }

    private static func trimmed(_ value: Span<UInt8>) -> String {
        let newline = UInt8(ascii: "\n")
        let start = value.count > 0 && value[0] == newline ? 1 : 0
        let end = value.count > start && value[value.count - 1] == newline ? value.count - 1 : value.count
        return value.extracting(start..<end).text
    }
}
