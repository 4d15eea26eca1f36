/// The tools that a model is offered, and what it is told about them.
///
/// Ollama knows no `tool_choice`: a choice is made by what is offered and by a line in the system message.
struct OllamaToolOffer {
    private let set: ToolSet
    /// One line for the end of the system message; `nil` when the model may choose freely.
    let instruction: String?

    init(_ request: ChatRequest) throws(ChatError) {
        try request.checkChoice()
        (set, instruction) =
            switch request.toolChoice {
            case .auto: (request.toolSet, nil)
            case .none: (.empty, nil)
            case .required where request.tools.isEmpty: (.empty, nil)
            case .required: (request.toolSet, "You must call at least one of the tools now, not answer with text only.")
            case .function(let name):
                (ToolSet(request.offeredTools.suffix(1)), "You must call the tool \"\(name)\" now, not answer with text only.")
            }
    }

    /// Appends the member `tools`, or nothing. Ollama re-encodes what is missing here as `""` and `null`, which templates
    /// then print: so all is always given.
    func write(into body: inout JSONWriter) {
        body.write(set, for: Self.self) { tool, body in SchemaLowering.write(tool.parameters, into: &body) }
    }
}
