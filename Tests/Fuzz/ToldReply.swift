/// A streamed reply as a client reads it, strictly: server-sent events that hold chunks, their end, or an error.
struct ToldReply {
    private(set) var text: [UInt8] = []
    private(set) var reasoning: [UInt8] = []
    private(set) var calls: [ToolCallDelta] = []
    private(set) var finishReason: String?
    private(set) var isDone = false
    private(set) var error: JSONValue?
    private var hasRole = false

    init(_ bytes: [UInt8], model: String) {
        var rest = bytes[...]
        while let end = rest.firstRange(of: [0x0A, 0x0A]) {
            take(Array(rest[..<end.lowerBound]), model)
            rest = rest[end.upperBound...]
        }
        hold("a stream is whole events", rest.isEmpty, ByteBuffer(bytes).text)
    }

    private mutating func take(_ event: [UInt8], _ model: String) {
        let text = ByteBuffer(event).text
        hold("an event is one line of data", event.starts(with: "data: ".utf8) && !event.contains(0x0A), text)
        hold("nothing follows the end of a stream", !isDone && error == nil, text)
        let data = Array(event.dropFirst(6))
        if data.elementsEqual("[DONE]".utf8) {
            hold("a stream is done after its finish reason", finishReason != nil, text)
            isDone = true
            return
        }
        guard let chunk = try? JSONDocument(parsing: data).root else { return hold("a chunk is JSON", false, text) }
        if let error = chunk["error"] {
            self.error = error
            return
        }
        hold("a chunk says what it is", chunk["object"]?.isString("chat.completion.chunk") == true, text)
        hold("a chunk has the client's name of the model", chunk["model"]?.string == model, text)
        take(chunk: chunk, text)
    }

    private mutating func take(chunk: JSONValue, _ text: String) {
        let choices = chunk["choices"].map { Array($0.elements) } ?? []
        guard let choice = choices.first else {
            hold("a chunk without a choice counts tokens", chunk["usage"]?.kind == .object && finishReason != nil, text)
            return
        }
        hold("nothing is said after the finish reason", finishReason == nil && choices.count == 1, text)
        guard let delta = choice["delta"] else { return hold("a choice has a delta", false, text) }
        if delta["role"] != nil {
            hold("the role is told once, in a chunk of its own", !hasRole && Array(delta.members).count == 2, text)
            hasRole = true
            return
        }
        hold("the role comes first", hasRole, text)
        self.text += (delta["content"]?.string ?? "").utf8
        reasoning += (delta["reasoning_content"]?.string ?? "").utf8
        if let list = delta["tool_calls"] {
            hold(
                "a call has a chunk of its own", Array(list.elements).count == 1 && Array(delta.members).count == 1,
                text)
            for call in list.elements { calls.append(Self.call(call)) }
        }
        finishReason = choice["finish_reason"]?.string
    }

    private static func call(_ call: JSONValue) -> ToolCallDelta {
        ToolCallDelta(
            index: call["index"]?.integer, id: call["id"]?.string, name: call["function"]?["name"]?.string,
            arguments: call["function"]?["arguments"]?.string ?? "")
    }

    /// A stream ends in exactly one of two ways.
    func checkEnd(_ outcome: ReplyEnd?) {
        switch outcome {
        case .finished(let reason, _):
            hold("a good reply is done, with its reason", isDone && finishReason == reason.rawValue)
            if reason == .stop { hold("a reply with calls says so", calls.isEmpty) }
            if reason == .toolCalls { hold("a reply that promises calls has them", !calls.isEmpty) }
        case .failed: hold("a failed reply ends in an error", error != nil && !isDone)
        case nil: hold("a reply has an end", false)
        }
    }

    func checkCalls(names: [String]) {
        var check = CallCheck(names: names)
        for call in calls { check.take(call) }
    }
}
