/// Makes one complete JSON object of argument text that is nearly one.
///
/// Strings are never closed and members never completed: a text that was cut off stays unreadable. Bounded by the
/// length of the text, and idempotent.
enum ArgumentRepair {
    enum Outcome: Equatable {
        /// The text of a complete object, and what was done; no rule when the text was an object already.
        case object(text: String, rules: [ToolCallAdjustment.Rule])
        /// More text could make it readable.
        case unfinished
        /// No further text can.
        case hopeless
    }

    /// How many strings are opened inside each other.
    private static let unwrapLimit = 2

    /// The object in `text`; `nil` when there is none that can be told for certain.
    static func repair(_ text: String, ended: Bool) -> (text: String, rules: [ToolCallAdjustment.Rule])? {
        guard case .object(let text, let rules) = read(text, ended: ended) else { return nil }
        return (text, rules)
    }

    /// - Parameter ended: the model ended the text by itself; only then are missing brackets added.
    static func read(_ text: String, ended: Bool) -> Outcome {
        isObject(text.utf8.span) ? .object(text: text, rules: []) : read(text.utf8.span, ended: ended, unwraps: unwrapLimit)
    }

    private static func read(_ bytes: Span<UInt8>, ended: Bool, unwraps: Int) -> Outcome {
        let start = endOfFence(bytes)
        var json = LooseJSON()
        do throws(Unread) { try json.read(bytes.extracting(start...), ended: ended) } catch {
            return error == .more ? .unfinished : escaped(bytes, unwraps: unwraps)
        }
        // A number at the very end may go on.
        if json.rules.contains(.missingBrackets), "0"..."9" ~= Unicode.Scalar(bytes[bytes.count - 1]) { return .hopeless }
        let rules = (start > 0 ? [.codeFence] : []) + json.rules
        return object(in: json.output.array, rules: rules, unwraps: unwraps)
    }

    /// An object of which every quote is escaped, as in a string: `{\"` begins nothing else.
    private static func escaped(_ bytes: Span<UInt8>, unwraps: Int) -> Outcome {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "{"), bytes[1] == UInt8(ascii: "\\") else { return .hopeless }
        return object(in: Array("\"\(bytes.text)\"".utf8), rules: [], unwraps: unwraps)
    }

    /// Where the text behind an opening fence and its language begins; 0 without one.
    private static func endOfFence(_ bytes: Span<UInt8>) -> Int {
        let fence = bytes.leadingWhitespace
        guard bytes.match("```", at: fence) == .whole else { return 0 }
        return bytes.end(of: { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }, from: fence + 3)
    }

    /// The object in a text that is JSON by now: itself, the only element of an array, or what a string holds.
    private static func object(in bytes: [UInt8], rules: [ToolCallAdjustment.Rule], unwraps: Int) -> Outcome {
        guard let value = try? JSONDocument(parsing: bytes).root else { return .hopeless }
        if value.kind == .object { return .object(text: value.rawText, rules: rules) }
        if let text = value.string {
            // A closed string that holds half an object was not meant as one: nothing is added to it.
            guard unwraps > 0, case .object(let text, let more) = read(Array(text.utf8).span, ended: false, unwraps: unwraps - 1)
            else { return .hopeless }
            let known = rules + [.doubleEncoded]
            return .object(text: text, rules: known + more.filter { !known.contains($0) })
        }
        let elements = Array(value.elements)
        guard elements.count == 1, elements[0].kind == .object else { return .hopeless }
        return .object(text: elements[0].rawText, rules: rules + [.arrayWrapped])
    }

    private static func isObject(_ bytes: Span<UInt8>) -> Bool {
        guard let end = try? ArgumentText.endOfObject(bytes) else { return false }
        return bytes.end(of: JSONScanner.isWhitespace, from: end) == bytes.count
    }
}
