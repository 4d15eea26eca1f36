/// A call behind which text has come, and everything that follows it, until it shows whether the call is whole.
struct CallBuffer: Sendable {
    /// Bytes of text, and what the events themselves take; a call behind which more is said is refused.
    static let limit = 4 * 1024 * 1024

    private(set) var events: [ReplyEvent] = []
    /// More than white space was said behind a call.
    private(set) var hasText = false
    /// What was said since the last event that is no text.
    private var text = ""
    private var size = 0

    var isFull: Bool { size > Self.limit }

    mutating func append(_ event: ReplyEvent) {
        size += MemoryLayout<ReplyEvent>.stride
        if case .text(let piece, let logprobs) = event {
            text += piece
            size += piece.utf8.count + logprobs.reduce(0) { $0 + 128 * (1 + $1.alternatives.count) }
        }
        events.append(event)
    }

    /// Something else than text comes: true when the text before it is the rest of a call that was cut.
    mutating func endText() -> Bool {
        hasText = hasText || !text.utf8.allSatisfy(JSONScanner.isWhitespace)
        defer { text = "" }
        return isFull || CallRest.isRest(text)
    }

    /// Takes out the calls, which are not delivered, and tells it of each.
    mutating func dropCalls(_ rule: ToolCallAdjustment.Rule) -> [ToolCallAdjustment] {
        var adjustments: [ToolCallAdjustment] = []
        events.removeAll { event in
            guard case .call(let call) = event else { return false }
            adjustments.append(
                ToolCallAdjustment(tool: ToolName.label(of: call.name), rule: rule, bytesBefore: call.arguments.utf8.count))
            return true
        }
        return adjustments
    }
}
