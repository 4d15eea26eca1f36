/// Every client API to every upstream, on any bytes from either side.
///
/// The input's first byte names the pair; then comes a client's request, and behind a record separator the body of the
/// upstream's answer. A request that is refused leaves its place to one that offers tools.
enum ClientAPILaws {
    static func check(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        let pair = Int(bytes.first ?? 0)
        switch pair / 2 % 5 {
        case 0: check(ChatCompletionsDialect(), bytes, pair, &choices)
        case 1: check(ResponsesDialect(), bytes, pair, &choices)
        case 2: check(MessagesDialect(), bytes, pair, &choices)
        case 3: check(OllamaAPIDialect(endpoint: .chat), bytes, pair, &choices)
        default: check(OllamaAPIDialect(endpoint: .generate), bytes, pair, &choices)
        }
    }

    private static func check(_ client: some ClientDialect, _ bytes: [UInt8], _ pair: Int, _ choices: inout Choices) {
        if pair.isMultiple(of: 2) {
            exchange(client, OllamaDialect(host: "localhost", refusesOverflow: true), bytes, &choices)
        } else {
            let vendor = VendorChatDialect(name: "vendor", host: "localhost", authorization: .bearer("sk-secret"))
            exchange(client, vendor, bytes, &choices)
        }
    }

    private static let identity = ReplyIdentity(id: "fuzz00000000000000000000", created: 0)

    private static func exchange<Client: ClientDialect, Upstream: UpstreamDialect>(
        _ client: Client, _ upstream: Upstream, _ bytes: [UInt8], _ choices: inout Choices
    ) {
        let parts = Inputs.parts(Array(bytes.dropFirst()))
        let answer = Array(parts.dropFirst().joined(separator: [Inputs.separator]))
        let chat = request(parts.first ?? [], client, upstream) ?? standard(client)
        let events = decode([answer], upstream, chat)
        holdGrammar(events)
        choices.holdSplits("an answer is the same however it is cut", answer, events) { decode($0, upstream, chat) }

        var call = CallCheck(names: names(events, chat))
        var gatherer = ToolCallGatherer(
            makeID: { "call_fuzz" }, allowsParallelCalls: true,
            normalizer: ToolCallNormalizer(catalog: ToolCatalog(chat.offeredTools), repairs: true, coerces: true))
        var whole: [ReplyEvent] = []
        for event in events { gatherer.feed(event, into: &whole) }
        // One id serves every call that has none here; the real source never repeats itself.
        call.take(Array(whole.prefix(2)).asChatEvents)
        tell(whole, client, chat)
        refusal(answer, client, upstream)
    }

    private static func names(_ events: [ChatEvent], _ chat: ChatRequest) -> [String] {
        // Names come in fragments, so what was said is all of them together as well.
        var names = chat.offeredTools.map(\.name)
        var byIndex: [Int: String] = [:]
        for case .toolCallDelta(let call) in events {
            names.append(call.name ?? "")
            byIndex[call.index ?? -1, default: ""] += call.name ?? ""
        }
        return names + byIndex.values
    }

    // MARK: Up

    private static func standard(_ client: some ClientDialect) -> ChatRequest {
        var chat = ChatRequest(model: "m", messages: [ChatMessage(role: .user, text: JSONText("Hi"))])
        chat.tools = RecoveryTools.all
        chat.includesUsage = true
        chat.isStreaming = true
        return chat
    }

    /// `nil` when the request is refused, which must be the client's mistake.
    private static func request<Upstream: UpstreamDialect>(
        _ body: [UInt8], _ client: some ClientDialect, _ upstream: Upstream
    ) -> ChatRequest? {
        do throws(ChatError) {
            let chat = try client.decode(HTTPRequest(method: .post, target: "/", body: body))
            let plan = RequestPlan(chat, think: chat.think)
            let sent = try upstream.encode(plan, form: [])
            hold("the same request gives the same bytes", try upstream.encode(plan, form: []) == sent)
            guard let root = try? JSONDocument(parsing: sent.body).root else {
                hold("what goes upstream is JSON", false, String(decoding: sent.body, as: UTF8.self))
                return chat
            }
            hold("upstream is asked to stream", root["stream"]?.bool == true, root.rawText)
            hold("upstream gets a conversation", root["messages"].map { !$0.elements.isEmpty } ?? false, root.rawText)
            return chat
        } catch {
            holdError(error, isClients: true)
            hold("a refusal is a response", client.encode(error).status.rawValue >= 400)
            return nil
        }
    }

    // MARK: Down

    private static func decode<Upstream: UpstreamDialect>(
        _ pieces: [[UInt8]], _ upstream: Upstream, _ chat: ChatRequest
    ) -> [ChatEvent] {
        var decoder = upstream.makeDecoder(for: chat)
        var events: [ChatEvent] = []
        for piece in pieces { decoder.feed(piece.span, into: &events) }
        decoder.finish(into: &events)
        // Pieces of text may be divided anywhere.
        return events.reduce(into: []) { joined, event in
            switch (joined.last, event) {
            case (.textDelta(let a, let x)?, .textDelta(let b, let y)):
                joined[joined.count - 1] = .textDelta(a + b, logprobs: x + y)
            case (.reasoningDelta(let a)?, .reasoningDelta(let b)):
                joined[joined.count - 1] = .reasoningDelta(a + b)
            default: joined.append(event)
            }
        }
    }

    /// A stream is frames or lines of JSON; a whole reply is one object.
    private static func tell(_ events: [ReplyEvent], _ client: some ClientDialect, _ chat: ChatRequest) {
        var encoder = client.makeEncoder(for: chat, reply: identity)
        var stream = ByteBuffer()
        var response = ChatResponse()
        for event in events {
            encoder.keepAlive(into: &stream)
            encoder.encode(event, into: &stream)
            response.fold(event)
        }
        for line in stream.array.split(separator: UInt8(ascii: "\n")) {
            var line = line
            if line.starts(with: Array("event: ".utf8)) || line.first == UInt8(ascii: ":") { continue }
            if line.starts(with: Array("data: ".utf8)) { line = line.dropFirst(6) }
            if line.elementsEqual(Array("[DONE]".utf8)) { continue }
            let root = try? JSONDocument(parsing: Array(line)).root
            hold("a stream is made of objects", root?.kind == .object, String(decoding: line, as: UTF8.self))
        }
        guard case .end(.finished) = events.last else { return }
        let body = client.encode(response, for: chat, reply: identity).body
        hold("a whole reply is an object", (try? JSONDocument(parsing: body.array))?.root.kind == .object, body.text)
    }

    private static func refusal<Upstream: UpstreamDialect>(
        _ bytes: [UInt8], _ client: some ClientDialect, _ upstream: Upstream
    ) {
        let error = upstream.decodeError(status: 500, fields: HTTPFields(), body: ByteBuffer(bytes))
        holdError(error)
        var head = ByteBuffer()
        let response = client.encode(error)
        response.encodeHead(into: &head, framing: .length(response.body.count))
        hold("an error is an object", (try? JSONDocument(parsing: response.body.array))?.root.kind == .object)
    }
}
