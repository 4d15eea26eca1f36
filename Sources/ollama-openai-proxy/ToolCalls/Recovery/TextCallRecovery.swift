/// Finds tool calls that a model wrote as text, and makes calls of them; stands between an upstream decoder and the
/// gatherer, which numbers the calls and judges their arguments.
///
/// Text passes as it comes. Held back is only what may still be the beginning of a marker, an open block, and white
/// space at the beginning of the reply. A block becomes calls when it is complete and all its names are declared;
/// otherwise every byte of it goes out as the text that it was, at the moment when that shows. Markers in code and
/// quotations are text. White space behind a block belongs to it, and so does white space before one that begins the reply.
///
/// A call that was only thought of is none: between thinking marks nothing is looked for, and while text may be thinking
/// that no mark began, also behind a closing mark, its calls wait for one or the end of the reply. Text does not wait; of a closing mark
/// alone in its line only the mark is left out.
///
/// Whole, cut anywhere or byte by byte, the text and the calls are the same. Without declared tools all events pass.
struct TextCallRecovery: Sendable {
    /// Bytes of one block; a longer one goes out as text.
    static let standardBlockLimit = 1024 * 1024

    /// Bytes in blocks that turned out to be text, all blocks of a reply together. They are read once more for markers
    /// inside; beyond this many the rest of the reply passes as text, so that no input takes more than linear time.
    static let wasteLimit = 4 * 1024 * 1024

    /// The calls of a reply are numbered from here.
    static let firstIndex = 1 << 32

    /// One for each call that was recovered or thought, in order.
    var adjustments: [ToolCallAdjustment] = []

    enum Phase {
        /// No text but white space has come; it is held.
        case start
        /// The same, and the reply is no call as a whole.
        case marker
        case text
        case block(OpenBlock)
        /// Behind a block: white space is dropped, and what closes it once more.
        case afterBlock([StaticString])
        /// Too much was read in vain.
        case off
    }

    let catalog: ToolCatalog
    private let blockLimit: Int
    private let expectsThinking: Bool
    var isBehindMark = false
    var phase = Phase.start
    var code = CodeTracker()
    var held = ByteBuffer()
    /// The first bytes of `held` that are known to be text; 0 between events.
    var plain = 0
    private var waste = 0
    /// The token limit has ended the reply.
    private var isLimited = false
    /// Inside a block that was refused, or between thinking marks: what ends it. Until then there is nothing to look for.
    var refusal: [StaticString] = []
    /// Calls in what may be thinking; `nil` once it is known to be none.
    var waiting: [TextCall]?
    /// What was said behind the last of them.
    var rest = ""
    private var tokens: [TokenLogprob] = []
    var broken: BrokenBlock?

    /// - Parameter expectsThinking: thinking was asked for, so text may be that until reasoning or a mark tells.
    init(catalog: ToolCatalog, blockLimit: Int = Self.standardBlockLimit, expectsThinking: Bool = false) {
        self.catalog = catalog
        self.blockLimit = blockLimit
        self.expectsThinking = expectsThinking
        waiting = expectsThinking ? [] : nil
        if catalog.isEmpty { phase = .text }
    }

    /// All events pass from now on.
    var isDone: Bool { catalog.isEmpty && waiting == nil && held.isEmpty }

    /// A block has begun that is not over.
    var isInBlock: Bool { if case .block = phase { true } else { false } }

    /// Takes the next event. Log probabilities pass at once, with whatever text is released.
    mutating func feed(_ event: ChatEvent, into events: inout [ChatEvent]) {
        switch event {
        case .started: events.append(event)
        case .reasoningDelta(let thought):
            endThoughts(dropsCalls: false, into: &events)
            if expectsThinking, thought.isEmpty { (waiting, isBehindMark) = ([], true) }
            events.append(event)
        case .textDelta(let text, let logprobs):
            if passes(text) { return events.append(event) }
            tokens = logprobs
            held.append(text: text)
            scan(ending: nil, into: &events)
            release(into: &events)
        case .toolCallDelta:
            // No sentence goes on behind a block.
            if case .block(var open) = phase {
                open.surroundings = .none
                phase = .block(open)
            }
            end(.cut, with: event, into: &events)
        case .finished(.unstated, _):
            end(.unstated, with: lacksEnd ? .failed(.brokenOffInCall) : event, into: &events)
        case .finished(let reason, _):
            isLimited = reason == .length || reason == .contextFull
            end(reason == .stop || reason == .toolCalls ? .complete : .cut, with: event, into: &events)
        case .failed: end(.cut, with: event, into: &events)
        }
    }

    /// True for text that holds nothing to look at, while nothing is held.
    private mutating func passes(_ text: String) -> Bool {
        switch phase {
        case .off: return true
        case .text: break
        default: return false
        }
        if isDone { return true }
        return held.isEmpty && code.isIdle && broken == nil && waiting?.isEmpty != false && code.skip(markupFree: text)
    }

    private mutating func end(_ ending: TextCallEnding, with event: ChatEvent, into events: inout [ChatEvent]) {
        if !held.isEmpty {
            scan(ending: ending, into: &events)
            plain = held.count
            release(into: &events)
        }
        // Whatever text comes behind a call is not the whole reply.
        if case .start = phase { phase = .text }
        settleBroken(asText: !event.isTerminal || ending == .cut, into: &events)
        // What was cut off may have been thinking to the end.
        if event.isTerminal { endThoughts(dropsCalls: ending == .cut, into: &events) }
        events.append(event)
    }

    /// Goes on over what is held as far as it can be told what it is.
    mutating func scan(ending: TextCallEnding?, into events: inout [ChatEvent]) {
        let isOver = ending != nil
        while plain < held.count {
            let goesOn =
                switch phase {
                case .start, .marker: scanStart(isOver: isOver)
                case .text: scanText(isOver: isOver, into: &events)
                case .block: scanBlock(ending: ending, into: &events)
                case .afterBlock(let closings): scanGap(closings, isOver: isOver)
                case .off: false
                }
            if !goesOn { return }
        }
    }

    private mutating func scanStart(isOver: Bool) -> Bool {
        let bytes = held.storage
        let text = bytes.span.extracting(held.head...)
        let start = text.leadingWhitespace
        guard start <= BlockCursor.gapLimit else {
            phase = .text
            return true
        }
        guard start < text.count else { return false }
        if case .start = phase {
            let formats = TextCallMarker.formats(atStartWith: text[start], catalog)
            phase = formats.isEmpty ? .marker : .block(OpenBlock(formats: formats, start: start, hasMarker: false))
            return true
        }
        switch beginning(text, at: start) {
        case .formats(let formats): phase = .block(OpenBlock(formats: formats, start: start, hasMarker: true))
        case .partial where !isOver: return false
        default: phase = .text
        }
        return true
    }

    private mutating func scanText(isOver: Bool, into events: inout [ChatEvent]) -> Bool {
        let bytes = held.storage
        let text = bytes.span.extracting(held.head...)
        while plain < text.count {
            var next = code
            next.step(text[plain])
            if ThinkingMarks.mayBegin(with: text[plain]) || TextCallMarker.mayBegin(with: text[plain]),
                !next.isInCode || !refusal.isEmpty
            {
                switch marker(text, at: plain, isOver: isOver) {
                case .formats(var formats) where !next.isQuoted:
                    for place in formats.indices { formats[place].cursor.startsLine = code.isAtLineStart }
                    phase = .block(OpenBlock(formats: formats, start: plain, hasMarker: true, surroundings: Surroundings(behind: code)))
                    return true
                case .thoughts(let begin, let length) where waiting != nil:
                    release(into: &events)
                    endThoughts(dropsCalls: !begin, into: &events)
                    // Another closing mark may follow.
                    if !begin { (waiting, isBehindMark) = ([], true) }
                    held.consume(length)
                    next.isLineQuoted = false
                    if length == 0 { (code, plain) = (next, 1) }
                    return true
                case .end: next = CodeTracker()
                case .partial where !isOver: return false
                default: break
                }
            }
            code = next
            plain += 1
        }
        return false
    }

    private mutating func scanBlock(ending: TextCallEnding?, into events: inout [ChatEvent]) -> Bool {
        guard case .block(var open) = phase else { return true }
        phase = .text
        let bytes = held.storage
        let rest = bytes.span.extracting((held.head + open.start)...)
        let isTooLong = rest.count > blockLimit
        let block = isTooLong ? rest.extracting(..<blockLimit) : rest
        if let (calls, end) = open.whole { return close(open, calls, at: end, block, ending, into: &events) }
        let mayGoOn = isLimited && !isTooLong && open.mayGoOn(block, catalog)
        for place in open.formats.indices.reversed() {
            open.formats[place].cursor.ending = isTooLong ? nil : ending
            do throws(Unread) {
                let calls = try open.formats[place].read(block, catalog)
                let end = open.formats[place].cursor.position
                open.closings = open.formats[place].closings
                return close(open, calls, at: end, block, ending, into: &events)
            } catch {
                open.reach = max(open.reach, open.formats[place].cursor.reach)
                if error == .refused { open.refusal = open.formats[place].closings }
                if error != .more { open.formats.remove(at: place) }
            }
        }
        if let ending, ending != .complete, !isTooLong {
            // Not even whole calls inside a block that was cut off are delivered.
            if !mayGoOn || !withhold(open, into: &events) { plain = held.count }
            return false
        }
        if open.formats.isEmpty || isTooLong {
            giveUp(open)
            return true
        }
        phase = .block(open)
        return false
    }

    /// The block is text: its first byte is passed over, and the bytes after it are looked at anew.
    mutating func giveUp(_ block: OpenBlock) {
        waste += block.reach
        if waste > Self.wasteLimit {
            phase = .off
            plain = held.count
        } else if block.hasMarker {
            for offset in plain...block.start { code.step(held.storage[held.head + offset]) }
            plain = block.start + 1
            refusal = block.refusal
        } else {
            phase = .marker
        }
    }

    /// - Parameter end: where the block ends, behind the text that goes before it.
    mutating func deliver(_ calls: [TextCall], upTo end: Int, _ closings: [StaticString], into events: inout [ChatEvent]) {
        release(into: &events)
        if calls.allSatisfy(\.isUnreadable) {
            broken = BrokenBlock(calls: calls, text: held.withSpan { $0.extracting(..<end).text })
        } else {
            settleBroken(asText: true, into: &events)
            if waiting == nil { for call in calls { send(call, .recovered, into: &events) } }
        }
        held.consume(end)
        // One more than a reply may hold, so that it fails as without waiting.
        let room = ToolCallGatherer.callLimit + 1 - (waiting?.count ?? 0)
        waiting?.append(contentsOf: calls.prefix(room))
        // What follows begins a line, whatever stood before the block.
        code.step(UInt8(ascii: "\n"))
        phase = broken == nil ? .afterBlock(closings) : .text
    }

    /// Sends what is known to be text, and the log probabilities.
    mutating func release(into events: inout [ChatEvent]) {
        guard plain > 0 else { return passTokens(into: &events) }
        let text = held.withSpan { $0.extracting(..<plain).text }
        if waiting?.isEmpty == false, rest.utf8.count <= CallBuffer.limit { rest += text }
        if broken == nil {
            events.append(.textDelta(text, logprobs: tokens))
        } else {
            broken?.rest += text
            passTokens(into: &events)
            // Nobody waits longer.
            if let broken, broken.rest.utf8.count > Self.standardBlockLimit { settleBroken(asText: true, into: &events) }
        }
        held.consume(plain)
        if case .block(var open) = phase {
            open.start -= plain
            phase = .block(open)
        }
        plain = 0
        tokens = []
    }

    private mutating func passTokens(into events: inout [ChatEvent]) {
        guard !tokens.isEmpty else { return }
        events.append(.textDelta("", logprobs: tokens))
        tokens = []
    }
}
