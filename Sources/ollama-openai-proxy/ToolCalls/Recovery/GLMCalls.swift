/// GLM-4.5 to 5: `<tool_call>NAME`, then `<arg_key>k</arg_key><arg_value>v</arg_value>` for each argument, then
/// `</tool_call>`.
///
/// Also read, as seen from these models: no arguments at all, a stray closing tag behind the name or a key, a missing
/// or wrong opening tag of a key, a missing opening tag of a value, a missing closing tag of a value before the next key
/// or the reply's end, one JSON object instead of the pairs, and no closing tag when all required arguments are there.
struct GLMCalls: TextCallFormat {
    let closings: [StaticString] = ["</tool_call>"]

    private static let tags = PairTags(
        invoke: "<tool_call>", invokeEnd: "</tool_call>", parameter: "<arg_key>", keyEnd: "</arg_key>", parameterEnd: "</arg_value>",
        sequels: ["<tool_call>"], isLoose: true)

    private enum Step {
        case opening
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
        case .opening: step = try name(block, catalog)
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
        case .value(let arguments, let key):
            let tag = try cursor.nextTag(block)
            guard let end = try Self.tags.valueEnd(at: tag, of: key, arguments, cursor, block) else {
                cursor.skipTag()
                return nil
            }
            let isUnclosed = end == tag && tag > cursor.position && block[tag - 1] == UInt8(ascii: "\n")
            step = .pair(try arguments.adding(key, block.extracting(cursor.position..<(isUnclosed ? tag - 1 : tag)).text))
            cursor.move(to: end)
        case .closing(let call):
            try cursor.end(with: closings, block)
            return [call]
        }
        return nil
    }

    private mutating func name(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> Step {
        try cursor.take("<tool_call>", in: block)
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
}
