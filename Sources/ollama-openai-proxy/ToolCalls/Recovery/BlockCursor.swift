/// A place in a block of text, which moves on over tokens.
///
/// Every verb takes a whole token, or throws: `.more` when the bytes so far do not tell, `.no` when they can never be
/// that token. A verb that looks for a literal gives `false` when something else is there.
struct BlockCursor: Sendable {
    /// Bytes of a name, a key or an attribute; what is longer is none.
    static let wordLimit = 256
    /// Bytes of white space within one step, such as between a value's closing tag and the tag after it. White space
    /// that a step begins with may be longer.
    static let gapLimit = 256

    /// The next byte to look at.
    private(set) var position = 0
    /// Set once the reply's text is over: no more bytes will come.
    var ending: TextCallEnding?
    /// Only white space stands before the block in its line.
    var startsLine = true

    /// Where the step began, without the white space that it began with.
    private var stepStart = 0
    /// Before this place the raw value at the cursor has been searched already.
    private var searched = 0
    /// How far the value in brackets or quotes at the cursor has been measured.
    private var extent: ValueExtent?

    /// How many of the block's bytes have been looked at in earnest.
    var reach: Int { max(position, searched, extent?.place ?? 0) }

    mutating func beginStep() { stepStart = position }

    mutating func restartStep() { position = stepStart }

    /// The first byte after white space, without taking it; `nil` at the end of the reply.
    mutating func peek(_ block: Span<UInt8>) throws(Unread) -> UInt8? {
        let start = position
        position = block.end(of: JSONScanner.isWhitespace, from: position)
        if start == stepStart { stepStart = position } else if position - start > Self.gapLimit { throw .no }
        if position < block.count { return block[position] }
        guard ending != nil else { throw .more }
        return nil
    }

    /// Takes all bytes before `place`.
    mutating func move(to place: Int) {
        position = place
        searched = place
        extent = nil
    }

    /// Takes the first of the literals that comes next after white space. One that begins with another stands before it.
    mutating func takes(_ literals: [StaticString], in block: Span<UInt8>) throws(Unread) -> Bool {
        guard try peek(block) != nil, let found = try literal(of: literals, at: position, block) else { return false }
        move(to: position + found.utf8CodeUnitCount)
        return true
    }

    /// Takes the literal that must come next.
    mutating func take(_ literal: StaticString, in block: Span<UInt8>) throws(Unread) {
        guard try sees([literal], at: position, block) else { throw .no }
        move(to: position + literal.utf8CodeUnitCount)
    }

    /// True when one of the literals stands at `place`.
    func sees(_ literals: [StaticString], at place: Int, _ block: Span<UInt8>) throws(Unread) -> Bool {
        try literal(of: literals, at: place, block) != nil
    }

    /// Takes the bytes before the first that `stops` accepts, and gives them without white space around them.
    mutating func word(_ block: Span<UInt8>, until stops: (UInt8) -> Bool) throws(Unread) -> String {
        _ = try peek(block)
        let end = block.extracting(..<min(block.count, position + Self.wordLimit + 1)).end(of: { !stops($0) }, from: position)
        guard end - position <= Self.wordLimit else { throw .no }
        if end == block.count, ending == nil { throw .more }
        var last = end
        while last > position, JSONScanner.isWhitespace(block[last - 1]) { last -= 1 }
        let word = block.extracting(position..<last).text
        move(to: end)
        return word
    }

    /// The place of the next `<` of the raw value at the cursor; the same one until `skipTag` or `move`.
    mutating func nextTag(_ block: Span<UInt8>) throws(Unread) -> Int {
        if let tag = block.firstIndex(of: UInt8(ascii: "<"), from: max(searched, position)) {
            searched = tag
            return tag
        }
        searched = block.count
        throw ending == nil ? .more : .no
    }

    /// The tag that `nextTag` gave belongs to the value.
    mutating func skipTag() { searched += 1 }

    /// What comes at `place` behind white space: the end of the reply, one of the literals, or `nil`, something else.
    func sequel(_ block: Span<UInt8>, at place: Int, _ literals: [StaticString]) throws(Unread) -> Sequel? {
        let gap = block.extracting(place..<min(block.count, place + Self.gapLimit + 1)).leadingWhitespace
        guard gap <= Self.gapLimit else { return nil }
        let next = place + gap
        guard next == block.count else { return try literal(of: literals, at: next, block).map { _ in .literal } }
        guard ending != nil else { throw .more }
        return .end
    }

    enum Sequel { case literal, end }

    /// True when a call may end with the reply, without its closing tags: it lacks no argument, and if it has none, it
    /// stands on a line of its own. Prose may end with a tag and a tool's name.
    func mayEnd(_ arguments: RawArguments) -> Bool {
        ending == .complete && arguments.areSufficient && (startsLine || !arguments.isEmpty)
    }

    /// Measures the value at the cursor, which begins with a bracket or a quote, and leaves it there.
    mutating func measure(_ block: Span<UInt8>) throws(Unread) -> ValueExtent.End {
        var extent = extent ?? ValueExtent(from: position)
        let end = extent.end(in: block)
        self.extent = extent
        guard let end else { throw ending == nil ? .more : .no }
        return end
    }

    /// Takes what closes a block, which may be missing before another one and at the reply's end.
    ///
    /// - Parameter openly: it may be missing anywhere. The block is not over when the text goes on like arguments that seemed
    ///   to have ended, or might have gone on so.
    mutating func end(
        with closings: [StaticString], before openings: [StaticString] = [], openly: Bool = false, _ block: Span<UInt8>
    ) throws(Unread) {
        if try takes(closings, in: block) { return }
        if try sees(openings, at: position, block) { return }
        let isAtEnd = try peek(block) == nil
        guard openly || isAtEnd else { throw .no }
        guard let ending else { throw .more }
        var next = position
        while next < block.count, !openings.contains(where: { block.match($0, at: next) == .whole }) { next += 1 }
        guard ending == .complete, !ArgumentText.goesOn(behind: block.extracting(position..<next).text) else { throw .no }
    }

    /// Takes an object whose brackets close.
    mutating func takeObject(_ block: Span<UInt8>) throws(Unread) -> String {
        guard try peek(block) == UInt8(ascii: "{"), case .closed(let end) = try measure(block) else { throw .no }
        let text = block.extracting(position..<end).text
        move(to: end)
        return text
    }

    private func literal(of literals: [StaticString], at place: Int, _ block: Span<UInt8>) throws(Unread) -> StaticString? {
        var mayFollow = false
        for literal in literals {
            switch block.match(literal, at: place) {
            case .whole where !mayFollow || ending != nil: return literal
            case .whole, .partial: mayFollow = true
            case .none: break
            }
        }
        if mayFollow, ending == nil { throw .more }
        return nil
    }
}
