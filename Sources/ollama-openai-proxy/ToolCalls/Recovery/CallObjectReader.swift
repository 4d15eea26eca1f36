/// Reads one object that is a call: `{"name": …, "arguments": {…}}`, member by member as they come.
///
/// The arguments may be called `parameters`, the name `function`, and both may lie in an object `function`, as in
/// OpenAI's own form. Keys and values may be written in Python's way. A name that is not declared ends it at once, and so
/// do declared arguments beside the arguments: nothing is merged, and nothing left out.
struct CallObjectReader: Sendable {
    /// True inside markup that says "tool call": undeclared members are passed over, the arguments may stand beside the
    /// name, and the last brackets may be missing before its closing tag. False: anything but a plain call is no call.
    let isTagged: Bool

    private enum Key: Equatable {
        case name, arguments, parameters, function
        case other(String)
    }

    /// The key whose value comes next; `nil` before a member.
    private var key: Key?
    private var isInFunction = false
    /// A value has come. What goes on without a comma is the rest of that value, whose quotes were not escaped.
    private var needsComma = false
    private var tool: CallableTool?
    private var arguments: String?
    /// Members that are none of the above, their values as they came.
    private var others: [(key: String, value: String)] = []

    init(isTagged: Bool) { self.isTagged = isTagged }

    /// Takes one step behind the object's opening bracket, like a format.
    mutating func advance(_ cursor: inout BlockCursor, _ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> TextCall? {
        guard let key else { return try takeMember(&cursor, block) }
        if key == .function, try cursor.takes(["{"], in: block) {
            (isInFunction, needsComma) = (true, false)
        } else {
            try takeValue(key, &cursor, block, catalog)
        }
        self.key = nil
        return nil
    }

    /// Takes a comma, a key with its colon, or the bracket that ends the object.
    private mutating func takeMember(_ cursor: inout BlockCursor, _ block: Span<UInt8>) throws(Unread) -> TextCall? {
        switch try cursor.peek(block) {
        case UInt8(ascii: ","):
            cursor.move(to: cursor.position + 1)
            needsComma = false
        case UInt8(ascii: "}"):
            cursor.move(to: cursor.position + 1)
            guard isInFunction else { return try call() }
            (isInFunction, needsComma) = (false, true)
        case UInt8(ascii: "<"):
            guard arguments != nil, try isClosed(at: cursor.position, cursor, block) else { throw .no }
            return try call()
        case nil: throw .no
        case .some:
            let word = try cursor.word(block) { ":,{}[]<\n".utf8.contains($0) }
            guard !needsComma else { throw .no }
            let key = try key(named: word)
            guard try cursor.takes([":"], in: block) else { throw .no }
            self.key = key
        }
        return nil
    }

    private func key(named word: String) throws(Unread) -> Key {
        let quotes = "\"'".utf8
        let key = String(decoding: word.utf8.filter { !quotes.contains($0) }, as: UTF8.self)
        // Without both of its quotes it is a name, or the rest of a value.
        guard key.utf8.count == word.utf8.count - 2 || key.utf8.allSatisfy(\.isHTTPToken) else { throw .no }
        switch key {
        case "name": return .name
        // Command R.
        case "tool_name" where isTagged && tool == nil: return .name
        case "arguments": return .arguments
        case "parameters": return .parameters
        case "function" where !isInFunction: return .function
        case let other:
            guard isTagged && !other.isEmpty || Self.ownKeys.contains(other) else { throw .no }
            return .other(other)
        }
    }

    /// Members that calls have in OpenAI's form, and in Mistral's.
    private static let ownKeys = ["type", "id", "index"]

    private mutating func takeValue(_ key: Key, _ cursor: inout BlockCursor, _ block: Span<UInt8>, _ catalog: ToolCatalog)
        throws(Unread)
    {
        needsComma = true
        switch (key, try cursor.peek(block)) {
        case (.name, UInt8(ascii: "\"")), (.function, UInt8(ascii: "\"")), (.name, UInt8(ascii: "'")):
            try takeName(&cursor, block, catalog)
        case (.name, _), (.function, _), (_, nil): throw .no
        case (_, UInt8(ascii: "{")), (_, UInt8(ascii: "[")), (_, UInt8(ascii: "\"")), (_, UInt8(ascii: "'")):
            try take(bracketed(&cursor, block), of: key)
        default:
            let word = try cursor.word(block) { ",}< \n\r\t".utf8.contains($0) }
            if case .other = key {
                guard !word.utf8.contains(UInt8(ascii: "\"")) else { throw .no }
                return try take(word, of: key)
            }
            guard word == "null" else { throw .no }
            try take("{}", of: key)
        }
    }

    private mutating func take(_ value: String, of key: Key) throws(Unread) {
        if case .other(let name) = key {
            if name != "type" || value != "\"function\"" { others.append((name, value)) }
        } else {
            guard isTagged || key == .arguments || !Self.isSchema(value) else { throw .no }
            guard arguments == nil || arguments == "{}" else { throw .refused }
            arguments = value
        }
    }

    private mutating func takeName(_ cursor: inout BlockCursor, _ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) {
        let quote = block[cursor.position]
        cursor.move(to: cursor.position + 1)
        let name = try cursor.word(block) { $0 == quote || $0 == UInt8(ascii: "\n") }
        guard cursor.position < block.count else { throw .no }
        guard let tool = catalog.resolve(name) else { throw .refused }
        cursor.move(to: cursor.position + 1)
        self.tool = tool
    }

    private func bracketed(_ cursor: inout BlockCursor, _ block: Span<UInt8>) throws(Unread) -> String {
        let end: Int
        switch try cursor.measure(block) {
        case .closed(let place): end = place
        case .markup(let place):
            guard try isClosed(at: place, cursor, block) else { throw .no }
            end = place
        }
        let text = block.extracting(cursor.position..<end).text
        cursor.move(to: end)
        return text
    }

    /// True before a closing tag. The model has said that the call is over, so brackets may be missing.
    private func isClosed(at place: Int, _ cursor: BlockCursor, _ block: Span<UInt8>) throws(Unread) -> Bool {
        guard isTagged else { return false }
        return try cursor.sees(["</tool_call>", "</tool_calls>"], at: place, block)
    }

    private func call() throws(Unread) -> TextCall {
        guard let tool else { throw .no }
        // What calls have themselves counts only where the tool declares it and nothing else holds the arguments.
        let members = others.filter { !Self.ownKeys.contains($0.key) || arguments == nil && tool.declares($0.key) }
        if let arguments {
            guard !members.contains(where: { tool.declares($0.key) }) else { throw .refused }
            return TextCall(name: tool.name, arguments: arguments)
        }
        guard isTagged else { throw .no }
        guard members.allSatisfy({ tool.declares($0.key) }) else { throw .refused }
        return TextCall(members: members, of: tool)
    }

    /// Models that list their tools write declarations, whose `parameters` are a schema.
    private static func isSchema(_ text: String) -> Bool {
        guard text.utf8.count < 64 * 1024, let root = try? JSONDocument(parsing: text).root else { return false }
        return root["type"]?.isString("object") == true && root["properties"]?.kind == .object
    }
}
