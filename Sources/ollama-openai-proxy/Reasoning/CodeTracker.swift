/// Tells whether a place in Markdown text is inside code, where markup is only talked about.
///
/// Fences of three or more backticks or tildes at the beginning of a line, also behind list and block-quote markers
/// (CommonMark 4.5, 5), in the midst of a line when nothing closes them in it; spans of backticks (6.1) within one line, and
/// in its paragraph as a quotation, which counts when it is closed; block quotes (5.1), and HTML's `pre`, `code` and comments (4.6, 6.6): what
/// begins a line ends with its closing tag, `code` also with a blank line; what stands in a line ends with it at the latest.
struct CodeTracker: Sendable {
    private enum Prefix { case open, number, marker, none }
    private enum Element { case pre, code, comment }

    /// Marks of the open fence; 0: none.
    private var fence = 0
    private var fenceMark = UInt8(ascii: "`")
    /// It ends with its block quote.
    private var isFenceInQuote = false
    /// Backticks of the open span; 0: none.
    private var span = 0
    /// Backticks of a span that was opened in an earlier line of the paragraph; 0: none.
    private(set) var openSpan = 0
    private var isSpanBehindGap = false
    /// The row of `QuotationMarks` that is open in the paragraph.
    private(set) var quotation: Int?
    /// A block in this line was quoted, so every other one is.
    var isLineQuoted = false
    /// Backticks or tildes that have just come, not yet judged.
    private var run = 0
    private var runMark = UInt8(ascii: "`")
    /// Only white space has come in this line, or only white space and backticks that are not yet judged.
    private(set) var isAtLineStart = true
    /// Where the line's text begins: behind white space and markers of lists and block quotes.
    private var prefix = Prefix.open
    private var isInBlockQuote = false
    /// In the line that opened the fence.
    private var isInFenceInfo = false
    private var element: Element?
    private var isElementInLine = false
    private var isTagFirst = false
    /// The last bytes of the line's last word, the newest lowest.
    private(set) var word: UInt64 = 0
    /// No white space has come behind the word.
    private(set) var isInWord = false

    /// Before the next byte.
    var isInCode: Bool { fence > 0 || span > 0 }

    /// In code, or in what is quoted as a whole.
    var isQuoted: Bool { isInCode || isInBlockQuote || element != nil || isLineQuoted }

    /// True when text without backticks, tildes and `<` can be passed over: only `skip` must hear of it.
    var isIdle: Bool {
        run == 0 && span == 0 && !isInFenceInfo && element == nil && !(fence > 0 && isFenceInQuote)
            && !(isInWord && Self.holdsTag(word))
    }

    mutating func step(_ byte: UInt8) {
        if isAtLineStart, run == 0, fence > 0, isFenceInQuote, byte != UInt8(ascii: ">"), !Self.isGap(byte) {
            (fence, isInFenceInfo) = (0, false)
        }
        if run > 0, byte != runMark { judge(before: byte) }
        if byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") && (run > 0 || prefix == .open) {
            if run == 0, span == 0 { isSpanBehindGap = !isInWord }
            run += 1
            runMark = byte
            return push(byte)
        }
        switch byte {
        case UInt8(ascii: "\n"):
            if isElementInLine || element == .code && isAtLineStart { element = nil }
            (word, isInWord) = (0, false)
            if span >= 3, isSpanBehindGap, fence == 0 {
                (fence, fenceMark, isFenceInQuote) = (span, UInt8(ascii: "`"), isInBlockQuote)
            } else if isAtLineStart {
                (openSpan, quotation) = (0, nil)
            } else if span > 0 {
                openSpan = span
            }
            span = 0
            isLineQuoted = false
            isInFenceInfo = false
            isAtLineStart = true
            prefix = .open
            isInBlockQuote = false
        case _ where Self.isGap(byte):
            if isInWord { open(Self.isEnd(of: word, "<pre") ? .pre : Self.isEnd(of: word, "<code") ? .code : nil) }
            isInWord = false
            prefix = prefix == .open || prefix == .marker ? .open : .none
        default:
            if byte == UInt8(ascii: "<") { isTagFirst = prefix == .open }
            isAtLineStart = false
            stepPrefix(byte)
            let before = isInWord ? word : 0
            push(byte)
            stepElement(byte)
            if QuotationMarks.mayEnd(with: byte, of: word) { stepQuotation(behind: before) }
        }
    }

    private mutating func stepQuotation(behind before: UInt64) {
        if let open = quotation {
            if QuotationMarks.all[open].closings.contains(where: { Self.isEnd(of: word, $0) }) { quotation = nil }
            return
        }
        let opened = QuotationMarks.all.firstIndex { $0.spans && Self.isEnd(of: word, $0.opening) }
        // A straight mark behind a word closes, or is one of inches.
        let isBehindWord = word & 0xFF == 0x22 && before != 0 && !"([{:=,".utf8.contains(UInt8(truncatingIfNeeded: before))
        if !isBehindWord { quotation = opened }
    }

    /// Text without a backtick, a tilde and `<` came, while idle.
    mutating func skip(_ text: Span<UInt8>) {
        if quotation != nil || openSpan > 0 {
            for place in text.indices { step(text[place]) }
            return
        }
        var at = text.count
        while at > 0, text[at - 1] != UInt8(ascii: "\n") { at -= 1 }
        if at > 0 { step(UInt8(ascii: "\n")) }
        while at < text.count, prefix != .none {
            step(text[at])
            at += 1
        }
        var end = text.count
        while end > at, Self.isGap(text[end - 1]) { end -= 1 }
        var start = end
        while start > at, end - start < 8, !Self.isGap(text[start - 1]) { start -= 1 }
        if start > at, end > start { isInWord = false }
        for place in start..<end { push(text[place]) }
        if end < text.count { isInWord = false }
    }

    private mutating func push(_ byte: UInt8) {
        word = (isInWord ? word << 8 : 0) | UInt64(byte)
        isInWord = true
    }

    private mutating func stepPrefix(_ byte: UInt8) {
        switch (prefix, byte) {
        case (.open, UInt8(ascii: ">")): isInBlockQuote = true
        case (.open, UInt8(ascii: "-")), (.open, UInt8(ascii: "*")), (.open, UInt8(ascii: "+")): prefix = .marker
        case (.open, UInt8(ascii: "0")...UInt8(ascii: "9")), (.number, UInt8(ascii: "0")...UInt8(ascii: "9")): prefix = .number
        case (.number, UInt8(ascii: ".")), (.number, UInt8(ascii: ")")): prefix = .marker
        default: prefix = .none
        }
    }

    private mutating func stepElement(_ byte: UInt8) {
        if byte == UInt8(ascii: "-"), Self.isEnd(of: word, "<!--") { return open(.comment) }
        guard byte == UInt8(ascii: ">") else { return }
        switch element {
        case nil: open(Self.isEnd(of: word, "<pre>") ? .pre : Self.isEnd(of: word, "<code>") ? .code : nil)
        case .pre: if Self.isEnd(of: word, "</pre>") { element = nil }
        case .code: if Self.isEnd(of: word, "</code>") { element = nil }
        case .comment: if Self.isEnd(of: word, "-->") { element = nil }
        }
    }

    private mutating func open(_ opened: Element?) {
        guard element == nil, let opened, !isInCode else { return }
        element = opened
        isElementInLine = !isTagFirst
    }

    private mutating func judge(before byte: UInt8) {
        if isInFenceInfo {
            // A fence of backticks that is closed in its first line was a span.
            if runMark == fenceMark, run == fence { (fence, isInFenceInfo) = (0, false) }
        } else if fence > 0 {
            let isFirst = isFenceInQuote ? prefix == .open : isAtLineStart
            if isFirst, runMark == fenceMark, run >= fence, JSONScanner.isWhitespace(byte) { fence = 0 }
        } else if prefix == .open, run >= 3, span == 0, runMark == UInt8(ascii: "`") || Self.mayBeInfo(byte) {
            fence = run
            fenceMark = runMark
            isFenceInQuote = isInBlockQuote
            isInFenceInfo = true
        } else if runMark == UInt8(ascii: "`") {
            if openSpan == run { openSpan = 0 } else { span = span == 0 ? run : span == run ? 0 : span }
        }
        isAtLineStart = false
        prefix = .none
        run = 0
    }

    /// Not of what underlines a place, as compilers do.
    private static func mayBeInfo(_ byte: UInt8) -> Bool {
        JSONScanner.isWhitespace(byte) || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    private static func isGap(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func holdsTag(_ word: UInt64) -> Bool {
        let marks = word ^ 0x3C3C_3C3C_3C3C_3C3C
        return (marks &- 0x0101_0101_0101_0101) & ~marks & 0x8080_8080_8080_8080 != 0
    }

    /// True when a word ends so, whatever its case.
    static func isEnd(of word: UInt64, _ text: StaticString) -> Bool {
        var word = word
        for place in (0..<text.utf8CodeUnitCount).reversed() {
            let byte = UInt8(truncatingIfNeeded: word)
            guard byte == text.utf8Start[place] || byte | 0x20 == text.utf8Start[place] else { return false }
            word >>= 8
        }
        return true
    }
}
