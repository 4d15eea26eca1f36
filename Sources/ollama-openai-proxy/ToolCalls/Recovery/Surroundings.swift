/// What stands before a block in its line, by which it may be quoted: its model writes of a call and makes none.
///
/// A block is quoted between quotation marks, in a span of code that is closed in its paragraph, and in the midst of a
/// sentence: a word, a comma or a bracket stands before it, and behind it in the same line the sentence goes on.
enum Surroundings {
    case none, sentence
    /// One of these marks stands at once behind it.
    case marks([StaticString])
    /// One of these stands behind it in the same paragraph.
    case quotation([StaticString])
    /// So many backticks stand behind it in the same paragraph.
    case span(Int)

    /// Bytes behind a block in which a closing mark is looked for.
    private static let quotationLimit = 4096

    init(behind code: CodeTracker) {
        let mark = code.isInWord ? QuotationMarks.all.first { CodeTracker.isEnd(of: code.word, $0.opening) } : nil
        let bytes = withUnsafeBytes(of: code.word.bigEndian) { String(decoding: $0, as: UTF8.self) }
        if code.openSpan > 0 {
            self = .span(code.openSpan)
        } else if let open = code.quotation {
            self = .quotation(QuotationMarks.all[open].closings)
        } else if let mark {
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
        case .quotation(let closings):
            return Self.closes(block, end, ending) { place in closings.contains { block.match($0, at: place) == .whole } }
        case .span(let count):
            var run = 0
            return Self.closes(block, end, ending) { place in
                let isOver = place == block.count - 1 && ending != nil
                if block[place] == UInt8(ascii: "`") {
                    run += 1
                    return isOver && run == count
                }
                defer { run = 0 }
                return run == count
            }
        case .sentence:
            let next = block.end(of: " \t".utf8.contains, from: end)
            guard next - end <= BlockCursor.gapLimit else { return false }
            // Of what was cut off nobody knows how the sentence goes on.
            guard next < block.count else { return ending.map { $0 == .cut } }
            let rest = block.extracting(next..<min(next + 4, block.count)).text
            guard let first = rest.unicodeScalars.first else { return false }
            if first.properties.isAlphabetic { return !first.properties.isUppercase }
            if next == end, ".:!?。：！？".unicodeScalars.contains(first) { return true }
            guard ",;)，；、）—–".unicodeScalars.contains(first) else { return false }
            // Behind a mark at the line's end, or before another block, no sentence goes on.
            let behind = block.end(of: " \t".utf8.contains, from: next + String(first).utf8.count)
            guard behind < block.count else { return ending.map { $0 == .cut } }
            return !"\r\n<[".utf8.contains(block[behind])
        }
    }

    /// Whether a mark stands behind the block before a blank line; `nil` while neither has come.
    private static func closes(_ block: Span<UInt8>, _ end: Int, _ ending: TextCallEnding?, _ isClosing: (Int) -> Bool) -> Bool? {
        var lineStart = false
        for place in end..<min(block.count, end + quotationLimit) {
            if isClosing(place) { return true }
            if block[place] == UInt8(ascii: "\n") {
                if lineStart { return false }
                lineStart = true
            } else if !JSONScanner.isWhitespace(block[place]) {
                lineStart = false
            }
        }
        guard block.count < end + quotationLimit else { return false }
        // What was cut off may have gone on to it.
        return ending.map { $0 == .cut }
    }
}
