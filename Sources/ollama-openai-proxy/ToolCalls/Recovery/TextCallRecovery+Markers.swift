/// What begins or ends in plain text.
extension TextCallRecovery {
    struct OpenBlock {
        /// Those that may still read it.
        var formats: [any TextCallFormat]
        /// Where it begins in what is held, behind plain text or white space of the reply's beginning.
        var start: Int
        let hasMarker: Bool
        var surroundings = Surroundings.none
        /// Its calls and its end, while what stands behind it must come.
        var whole: ([TextCall], Int)?
        /// What may end it.
        var closings: [StaticString] = []
        /// How far any format has read.
        var reach = 0
        /// How it ends, if it is a block that calls what is not declared.
        var refusal: [StaticString] = []

        /// More bytes could make it calls.
        func mayGoOn(_ block: Span<UInt8>, _ catalog: ToolCatalog) -> Bool {
            for var format in formats {
                format.cursor.ending = nil
                do throws(Unread) { _ = try format.read(block, catalog) } catch { if error == .more { return true } }
            }
            return false
        }
    }

    mutating func marker(_ text: Span<UInt8>, at place: Int, isOver: Bool) -> TextCallMarker.Match {
        if !refusal.isEmpty {
            let matches = refusal.map { text.match($0, at: place) }
            guard matches.contains(.whole) else { return matches.contains(.partial) ? .partial : .none }
            refusal = []
            return .end
        }
        switch ThinkingMarks.match(text, at: place, closing: waiting == nil ? [] : ThinkingMarks.prompted) {
        case .opening(let marks):
            if !code.isAtLineStart, marks.kind == .prompted {
                let next = place + marks.opening.utf8CodeUnitCount
                guard next + 1 < text.count || isOver else { return .partial }
                if Self.isSpokenOf(text.extracting(next...)) {
                    // Calls wait for a closing mark.
                    if waiting?.isEmpty != false { (waiting, isBehindMark) = ([], true) }
                    return .none
                }
            }
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

    /// True for what stands behind a mark of thinking in the midst of a line, if prose goes on: a word behind a space, or a
    /// punctuation mark.
    private static func isSpokenOf(_ text: Span<UInt8>) -> Bool {
        guard text.count > 1 else { return false }
        return text[0] == 0x20 && text[1] | 0x20 >= 0x61 && text[1] | 0x20 <= 0x7A || ",.;:!?)'\"".utf8.contains(text[0])
    }

    /// The block is whole, and what stands behind it tells whether it is quoted; false when more must come.
    mutating func close(
        _ open: OpenBlock, _ calls: [TextCall], at end: Int, _ block: Span<UInt8>, _ ending: TextCallEnding?,
        into events: inout [ChatEvent]
    ) -> Bool {
        guard let isQuoted = open.surroundings.quote(block, behind: end, ending) else {
            var open = open
            open.whole = (calls, end)
            phase = .block(open)
            return false
        }
        if isQuoted {
            for offset in plain..<open.start { code.step(held.storage[held.head + offset]) }
            code.step(UInt8(ascii: "x"))
            if case .sentence = open.surroundings { code.isLineQuoted = true }
            plain = open.start + end
        } else if endsThoughts(block.extracting(..<end)) || isText(calls) {
            giveUp(open)
        } else {
            deliver(calls, upTo: open.start + end - plain, open.closings, into: &events)
        }
        return true
    }

    /// What is held would be calls if the model had said all it wanted, and is none as it stands.
    var lacksEnd: Bool {
        func calls(_ ending: TextCallEnding) -> Int {
            var (ended, events) = (self, [ChatEvent]())
            ended.waiting = nil
            ended.scan(ending: ending, into: &events)
            return ended.adjustments.count
        }
        return !held.isEmpty && calls(.complete) > calls(.unstated)
    }

    /// The same as `marker`, for what begins the reply; behind a named mark of thinking there is nothing to look for.
    mutating func beginning(_ text: Span<UInt8>, at place: Int) -> TextCallMarker.Match {
        switch ThinkingMarks.match(text, at: place, opening: ThinkingMarks.named, closing: []) {
        case .opening(let marks): refusal = [marks.closing]
        case .partial: return .partial
        default: break
        }
        return TextCallMarker.match(text, at: place)
    }

    /// True when a block looks like calls, but thinking ends in it.
    func endsThoughts(_ block: Span<UInt8>) -> Bool {
        // Behind a mark a closing one in a whole block is its text.
        guard waiting != nil, !isBehindMark else { return false }
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

extension CodeTracker {
    /// Passes over text in which nothing begins or ends; false for other text.
    mutating func skip(markupFree text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            // Marks are `<`, `[`, `]`, a backtick, a tilde, and the second byte of `◁`; in quotation marks there is `"`,
            // 0x80 or 0xC2. Most bytes are small letters.
            var mayQuote = false
            for byte in bytes where byte <= 0x60 ? byte == 0x22 || Self.isMark(byte) : byte >= 0x7E {
                switch byte {
                case 0x22, 0x80, 0xC2: mayQuote = true
                case 0x7E, 0x97, ..<0x7E: return false
                default: break
                }
            }
            if mayQuote { for byte in bytes { step(byte) } } else { skip(bytes.span) }
            return true
        }
    }

    private static func isMark(_ byte: UInt8) -> Bool { byte >= 0x3C && (byte == 0x3C || byte == 0x5B || byte == 0x5D || byte == 0x60) }
}
