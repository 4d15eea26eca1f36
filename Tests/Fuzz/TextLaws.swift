/// Text that a model wrote: reasoning between tags, and calls written as text.
enum TextLaws {
    static func check(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        recovery(Array(text.utf8), &choices)
        reparsing(text)
        thinking(Array(text.utf8), &choices)
    }

    private static let ends: [ChatEvent] = [
        .finished(.stop, nil), .finished(.stop, nil), .finished(.length, nil), .failed(ChatError(status: 502, "cut")),
    ]

    private static func recovery(_ bytes: [UInt8], _ choices: inout Choices) {
        let end = ends[choices.next(below: ends.count)]
        let limit = choices.isOnce(in: 8) ? 48 : TextCallRecovery.standardBlockLimit
        let mayThink = choices.isOnce(in: 4)
        let whole = RecoveredReply([bytes], end: end, blockLimit: limit, expectsThinking: mayThink)
        choices.holdSplits("calls written as text come out the same however they are cut", bytes, whole) {
            RecoveredReply($0, end: end, blockLimit: limit, expectsThinking: mayThink)
        }
        let recovered = whole.adjustments.filter { $0.rule == .recovered }.count
        hold("every recovered call has its adjustment", recovered == whole.calls.count, "\(whole)")
        let withheld = whole.adjustments.filter { $0.rule == .dropped }.count
        hold("only the limit has a call withheld", withheld == 0 || withheld == 1 && end == .finished(.length, nil), "\(whole)")
        hold(
            "calls are thought of where thinking was asked for", mayThink || recovered + withheld == whole.adjustments.count)
        let names = RecoveryTools.all.map(\.name)
        for case .call(let name, _) in whole.calls {
            hold("only declared tools are called", names.contains(name), name)
        }
        if !mayThink, withheld == 0 { nothingIsLost(bytes, whole) }

        nothingIsCompleted(bytes, upTo: choices.next(below: bytes.count + 1))
    }

    /// A reply that was cut off gives none but the calls that the whole one gives.
    private static func nothingIsCompleted(_ bytes: [UInt8], upTo cut: Int) {
        let start = RecoveredReply([Array(bytes[..<cut])], end: .finished(.length, nil))
        let all = RecoveredReply([bytes])
        hold("a call that was cut off is not recovered", all.calls.starts(with: start.calls), "\(start)\n\(all)")
    }

    /// What is text comes out in order, and without a call all of it does.
    private static func nothingIsLost(_ bytes: [UInt8], _ reply: RecoveredReply) {
        guard !reply.calls.isEmpty else {
            return hold("without a call no byte of text is lost", Array(reply.text.utf8) == bytes, reply.text)
        }
        var rest = bytes[...]
        for case .text(let piece) in reply.items {
            guard let place = rest.firstRange(of: Array(piece.utf8)) else {
                return hold("text comes out in its order", false, "\(reply)")
            }
            rest = rest[place.upperBound...]
        }
        if case .text(let last) = reply.items.last {
            hold("text behind the calls is whole", bytes.reversed().starts(with: last.utf8.reversed()), "\(reply)")
        }
        if case .text(let first) = reply.items.first {
            hold("text before the calls is whole", bytes.starts(with: first.utf8), "\(reply)")
        }
    }

    private static func reparsing(_ text: String) {
        var reparser = ToolCallReparser(catalog: ToolCatalog(RecoveryTools.all))
        var error = ChatError(status: 500, "error parsing tool call", code: .invalidToolCall)
        error.rawToolCall = text
        guard let events = reparser.reparse(error) else { return }
        hold("what is reparsed ends well", events.last == .finished(.stop, nil) && events.count > 1, "\(events)")
        let names = RecoveryTools.all.map(\.name)
        for event in events.dropLast() {
            guard case .toolCallDelta(let call) = event else {
                return hold("only calls are reparsed", false, "\(event)")
            }
            hold("only declared tools are reparsed", names.contains(call.name ?? ""), "\(call)")
        }
    }

    /// What a splitter makes of a text; neighbours joined.
    private struct Split: Equatable {
        var reasoning: [UInt8] = []
        var text: [UInt8] = []
        var tokens = 0

        init(_ pieces: [[UInt8]], expectsThinking: Bool, holds: Bool) {
            var splitter = ThinkTagSplitter(expectsThinking: expectsThinking, holdsUntilEnd: holds)
            var events: [ChatEvent] = []
            for (place, piece) in RecoveredReply.texts(of: pieces).enumerated() {
                let token = TokenLogprob(token: piece, logprob: "\(-place)")
                splitter.feed(.textDelta(piece, logprobs: [token]), into: &events)
            }
            splitter.feed(.finished(.stop, nil), into: &events)
            for event in events {
                switch event {
                case .reasoningDelta(let piece):
                    hold("reasoning comes before the text", text.isEmpty, "\(events)")
                    reasoning += piece.utf8
                case .textDelta(let piece, let logprobs):
                    text += piece.utf8
                    tokens += logprobs.count
                default: break
                }
            }
            hold("no log probability comes twice", tokens <= pieces.count, "\(events)")
            tokens = 0
        }
    }

    private static func thinking(_ bytes: [UInt8], _ choices: inout Choices) {
        let expectsThinking = choices.isOnce(in: 2)
        let holds = choices.isOnce(in: 2)
        let whole = Split([bytes], expectsThinking: expectsThinking, holds: holds)
        choices.holdSplits("reasoning is the same however it is cut", bytes, whole) {
            Split($0, expectsThinking: expectsThinking, holds: holds)
        }
        let said = compact(whole.reasoning + whole.text)
        let written = compact(bytes)
        if written == said { return }
        let isWhole = ThinkingMarks.all.contains { marks in
            let opening = compact(Array("\(marks.opening)".utf8))
            let closing = compact(Array("\(marks.closing)".utf8))
            var inside = written
            if inside.starts(with: opening) { inside.removeFirst(opening.count) }
            // Behind the closing mark another one may stand before the answer, or before more thoughts.
            func isSaid(_ thought: [UInt8], _ rest: [UInt8]) -> Bool {
                if thought + rest == said { return true }
                return marks.answers.contains { answer in
                    let mark = compact(Array("\(answer)".utf8))
                    guard rest.starts(with: mark) else { return false }
                    let behind = Array(rest.dropFirst(mark.count))
                    return thought + behind == said || mark == opening && isClosed(thought, behind)
                }
            }
            func isClosed(_ thought: [UInt8], _ text: [UInt8]) -> Bool {
                text.ranges(of: closing).contains { isSaid(thought + text[..<$0.lowerBound], Array(text[$0.upperBound...])) }
            }
            return inside == said || [written, inside].contains { isClosed([], $0) }
        }
        hold("nothing but one pair of marks is taken out", isWhole, "\(whole)")
    }

    private static func compact(_ bytes: [UInt8]) -> [UInt8] { bytes.filter { !JSONScanner.isWhitespace($0) } }
}
