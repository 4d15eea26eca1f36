/// What stands before a block in its line, by which it may be quoted: its model writes of a call and makes none.
///
/// A block is quoted between quotation marks, and in the midst of a sentence: a word, a comma or a bracket stands before
/// it, and behind it in the same line the sentence goes on.
enum Surroundings {
    case none, sentence
    case marks([StaticString])

    private static let marks: [(opening: StaticString, closings: [StaticString])] = [
        ("\"", ["\""]), ("'", ["'"]), ("“", ["”", "“"]), ("„", ["“", "”"]), ("‘", ["’"]), ("‚", ["‘"]), ("”", ["”"]),
        ("’", ["’"]), ("«", ["»"]), ("»", ["«"]), ("「", ["」"]), ("『", ["』"]),
    ]

    init(behind code: CodeTracker) {
        let mark = code.isInWord ? Self.marks.first { CodeTracker.isEnd(of: code.word, $0.opening) } : nil
        let bytes = withUnsafeBytes(of: code.word.bigEndian) { String(decoding: $0, as: UTF8.self) }
        if let mark {
            self = .marks(mark.closings)
        } else if let last = bytes.unicodeScalars.last, last.properties.isAlphabetic || "0"..."9" ~= last {
            // Models leave out the space before a call, writers do not, where their language has it.
            self = code.isInWord && last.isASCII ? .none : .sentence
        } else {
            self = ",(，（".unicodeScalars.contains(bytes.unicodeScalars.last ?? " ") ? .sentence : .none
        }
    }

    /// Whether a block with that end is quoted; `nil` when the bytes so far do not tell.
    func quote(_ block: Span<UInt8>, behind end: Int, _ ending: TextCallEnding?) -> Bool? {
        var end = end
        while end > 0, JSONScanner.isWhitespace(block[end - 1]) { end -= 1 }
        switch self {
        case .none: return false
        case .marks(let closings):
            let matches = closings.map { block.match($0, at: end) }
            if matches.contains(.whole) { return true }
            return ending == nil && matches.contains(.partial) ? nil : false
        case .sentence:
            var next = end
            while next < block.count, block[next] == 0x20 || block[next] == 0x09 { next += 1 }
            guard next - end <= BlockCursor.gapLimit else { return false }
            // Of what was cut off nobody knows how the sentence goes on.
            guard next < block.count else { return ending.map { $0 == .cut } }
            let rest = block.extracting(next..<min(next + 4, block.count)).text
            guard let first = rest.unicodeScalars.first else { return false }
            if first.properties.isAlphabetic { return !first.properties.isUppercase }
            return ",;)，；、）—–".unicodeScalars.contains(first)
                || next == end && ".:!?。：！？".unicodeScalars.contains(first)
        }
    }
}
