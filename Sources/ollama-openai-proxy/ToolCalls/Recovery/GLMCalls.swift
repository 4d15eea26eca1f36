/// GLM-4.5 to 5: `<tool_call>NAME`, then `<arg_key>k</arg_key><arg_value>v</arg_value>` for each argument, then
/// `</tool_call>`.
///
/// Also read, as seen from these models: no arguments at all, a stray closing tag behind the name or a key, a missing
/// or wrong opening tag of a key, a missing opening tag of a value, a missing closing tag of a value before the next key
/// or the reply's end, one JSON object instead of the pairs, and no closing tag when all required arguments are there.
struct GLMCalls: TextCallFormat {
    let closings: [StaticString] = ["</tool_call>"]

    private enum Step {
        case opening, name
        case pair(RawArguments)
        case key(RawArguments)
        case gap(RawArguments, key: String)
        case value(RawArguments, key: String)
        case closing(TextCall)
    }

    var cursor = BlockCursor()
    private var step = Step.opening

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            try cursor.take("<tool_call>", in: block)
            step = .name
        case .name: step = try name(block, catalog)
        case .pair(let arguments):
            guard let next = try pair(arguments, block) else { return [arguments.call] }
            step = next
        case .key(let arguments):
            if try cursor.takes(["<arg_key>"], in: block) { return nil }
            let key = try cursor.word(block) { $0 == UInt8(ascii: "<") }
            guard !key.isEmpty else { throw .no }
            try cursor.take("</arg_key>", in: block)
            step = .gap(arguments, key: key)
        case .gap(let arguments, let key):
            if try cursor.takes(["</arg_key>"], in: block) { return nil }
            if try !cursor.takes(["<arg_value>"], in: block), try cursor.peek(block) == UInt8(ascii: "<") { throw .no }
            step = .value(arguments, key: key)
        case .value(let arguments, let key): try takeValue(of: key, arguments, block)
        case .closing(let call):
            try cursor.end(with: closings, block)
            return [call]
        }
        return nil
    }

    private mutating func name(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> Step {
        let word = try cursor.word(block) { "<{[ \n\r\t".utf8.contains($0) }
        guard !word.isEmpty else { throw .no }
        cursor.startsLine = cursor.startsLine || block["<tool_call>".utf8.count] == UInt8(ascii: "\n")
        if let tool = catalog.resolve(word) { return .pair(RawArguments(of: tool)) }
        if try cursor.sees(["<arg_key>"], at: cursor.position, block) { throw .refused }
        // `NAMEkey</arg_key>`: the key's opening tag is missing.
        try cursor.take("</arg_key>", in: block)
        let owners = catalog.tools.filter { tool in word.hasPrefix(tool.name) && tool.declares(String(word.dropFirst(tool.name.count)))
        }
        guard owners.count == 1, let tool = owners.first else { throw .no }
        return .gap(RawArguments(of: tool), key: String(word.dropFirst(tool.name.count)))
    }

    /// What comes after the name or a pair; `nil` behind the block's end.
    private mutating func pair(_ arguments: RawArguments, _ block: Span<UInt8>) throws(Unread) -> Step? {
        switch try cursor.peek(block) {
        case nil:
            guard cursor.mayEnd(arguments) else { throw .no }
            return nil
        case UInt8(ascii: "{") where arguments.isEmpty:
            return .closing(TextCall(name: arguments.tool.name, arguments: try cursor.takeObject(block)))
        case UInt8(ascii: "<"):
            if try cursor.takes(["</tool_call>"], in: block) { return nil }
            if try cursor.takes(["</arg_value>", "</arg_key>"], in: block) { return .pair(arguments) }
            // Hunyuan 3.
            if arguments.isEmpty, try cursor.takes(["<tool_sep>"], in: block) { return .pair(arguments) }
            if arguments.areSufficient, try cursor.sees(["<tool_call>"], at: cursor.position, block) { return nil }
            guard try cursor.takes(["<arg_key>", "<tool_call>"], in: block) else { throw .no }
            return .key(arguments)
        case .some:
            let key = try cursor.word(block) { "<\n".utf8.contains($0) }
            guard arguments.tool.declares(key) else { throw .no }
            try cursor.take("</arg_key>", in: block)
            return .gap(arguments, key: key)
        }
    }

    /// A value ends at the closing tag that is followed by what may follow one, so that it may hold such tags itself, or
    /// where the next argument opens, or at the call's closing tag, when that ends the reply.
    private mutating func takeValue(of key: String, _ arguments: RawArguments, _ block: Span<UInt8>) throws(Unread) {
        let tag = try cursor.nextTag(block)
        var end = tag
        var last = tag
        if try cursor.sees(["</arg_value>"], at: tag, block) {
            end += "</arg_value>".utf8.count
            let sequel = try cursor.sequel(block, at: end, ["<arg_key>", "</tool_call>", "<tool_call>"])
            guard sequel != nil else { return cursor.skipTag() }
        } else {
            guard try isUnclosed(before: tag, key, arguments, block) else { return cursor.skipTag() }
            if tag > cursor.position, block[tag - 1] == UInt8(ascii: "\n") { last -= 1 }
        }
        step = .pair(try arguments.adding(key, block.extracting(cursor.position..<last).text))
        cursor.move(to: end)
    }

    /// The value's closing tag is missing before this one.
    private func isUnclosed(before tag: Int, _ key: String, _ arguments: RawArguments, _ block: Span<UInt8>) throws(Unread) -> Bool {
        guard try cursor.sees(["</tool_call>"], at: tag, block) else {
            return try cursor.opensArgument("<arg_key>", "</arg_key>", at: tag, behind: key, arguments, block)
        }
        let sequel = try cursor.sequel(block, at: tag + "</tool_call>".utf8.count, [])
        return sequel == .end && cursor.ending == .complete
    }
}
