/// Reads the NDJSON lines of an `/api/chat` reply; also the one object that Ollama sends when it does not stream.
///
/// One line may hold thinking, text, calls and the end at once: they come out in that order. A body that ends before
/// `"done":true` has failed, whatever came before: Ollama's cloud proxy and its repeat guard end streams like that.
struct OllamaStreamDecoder: ChatEventDecoder {
    private var lines: LineDecoder
    private var reader = Reader()

    /// - Parameter lineLimit: bytes in one line; a call that writes a whole file comes in one.
    init(lineLimit: Int = 32 * 1024 * 1024) {
        lines = LineDecoder(limit: lineLimit)
    }

    mutating func feed(_ bytes: Span<UInt8>, into events: inout [ChatEvent]) {
        guard !reader.isFinished else { return }
        var reader = reader
        do {
            try lines.feed(bytes) { reader.read($0, isWhole: true, into: &events) }
        } catch {
            reader.fail("Ollama sent a line of more than \(lines.limit) bytes.", .upstreamInvalid, into: &events)
        }
        self.reader = reader
    }

    mutating func finish(into events: inout [ChatEvent]) {
        guard !reader.isFinished else { return }
        var reader = reader
        lines.finish { reader.read($0, isWhole: false, into: &events) }
        reader.fail(
            "Ollama's reply ended before it was complete (no line with \"done\": true).", .upstreamIncomplete,
            into: &events)
        self.reader = reader
    }

    /// What is known between lines.
    private struct Reader {
        private var hasStarted = false
        private(set) var isFinished = false

        /// - Parameter isWhole: false for a last line without its end, which may have been cut.
        mutating func read(_ bytes: Span<UInt8>, isWhole: Bool, into events: inout [ChatEvent]) {
            guard !isFinished else { return }
            do throws(JSONError) {
                let line = try OllamaReplyLine(bytes)
                if line.hasError {
                    end(with: .failed(OllamaErrorDecoder.decode(line: bytes)), into: &events)
                } else {
                    try emit(line, bytes, into: &events)
                }
            } catch {
                if error.reason == .unexpectedEnd, !isWhole || bytes.isBlank { return }
                fail("Ollama sent a line that is not a JSON object: \(bytes.excerpt)", .upstreamInvalid, into: &events)
            }
        }

        private mutating func emit(
            _ line: OllamaReplyLine, _ bytes: Span<UInt8>, into events: inout [ChatEvent]
        ) throws(JSONError) {
            let thinking = bytes.nonEmptyText(line.thinking)
            if let thinking { append(.reasoningDelta(thinking), into: &events) }
            let text = bytes.nonEmptyText(line.content)
            // Those of a line that only thinks are the thoughts' own; they must not come out as the text's.
            let logprobs = text == nil && thinking != nil ? [] : try line.tokens(in: bytes)
            if text != nil || !logprobs.isEmpty {
                append(.textDelta(text ?? "", logprobs: logprobs), into: &events)
            }
            let calls = try line.calls(in: bytes)
            for call in calls { append(.toolCallDelta(call), into: &events) }
            if !calls.isEmpty, let text { events.moveRest(text, behind: calls.count) }
            guard line.isDone else { return }
            start(into: &events)
            guard let reason = line.finishReason(in: bytes) else {
                return fail("Ollama broke off its reply: \(bytes.excerpt)", .upstreamIncomplete, into: &events)
            }
            end(with: .finished(reason, line.usage), into: &events)
        }

        private mutating func append(_ event: ChatEvent, into events: inout [ChatEvent]) {
            start(into: &events)
            events.append(event)
        }

        private mutating func start(into events: inout [ChatEvent]) {
            if !hasStarted { events.append(.started) }
            hasStarted = true
        }

        mutating func fail(_ message: String, _ code: ChatError.Code, into events: inout [ChatEvent]) {
            end(with: .failed(ChatError(status: 502, message, code: code)), into: &events)
        }

        private mutating func end(with event: ChatEvent, into events: inout [ChatEvent]) {
            guard !isFinished else { return }
            isFinished = true
            events.append(event)
        }
    }
}

extension Span<UInt8> {
    fileprivate var isBlank: Bool {
        for at in indices where !JSONScanner.isWhitespace(self[at]) { return false }
        return true
    }
}
