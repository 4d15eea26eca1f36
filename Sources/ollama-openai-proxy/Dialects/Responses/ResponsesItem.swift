/// One item of a reply's output. In a streamed reply a message is complete when something else follows it.
enum ResponsesItem {
    case reasoning(String)
    case message(String, [TokenLogprob])
    case call(ToolCall)

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
            case .call: "fc_"
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
            case .call(let call):
                json.member("type", "function_call")
                json.member("call_id", call.id)
                json.member("name", call.name)
                json.member("arguments", isEmpty ? "" : call.arguments)
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
