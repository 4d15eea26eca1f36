/// Reads the server-sent events of a streamed chat completion; also the one object of a vendor that does not stream.
///
/// `finished` comes with `[DONE]`, behind the counts; some vendors close without it, so the body's end after a finish
/// reason is a good end too. A body with neither has failed.
struct VendorChatStreamDecoder: ChatEventDecoder {
    private var lines: LineDecoder
    private var reader: Reader
    /// `nil` until the first byte that is no white space has come.
    private var isObject: Bool?
    private var object: [UInt8] = []

    /// - Parameter lineLimit: bytes in one line, or in the one object.
    init(errors: VendorChatErrorDecoder, lineLimit: Int = 32 * 1024 * 1024) {
        lines = LineDecoder(limit: lineLimit)
        reader = Reader(errors: errors)
    }

    var hasFinishReason: Bool { reader.finishReason != nil }

    mutating func feed(_ bytes: Span<UInt8>, into events: inout [ChatEvent]) {
        guard !reader.isFinished else { return }
        var bytes = bytes
        if isObject == nil {
            guard let first = bytes.firstVisible else { return }
            isObject = bytes[first] == UInt8(ascii: "{")
            if bytes[first] == UInt8(ascii: "<") {
                return reader.fail(.upstreamInvalid, "answered with a web page; its base_url leads to no API", into: &events)
            }
            bytes = bytes.extracting(first...)
        }
        do { if isObject == true { try gather(bytes) } else { try feedLines(bytes, into: &events) } } catch {
            reader.fail(.upstreamInvalid, "sent a line of more than \(lines.limit) bytes", into: &events)
        }
    }

    mutating func finish(into events: inout [ChatEvent]) {
        guard !reader.isFinished else { return }
        var reader = reader
        lines.finish { reader.read($0, isWhole: false, into: &events) }
        if isObject == true { reader.read(data: object.span, isWhole: false, into: &events) }
        reader.finish(into: &events)
        self.reader = reader
        object = []
    }

    private mutating func feedLines(_ bytes: Span<UInt8>, into events: inout [ChatEvent]) throws(LineDecoder.Failure) {
        var reader = reader
        defer { self.reader = reader }
        try lines.feed(bytes) { reader.read($0, isWhole: true, into: &events) }
    }

    private mutating func gather(_ bytes: Span<UInt8>) throws(LineDecoder.Failure) {
        guard bytes.count <= lines.limit - object.count else { throw .lineTooLong(limit: lines.limit) }
        bytes.withUnsafeBufferPointer { object.append(contentsOf: $0) }
    }

    /// What is known between lines.
    private struct Reader {
        let errors: VendorChatErrorDecoder
        var order = ChatEventOrder()
        var finishReason: FinishReason?
        var usage: Usage?
        /// The next data is one, whatever it looks like (LM Studio, DashScope).
        var isErrorEvent = false
        /// The lines so far of data that goes on in the next (WHATWG HTML, section 9.2.6).
        var openData: [UInt8] = []
        /// Each further line has all of it read again.
        static let openDataLimit = 64 * 1024

        var isFinished: Bool { order.isFinished }

        /// - Parameter isWhole: false for a last line without its end, which may have been cut.
        mutating func read(_ line: Span<UInt8>, isWhole: Bool, into events: inout [ChatEvent]) {
            var line = line
            if !order.hasStarted, line.hasByteOrderMark { line = line.extracting(3...) }
            guard !isFinished, let first = line.firstVisible, line[first] != UInt8(ascii: ":") else { return }
            // No event, but some gateways put their error there, or the end mark.
            if line[first] == UInt8(ascii: "{") || line[first] == UInt8(ascii: "[") {
                return read(data: line, isWhole: isWhole, into: &events)
            }
            let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
            let name = line.extracting(..<colon)
            let value = line.extracting(min(colon + 1, line.count)...)
            if name.equals("data") {
                guard !openData.isEmpty else { return read(data: value, isWhole: isWhole, into: &events) }
                openData.append(UInt8(ascii: "\n"))
                value.withUnsafeBufferPointer { openData.append(contentsOf: $0) }
                let data = openData
                openData = []
                read(data: data.span, isWhole: isWhole, into: &events)
            } else if name.equals("event") {
                isErrorEvent = value.equals(" error") || value.equals("error")
            } else if isWhole, !name.equals("id"), !name.equals("retry") {
                fail(.upstreamInvalid, "sent a line that is no event of a stream", quoting: line.excerpt, into: &events)
            }
        }

        mutating func read(data: Span<UInt8>, isWhole: Bool, into events: inout [ChatEvent]) {
            guard !isFinished, let first = data.firstVisible else { return }
            let bytes = data.extracting(first...)
            if bytes.count >= 6, bytes.extracting(..<6).equals("[DONE]") || bytes.equals("\"[DONE]\"") { return end(into: &events) }
            // A ping of some gateways.
            if bytes.equals("null") { return }
            // The end mark, cut.
            if !isWhole, bytes[0] == UInt8(ascii: "[") { return }
            do throws(JSONError) {
                let chunk = try VendorChatChunk(bytes)
                if chunk.isError || isErrorEvent {
                    let place = chunk.errorInChoice ?? bytes.indices
                    order.end(with: .failed(errors.decode(bytes.extracting(place))), into: &events)
                } else {
                    try emit(chunk, bytes, into: &events)
                }
            } catch {
                if error.reason == .unexpectedEnd, !isWhole { return }
                if isErrorEvent { return order.end(with: .failed(errors.decode(bytes)), into: &events) }
                if error.reason == .unexpectedEnd, bytes.count < Self.openDataLimit {
                    return bytes.withUnsafeBufferPointer { openData = Array($0) }
                }
                fail(.upstreamInvalid, "sent data that is not a JSON object", quoting: bytes.excerpt, into: &events)
            }
        }

        private mutating func emit(_ chunk: VendorChatChunk, _ bytes: Span<UInt8>, into events: inout [ChatEvent]) throws(JSONError) {
            // Some end a stream with the whole message once more.
            if !chunk.isWhole || !order.hasStarted {
                order.append(
                    reasoning: chunk.reasoning(in: bytes), text: chunk.text(in: bytes), tokens: chunk.tokens(in: bytes),
                    calls: try chunk.calls(in: bytes), into: &events)
            }
            usage = chunk.usage ?? usage
            guard let word = bytes.nonEmptyText(chunk.finishReason) else { return }
            guard let reason = FinishReason(upstreamWord: word) else {
                return fail(.upstreamIncomplete, "broke off its reply", quoting: String(word.prefix(60)), into: &events)
            }
            finishReason = reason
            order.start(into: &events)
        }

        /// After `[DONE]`. LM Studio ends like that, with nothing said, when a prompt does not fit.
        private mutating func end(into events: inout [ChatEvent]) {
            guard order.hasStarted else { return fail(.upstreamIncomplete, "ended its reply without a word", into: &events) }
            order.end(with: .finished(finishReason ?? .unstated, usage), into: &events)
        }

        /// After the last byte.
        mutating func finish(into events: inout [ChatEvent]) {
            guard !isFinished, finishReason == nil else { return end(into: &events) }
            if !openData.isEmpty {
                return fail(.upstreamInvalid, "sent data that is not a JSON object", quoting: openData.span.excerpt, into: &events)
            }
            fail(.upstreamIncomplete, "ended its reply before it was complete", into: &events)
        }

        mutating func fail(_ code: ChatError.Code, _ problem: String, quoting excerpt: String? = nil, into events: inout [ChatEvent]) {
            order.end(with: .failed(errors.failure(code, problem, quoting: excerpt)), into: &events)
        }
    }
}

extension Span<UInt8> {
    /// U+FEFF, which may stand before a stream (WHATWG HTML, section 9.2.5).
    fileprivate var hasByteOrderMark: Bool { count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF }

    /// The first place that is no white space.
    fileprivate var firstVisible: Int? {
        let first = leadingWhitespace
        return first < count ? first : nil
    }
}
