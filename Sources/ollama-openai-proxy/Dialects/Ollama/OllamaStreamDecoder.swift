/// Reads the NDJSON lines of an `/api/chat` reply; also the one object that Ollama sends when it does not stream.
///
/// One line may hold thinking, text, calls and the end at once: they come out in that order. A body that ends before
/// `"done":true` has failed, whatever came before. In order, and behind whole lines, Ollama ends one like that when its
/// repeat guard has seen the same token 31 times in a row (`server/routes.go`, 0.34); a reply that is not streamed then
/// says `"done":false`.
struct OllamaStreamDecoder: ChatEventDecoder {
    private var lines: LineDecoder
    private var reader: Reader

    /// - Parameters:
    ///   - lineLimit: bytes in one line; a call that writes a whole file comes in one.
    ///   - rawTokens: where the model's own tokens are kept; `nil`: they are not asked for.
    ///   - passesTokens: log probabilities are for the client.
    ///   - tokenLimit: tokens of the reply, as they were sent. A reply that is cut before has filled the context.
    init(lineLimit: Int = 32 * 1024 * 1024, rawTokens: RawTokens? = nil, passesTokens: Bool = true, tokenLimit: Int = 0) {
        lines = LineDecoder(limit: lineLimit)
        reader = Reader(rawTokens: rawTokens, passesTokens: passesTokens, tokenLimit: tokenLimit)
    }

    var rawTokens: RawTokens? { reader.rawTokens }

    mutating func feed(_ bytes: Span<UInt8>, into events: inout [ChatEvent]) {
        guard !reader.isFinished else { return }
        // Taken and not copied: all that it keeps would be copied when it grows.
        var reader = Reader()
        swap(&reader, &self.reader)
        do { try lines.feed(bytes) { reader.read($0, isWhole: true, into: &events) } } catch {
            reader.fail("Ollama sent a line of more than \(lines.limit) bytes.", .upstreamInvalid, into: &events)
        }
        self.reader = reader
    }

    mutating func finish(into events: inout [ChatEvent]) {
        guard !reader.isFinished else { return }
        var reader = reader
        lines.finish { reader.read($0, isWhole: false, into: &events) }
        let end = "Ollama's reply ended before it was complete"
        if reader.isBroken {
            reader.fail("\(end) (no line with \"done\": true).", .upstreamIncomplete, into: &events)
        } else {
            let guess = "in order and without its last line, as it does when a model says one token 31 times in a row"
            reader.fail("\(end): \(guess).", .upstreamRepetition, into: &events)
        }
        self.reader = reader
    }

    /// What is known between lines.
    private struct Reader {
        var order = ChatEventOrder()
        var rawTokens: RawTokens?
        var passesTokens = true
        var tokenLimit = 0
        /// The last line was cut, or did not say that more follows.
        var isBroken = false

        var isFinished: Bool { order.isFinished }

        /// - Parameter isWhole: false for a last line without its end, which may have been cut.
        mutating func read(_ bytes: Span<UInt8>, isWhole: Bool, into events: inout [ChatEvent]) {
            guard !isFinished else { return }
            do throws(JSONError) {
                let line = try OllamaReplyLine(bytes)
                isBroken = line.isDone == nil
                if line.hasError {
                    order.end(with: .failed(OllamaErrorDecoder.decode(line: bytes)), into: &events)
                } else {
                    try emit(line, bytes, into: &events)
                }
            } catch {
                if error.reason == .unexpectedEnd, !isWhole || bytes.leadingWhitespace == bytes.count {
                    if bytes.leadingWhitespace < bytes.count { isBroken = true }
                    return
                }
                fail("Ollama sent a line that is not a JSON object: \(bytes.excerpt)", .upstreamInvalid, into: &events)
            }
        }

        private mutating func emit(_ line: OllamaReplyLine, _ bytes: Span<UInt8>, into events: inout [ChatEvent]) throws(JSONError) {
            let start = events.count
            let raw = rawTokens == nil ? [] : line.tokens(in: bytes)
            // The model has begun, although its words are held.
            if !raw.isEmpty { order.start(into: &events) }
            order.append(
                reasoning: bytes.nonEmptyText(line.thinking), text: bytes.nonEmptyText(line.content),
                tokens: passesTokens ? line.tokens(in: bytes) : [], calls: try line.calls(in: bytes), into: &events)
            rawTokens?.append(raw, events[start...], isLast: line.isDone == true)
            guard line.isDone == true else { return }
            order.start(into: &events)
            guard let reason = line.finishReason(in: bytes) else {
                return fail("Ollama broke off its reply: \(bytes.excerpt)", .upstreamIncomplete, into: &events)
            }
            order.end(with: .finished(reason == .length && isFull(line.usage) ? .contextFull : reason, line.usage), into: &events)
        }

        /// A reply that was cut before the limit that was sent has filled the context; no version of Ollama gives one that is
        /// smaller by itself.
        private func isFull(_ usage: Usage?) -> Bool {
            guard let usage, usage.totalTokens >= 2048 else { return false }
            return (1..<max(1, tokenLimit - 1)).contains(usage.completionTokens)
        }

        mutating func fail(_ message: String, _ code: ChatError.Code, into events: inout [ChatEvent]) {
            order.end(with: .failed(ChatError(status: 502, message, code: code)), into: &events)
        }
    }
}
