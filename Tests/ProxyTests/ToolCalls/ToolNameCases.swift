@testable import ollama_openai_proxy

extension Tool {
    /// A declared tool; without a schema it takes anything.
    init(_ name: String, _ schema: String? = nil) {
        self.init(
            name: name, description: nil,
            parameters: schema.flatMap { try? JSONDocument(parsing: $0).root })
    }
}

/// Names as models write them, the tools declared beside, and the one that is meant.
enum ToolNameCases {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let name: String
        let tools: [String]
        let expected: String?

        init(
            _ description: String, _ name: String, _ expected: String?,
            tools: [String] = ["Bash", "Read", "mcp__fs__read"]
        ) {
            self.description = description
            self.name = name
            self.tools = tools
            self.expected = expected
        }
    }

    private static let docs = ["mcp__docs__find-library-id", "mcp__docs__fetch", "mcp__web__fetch"]

    static let all = [
        Case("as declared", "Bash", "Bash"),
        Case("lower case", "bash", "Bash"),
        Case("upper case", "BASH", "Bash"),
        Case("Harmony: functions. before the name", "functions.Bash", "Bash"),
        Case("tools. before the name", "tools.Bash", "Bash"),
        Case("Gemini: default_api. before the name", "default_api.Read", "Read"),
        Case("prefix and case", "Functions.bash", "Bash"),
        Case("space around the name", " Bash ", "Bash"),
        Case("line break after the name", "Bash\n", "Bash"),
        Case("double quotes around the name", "\"Bash\"", "Bash"),
        Case("single quotes and a prefix", "'functions.Read'", "Read"),
        Case("backticks around the name", "`mcp__fs__read`", "mcp__fs__read"),
        Case("one quote left over", "Bash\"", "Bash"),
        Case("GLM: the first key's tag in the name", "Bash<arg_key>", "Bash"),
        Case("GLM: whole pairs in the name", "Bash<arg_key>command</arg_key><arg_value>ls</arg_value>", "Bash"),
        Case("GLM: a line break and the first key", "Bash\n<arg_key>command</arg_key>", "Bash"),
        Case("the closing tag in the name", "Bash</tool_call>", "Bash"),
        Case("Harmony: the channel in the name", "Bash<|channel|>commentary", "Bash"),
        Case("Harmony: the constraint in the name", "functions.Bash <|constrain|>json", "Bash"),
        Case("DeepSeek: the separator in the name", "Read<｜tool▁sep｜>", "Read"),
        Case("Mistral: the marker of arguments in the name", "Bash[ARGS]", "Bash"),
        Case("Kimi: an id for a name", "functions.Bash:0", "Bash"),
        Case("Kimi: an id of two digits, without the prefix", "Read:12", "Read"),
        Case("attributes of a tag behind the name", "Bash\" id=\"1", "Bash"),
        Case("an empty pair of brackets behind the name", "Bash()", "Bash"),
        Case("the arguments begin in the name", "Bash{\"command\"", "Bash"),
        Case("a tool that is not declared", "Write", nil),
        Case("a name that only begins like one", "BashOutput", nil),
        Case("a name that only ends like one", "my_Bash", nil),
        Case("another prefix", "server.Bash", nil),
        Case("low lines for hyphens", "mcp__docs__find_library_id", "mcp__docs__find-library-id", tools: docs),
        Case("a hyphen for a low line", "get-user", "get_user", tools: ["get_user"]),
        Case("words parted that are written in one", "todo_write", "TodoWrite", tools: ["TodoWrite"]),
        Case("two tools that differ in their signs only", "get.user", nil, tools: ["get-user", "get_user"]),
        Case("folded to two tools", "getUser", nil, tools: ["get-user", "get_user"]),
        Case("the short name of an MCP tool", "find-library-id", "mcp__docs__find-library-id", tools: docs),
        Case("the short name, its signs apart", "find_library_id", "mcp__docs__find-library-id", tools: docs),
        Case("a short name of two servers", "fetch", nil, tools: docs),
        Case("a short name that is another tool's whole one", "read", "Read"),
        Case("the last word of a tool of no server", "b", nil, tools: ["a__b"]),
        Case("a word behind the name", "Bash tool", nil),
        Case("a colon without a number", "Bash:x", nil),
        Case("nothing", "", nil),
        Case("nothing but markup", "<tool_call>", nil),
        Case("nothing but quotes", "\"\"", nil),
        Case("a prefix and nothing else", "functions.", nil),
        Case("two tools that differ in case only", "BASH", nil, tools: ["Bash", "bash"]),
        Case("one of them exactly", "bash", "bash", tools: ["Bash", "bash"]),
        Case("one of them exactly, behind a prefix", "functions.bash", "bash", tools: ["Bash", "bash"]),
        Case("with a prefix one tool, without it another", "TOOLS.read", nil, tools: ["tools.read", "Read"]),
        Case("a declared name with a prefix", "tools.read", "tools.read", tools: ["tools.read", "read"]),
        Case("a declared name with a colon and a number", "Port:80", "port:80", tools: ["port:80"]),
        Case("a tool declared twice is one", "bash", "Bash", tools: ["Bash", "Bash"]),
        Case("no tools at all", "Bash", nil, tools: []),
        Case("a lone combining mark behind the name", "Bash\u{301}", nil),
    ]
}
