/// The text of a JSON string that is on its way from one JSON text into another.
///
/// It is a row of pieces: slices of strings as they came, escapes untouched, and text of our own. Joining two texts
/// copies nothing, and writing them copies bytes without decoding.
struct JSONText: Sendable {
    private enum Piece: Sendable {
        /// Bytes between the quotes of a string, still escaped.
        case slice(JSONDocument, Range<Int>)
        case plain(String)
    }

    private var pieces: [Piece] = []

    init() {}

    init(_ text: String) { if !text.isEmpty { pieces = [.plain(text)] } }

    /// The text of a JSON string; `nil` when the value is something else.
    init?(_ value: JSONValue) {
        guard value.kind == .string else { return nil }
        if !value.contentRange.isEmpty { pieces = [.slice(value.document, value.contentRange)] }
    }

    /// A part of what lies between the quotes of a string; the caller takes care not to cut an escape in two.
    init(slice range: Range<Int>, of document: JSONDocument) { if !range.isEmpty { pieces = [.slice(document, range)] } }

    var isEmpty: Bool { pieces.isEmpty }

    /// The size of the text as it was written, escapes included, without looking at it.
    var byteCount: Int {
        pieces.reduce(0) { sum, piece in
            switch piece {
            case .slice(_, let range): sum + range.count
            case .plain(let text): sum + text.utf8.count
            }
        }
    }

    mutating func append(_ other: JSONText) { pieces += other.pieces }

    mutating func append(_ text: String) { if !text.isEmpty { pieces.append(.plain(text)) } }

    /// Appends a text that stands on its own; an empty one leaves nothing.
    mutating func append(_ other: JSONText, separatedBy separator: String) {
        guard !other.isEmpty else { return }
        if !isEmpty { append(separator) }
        append(other)
    }

    /// The text without its first line, and the line breaks after that, if the line begins with `prefix`; otherwise
    /// the same. What stays is not touched.
    ///
    /// - Parameter prefix: ASCII that needs no escapes.
    func droppingFirstLine(beginning prefix: String) -> JSONText {
        guard case .slice(let document, let range) = pieces.first else { return self }
        let rest = document.withBytes(range) { bytes -> Int? in
            guard bytes.count >= prefix.utf8.count, bytes.extracting(first: prefix.utf8.count).text == prefix else { return nil }
            return Self.endOfFirstLine(bytes)
        }
        guard let rest else { return self }
        var text = JSONText(slice: range.lowerBound + rest..<range.upperBound, of: document)
        var others = pieces.dropFirst()
        if text.isEmpty, case .plain(let separator) = others.first, separator.allSatisfy(\.isNewline) { others.removeFirst() }
        text.pieces += others
        return text
    }

    /// Where the text goes on behind its first line and the line breaks that end it.
    private static func endOfFirstLine(_ bytes: Span<UInt8>) -> Int {
        func isLineBreak(_ at: Int) -> Bool { bytes[at] == UInt8(ascii: "\\") && bytes[at + 1] == UInt8(ascii: "n") }
        var at = 0
        while at + 1 < bytes.count, !isLineBreak(at) { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        if at + 1 >= bytes.count { return bytes.count }
        while at + 1 < bytes.count, isLineBreak(at) { at += 2 }
        return at
    }

    /// The text with its escapes undone.
    var string: String {
        pieces.reduce(into: "") { string, piece in
            switch piece {
            case .slice(let document, let range): string += document.withBytes(range) { JSONEscapes.decode($0) }
            case .plain(let text): string += text
            }
        }
    }

    /// About the first `count` bytes of the first piece, its escapes undone.
    func beginning(_ count: Int) -> String {
        switch pieces.first {
        case .slice(let document, let range): document.withBytes(range.prefix(count)) { JSONEscapes.decode($0) }
        case .plain(let text): String(text.prefix(count))
        case nil: ""
        }
    }

    /// Appends the text as it stands between the quotes of a JSON string.
    func write(into buffer: inout ByteBuffer) {
        for piece in pieces {
            switch piece {
            case .slice(let document, let range): document.withBytes(range) { buffer.append($0) }
            case .plain(let text): buffer.appendEscaped(text)
            }
        }
    }
}
