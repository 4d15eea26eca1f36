/// Writes a streamed reply: the events of the Responses API as server-sent events with a name.
///
/// An item ends when another begins; a call comes whole and is an item that begins and ends at once.
struct ResponsesEventEncoder: ReplyEventEncoder {
    private let writer: ResponsesReplyWriter
    var progress = StreamProgress.silent
    /// The item that can still grow. Its place in the output is behind all of `items`.
    private var open: ResponsesItem?
    /// The beginning of every delta of the open item up to its number, rendered once.
    private var deltaOpening: [UInt8] = []
    /// The items that have ended.
    private var items: [ResponsesItem] = []
    private var sequence = 0

    init(for request: ChatRequest, reply: ReplyIdentity) { writer = ResponsesReplyWriter(request: request, reply: reply) }

    mutating func write(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
        switch event {
        case .started: break
        case .reasoning(let text): append(text, [], to: .reasoning, into: &bytes)
        case .text(let text, let logprobs): append(text, logprobs, to: .message, into: &bytes)
        case .call(let call):
            close(.completed, into: &bytes)
            append(call, into: &bytes)
        case .end(let end):
            begin(into: &bytes)
            // After a failure the open item is left as it is: what it lacks shall not be taken for said.
            if case .finished = end { close(ReplyEnd?(end).incompleteReason == nil ? .completed : .incomplete, into: &bytes) }
            emitResponse(ReplyEnd?(end).responsesStatus, end, into: &bytes)
        }
    }

    mutating func open(into bytes: inout ByteBuffer) {
        emitResponse("created", nil, into: &bytes)
        emitResponse("in_progress", nil, into: &bytes)
    }

    /// An event, since comments do not keep Codex waiting (0.163: it asks again after 300 s of them); one that every
    /// client knows.
    mutating func keepAlive(into bytes: inout ByteBuffer) {
        switch progress {
        case .silent: begin(into: &bytes)
        case .open: emitResponse("in_progress", nil, into: &bytes)
        case .ended: break
        }
    }

    // MARK: Items

    private mutating func start(_ kind: ResponsesItem.Kind, into bytes: inout ByteBuffer) {
        guard open?.kind != kind else { return }
        close(.completed, into: &bytes)
        let item = ResponsesItem(kind)
        open = item
        emit("response.output_item.added", item, .inProgress, into: &bytes)
        emit(item.events.part + ".added", in: item, [item.events.index: 0, "part": item.part], into: &bytes)
        let type = item.events.text + ".delta"
        var opening = ByteBuffer()
        opening.append(text: "event: \(type)\ndata: {\"type\":\"\(type)\",\"item_id\":\"")
        opening.appendEscaped(item.id(items.count, of: writer.reply))
        opening.append(text: "\",\"output_index\":\(items.count),\"\(item.events.index)\":0,\"sequence_number\":")
        deltaOpening = opening.array
    }

    /// The hot path: appends bytes and allocates nothing but what the item's end must say again.
    private mutating func append(
        _ text: String, _ logprobs: [TokenLogprob], to kind: ResponsesItem.Kind, into bytes: inout ByteBuffer
    ) {
        start(kind, into: &bytes)
        open?.text += text
        open?.logprobs += logprobs
        bytes.append(deltaOpening)
        bytes.append(decimal: sequence)
        sequence += 1
        bytes.append(",\"delta\":\"")
        bytes.appendEscaped(text)
        if kind == .reasoning {
            bytes.append("\"}")
        } else if logprobs.isEmpty {
            bytes.append("\",\"logprobs\":[]}")
        } else {
            var json = JSONWriter()
            logprobs.objects().write(into: &json)
            bytes.append("\",\"logprobs\":")
            bytes.append(json.buffer.array)
            bytes.append("}")
        }
        bytes.endEvent()
    }

    private mutating func append(_ call: ToolCall, into bytes: inout ByteBuffer) {
        let item = ResponsesItem(call, ResponsesTools(of: writer.request.toolSet))
        guard case .call(let origin) = item.kind else { return }
        emit("response.output_item.added", item, .inProgress, into: &bytes)
        if origin.kind != .search {
            let family = origin.kind == .text ? "response.custom_tool_call_input" : "response.function_call_arguments"
            emit(family + ".delta", in: item, ["delta": item.text], into: &bytes)
            let name = origin.kind == .function ? origin.name : nil
            emit(family + ".done", in: item, ["name": name, item.names.content: item.text], into: &bytes)
        }
        emit("response.output_item.done", item, .completed, into: &bytes)
        items.append(item)
    }

    private mutating func close(_ status: ResponsesItem.Status, into bytes: inout ByteBuffer) {
        guard let item = open else { return }
        open = nil
        let logprobs = item.kind == .message ? item.logprobs.objects() : nil
        let said: JSONObject = [item.events.index: 0, "text": item.text, "logprobs": logprobs]
        emit(item.events.text + ".done", in: item, said, into: &bytes)
        emit(item.events.part + ".done", in: item, [item.events.index: 0, "part": item.part], into: &bytes)
        emit("response.output_item.done", item, status, into: &bytes)
        items.append(item)
    }

    // MARK: Events

    private mutating func emitResponse(_ type: String, _ end: ReplyEnd?, into bytes: inout ByteBuffer) {
        emit("response." + type, ["response": writer.object(items, end)], into: &bytes)
    }

    private mutating func emit(_ type: String, _ item: ResponsesItem, _ status: ResponsesItem.Status, into bytes: inout ByteBuffer) {
        let object = item.object(items.count, of: writer.reply, status)
        emit(type, ["output_index": items.count, "item": object], into: &bytes)
    }

    /// An event about something inside of an item.
    private mutating func emit(_ type: String, in item: ResponsesItem, _ members: JSONObject, into bytes: inout ByteBuffer) {
        let place: JSONObject = ["item_id": item.id(items.count, of: writer.reply), "output_index": items.count]
        emit(type, place + members, into: &bytes)
    }

    private mutating func emit(_ type: String, _ members: JSONObject, into bytes: inout ByteBuffer) {
        bytes.append(text: "event: \(type)\n")
        bytes.beginEvent()
        bytes.append(JSONWriter.object(reserving: 256, ["type": type, "sequence_number": sequence] + members).array)
        bytes.endEvent()
        sequence += 1
    }
}

extension ResponsesItem {
    /// The family of the events of a text, that of those of its one part, and the name of the part's place in the item.
    fileprivate var events: (text: String, part: String, index: StaticString) {
        kind == .message
            ? ("response.output_text", "response.content_part", "content_index")
            : ("response.reasoning_summary_text", "response.reasoning_summary_part", "summary_index")
    }
}
