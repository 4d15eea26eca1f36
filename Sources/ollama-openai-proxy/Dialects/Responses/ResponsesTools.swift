/// Makes functions of the tools of a Responses request: upstreams know nothing else.
///
/// A `custom` tool is a function of one text. The tools of a `namespace` (Codex 0.163: those of an MCP server, and of its
/// sub-agents) get a name that holds the namespace's.
struct ResponsesTools: Sendable {
    private(set) var tools: [Tool] = []
    private(set) var leftOut: Set<String> = []
    /// What the model calls them.
    private var names: [Tool.Origin: String] = [:]
    private var origins: [String: Tool.Origin] = [:]
    /// How many tools have wanted a name that another had.
    private var numbers: [String: Int] = [:]

    private init() {}

    /// Those that a list declares, read once where an agent declares them with every turn.
    static func known(_ list: Parameter) throws(ChatError) -> ToolSet {
        try KnownTools.shared.set(of: list, .responses) { list throws(ChatError) in
            var tools = ResponsesTools()
            try tools.read(list)
            return ToolSet(tools.tools, leftOut: tools.leftOut)
        }
    }

    init(of set: ToolSet) {
        self = set.derived { tools in
            var known = ResponsesTools()
            for tool in tools { known.keep(tool, tool.origin ?? Tool.Origin(name: tool.name)) }
            return known
        }
        leftOut = set.leftOut
    }

    /// What the model calls a tool that the client names so, in a call or a choice.
    func name(of tool: Parameter) throws(ChatError) -> String {
        let name = try tool.functionName()
        let namespace = try tool["namespace"]?.string()
        let isCustom = try tool["type"]?.string().hasPrefix("custom") ?? false
        let origin = Tool.Origin(namespace: namespace, name: name, kind: isCustom ? .text : .function)
        return names[origin] ?? Self.name(of: name, in: namespace)
    }

    /// How the client knows what the model calls so.
    func origin(of name: String) -> Tool.Origin { origins[name] ?? Tool.Origin(name: name) }

    // MARK: Reading

    mutating func read(_ list: Parameter, in namespace: String? = nil) throws(ChatError) {
        for element in try list.array() {
            let declaration = try element.object()
            switch try declaration["type"]?.string() ?? "function" {
            case "function":
                let name = try declaration.functionName()
                let origin = namespace.map { Tool.Origin(namespace: $0, name: name) }
                add(try declaration.declaration(origin))
            case "custom": add(try Self.custom(declaration, in: namespace))
            case "tool_search" where declaration["execution"]?.value.isString("client") == true:
                add(try declaration.declaration(Tool.Origin(name: "tool_search", kind: .search)))
            case "namespace" where namespace == nil: try read(declaration.required("tools"), in: declaration.functionName())
            case let type: leftOut.noteType(type)
            }
        }
    }

    /// Free text, often of a grammar (`apply_patch` of Codex): the model reads the grammar in the description.
    private static func custom(_ declaration: Parameter, in namespace: String?) throws(ChatError) -> Tool {
        let name = try declaration.functionName()
        var description = try declaration["description"]?.text() ?? JSONText()
        if let format = try declaration["format"]?.object(), let grammar = try format["definition"]?.text() {
            let syntax = try format["syntax"]?.string() ?? "lark"
            let opening = "Write the text into `input` as it is. It follows this \(syntax.prefix(60)) grammar:\n"
            description.append(JSONText(opening), separatedBy: "\n\n")
            description.append(grammar)
        }
        let origin = Tool.Origin(namespace: namespace, name: name, kind: .text)
        return Tool(name: name, description: description.isEmpty ? nil : description, parameters: textSchema?.root, origin: origin)
    }

    private static let textSchema = try? JSONDocument(
        parsing: #"{"type":"object","properties":{"input":{"type":"string","description":"The text"}},"#
            + #""required":["input"],"additionalProperties":false}"#)

    // MARK: Names

    /// Gives it a name that no other tool has.
    private mutating func add(_ tool: Tool) {
        var tool = tool
        let origin = tool.origin ?? Tool.Origin(name: tool.name)
        let name = Self.name(of: origin.name, in: origin.namespace)
        var unique = name
        while let owner = origins[unique], owner != origin {
            numbers[name, default: 1] += 1
            unique = "\(name.prefix(56))_\(numbers[name, default: 1])"
        }
        if unique != tool.name { (tool.name, tool.origin) = (unique, origin) }
        keep(tool, origin)
    }

    private mutating func keep(_ tool: Tool, _ origin: Tool.Origin) {
        names[origin] = tool.name
        origins[tool.name] = origin
        tools.append(tool)
    }

    /// A name that every upstream takes: letters, digits, `_` and `-`, at most 64 (OpenAI API reference,
    /// `function.name`). A longer one keeps its ends.
    private static func name(of name: String, in namespace: String?) -> String {
        // OpenAI's models have all functions in `functions`, and others know it from them.
        guard let namespace, namespace != "functions" else { return name }
        let joined = namespace + (namespace.hasSuffix("__") ? "" : "__") + name
        let plain = String(
            joined.unicodeScalars.prefix(512).map { scalar in
                scalar == "-" || UInt8(exactly: scalar.value)?.isAlphanumeric == true ? Character(scalar) : "_"
            })
        return plain.utf8.count <= 64 ? plain : "\(plain.prefix(24))__\(plain.suffix(38))"
    }
}
