/// Reading of what is not known to be of a kind: a value of another kind is taken and counts as absent.
extension JSONScanner {
    /// Takes a value; `nil` unless it is a string.
    mutating func text(_ bytes: Span<UInt8>) throws(JSONError) -> StringToken? {
        if try peek(bytes) == UInt8(ascii: "\"") { return try string(bytes) }
        try skipValue(bytes)
        return nil
    }

    /// Takes a value; `nil` when it says nothing: null, false or an empty text.
    mutating func something(_ bytes: Span<UInt8>) throws(JSONError) -> Range<Int>? {
        let range = try skipValue(bytes)
        let value = bytes.extracting(range)
        return value.equals("null") || value.equals("false") || value.equals("\"\"") || value.equals("{}") ? nil : range
    }

    /// Takes a value; `nil` unless it is a whole number from 0 on.
    mutating func count(_ bytes: Span<UInt8>) throws(JSONError) -> Int? {
        let text = try bytes.extracting(skipValue(bytes)).text
        return (Int(text) ?? Double(text).flatMap { Int(exactly: $0) }).flatMap { $0 < 0 ? nil : $0 }
    }

    /// Takes a value; `nil` unless it is an array.
    mutating func array(_ bytes: Span<UInt8>) throws(JSONError) -> Range<Int>? {
        let isArray = try peek(bytes) == UInt8(ascii: "[")
        let range = try skipValue(bytes)
        return isArray ? range : nil
    }

    /// Takes a value, and if it is an object gives each name to `body`, which must take the member's value.
    mutating func members(_ bytes: Span<UInt8>, _ body: (Span<UInt8>, inout JSONScanner) throws(JSONError) -> Void) throws(JSONError) {
        guard try peek(bytes) == UInt8(ascii: "{") else {
            try skipValue(bytes)
            return
        }
        try open(UInt8(ascii: "{"), bytes)
        while let key = try nextKey(bytes) { try body(bytes.extracting(key.range), &self) }
    }

    /// Takes a value, and if it is an object gives the place before the value of that name to `body`, which must take it.
    mutating func member(_ wanted: StaticString, _ bytes: Span<UInt8>, _ body: (inout JSONScanner) throws(JSONError) -> Void)
        throws(JSONError)
    {
        try members(bytes) { (name, scanner) throws(JSONError) in
            if name.equals(wanted) { try body(&scanner) } else { try scanner.skipValue(bytes) }
        }
    }

    /// Takes an array and gives the place before each element to `body`, which must take the element.
    mutating func elements(_ bytes: Span<UInt8>, _ body: (inout JSONScanner) throws(JSONError) -> Void) throws(JSONError) {
        try open(UInt8(ascii: "["), bytes)
        while try nextElement(bytes) { try body(&self) }
    }
}

extension Span<UInt8> {
    /// `nil` for an absent text and for an empty one. Invalid UTF-8 becomes U+FFFD.
    func nonEmptyText(_ token: JSONScanner.StringToken?) -> String? {
        guard let token, !token.range.isEmpty else { return nil }
        return text(token)
    }

    /// The text of a string token, its escapes undone.
    func text(_ token: JSONScanner.StringToken) -> String {
        let content = extracting(token.range)
        return token.hasEscapes ? JSONEscapes.decode(content) : content.text
    }
}
