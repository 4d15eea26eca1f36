@testable import ollama_openai_proxy

/// A client API as far as tests of calls need it: how tools are declared and chosen, and what a good end looks like.
enum CallingAPI: CaseIterable {
    case chatCompletions, responses, messages

    /// What a request says about the tools Bash and Read.
    enum Offer: CaseIterable {
        case nothing, choiceNone, onlyRead, all
    }

    var path: String {
        switch self {
        case .chatCompletions: "/v1/chat/completions"
        case .responses: "/v1/responses"
        case .messages: "/v1/messages"
        }
    }

    private var choices: (none: String, read: String) {
        switch self {
        case .chatCompletions: (#""none""#, #"{"type":"function","function":{"name":"Read"}}"#)
        case .responses: (#""none""#, #"{"type":"function","name":"Read"}"#)
        case .messages: (#"{"type":"none"}"#, #"{"type":"tool","name":"Read"}"#)
        }
    }

    private func tool(_ name: String, _ property: String) -> String {
        let schema = #"{"type":"object","properties":{"\#(property)":{"type":"string"}},"required":["\#(property)"]}"#
        return switch self {
        case .chatCompletions: #"{"type":"function","function":{"name":"\#(name)","parameters":\#(schema)}}"#
        case .responses: #"{"type":"function","name":"\#(name)","parameters":\#(schema)}"#
        case .messages: #"{"name":"\#(name)","input_schema":\#(schema)}"#
        }
    }

    func body(_ offer: Offer, stream: Bool, more: String = "") -> String {
        var body = #"{"model":"m","stream":\#(stream)\#(more)"#
        body += self == .responses ? #","input":"go""# : #","messages":[{"role":"user","content":"go"}]"#
        if self == .messages { body += #","max_tokens":100"# }
        if offer != .nothing { body += #","tools":[\#(tool("Bash", "command")),\#(tool("Read", "path"))]"# }
        if offer == .choiceNone { body += #","tool_choice":\#(choices.none)"# }
        if offer == .onlyRead { body += #","tool_choice":\#(choices.read)"# }
        return body + "}"
    }

    func ask(_ proxy: TestProxy, _ offer: Offer, stream: Bool, more: String = "") async throws -> TestReply {
        TestReply(
            try await proxy.exchange(
                TestProxy.post(path, body(offer, stream: stream, more: more), fields: "Connection: close\r\n")))
    }

    /// The mark of a reply that ended by itself, without a call.
    var stop: String {
        switch self {
        case .chatCompletions: #""finish_reason":"stop""#
        case .responses: #""status":"completed""#
        case .messages: #""stop_reason":"end_turn""#
        }
    }
}
