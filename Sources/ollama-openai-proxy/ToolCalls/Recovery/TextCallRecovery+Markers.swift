/// What begins or ends in plain text.
extension TextCallRecovery {
    struct OpenBlock {
        /// Those that may still read it.
        var formats: [any TextCallFormat]
        /// Where it begins in what is held, behind plain text or white space of the reply's beginning.
        var start: Int
        let hasMarker: Bool
        /// How far any format has read.
        var reach = 0
        /// How it ends, if it is a block that calls what is not declared.
        var refusal: [StaticString] = []
    }

    mutating func marker(_ text: Span<UInt8>, at place: Int, isOver: Bool) -> TextCallMarker.Match {
        if !refusal.isEmpty { return closing(text, at: place) }
        switch ThinkingMarks.match(text, at: place, closing: waiting == nil ? [] : ThinkingMarks.prompted) {
        case .opening(let marks):
            refusal = [marks.closing]
            return .thoughts(begin: true, leavingOut: 0)
        case .closing(let marks):
            let end = place + marks.closing.utf8CodeUnitCount
            guard code.isAtLineStart else { return .thoughts(begin: false, leavingOut: 0) }
            if end == text.count, !isOver { return .partial }
            let isAlone = end == text.count || text[end] == UInt8(ascii: "\n") || text[end] == UInt8(ascii: "\r")
            return .thoughts(begin: false, leavingOut: isAlone ? end - place : 0)
        case .partial: return .partial
        case .none: break
        }
        if catalog.isEmpty { return .none }
        let match = TextCallMarker.match(text, at: place)
        // Python's list of calls needs no marker where it fills its lines.
        guard case .none = match, text[place] == UInt8(ascii: "["), code.isAtLineStart else { return match }
        return .formats([PythonCalls()])
    }

    mutating func closing(_ text: Span<UInt8>, at place: Int) -> TextCallMarker.Match {
        var match = TextCallMarker.Match.none
        for closing in refusal {
            switch text.match(closing, at: place) {
            case .whole:
                refusal = []
                return .end
            case .partial: match = .partial
            case .none: break
            }
        }
        return match
    }

    /// True when a block looks like calls, but thinking ends in it.
    func endsThoughts(_ block: Span<UInt8>) -> Bool {
        guard waiting != nil else { return false }
        var code = code
        for place in block.indices {
            code.step(block[place])
            guard ThinkingMarks.mayBegin(with: block[place]), !code.isInCode else { continue }
            switch ThinkingMarks.match(block, at: place, closing: ThinkingMarks.prompted) {
            case .opening: return false
            case .closing: return true
            case .partial, .none: break
            }
        }
        return false
    }
}

extension ToolCallAdjustment.Rule {
    /// The call was written as text, in markup of its model, and was made a call.
    static let recovered = ToolCallAdjustment.Rule(rawValue: "recovered_from_text")
    /// The same, but it stood in what was thinking, or may have been, and was dropped.
    static let thought = ToolCallAdjustment.Rule(rawValue: "thought")
}
