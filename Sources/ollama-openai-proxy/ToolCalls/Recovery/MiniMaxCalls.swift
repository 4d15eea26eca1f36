/// MiniMax-M3: `]<]minimax[>[<tool_call>`, then for each call `]<]minimax[>[<invoke name="NAME">`, elements that are
/// called like the arguments, and closing tags; before each tag stands the same token.
///
/// An element's text is its value as it is, typed by the schema. Elements inside it make an object of it, and elements
/// that are all called `item` a list.
struct MiniMaxCalls: TextCallFormat {
    static let openings: [StaticString] = ["]<]minimax[>[<tool_call>", "]<]minimax[>[<invoke name=\""]
    private static let token: StaticString = "]<]minimax[>["
    private static let depthLimit = 64

    private struct Element {
        let name: String
        let schema: JSONValue?
        /// The elements inside, their values as JSON; of one name several values.
        var children: [(name: String, values: [String])] = []
    }

    private enum Step { case opening, invoke, content }

    var cursor = BlockCursor()
    private var step = Step.opening
    private var isWrapped = false
    private var arguments: RawArguments?
    /// What is open, the innermost last.
    private var elements: [Element] = []
    private var calls: [TextCall] = []

    var closings: [StaticString] { isWrapped ? ["]<]minimax[>[</tool_call>"] : ["]<]minimax[>[</invoke>"] }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            isWrapped = try cursor.takes(["]<]minimax[>[<tool_call>"], in: block)
            step = .invoke
        case .invoke:
            if !calls.isEmpty {
                if !isWrapped { return calls }
                if try cursor.takes(["]<]minimax[>[</tool_call>"], in: block) { return calls }
                if try cursor.peek(block) == nil {
                    guard cursor.ending == .complete else { throw .no }
                    return calls
                }
            }
            guard try cursor.takes(["]<]minimax[>[<invoke name=\""], in: block) else { throw .no }
            let name = try cursor.word(block) { "\"<>".utf8.contains($0) }
            try cursor.take("\">", in: block)
            guard let tool = catalog.resolve(name) else { throw .refused }
            arguments = RawArguments(of: tool)
            step = .content
        case .content:
            let tag = try cursor.nextTag(block)
            guard tag > cursor.position, try cursor.sees([Self.token], at: tag - 1, block) else {
                cursor.skipTag()
                return nil
            }
            try takeTag(block, behind: block.extracting(cursor.position..<tag - 1).text, at: tag - 1)
        }
        return nil
    }

    /// Takes the tag whose token is at `place`, and the text before it.
    private mutating func takeTag(_ block: Span<UInt8>, behind text: String, at place: Int) throws(Unread) {
        var ahead = cursor
        ahead.move(to: place + Self.token.utf8CodeUnitCount)
        let closes = try ahead.takes(["</"], in: block)
        if !closes { try ahead.take("<", in: block) }
        let name = try ahead.word(block) { "<>\n".utf8.contains($0) }
        try ahead.take(">", in: block)
        let isBlank = text.utf8.allSatisfy(JSONScanner.isWhitespace)
        if closes {
            try close(name, text, isBlank: isBlank)
        } else {
            guard isBlank, elements.count < Self.depthLimit else { throw .no }
            let schema = elements.last.map { $0.schema?["properties"]?[name] ?? $0.schema?["items"] }
            elements.append(Element(name: name, schema: schema ?? arguments?.tool.parameters?["properties"]?[name]))
        }
        cursor.move(to: ahead.position)
    }

    private mutating func close(_ name: String, _ text: String, isBlank: Bool) throws(Unread) {
        guard let element = elements.popLast() else {
            guard name == "invoke", isBlank, let arguments else { throw .no }
            calls.append(arguments.call)
            step = .invoke
            return
        }
        let isLeaf = element.children.isEmpty
        guard name == element.name, isLeaf || isBlank else { throw .no }
        if elements.isEmpty {
            arguments = try arguments?.adding(name, isLeaf ? text : Self.json(of: element))
        } else {
            let value = isLeaf ? text.quoted : Self.json(of: element)
            let parent = elements.count - 1
            if let place = elements[parent].children.firstIndex(where: { $0.name == name }) {
                elements[parent].children[place].values.append(value)
            } else {
                guard elements[parent].children.count < RawArguments.limit else { throw .no }
                elements[parent].children.append((name, [value]))
            }
        }
    }

    private static func json(of element: Element) -> String {
        let values = element.children.map { child in
            (child.name, child.values.count == 1 ? child.values[0] : "[\(child.values.joined(separator: ","))]")
        }
        let isList = element.children.count == 1 && element.children[0].name == "item"
        if isList, element.schema?["type"]?.isString("object") != true {
            return "[\(element.children[0].values.joined(separator: ","))]"
        }
        return "{\(values.map { "\($0.0.quoted):\($0.1)" }.joined(separator: ","))}"
    }
}
