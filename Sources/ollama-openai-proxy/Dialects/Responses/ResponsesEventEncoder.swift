/// Writes a streamed reply: the events of the Responses API as server-sent events with a name.
///
/// Nothing is written before the model says something that is passed on, so that until then a failure can still be
/// retried. An item ends when another begins; a call comes whole and is an item that begins and ends at once.
struct ResponsesEventEncoder: ReplyEventEncoder {
    static let contentType: StaticString = "text/event-stream"

    /// An item that can still grow. Its place in the output is behind all of `items`.
    private enum Open {
        case reasoning, text

        func item(_ content: String, _ tokens: [TokenLogprob]) -> ResponsesItem {
            switch self {
            case .reasoning: .reasoning(content)
            case .text: .message(content, tokens)
            }
        }

        /// The family of the events of its text, and of those of its one part.
        var text: String { self == .text ? "response.output_text" : "response.reasoning_summary_text" }
        var part: String { self == .text ? "response.content_part" : "response.reasoning_summary_part" }
        /// The name of the part's place in the item.
        var index: StaticString { self == .text ? "content_index" : "summary_index" }
    }

    private let writer: ResponsesReplyWriter
    private var progress = StreamProgress.silent
    private var open: Open?
    /// What the open item holds so far.
    private var content = ""
    private var tokens: [TokenLogprob] = []
    /// The beginning of every delta of the open item up to its number, rendered once.
    private var deltaOpening: [UInt8] = []
    /// The items that have ended.
    private var items: [ResponsesItem] = []
    private var sequence = 0

    init(for request: ChatRequest, reply: ReplyIdentity) { writer = ResponsesReplyWriter(request: request, reply: reply) }

    mutating func encode(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        guard progress != .ended else { return }
        switch event {
        case .started: break
        case .reasoning(let text):
            guard !text.isEmpty else { return }
            start(.reasoning, into: &bytes)
            append(text, [], into: &bytes)
        case .text(let text, let logprobs):
            guard !text.isEmpty || !logprobs.isEmpty else { return }
            start(.text, into: &bytes)
            append(text, logprobs, into: &bytes)
        case .call(let call):
            beginReply(into: &bytes)
            close(.completed, into: &bytes)
            append(call, into: &bytes)
        case .end(let end):
            beginReply(into: &bytes)
            // After a failure the open item is left as it is: what it lacks shall not be taken for said.
            if case .finished = end { close(ReplyEnd?(end).incompleteReason == nil ? .completed : .incomplete, into: &bytes) }
            emit("response." + ReplyEnd?(end).responsesStatus, end, into: &bytes)
            progress = .ended
        }
    }

    /// An event, since comments do not keep Codex waiting (0.163: it asks again after 300 s of them); one that every
    /// client knows.
    mutating func keepAlive(into bytes: inout ByteBuffer) {
        switch progress {
        case .silent: beginReply(into: &bytes)
        case .open: emit("response.in_progress", nil, into: &bytes)
        case .ended: break
        }
    }

    // MARK: The reply

    private mutating func beginReply(into bytes: inout ByteBuffer) {
        guard progress == .silent else { return }
        progress = .open
        emit("response.created", nil, into: &bytes)
        emit("response.in_progress", nil, into: &bytes)
    }

    private mutating func emit(_ type: String, _ end: ReplyEnd?, into bytes: inout ByteBuffer) {
        emit(type, into: &bytes) { [items, writer] json in
            json.name("response")
            writer.write(items, end, to: &json)
        }
    }

    // MARK: Items

    private mutating func start(_ kind: Open, into bytes: inout ByteBuffer) {
        guard open != kind else { return }
        beginReply(into: &bytes)
        close(.completed, into: &bytes)
        open = kind
        content = ""
        tokens = []
        let item = kind.item(content, tokens)
        emit("response.output_item.added", item, .inProgress, into: &bytes)
        emitPart(".added", of: item, kind, into: &bytes)
        var opening = ByteBuffer()
        opening.append(text: "event: \(kind.text).delta\ndata: {\"type\":\"\(kind.text).delta\",\"item_id\":\"")
        opening.appendEscaped(item.id(items.count, of: writer.reply))
        opening.append(text: "\",\"output_index\":\(items.count),\"\(kind.index)\":0,\"sequence_number\":")
        deltaOpening = opening.array
    }

    /// The hot path: appends bytes and allocates nothing but what the item's end must say again.
    private mutating func append(_ text: String, _ logprobs: [TokenLogprob], into bytes: inout ByteBuffer) {
        content += text
        tokens += logprobs
        bytes.append(deltaOpening)
        bytes.append(decimal: sequence)
        sequence += 1
        bytes.append(",\"delta\":\"")
        bytes.appendEscaped(text)
        if open == .reasoning {
            bytes.append("\"}")
        } else if logprobs.isEmpty {
            bytes.append("\",\"logprobs\":[]}")
        } else {
            var json = JSONWriter()
            json.write(logprobs)
            bytes.append("\",\"logprobs\":")
            bytes.append(json.buffer.array)
            bytes.append("}")
        }
        bytes.endEvent()
    }

    private mutating func append(_ call: ToolCall, into bytes: inout ByteBuffer) {
        let item = ResponsesItem(call, ResponsesTools(of: writer.request.toolSet))
        guard case .call(let call, let origin) = item else { return }
        emit("response.output_item.added", item, .inProgress, into: &bytes)
        if origin.kind != .search {
            let family = origin.kind == .text ? "response.custom_tool_call_input" : "response.function_call_arguments"
            emit(family + ".delta", in: item, into: &bytes) { json in json.member("delta", call.arguments) }
            emit(family + ".done", in: item, into: &bytes) { json in
                if origin.kind == .function { json.member("name", call.name) }
                json.member(origin.kind.contentMember, call.arguments)
            }
        }
        emit("response.output_item.done", item, .completed, into: &bytes)
        items.append(item)
    }

    private mutating func close(_ status: ResponsesItem.Status, into bytes: inout ByteBuffer) {
        guard let kind = open else { return }
        open = nil
        let (content, tokens) = (content, tokens)
        let item = kind.item(content, tokens)
        emit(kind.text + ".done", in: item, into: &bytes) { json in
            json.member(kind.index, 0)
            json.member("text", content)
            if kind == .text {
                json.name("logprobs")
                json.write(tokens)
            }
        }
        emitPart(".done", of: item, kind, into: &bytes)
        emit("response.output_item.done", item, status, into: &bytes)
        items.append(item)
    }

    // MARK: Events

    private mutating func emit(_ type: String, _ item: ResponsesItem, _ status: ResponsesItem.Status, into bytes: inout ByteBuffer) {
        emit(type, into: &bytes) { [items, writer] json in
            json.member("output_index", items.count)
            json.name("item")
            item.write(id: item.id(items.count, of: writer.reply), status, to: &json)
        }
    }

    private mutating func emitPart(_ what: String, of item: ResponsesItem, _ kind: Open, into bytes: inout ByteBuffer) {
        emit(kind.part + what, in: item, into: &bytes) { json in
            json.member(kind.index, 0)
            json.name("part")
            item.writePart(to: &json)
        }
    }

    /// An event about something inside of an item.
    private mutating func emit(_ type: String, in item: ResponsesItem, into bytes: inout ByteBuffer, _ members: JSONWriter.Body) {
        emit(type, into: &bytes) { [items, writer] json in
            json.member("item_id", item.id(items.count, of: writer.reply))
            json.member("output_index", items.count)
            members(&json)
        }
    }

    private mutating func emit(_ type: String, into bytes: inout ByteBuffer, _ members: JSONWriter.Body) {
        bytes.append(text: "event: \(type)\n")
        bytes.beginEvent()
        let data = JSONWriter.object(reserving: 256) { json in
            json.member("type", type)
            json.member("sequence_number", sequence)
            members(&json)
        }
        bytes.append(data.array)
        bytes.endEvent()
        sequence += 1
    }
}
