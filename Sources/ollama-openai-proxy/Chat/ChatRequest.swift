/// What a client asks of a model, free of any dialect's names. It stays as it was decoded; what comes of it is in its
/// `RequestPlan`.
///
/// Text, schemas and fractional numbers are views into the client's JSON, so that they reach the upstream as they came.
struct ChatRequest: Sendable {
    /// Of its body, in bytes.
    var size = 0
    /// The model as the client named it; replies carry this name back.
    var model: String
    var messages: [ChatMessage]
    /// What the client declared, in its order; what is offered upstream follows from `toolChoice`.
    var toolSet = ToolSet.empty
    /// What of the request no model gets, for the log: the type of an item or a tool.
    var leftOut: Set<String> = []
    var toolChoice = ToolChoice.auto
    /// `tools` are those of more that the client allows this time; it has the others, too.
    var restrictsTools = false
    /// False: the reply ends after the first whole call.
    var allowsParallelToolCalls = true
    var options = GenerationOptions()
    /// `nil`: the client said nothing about thinking itself.
    var think: ThinkLevel?
    /// `nil`: the client named no effort.
    var reasoningEffort: ReasoningEffort?
    var outputFormat = OutputFormat.text
    /// `nil`: no log probabilities; otherwise how many alternatives a token carries, 0…20.
    var logprobs: Int?
    /// How long the model stays loaded: a number of seconds or a duration such as `"5m"`, as the client wrote it.
    var keepAlive: JSONValue?
    var isStreaming = false
    /// Streaming only: the client wants a usage chunk.
    var includesUsage = false
    /// The client's own request, for dialects whose replies repeat it. Not for upstreams.
    var original: JSONValue?

    /// What the client declared.
    var tools: [Tool] {
        get { toolSet.tools }
        set { toolSet = ToolSet(newValue) }
    }

    /// The tools that the model may call in its reply.
    var offeredTools: [Tool] {
        switch toolChoice {
        case .auto, .required: tools
        case .none: []
        case .function(let name): tools.filter { $0.name == name }
        }
    }

    /// Throws a 400 when the function that must be called is not declared.
    func checkChoice() throws(ChatError) {
        guard case .function(let name) = toolChoice, offeredTools.isEmpty else { return }
        throw .invalid("tool_choice", "'tool_choice' names the function \"\(name)\", which 'tools' does not declare.")
    }

    /// No tool but those may be called: none was offered, or some were named.
    var forbidsOtherTools: Bool {
        switch toolChoice {
        case .auto, .required: restrictsTools || tools.isEmpty
        case .none, .function: true
        }
    }

    /// A reply without a call is not what was asked for.
    var demandsCall: Bool { toolChoice != .auto && toolChoice != .none && !tools.isEmpty }
}

enum ToolChoice: Sendable, Equatable {
    case auto, none, required
    case function(String)
}

/// How much a model shall think. Ollama takes a Boolean or one of four levels.
enum ThinkLevel: String, Sendable {
    case off = "false"
    case on = "true"
    case low, medium, high, max
}

/// The efforts that clients name (OpenAI's, and those its clients add).
enum ReasoningEffort: String, Sendable { case none, minimal, low, medium, high, xhigh, max, ultra }

enum OutputFormat: Sendable {
    case text
    case json
    /// A JSON Schema, verbatim, with what the client says of it besides.
    case schema(JSONValue, name: String? = nil, isStrict: Bool? = nil)
}
