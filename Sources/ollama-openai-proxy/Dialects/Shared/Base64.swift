/// Base64 as clients write it, made into the standard form with padding (RFC 4648 section 4) that Ollama reads.
enum Base64 {
    /// Part of a JSON string as standard base64: a view of it when it is that already, and else normalised (the URL-safe
    /// alphabet, white space, missing padding). `nil` when it is not base64, or empty.
    static func standard(_ range: Range<Int>, of document: JSONDocument) -> JSONText? {
        guard !range.isEmpty else { return nil }
        if document.withBytes(range, isStandard) { return JSONText(slice: range, of: document) }
        let text = document.withBytes(range) { JSONEscapes.decode($0) }
        return normalised(text.utf8).map { JSONText(String(decoding: $0, as: UTF8.self)) }
    }

    /// True for standard base64 in whole groups of four. An escaped slash counts as one: many JSON writers escape it.
    private static func isStandard(_ text: Span<UInt8>) -> Bool {
        var end = text.count
        while end > 0, text.count - end < 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        var escapes = 0
        var at = 0
        while at < end {
            if isSymbol(text[at]) {
                at += 1
            } else if text[at] == UInt8(ascii: "\\"), at + 1 < end, text[at + 1] == UInt8(ascii: "/") {
                escapes += 1
                at += 2
            } else {
                return false
            }
        }
        return (text.count - escapes).isMultiple(of: 4) && end > 0
    }

    private static func normalised(_ text: String.UTF8View) -> [UInt8]? {
        var symbols: [UInt8] = []
        symbols.reserveCapacity(text.count + 3)
        var padding = 0
        for byte in text where !JSONScanner.isWhitespace(byte) {
            switch byte {
            case UInt8(ascii: "="): padding += 1
            case _ where padding > 0: return nil
            case UInt8(ascii: "-"): symbols.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): symbols.append(UInt8(ascii: "/"))
            case _ where isSymbol(byte): symbols.append(byte)
            default: return nil
            }
        }
        // One symbol alone holds no byte; padding may be missing but must not be too much.
        let rest = symbols.count % 4
        guard !symbols.isEmpty, rest != 1, padding <= (rest == 0 ? 0 : 4 - rest) else { return nil }
        if rest > 0 { symbols.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 4 - rest)) }
        return symbols
    }

    private static func isSymbol(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
    }
}

extension Parameter {
    /// A string that holds base64, in the standard form.
    func base64() throws(ChatError) -> JSONText {
        guard value.kind == .string else { throw wrongType("a string") }
        guard let payload = Base64.standard(value.contentRange, of: value.document) else { throw mistake("is not valid base64.") }
        return payload
    }

    /// A sound in an object with `data`. Ollama takes the same two formats that OpenAI names, and tells them by their
    /// bytes.
    func audio() throws(ChatError) -> JSONText {
        try self["format"]?.oneOf(["wav": (), "mp3": ()], code: .unsupportedValue)
        return try required("data").base64()
    }
}
