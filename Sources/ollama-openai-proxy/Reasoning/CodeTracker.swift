/// Tells whether a place in Markdown text is inside code, where markup is only talked about.
///
/// Fences of three or more backticks at the beginning of a line (CommonMark 4.5), and spans of backticks within one line
/// (CommonMark 6.1; a span that goes on in the next line is not seen as one, so that a stray backtick does no harm).
struct CodeTracker: Sendable {
    /// Backticks of the open fence; 0: none.
    private var fence = 0
    /// Backticks of the open span; 0: none.
    private var span = 0
    /// Backticks that have just come, not yet judged.
    private var run = 0
    /// Only white space has come in this line, or only white space and backticks that are not yet judged.
    private(set) var isAtLineStart = true
    /// In the line that opened the fence.
    private var isInFenceInfo = false

    /// Before the next byte.
    var isInCode: Bool { fence > 0 || span > 0 }

    /// True when text without backticks can be passed over: only `skip` must hear of it.
    var isIdle: Bool { run == 0 && span == 0 && !isInFenceInfo }

    mutating func step(_ byte: UInt8) {
        if byte == UInt8(ascii: "`") {
            run += 1
            return
        }
        if run > 0 { judge(before: byte) }
        switch byte {
        case UInt8(ascii: "\n"):
            span = 0
            isInFenceInfo = false
            isAtLineStart = true
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
        default: isAtLineStart = false
        }
    }

    /// Text without a backtick came, while idle.
    mutating func skip(_ text: Span<UInt8>) {
        var at = text.count
        while at > 0 {
            at -= 1
            switch text[at] {
            case UInt8(ascii: "\n"):
                isAtLineStart = true
                return
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            default:
                isAtLineStart = false
                return
            }
        }
    }

    private mutating func judge(before byte: UInt8) {
        if isInFenceInfo {
            // A fence's first line holds no backtick: it was a span.
            span = fence == run ? 0 : fence
            fence = 0
            isInFenceInfo = false
        } else if fence > 0 {
            if isAtLineStart, run >= fence, JSONScanner.isWhitespace(byte) { fence = 0 }
        } else if isAtLineStart, run >= 3, span == 0 {
            fence = run
            isInFenceInfo = true
        } else if span == 0 {
            span = run
        } else if span == run {
            span = 0
        }
        isAtLineStart = false
        run = 0
    }
}
