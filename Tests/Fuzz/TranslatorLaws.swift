import Synchronization

/// The whole way of a request and its reply, on any bytes from either side.
///
/// The input is a client's request, and behind a record separator the body of Ollama's answer. A request that is
/// refused leaves its place to one that offers tools, so that the answer is read in any case.
enum TranslatorLaws {
    private static let client = ChatCompletionsDialect()
    private static let upstream = OllamaDialect(host: "localhost", defaultKeepAlive: "5m", refusesOverflow: true)

    static func check(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        let cut = bytes.firstIndex(of: Inputs.separator) ?? bytes.count
        let chat = request(Array(bytes[..<cut])) ?? standard
        reply(Array(bytes[cut...].dropFirst()), chat, &choices)
    }

    // MARK: Up

    private static let standard: ChatRequest = {
        var chat = ChatRequest(model: "m", messages: [ChatMessage(role: .user, text: JSONText("Hi"))])
        chat.tools = RecoveryTools.all
        chat.think = .on
        chat.includesUsage = true
        return chat
    }()

    /// The request as the client meant it; `nil` when it is refused.
    private static func request(_ body: [UInt8]) -> ChatRequest? {
        do throws(ChatError) {
            let chat = try client.decode(HTTPRequest(method: .post, target: "/v1/chat/completions", body: body))
                .withoutVolatileLines
            let sent = try upstream.encode(RequestPlan(chat, think: chat.think), form: [])
            sentIsLawful(sent, chat)
            let again = try upstream.encode(RequestPlan(chat, think: chat.think), form: [])
            hold("the same request gives the same bytes", sent == again)
            return chat
        } catch {
            holdError(error, isClients: true)
            return nil
        }
    }

    private static func sentIsLawful(_ request: HTTPRequest, _ chat: ChatRequest) {
        var bytes = ByteBuffer()
        request.encodeHead(into: &bytes)
        bytes.append(request.body)
        guard let body = try? JSONDocument(parsing: request.body).root else {
            return hold("what goes to Ollama is JSON", false, bytes.text)
        }
        hold("Ollama is asked to stream", body["stream"]?.bool == true, bytes.text)
        hold("Ollama is asked for that model", body["model"]?.string.map(isSame(chat.model)) ?? false, bytes.text)
        guard let messages = body["messages"], !messages.elements.isEmpty else {
            return hold("Ollama gets a conversation", false, bytes.text)
        }
        var words: [[UInt8]] = []
        for message in messages.elements {
            let role = message["role"]?.string ?? ""
            hold("a message has a role", ["system", "user", "assistant", "tool"].contains(role), message.rawText)
            guard let text = message["content"]?.string else {
                return hold("a message has a text", false, message.rawText)
            }
            words.append(Array(text.utf8))
            for image in message["images"].map({ Array($0.elements) }) ?? [] { isBase64(image) }
            for call in message["tool_calls"].map({ Array($0.elements) }) ?? [] {
                hold("a call's arguments are an object", call["function"]?["arguments"]?.kind == .object, call.rawText)
            }
        }
        for message in chat.messages {
            let text = Array(message.text.string.utf8)
            hold("no message loses its text", text.isEmpty || words.contains { $0.contains(text) }, message.text.string)
        }
        for tool in body["tools"].map({ Array($0.elements) }) ?? [] {
            let parameters = tool["function"]?["parameters"]?.rawText ?? ""
            hold("Ollama takes every tool", (try? OllamaSchemaDecoder.decode(parameters)) != nil, parameters)
        }
    }

    private static func isSame(_ a: String) -> (String) -> Bool { { $0.utf8.elementsEqual(a.utf8) } }

    private static func isBase64(_ image: JSONValue) {
        let text = Array((image.string ?? "").utf8)
        let symbols = text.reversed().drop { $0 == UInt8(ascii: "=") }
        let isClean = symbols.allSatisfy {
            ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || JSONScanner.isDigit($0) || $0 == 0x2B || $0 == 0x2F
        }
        let isPadded = text.count.isMultiple(of: 4) && text.count - symbols.count <= 2
        hold("an image is standard base64", isClean && isPadded && !text.isEmpty, image.rawText)
    }

    // MARK: Down

    private typealias Reply = ReplyPipeline<OllamaStreamDecoder, ChatCompletionsChunkEncoder>

    /// What one run of the translator came to.
    private struct Run: Equatable {
        var output: [UInt8] = []
        var response = ChatResponse()
        var outcome: ReplyEnd?
        var adjustments: [ToolCallAdjustment] = []
    }

    private static let identity = ReplyIdentity(id: "fuzz00000000000000000000", created: 0)

    private static func translator(_ chat: ChatRequest, isStreaming: Bool) -> Reply {
        let counter = Counter()
        var chat = chat
        chat.isStreaming = isStreaming
        return Reply(
            decoder: upstream.makeDecoder(for: chat),
            encoder: isStreaming ? client.makeEncoder(for: chat, reply: identity) : nil,
            for: RequestPlan(chat, think: chat.think, passesReasoning: true), memoryLimit: 1 << 16, makeID: counter.next
        )
    }

    private static func run(_ pieces: [[UInt8]], _ chat: ChatRequest, isStreaming: Bool) -> Run {
        var translator = translator(chat, isStreaming: isStreaming)
        for piece in pieces where translator.outcome == nil { translator.feed(piece.span) }
        if translator.outcome == nil { translator.finish() }
        return end(&translator)
    }

    private static func end(_ translator: inout Reply) -> Run {
        switch translator.outcome {
        case .failed(let error):
            holdError(error)
            translator.fail(error)
        case .finished: translator.release()
        case nil: hold("a reply has an end", false)
        }
        return Run(
            output: translator.output.array, response: translator.response, outcome: translator.outcome,
            adjustments: translator.adjustments)
    }

    private static func reply(_ bytes: [UInt8], _ chat: ChatRequest, _ choices: inout Choices) {
        let streamed = run([bytes], chat, isStreaming: true)
        choices.holdSplits("a reply is the same however it is cut", bytes, streamed) {
            run($0, chat, isStreaming: true)
        }
        let said = StreamLaws.events([bytes], 1 << 25)
        let told = ToldReply(streamed.output, model: chat.model)
        told.checkEnd(streamed.outcome)
        told.checkCalls(names: names(chat, said))
        if !streamed.adjustments.contains(where: { [.recovered, .reparsed, .thought].contains($0.rule) }) {
            nothingIsLost(said, told, streamed.outcome, chat)
        }

        let folded = run([bytes], chat, isStreaming: false)
        if case .finished = folded.outcome {
            let body = client.encode(folded.response, for: chat, reply: identity).body
            let message = try? JSONDocument(parsing: body.array).root["choices"]?.elements.first { _ in true }?[
                "message"]
            hold("a whole reply is JSON", message != nil, body.text)
        }
        hold("a whole reply ends as a streamed one", folded.outcome == streamed.outcome, "\(folded)\n\(streamed)")
        refusal(bytes, chat)
    }

    private static func names(_ chat: ChatRequest, _ said: [ChatEvent]) -> [String] {
        var names = chat.offeredTools.map(\.name)
        if chat.forbidsOtherTools { return names }
        for case .toolCallDelta(let call) in said { names.append(call.name ?? "") }
        return names
    }

    /// Without a recovered call, the client gets all that the model said up to where the reply ended.
    private static func nothingIsLost(
        _ said: [ChatEvent], _ told: ToldReply, _ outcome: ReplyEnd?, _ chat: ChatRequest
    ) {
        var words: [UInt8] = []
        for event in said {
            switch event {
            case .textDelta(let text, _): words += text.utf8
            case .reasoningDelta(let text): words += text.utf8
            default: break
            }
        }
        // Reasoning and text may be mixed in any order, so they are counted.
        let marks = ThinkingMarks.all.flatMap { ["\($0.opening)", "\($0.closing)"] }
        guard !marks.contains(where: { words.contains(Array($0.utf8)) }) else { return }
        let count = told.reasoning.count + told.text.count
        hold("nothing is invented", count <= words.count)
        // A failure also ends what waited behind a call.
        let hasCall = said.contains { if case .toolCallDelta = $0 { true } else { false } }
        if case .failed = outcome, hasCall { return }
        if case .failed = outcome, case .finished = said.last { return }
        if !chat.allowsParallelToolCalls, !told.calls.isEmpty { return }
        hold("no text is lost", count == words.count, "\(count) of \(words.count) bytes")
    }

    /// The same bytes as the body of a refusal.
    private static func refusal(_ bytes: [UInt8], _ chat: ChatRequest) {
        let error = upstream.decodeError(status: 500, fields: HTTPFields(), body: ByteBuffer(bytes))
        var translator = translator(chat, isStreaming: true)
        translator.refuse(error)
        let run = end(&translator)
        let told = ToldReply(run.output, model: chat.model)
        told.checkEnd(run.outcome)
        told.checkCalls(names: chat.offeredTools.map(\.name))
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)
        func next() -> String { "call_fuzz\(count.add(1, ordering: .relaxed).newValue)" }
    }
}
