/// Writes a chat request as the body of `POST /api/chat`.
///
/// The same request gives the same bytes in every process, for the prompt cache's sake. What the client left unset is
/// left out: Ollama reads some members that are null or empty differently from absent ones.
extension OllamaDialect {
    /// Throws a 400 for what Ollama would answer with a 500 or not notice at all.
    ///
    /// - Parameter tokens: how many alternatives a token's log probabilities have; `nil`: there are none.
    func body(_ plan: RequestPlan, tokens: Int?) throws(ChatError) -> [UInt8] {
        let request = plan.request
        let offer = try OllamaToolOffer(request)
        let conversation = try OllamaConversation(plan.messages, instruction: offer.instruction)
        let options = try OllamaOptions(plan.options, defaultContextSize: defaultContextSize, contextLimit: contextLimit)

        return JSONWriter.object(reserving: 4096 + TokenEstimate.size(of: request) * 5 / 4) { json in
            json.member("model", plan.upstreamModel)
            conversation.write(into: &json)
            offer.write(into: &json)
            writeFormat(request.outputFormat, into: &json)
            options.write(into: &json)
            json.member("stream", true)
            json.member("truncate", ifAny: refusesOverflow ? false : nil)
            // A change of it makes Ollama load the model again: always the same.
            json.member("shift", ifAny: refusesOverflow ? false : nil)
            if let think = Self.think(plan.think) { json.member("think", think) }
            if let keepAlive = request.keepAlive ?? keepAlive { json.member("keep_alive", keepAlive) }
            json.member("logprobs", ifAny: tokens.map { _ in true })
            json.member("top_logprobs", ifAny: tokens.flatMap { $0 > 0 ? $0 : nil })
        }.array
    }

    private func writeFormat(_ format: OutputFormat, into body: inout JSONWriter) {
        switch format {
        case .text: break
        // The word "json" binds the path of Go templates only.
        case .json: body.object("format") { $0.member("type", "object") }
        case .schema(let schema, _, _):
            body.name("format")
            SchemaLowering.write(format: schema, into: &body)
        }
    }

    /// On and off are Booleans, the levels are words.
    private static func think(_ think: ThinkLevel?) -> (any JSONWritable)? {
        think == .on || think == .off ? think.map { RawJSON($0.rawValue) } : think?.rawValue
    }

    /// Ollama takes seconds as a number only: "300" in quotes is no Go duration.
    private var keepAlive: (any JSONWritable)? {
        let isNumber = defaultKeepAlive.flatMap { try? JSONDocument(parsing: $0) }?.root.kind == .number
        return isNumber ? defaultKeepAlive.map(RawJSON.init) : defaultKeepAlive
    }
}
