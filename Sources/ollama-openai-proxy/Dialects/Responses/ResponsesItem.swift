/// One item of a reply's output. In a streamed reply a message is complete when something else follows it.
struct ResponsesItem {
    enum Kind: Equatable {
        case reasoning, message
        /// Of a tool, as the client knows it.
        case call(Tool.Origin)
    }

    enum Status: String {
        /// Announced: nothing of what it will hold has been told.
        case inProgress = "in_progress"
        case completed, incomplete
    }

    let kind: Kind
    /// What is thought or said, or what a tool is called with: of one that takes a text that alone.
    var text = ""
    /// Of a message.
    var logprobs: [TokenLogprob] = []
    /// Of a call.
    private var callID = ""

    init(_ kind: Kind, _ text: String = "", _ logprobs: [TokenLogprob] = []) {
        self.kind = kind
        self.text = text
        self.logprobs = logprobs
    }

    init(_ call: ToolCall, _ tools: ResponsesTools) {
        let origin = tools.origin(of: call.name)
        self.init(.call(origin), origin.kind == .text ? Self.text(of: call.arguments) : call.arguments)
        callID = call.id
    }

    /// A model that named the one member in its own way meant the text all the same.
    private static func text(of arguments: String) -> String {
        guard let object = try? JSONDocument(parsing: arguments).root else { return arguments }
        let members = Array(object.members.prefix(2))
        return object["input"]?.string ?? (members.count == 1 ? members[0].value.string : nil) ?? arguments
    }

    /// The beginning of its id, its type, and the member that holds what it says.
    var names: (id: String, type: String, content: StaticString) {
        switch kind {
        case .reasoning: ("rs_", "reasoning", "summary")
        case .message: ("msg_", "message", "content")
        case .call(let origin):
            switch origin.kind {
            case .function: ("fc_", "function_call", "arguments")
            case .text: ("ctc_", "custom_tool_call", "input")
            case .search: ("tsc_", "tool_search_call", "arguments")
            }
        }
    }

    /// - Parameter index: the item's place in the output.
    func id(_ index: Int, of reply: ReplyIdentity) -> String { "\(names.id)\(reply.id)_\(index)" }

    func object(_ index: Int, of reply: ReplyIdentity, _ status: Status) -> JSONObject {
        ["id": id(index, of: reply), "status": status.rawValue, "type": names.type] + content(isEmpty: status == .inProgress)
    }

    private func content(isEmpty: Bool) -> JSONObject {
        let parts = isEmpty ? [] : [part]
        return switch kind {
        case .reasoning: [names.content: parts]
        case .message: ["role": "assistant", names.content: parts]
        case .call(let origin) where origin.kind == .search:
            ["call_id": callID, "execution": "client", names.content: RawJSON(isEmpty ? "{}" : text)]
        case .call(let origin):
            ["call_id": callID, "namespace": origin.namespace, "name": origin.name, names.content: isEmpty ? "" : text]
        }
    }

    /// The one part of a message or of a reasoning's summary.
    var part: JSONObject {
        guard kind == .message else { return ["type": "summary_text", "text": text] }
        return ["type": "output_text", "text": text, "annotations": [] as [String], "logprobs": logprobs.objects()]
    }
}
