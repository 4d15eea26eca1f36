/// Makes reasoning of what stands between `ThinkingMarks` at the beginning of a reply's text; stands right behind an
/// upstream decoder.
///
/// Ollama splits the reasoning of models that it knows. Of others, and of those whose template it does not understand,
/// the marks come in the text. White space around them belongs to them. Anywhere but at the beginning they are text.
///
/// A model whose prompt ends with `<think>` writes the closing mark only. So, when thinking was asked for and no
/// reasoning has come, a reply that is folded is buffered until its end, and split where the mark is. In a stream text
/// passes as it comes, since an ordinary answer must not wait for a mark that will not come.
///
/// An empty piece of reasoning says that what follows may be thought too.
struct ThinkTagSplitter: Sendable {
    /// Bytes that are buffered of a folded reply; a longer beginning without a tag is text.
    static let holdLimit = 1024 * 1024

    /// Bytes of white space before an opening mark.
    private static let gapLimit = 256

    private enum Phase {
        /// Nothing but white space has come; it is buffered.
        case start
        /// White space behind a mark is dropped; then comes reasoning, or text.
        case gap(ThinkingMarks, isThinking: Bool)
        case thinking(ThinkingMarks)
        /// Text of a folded reply that may turn out to be reasoning without an opening mark.
        case untagged
        /// Everything passes.
        case text
    }

    /// Thinking was asked for.
    let expectsThinking: Bool

    private var phase = Phase.start
    /// A mark has begun thoughts.
    private(set) var hasOpened = false
    /// A mark has ended thoughts.
    private(set) var hasClosed = false
    private let holds: Bool
    private var hasReasoned = false
    /// Nothing was thought between the marks, a mark stood in thoughts, or there was no opening one: more may be thought.
    private var mayThinkOn = false
    private var code = CodeTracker()
    private var buffered = ByteBuffer()
    /// The first bytes of `buffered` that have been looked at.
    private var read = 0
    private var tokens: [TokenLogprob] = []
    /// Of `tokens`, those that came with this event.
    private var newTokens = 0

    /// - Parameter holdsUntilEnd: the reply is folded, so that nobody waits for its text.
    init(expectsThinking: Bool, holdsUntilEnd: Bool = false) {
        self.expectsThinking = expectsThinking
        holds = holdsUntilEnd
    }

    /// Takes the next event. Log probabilities pass with the text that they came with; those of reasoning are dropped.
    mutating func feed(_ event: ChatEvent, into events: inout [ChatEvent]) {
        switch event {
        case .started: events.append(event)
        case .textDelta(let text, let logprobs):
            if case .text = phase { return events.append(event) }
            take(text, logprobs, into: &events)
        case .reasoningDelta:
            hasReasoned = true
            if case .untagged = phase { end(into: &events) }
            events.append(event)
        case .toolCallDelta, .finished, .failed:
            let wasThinking = if case .thinking = phase { true } else { false }
            end(into: &events)
            if wasThinking, !event.isTerminal { events.append(.reasoningDelta("")) }
            events.append(event)
        }
    }

    private mutating func take(_ text: String, _ logprobs: [TokenLogprob], into events: inout [ChatEvent]) {
        tokens += logprobs
        newTokens = logprobs.count
        buffered.append(text: text)
        while scan(into: &events) {}
        switch phase {
        case .thinking, .gap(_, isThinking: true):
            tokens = []
            newTokens = 0
        case .start, .untagged: if buffered.isEmpty { emitText(0, into: &events) }
        case .gap, .text: emitText(0, into: &events)
        }
    }

    /// The text is over, or something else follows it.
    private mutating func end(into events: inout [ChatEvent]) {
        if case .thinking = phase { emitReasoning(buffered.count, into: &events) }
        emitText(buffered.count, into: &events)
        phase = .text
    }

    /// Goes on over what is buffered; false when more must come.
    private mutating func scan(into events: inout [ChatEvent]) -> Bool {
        guard read < buffered.count else { return false }
        let bytes = buffered.storage
        let text = bytes.span.extracting(buffered.head...)
        switch phase {
        case .start: return begin(text, into: &events)
        case .gap(let marks, let isThinking): return skipGap(marks, isThinking: isThinking)
        case .thinking(let marks): return scanThinking(text, marks, into: &events)
        case .untagged: return scanUntagged(text, into: &events)
        case .text:
            emitText(buffered.count, into: &events)
            return false
        }
    }

    private mutating func begin(_ text: Span<UInt8>, into events: inout [ChatEvent]) -> Bool {
        let start = text.leadingWhitespace
        guard start <= Self.gapLimit else {
            phase = .text
            return true
        }
        guard start < text.count else { return false }
        let mayBeUntagged = expectsThinking && !hasReasoned
        switch ThinkingMarks.match(
            text, at: start, opening: mayBeUntagged ? ThinkingMarks.all : ThinkingMarks.unmistakable,
            closing: expectsThinking ? ThinkingMarks.prompted : [])
        {
        case .opening(let marks):
            drop(start + marks.opening.utf8CodeUnitCount)
            hasOpened = true
            phase = .gap(marks, isThinking: true)
        case .closing(let marks): endReasoning(start, marks, into: &events)
        case .partial: return false
        case .none: phase = mayBeUntagged && holds ? .untagged : .text
        }
        return true
    }

    private mutating func skipGap(_ marks: ThinkingMarks, isThinking: Bool) -> Bool {
        drop(buffered.withSpan { $0.leadingWhitespace })
        guard !buffered.isEmpty else { return false }
        phase = isThinking ? .thinking(marks) : .text
        guard !isThinking else { return true }
        for mark in marks.answers {
            let match = buffered.withSpan { $0.match(mark, at: 0) }
            guard match != .none else { continue }
            if match == .whole { drop(mark.utf8CodeUnitCount) }
            // Thoughts may come in several parts.
            let isOpening = match == .whole && mark.utf8Start == marks.opening.utf8Start
            if match == .partial || isOpening { phase = .gap(marks, isThinking: isOpening) }
            return match == .whole
        }
        return true
    }

    private mutating func scanThinking(_ text: Span<UInt8>, _ marks: ThinkingMarks, into events: inout [ChatEvent]) -> Bool {
        while let mark = text.firstIndex(of: marks.closing.utf8Start[0], from: read) {
            let closing = text.match(marks.closing, at: mark)
            let nested = text.match(marks.opening, at: mark)
            if closing == .none, nested != .partial {
                mayThinkOn = mayThinkOn || nested == .whole
                read = mark + 1
                continue
            }
            emitReasoning(mark, into: &events)
            if closing == .whole { endReasoning(0, marks, into: &events) }
            return closing == .whole
        }
        emitReasoning(text.count, into: &events)
        return false
    }

    private mutating func scanUntagged(_ text: Span<UInt8>, into events: inout [ChatEvent]) -> Bool {
        while read < text.count {
            code.step(text[read])
            if ThinkingMarks.mayBegin(with: text[read]), !code.isInCode {
                switch ThinkingMarks.match(text, at: read, closing: ThinkingMarks.prompted) {
                case .opening:
                    // Text that talks about such marks.
                    phase = .text
                    return true
                case .closing(let marks):
                    mayThinkOn = true
                    emitReasoning(read, into: &events)
                    endReasoning(0, marks, into: &events)
                    return true
                case .partial: return false
                case .none: break
                }
            }
            read += 1
            if read == Self.holdLimit {
                phase = .text
                return true
            }
        }
        return false
    }

    /// Leaves out the closing mark behind the first `start` bytes, and these.
    private mutating func endReasoning(_ start: Int, _ marks: ThinkingMarks, into events: inout [ChatEvent]) {
        hasClosed = true
        if !hasReasoned || mayThinkOn { events.append(.reasoningDelta("")) }
        drop(start + marks.closing.utf8CodeUnitCount)
        phase = .gap(marks, isThinking: false)
    }

    private mutating func emitReasoning(_ count: Int, into events: inout [ChatEvent]) {
        tokens.removeFirst(tokens.count - newTokens)
        if count > 0 {
            hasReasoned = true
            events.append(.reasoningDelta(buffered.withSpan { $0.extracting(..<count).text }))
        }
        drop(count)
    }

    /// With the log probabilities, which go even without text.
    private mutating func emitText(_ count: Int, into events: inout [ChatEvent]) {
        guard count > 0 || !tokens.isEmpty else { return }
        events.append(.textDelta(buffered.withSpan { $0.extracting(..<count).text }, logprobs: tokens))
        tokens = []
        newTokens = 0
        drop(count)
    }

    private mutating func drop(_ count: Int) {
        buffered.consume(count)
        read = 0
    }
}
