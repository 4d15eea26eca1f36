/// Trouble that the demo makes, by the name of the model that makes it.
enum DemoTrouble: String, CaseIterable {
    /// Arguments that are no JSON, once: the proxy asks again.
    case brokenCall = "demo-broken-call"
    /// A call in the markup of the model's own, which Ollama left in the text.
    case textCall = "demo-text-call"
    /// The same between thinking marks, of a call that the model then does not make.
    case thoughtCall = "demo-thought-call"
    /// The token limit comes in the midst of a call.
    case cutCall = "demo-cut-call"
    /// Tokens were counted, and neither text nor call comes, once.
    case empty = "demo-empty"
    /// Thinks, and then says nothing more.
    case hang = "demo-hang"
    /// The connection breaks in the midst of a call.
    case crash = "demo-crash"
    /// The prompt does not fit.
    case overflow = "demo-overflow"

    /// It is made once; asked again, the model does what it should.
    var passes: Bool { self == .brokenCall || self == .empty }
}

/// The lines that the demo answers with.
enum DemoScript {
    static func lines(for request: JSONValue, _ trouble: DemoTrouble?) -> [String] {
        if trouble == .empty { return [done(tokens: 12)] }
        let turns = request["messages"].map { Array($0.elements) } ?? []
        let thinks = request["think"]?.bool != false
        let thoughts = thinks ? ["I should ", "look first."].map { message(#""content":"","thinking":"\#($0)""#) } : []
        if let last = turns.last, last["role"]?.isString("tool") == true {
            let result = (last["content"]?.string ?? "").trimmed.prefix(200)
            return thoughts + ["The tool ", "said: ", String(result)].map(content) + [done(tokens: 12)]
        }
        let tools = request["tools"].map { Array($0.elements) } ?? []
        guard let tool = tools.first(where: { $0["function"]?["name"]?.isString("Bash") == true }) ?? tools.first,
            let function = tool["function"], let name = function["name"]?.string
        else { return thoughts + ["Hello ", "from ", "the demo."].map(content) + [done(tokens: 5)] }
        let object = arguments(for: function)
        // Who has shown text cannot be asked again, and marks of thinking count at the beginning.
        let start =
            switch trouble {
            case .brokenCall: thoughts
            case .thoughtCall: [String]()
            default: thoughts + [content("Let me look.\n")]
            }
        let text = "<tool_call>\n{\"name\": \(name.quoted), \"arguments\": \(object)}\n</tool_call>"
        let calls =
            switch trouble {
            case .hang: [String]()
            case .brokenCall: fragments(of: String(object.dropLast(2)), name: name)
            case .textCall: text.split(separator: " ").map { content("\($0) ") }
            case .thoughtCall: ["<think>I could say ", text, ", but no.</think>", "There is nothing to do."].map(content)
            case .crash, .cutCall: Array(fragments(of: object, name: name).dropLast())
            default: fragments(of: object, name: name)
            }
        switch trouble {
        case .hang, .crash: return start + calls
        default: return start + calls + [done(tokens: 20, reason: trouble == .cutCall ? "length" : "stop")]
        }
    }

    /// A command for a shell, else a value of the right type for every required property.
    private static func arguments(for function: JSONValue) -> String {
        if function["name"]?.isString("Bash") == true { return #"{"command":"echo hello from the demo","description":"Say hello"}"# }
        let required = function["parameters"]?["required"].map { Array($0.elements) } ?? []
        let members = required.compactMap { name -> String? in
            guard let key = name.string else { return nil }
            let type = function["parameters"]?["properties"]?[key]?["type"]?.string
            let value =
                switch type {
                case "integer", "number": "1"
                case "boolean": "true"
                case "array": "[]"
                case "object": "{}"
                default: #""demo""#
                }
            return "\(name.rawText):\(value)"
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// The name first, then the argument text in three pieces.
    private static func fragments(of arguments: String, name: String) -> [String] {
        let text = Array(arguments)
        let third = max(1, text.count / 3)
        let pieces = [text.prefix(third), text.dropFirst(third).prefix(third), text.dropFirst(2 * third)].map { String($0) }
        let first = call(#""name":\#(name.quoted),"arguments":"""#)
        return [first] + pieces.map { call(#""arguments":\#($0.quoted)"#) }
    }

    private static func call(_ function: String) -> String {
        message(#""content":"","tool_calls":[{"function":{"index":0,\#(function)}}]"#)
    }

    private static func content(_ text: String) -> String { message(#""content":\#(text.quoted)"#) }

    private static func message(_ members: String) -> String {
        #"{"model":"demo","created_at":"\#(Timestamp.now)","message":{"role":"assistant",\#(members)},"done":false}"#
    }

    private static func done(tokens: Int, reason: String = "stop") -> String {
        #"{"model":"demo","created_at":"\#(Timestamp.now)","message":{"role":"assistant","content":""},"done":true,"#
            + #""done_reason":"\#(reason)","prompt_eval_count":10,"eval_count":\#(tokens)}"#
    }
}
