/// What will be done about a request, made once when it is known where it goes. What the client asked stays as it came.
///
/// A class, as it is handed on to where a stream waits and is large.
final class RequestPlan: Sendable {
    let request: ChatRequest
    /// The upstream's own name of the model; replies carry the client's.
    let upstreamModel: String
    /// The conversation as the model gets it.
    let messages: [ChatMessage]
    /// `nil`: nothing is sent, and the model's own default holds.
    let think: ThinkLevel?
    /// The client gets what the model thinks.
    let passesReasoning: Bool
    /// The client's, and the operator's where the client said nothing.
    let options: GenerationOptions
    /// The API key that the client showed: what is remembered for one key is never used for another.
    let scope: String?

    /// - Parameters:
    ///   - upstreamModel: `nil`: the client's name.
    ///   - messages: `nil`: the client's, and so for `options`.
    init(
        _ request: ChatRequest, upstreamModel: String? = nil, messages: [ChatMessage]? = nil, think: ThinkLevel?,
        passesReasoning: Bool = false, options: GenerationOptions? = nil, scope: String? = nil
    ) {
        self.request = request
        self.upstreamModel = upstreamModel ?? request.model
        self.messages = messages ?? request.messages
        self.think = think
        self.passesReasoning = passesReasoning
        self.options = options ?? request.options
        self.scope = scope
    }

    /// The model was asked to think.
    var expectsThinking: Bool { think != nil && think != .off }

    /// The model may call something.
    var offersTools: Bool { !request.tools.isEmpty && request.toolChoice != .none }

    /// A reply of more tokens than these, of which nothing is told, has failed: the upstream swallowed what its model
    /// wrote. `nil`: it may be meant. No tools were offered, the reply's beginning was given, or a text was to stop it.
    var emptyReplyTokens: Int? {
        guard offersTools, options["stop"] == nil, let last = messages.last, last.role != .assistant else { return nil }
        // Behind results there may be nothing left to say.
        return last.role == .tool ? 4 : 0
    }

    /// The same for a model to which nothing is said of thinking.
    var withoutThinking: RequestPlan { with(messages: messages, think: nil) }

    /// The same with a line of our own for the model.
    ///
    /// The line stands at the very end, so that all before it is still in the prompt cache, and in a message that is
    /// there: not every upstream takes a user's message behind a tool's, or a system message that is not the first.
    func reminded(of line: String?) -> RequestPlan {
        guard let line, let index = messages.lastIndex(where: { $0.role != .assistant }) else { return self }
        var messages = messages
        messages[index].text.append("\n\n<system-reminder>\(line)</system-reminder>")
        return with(messages: messages, think: think)
    }

    func with(messages: [ChatMessage], think: ThinkLevel?) -> RequestPlan {
        RequestPlan(
            request, upstreamModel: upstreamModel, messages: messages, think: think, passesReasoning: passesReasoning, options: options,
            scope: scope)
    }
}
