/// A block of calls whose arguments nobody can read, and the text behind it.
///
/// Beside calls that can be read it is text. Alone it is what the model meant, and the reply fails, so that the model is
/// asked again. Which of the two shows with the next call or the reply's end; until then it is held.
struct BrokenBlock: Sendable {
    let calls: [TextCall]
    let text: String
    var rest = ""
}

extension TextCall {
    /// No object can be made of the arguments.
    var isUnreadable: Bool { ArgumentRepair.repair(arguments, ended: true) == nil }
}

extension TextCallRecovery {
    mutating func send(_ call: TextCall, _ rule: ToolCallAdjustment.Rule, into events: inout [ChatEvent]) {
        let size = call.arguments.utf8.count
        // An index that no upstream gives: arguments that are left open are not continued by the next call.
        let delta = ToolCallDelta(
            index: Self.firstIndex + adjustments.count, name: call.name, arguments: call.arguments, isRecovered: true)
        if rule == .recovered { events.append(.toolCallDelta(delta)) }
        adjustments.append(
            ToolCallAdjustment(
                tool: String(call.name.prefix(64)), rule: rule, bytesBefore: size, bytesAfter: rule == .recovered ? size : 0))
    }

    /// It has shown whether the text so far was thinking. The text behind the calls has gone before them.
    mutating func endThoughts(dropsCalls: Bool, into events: inout [ChatEvent]) {
        for call in waiting ?? [] { send(call, dropsCalls ? .thought : .recovered, into: &events) }
        if !dropsCalls, let last = waiting?.last, rest.utf8.count > CallBuffer.limit || CallRest.isRest(rest) {
            events.append(.failed(CallRest.error(for: last.name)))
        }
        waiting = nil
        rest = ""
        code.isLineQuoted = false
    }

    /// Leaves out a block that the token limit has cut in a call of a declared tool, like a call that did not come as text;
    /// false for a block that may be something else.
    mutating func withhold(_ open: OpenBlock, into events: inout [ChatEvent]) -> Bool {
        guard open.hasMarker, waiting == nil, case .none = open.surroundings else { return false }
        let beginning = held.withSpan { $0.extracting(open.start..<min(open.start + 512, $0.count)).text }
        // The last word may be half a name.
        let words = beginning.split(omittingEmptySubsequences: false) { !($0.isLetter || $0.isNumber || "_-.".contains($0)) }.dropLast()
        guard let tool = words.compactMap({ catalog.resolve(String($0)) }).first else { return false }
        plain = open.start
        release(into: &events)
        adjustments.append(ToolCallAdjustment(tool: tool.name, rule: .dropped, bytesBefore: held.count))
        held.consume(held.count)
        return true
    }

    /// Drops white space behind a block, and what closes the block once more.
    mutating func scanGap(_ closings: [StaticString], isOver: Bool) -> Bool {
        held.consume(held.withSpan { $0.leadingWhitespace })
        guard !held.isEmpty else { return false }
        let opening = held.withSpan { TextCallMarker.match($0, at: 0) }
        if case .partial = opening, !isOver { return false }
        for closing in closings {
            let match = held.withSpan { $0.match(closing, at: 0) }
            if match == .partial, !isOver { return false }
            // Of gpt-oss it may begin another block.
            guard match == .whole, case .none = opening else { continue }
            held.consume(closing.utf8CodeUnitCount)
            return true
        }
        phase = .text
        return true
    }

    /// True for the calls of a block that is text as a whole. Those in it that can be read may be found by their own marks.
    func isText(_ calls: [TextCall]) -> Bool {
        guard calls.contains(where: \.isUnreadable) else { return false }
        return !adjustments.isEmpty || waiting != nil || broken != nil || !calls.allSatisfy(\.isUnreadable)
    }

    /// - Parameter asText: another call has come, or may come.
    mutating func settleBroken(asText: Bool, into events: inout [ChatEvent]) {
        guard let broken else { return }
        self.broken = nil
        if asText {
            events.append(.textDelta(broken.text + broken.rest, logprobs: []))
        } else {
            for call in broken.calls { send(call, .recovered, into: &events) }
            // White space behind a call belongs to it.
            let rest = broken.rest.utf8.drop(while: JSONScanner.isWhitespace)
            if !rest.isEmpty { events.append(.textDelta(String(Substring(rest)), logprobs: [])) }
        }
    }
}
