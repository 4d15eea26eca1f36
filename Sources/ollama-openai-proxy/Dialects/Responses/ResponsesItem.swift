/// One item of a reply's output. In a streamed reply a message is complete when something else follows it.
enum ResponsesItem {
    case reasoning(String)
    case message(String, [TokenLogprob])
    /// With the name that the client knows, and of a tool that takes a text with that alone for arguments.
    case call(ToolCall, Tool.Origin)

    init(_ call: ToolCall, _ tools: ResponsesTools) {
        let origin = tools.origin(of: call.name)
        var call = call
        call.name = origin.name
        if origin.kind == .text { call.arguments = Self.text(of: call.arguments) }
        self = .call(call, origin)
    }

    /// A model that named the one member in its own way meant the text all the same.
    private static func text(of arguments: String) -> String {
        guard let object = try? JSONDocument(parsing: arguments).root else { return arguments }
        let members = Array(object.members.prefix(2))
        return object["input"]?.string ?? (members.count == 1 ? members[0].value.string : nil) ?? arguments
    }

    enum Status: String {
        /// Announced: nothing of what it will hold has been told.
        case inProgress = "in_progress"
        case completed, incomplete
    }

    /// - Parameter index: the item's place in the output.
    func id(_ index: Int, of reply: ReplyIdentity) -> String {
        let prefix =
            switch self {
            case .reasoning: "rs_"
            case .message: "msg_"
            case .call(_, let origin):
                switch origin.kind {
                case .function: "fc_"
                case .text: "ctc_"
                case .search: "tsc_"
                }
            }
        return "\(prefix)\(reply.id)_\(index)"
    }

    func write(id: String, _ status: Status, to json: inout JSONWriter) {
        let isEmpty = status == .inProgress
        json.object { json in
            json.member("id", id)
            json.member("status", status.rawValue)
            switch self {
            case .reasoning:
                json.member("type", "reasoning")
                json.array("summary") { json in if !isEmpty { writePart(to: &json) } }
            case .message:
                json.member("type", "message")
                json.member("role", "assistant")
                json.array("content") { json in if !isEmpty { writePart(to: &json) } }
            case .call(let call, let origin):
                json.member("type", origin.kind.itemType)
                json.member("call_id", call.id)
                guard origin.kind != .search else {
                    json.member("execution", "client")
                    return json.member("arguments", raw: isEmpty ? "{}" : call.arguments)
                }
                json.member("namespace", ifAny: origin.namespace)
                json.member("name", call.name)
                json.member(origin.kind.contentMember, isEmpty ? "" : call.arguments)
            }
        }
    }

    /// The one part of a message or of a reasoning's summary.
    func writePart(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .reasoning(let text):
                json.member("type", "summary_text")
                json.member("text", text)
            case .message(let text, let logprobs):
                json.member("type", "output_text")
                json.member("text", text)
                json.array("annotations") { _ in }
                json.name("logprobs")
                json.write(logprobs)
            case .call: break
            }
        }
    }
}

extension Tool.Origin.Kind {
    /// The type of an item that calls such a tool.
    fileprivate var itemType: String {
        switch self {
        case .function: "function_call"
        case .text: "custom_tool_call"
        case .search: "tool_search_call"
        }
    }

    /// The member that says what it is called with.
    var contentMember: StaticString { self == .text ? "input" : "arguments" }
}
