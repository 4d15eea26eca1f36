/// Writes a chat request as the body of `POST /api/chat`.
///
/// The same request gives the same bytes in every process, for the prompt cache's sake. What the client left unset is
/// left out: Ollama reads some members that are null or empty differently from absent ones.
struct OllamaRequestEncoder {
    let defaultContextSize: Int?
    let defaultKeepAlive: String?
    let refusesOverflow: Bool

    /// Throws a 400 for what Ollama would answer with a 500 or not notice at all.
    func encode(_ request: ChatRequest) throws(ChatError) -> [UInt8] {
        let offer = try OllamaToolOffer(request)
        let conversation = try OllamaConversation(request.remindedMessages, instruction: offer.instruction)
        let options = try OllamaOptions(request.options, defaultContextSize: defaultContextSize)

        var body = JSONWriter(reserving: Self.likelySize(of: request))
        body.beginObject()
        body.name("model")
        body.string(request.upstreamModel ?? request.model)
        conversation.write(into: &body)
        offer.write(into: &body)
        writeFormat(request.outputFormat, into: &body)
        options.write(into: &body)
        body.name("stream")
        body.bool(true)
        if refusesOverflow {
            body.name("truncate")
            body.bool(false)
        }
        writeThink(request.think, into: &body)
        writeKeepAlive(request.keepAlive, into: &body)
        writeLogprobs(request.logprobs, into: &body)
        body.endObject()
        return body.buffer.array
    }

    /// About what the client's own text takes. Long requests are those of agents, which declare tools.
    private static func likelySize(of request: ChatRequest) -> Int {
        let ours = 4096
        return ours + (request.tools.lazy.compactMap { $0.parameters?.document.bytes.count }.first ?? 0)
    }

    private func writeFormat(_ format: OutputFormat, into body: inout JSONWriter) {
        switch format {
        case .text: break
        case .json:
            body.name("format")
            body.string("json")
        case .schema(let schema):
            body.name("format")
            body.raw(schema)
        }
    }

    private func writeThink(_ think: ThinkLevel?, into body: inout JSONWriter) {
        guard let think else { return }
        body.name("think")
        switch think {
        case .off: body.bool(false)
        case .on: body.bool(true)
        case .low, .medium, .high, .max: body.string(think.rawValue)
        }
    }

    private func writeKeepAlive(_ keepAlive: JSONValue?, into body: inout JSONWriter) {
        if let keepAlive {
            body.name("keep_alive")
            body.raw(keepAlive)
        } else if let defaultKeepAlive {
            body.name("keep_alive")
            // Ollama takes seconds as a number only: "300" in quotes is no Go duration.
            if Self.isNumber(defaultKeepAlive) {
                body.raw(text: defaultKeepAlive)
            } else {
                body.string(defaultKeepAlive)
            }
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        (try? JSONDocument(parsing: text))?.root.kind == .number
    }

    private func writeLogprobs(_ alternatives: Int?, into body: inout JSONWriter) {
        guard let alternatives else { return }
        body.name("logprobs")
        body.bool(true)
        guard alternatives > 0 else { return }
        body.name("top_logprobs")
        body.integer(alternatives)
    }
}
