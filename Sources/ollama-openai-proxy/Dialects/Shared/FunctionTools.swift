/// Tools and calls as OpenAI's APIs write them, which Ollama's API took over.
extension RequestBody {
    /// `tools`, or else the older `functions`.
    func functionTools() throws(ChatError) -> ToolSet {
        if let list = self["tools"] {
            return try KnownTools.shared.tools(in: list, .wrappedFunction) { tool throws(ChatError) in
                try tool.wrappedFunction().declaration()
            }
        }
        guard let list = self["functions"] else { return .empty }
        return try KnownTools.shared.tools(in: list, .function) { tool throws(ChatError) in try tool.declaration() }
    }
}

extension Parameter {
    /// What is declared of a function: its name, what it does and the schema of its parameters.
    ///
    /// - Parameter origin: has the name already.
    func declaration(_ origin: Tool.Origin? = nil) throws(ChatError) -> Tool {
        let name = if let origin { origin.name } else { try functionName() }
        return Tool(
            name: name, description: try self["description"]?.text(), parameters: try self["parameters"]?.object().value, origin: origin
        )
    }

    func functionName() throws(ChatError) -> String { try required("name").nonEmptyString() }

    /// The function in an object of the type `function`, the only one that there is; some clients leave the type out.
    func wrappedFunction() throws(ChatError) -> Parameter {
        if let type = self["type"], try type.string() != "function" {
            throw type.mistake("must be \"function\": other tools are not supported.", code: .unsupportedValue)
        }
        return try required("function").object()
    }

    /// What of `tool_choice` names no function.
    ///
    /// - Parameter required: the words that demand a call.
    func toolChoiceWord(required: String...) throws(ChatError) -> ToolChoice {
        guard let word = value.string else { throw wrongType("a string or an object") }
        switch word {
        case "auto": return .auto
        case "none": return .none
        case _ where required.contains(word): return .required
        default: throw unknownValue("none, auto, required, or an object that names a function")
        }
    }

    /// What an assistant called in an earlier turn.
    func toolCalls() throws(ChatError) -> [ToolCall] {
        try array().map { call throws(ChatError) in try call.object().wrappedFunction().toolCall(id: call["id"]) }
    }

    /// - Parameter id: `nil`: it has none.
    func toolCall(id: Parameter?) throws(ChatError) -> ToolCall {
        ToolCall(id: try id?.string() ?? "", name: try required("name").string(), arguments: Self.arguments(of: self["arguments"]))
    }

    /// The text of an object. Never a mistake: arguments that a model once got wrong must not make every later request
    /// a 400.
    static func arguments(of parameter: Parameter?) -> String {
        guard let value = parameter?.value else { return "{}" }
        if value.kind == .object { return value.rawText }
        return HistoryArguments.object(from: value.string ?? value.rawText)
    }
}

/// The same on the way to an upstream or a client.
extension JSONWriter {
    /// Appends the member `tools`, or nothing when there are none. Its text is made once for a set.
    ///
    /// - Parameters:
    ///   - upstream: whose text it is.
    ///   - parameters: writes the schema of one tool.
    mutating func write<Upstream>(_ set: ToolSet, for upstream: Upstream.Type, parameters: (Tool, inout JSONWriter) -> Void) {
        guard !set.tools.isEmpty else { return }
        let declared = set.derived { tools in
            var json = JSONWriter(reserving: tools.first?.parameters?.document.bytes.count ?? 0)
            json.array { json in for tool in tools { json.write(tool, parameters: parameters) } }
            return DeclaredTools<Upstream>(text: json.buffer.text)
        }
        member("tools", RawJSON(declared.text))
    }

    private mutating func write(_ tool: Tool, parameters: (Tool, inout JSONWriter) -> Void) {
        object { json in
            json.member("type", "function")
            json.object("function") { json in
                json.member("name", tool.name)
                json.member("description", ifAny: tool.description)
                json.name("parameters")
                parameters(tool, &json)
            }
        }
    }

    mutating func write(_ call: ToolCall, index: Int?) { JSONObject(call, index: index).write(into: &self) }
}

extension JSONObject {
    /// A tool call; the index is written in chunks only.
    init(_ call: ToolCall, index: Int? = nil) {
        let function: JSONObject = ["name": call.name, "arguments": call.arguments]
        self = ["index": index, "id": call.id, "type": "function", "function": function]
    }

    /// The same as Ollama writes it.
    init(_ call: ToolCall, ollamaIndex index: Int) {
        let function: JSONObject = ["index": index, "name": call.name, "arguments": RawJSON(call.arguments)]
        self = ["id": call.id.ifAny, "function": function]
    }
}

/// What an upstream gets as `tools`.
private struct DeclaredTools<Upstream>: Sendable { let text: String }

extension ChatMessage.Role {
    /// What every upstream calls it.
    var upstreamName: String { rawValue }
}
