/// Marks of a model's own format that stand where only JSON should be: `<|im_end|>`, `<｜tool▁call▁end｜>`,
/// `</tool_call>`, `</s>`, and code fences.
enum SpecialTokens {
    /// Bytes of the longest mark that is taken for one.
    private static let lengthLimit = 64

    /// True when nothing but such marks and white space lies from `start` to the end.
    static func fill(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        var at = start
        while at < bytes.count {
            if JSONScanner.isWhitespace(bytes[at]) {
                at += 1
            } else if bytes.match("```", at: at) == .whole {
                at += 3
            } else if let end = endOfMark(bytes, at: at) {
                at = end
            } else {
                return false
            }
        }
        return true
    }

    private static func endOfMark(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        guard bytes[start] == UInt8(ascii: "<") else { return nil }
        let mark = bytes.extracting(start..<min(bytes.count, start + lengthLimit))
        guard let end = mark.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let name = mark.extracting(1..<end)
        guard name.count > 1, name.firstIndex(of: UInt8(ascii: "<")) == nil else { return nil }
        let isToken = name[0] == UInt8(ascii: "/") || name[0] == UInt8(ascii: "|") || name.match("｜", at: 0) == .whole
        return isToken ? start + end + 1 : nil
    }
}
