/// Tagged pairs: `<invoke name="…"><parameter name="…">…</parameter></invoke>`, Qwen3-Coder's
/// `<function=NAME><parameter=K>…</parameter></function>`, and their kin.
///
/// With or without a wrapper. The closing tag may be missing of a wrapper that was opened, of a call before its wrapper's
/// end, and of a value before the next one. Instead of the pairs there may be one JSON object (Llama 3.1).
struct PairCalls: TextCallFormat {
    var cursor = BlockCursor()
    private let tags: PairTags
    private var step = Step.opening
    private var isWrapped = false
    private var calls: [TextCall] = []

    private enum Step {
        case opening, invoke, closing
        case parameter(RawArguments)
        case value(RawArguments, key: String, isString: Bool)
        case invokeEnd(TextCall)
    }

    init(_ tags: PairTags) { self.tags = tags }

    var closings: [StaticString] { isWrapped ? tags.wrapperEnds : [tags.invokeEnd] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            isWrapped = try cursor.takes(tags.wrappers, in: block)
            step = .invoke
        case .invoke:
            for mark in tags.before + [tags.invoke] { guard try cursor.takes([mark], in: block) else { throw .no } }
            let name = try name(block)
            try cursor.take(tags.nameEnd, in: block)
            if let tool = catalog.resolve(name) {
                step = .parameter(RawArguments(of: tool))
            } else {
                throw try cursor.takes([tags.parameter, tags.invokeEnd], in: block) ? .refused : .no
            }
        case .parameter(let arguments): step = try parameter(arguments, block)
        case .value(let arguments, let key, let isString):
            let tag = try cursor.nextTag(block)
            guard let end = try tags.valueEnd(at: tag, of: key, arguments, cursor, block) else {
                cursor.skipTag()
                return nil
            }
            let value = block.extracting(cursor.position..<tag)
            let text = isString ? value.text : trimmed(value, isUnclosed: end == tag)
            step = .parameter(try arguments.adding(key, text, isString: isString))
            cursor.move(to: end)
        case .invokeEnd(let call):
            try takeEnd(block)
            calls.append(call)
            step = .closing
        case .closing:
            if try cursor.takes(tags.wrapperEnds, in: block) { return calls }
            if isWrapped, let ending = cursor.ending, ending != .complete { throw .no }
            let next = tags.before.first ?? tags.invoke
            guard isWrapped, try cursor.sees([next], at: cursor.position, block) else { return calls }
            step = .invoke
        }
        return nil
    }

    private mutating func name(_ block: Span<UInt8>) throws(Unread) -> String {
        let end = tags.nameEnd.utf8Start[0]
        return try cursor.word(block) { $0 == end || "<>\n".utf8.contains($0) }
    }

    /// What comes after the name or a parameter.
    private mutating func parameter(_ arguments: RawArguments, _ block: Span<UInt8>) throws(Unread) -> Step {
        if try cursor.takes([tags.parameter], in: block) {
            let key = try name(block)
            try cursor.take(tags.keyEnd, in: block)
            var attributes = ""
            if tags.keyEnd.utf8Start[0] != UInt8(ascii: ">") {
                attributes = try cursor.word(block) { "<>".utf8.contains($0) }
                try cursor.take(">", in: block)
            }
            guard !tags.isStrict || arguments.lacks(key) || arguments.mayWrap(key) else { throw .refused }
            return .value(arguments, key: key, isString: attributes == "string=\"true\"")
        }
        let next = try cursor.peek(block)
        if arguments.isEmpty, !tags.isStrict, next == UInt8(ascii: "{") {
            return .invokeEnd(TextCall(name: arguments.tool.name, arguments: try cursor.takeObject(block)))
        }
        guard next != nil || cursor.mayEnd(arguments) else { throw .no }
        return .invokeEnd(arguments.call)
    }

    /// Takes a call's closing tag, or stays where it may be missing.
    private mutating func takeEnd(_ block: Span<UInt8>) throws(Unread) {
        if try cursor.takes([tags.invokeEnd], in: block) {
            for mark in tags.after { guard try cursor.takes([mark], in: block) else { throw .no } }
        } else {
            guard !tags.isStrict else { throw .no }
            try cursor.end(with: [], before: tags.wrapperEnds, block)
        }
    }

    /// Line breaks on both sides of a value are layout; where a family's template puts them there, each for itself.
    private func trimmed(_ value: Span<UInt8>, isUnclosed: Bool) -> String {
        if tags.isStrict, PairTags.isData(value) {
            return value.extracting(PairTags.dataBegin.utf8CodeUnitCount..<value.count - 3).text
        }
        let newline = UInt8(ascii: "\n")
        let start = value.count > 0 && value[0] == newline ? 1 : 0
        let end = value.count > start && value[value.count - 1] == newline ? value.count - 1 : value.count
        guard tags.isLoose || end < value.count && (isUnclosed || start > 0) else { return value.text }
        return value.extracting(start..<end).text
    }
}

extension PairTags {
    /// The place to go on at, when the value ends at this tag; `nil` when the tag belongs to the value.
    ///
    /// It ends at the closing tag that is followed by what may follow one, so that it may hold such tags itself, or
    /// where the next argument opens.
    func valueEnd(at tag: Int, of key: String, _ arguments: RawArguments, _ cursor: BlockCursor, _ block: Span<UInt8>)
        throws(Unread) -> Int?
    {
        if try cursor.sees([parameterEnd], at: tag, block) {
            let value = block.extracting(cursor.position..<tag)
            if isStrict, value.match(Self.dataBegin, at: 0) == .whole, !Self.isData(value) { return nil }
            let end = tag + parameterEnd.utf8CodeUnitCount
            return try cursor.sequel(block, at: end, [parameter, invokeEnd] + wrapperEnds + sequels).map { _ in end }
        }
        if isLoose, try cursor.sees([invokeEnd], at: tag, block) {
            switch try cursor.sequel(block, at: tag + invokeEnd.utf8CodeUnitCount, wrapperEnds) {
            case .literal: return tag
            case .end: return cursor.ending == .complete ? tag : nil
            case nil: return nil
            }
        }
        // An argument that is declared and has not come yet: the value's closing tag is missing. Others are text about tags.
        guard try cursor.sees([parameter], at: tag, block) else { return nil }
        var ahead = cursor
        ahead.move(to: tag + parameter.utf8CodeUnitCount)
        do throws(Unread) {
            let next = try ahead.word(block) { "\"<>\n".utf8.contains($0) }
            return try ahead.sees([keyEnd], at: ahead.position, block) && next != key && arguments.lacks(next) ? tag : nil
        } catch {
            guard error == .no else { throw error }
            return nil
        }
    }

    fileprivate static let dataBegin: StaticString = "<![CDATA["

    /// All of it is XML's CDATA.
    fileprivate static func isData(_ value: Span<UInt8>) -> Bool {
        value.count >= 12 && value.match(dataBegin, at: 0) == .whole && value.match("]]>", at: value.count - 3) == .whole
    }
}
