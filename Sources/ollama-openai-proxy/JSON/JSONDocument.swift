/// One JSON text, read whole and checked, of which values are views that point into its bytes.
///
/// Nothing is decoded before it is asked for: key order, number text, escapes and raw values stay as they came, and
/// any value can be written on verbatim. 16 bytes of memory a value besides the text itself.
final class JSONDocument: Sendable {
    let bytes: [UInt8]
    fileprivate let nodes: [Node]

    /// One value or key. `next` is the index of the node after this value and all that is in it.
    fileprivate struct Node {
        let start: UInt32
        var end: UInt32
        var next: UInt32
        let kind: JSONValue.Kind
        let hasEscapes: Bool

        /// The same in another text, so many bytes and nodes further on.
        func moved(bytes: Int, nodes: Int) -> Node {
            let bytes = UInt32(truncatingIfNeeded: bytes)
            return Node(
                start: start &+ bytes, end: end &+ bytes, next: next &+ UInt32(truncatingIfNeeded: nodes), kind: kind,
                hasEscapes: hasEscapes)
        }
    }

    /// - Parameter known: texts that may come again as members of the root, where they are only compared. They must have
    ///   been such members, so that the limit of the depth holds.
    init(parsing bytes: [UInt8], limits: JSONLimits = .standard, known: [JSONDocument] = []) throws(JSONError) {
        guard bytes.count <= limits.bytes else { throw JSONError(reason: .tooLarge, offset: limits.bytes) }
        let text = bytes.span
        if let offset = text.firstInvalidByte { throw JSONError(reason: .invalidUTF8, offset: offset) }
        var reader = Reader(scanner: JSONScanner(depthLimit: limits.depth), valueLimit: limits.values, known: known)
        try reader.value(text)
        try reader.scanner.end(text)
        self.bytes = bytes
        // A request's document lives as long as its stream. Growing has left room for up to as much again.
        nodes = reader.nodes.capacity > reader.nodes.count + 16 ? Array(reader.nodes[...]) : reader.nodes
    }

    convenience init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// One value of another text as a text of its own, so that the other need not be kept for it.
    init(copying value: JSONValue) {
        let range = value.rawRange
        let all = value.document.nodes
        bytes = Array(value.document.bytes[range])
        nodes = all[value.index..<Int(all[value.index].next)].map { $0.moved(bytes: -range.lowerBound, nodes: -value.index) }
    }

    var root: JSONValue { JSONValue(document: self, index: 0) }

    /// True when the value is written with just these bytes.
    func isText(of value: JSONValue) -> Bool { value.document.withBytes(value.rawRange) { $0.equals(bytes) } }

    /// Gives a part of the text to `body` without a copy.
    func withBytes<Result>(_ range: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
        let bytes = bytes
        return body(bytes.span.extracting(range))
    }

    private struct Reader {
        var scanner: JSONScanner
        let valueLimit: Int
        let known: [JSONDocument]
        var nodes: [Node] = []

        mutating func value(_ text: Span<UInt8>) throws(JSONError) {
            let first = try scanner.peek(text)
            let start = scanner.position
            switch first {
            case UInt8(ascii: "\""): try string(scanner.string(text))
            case UInt8(ascii: "{"):
                try add(.object, start..<start)
                let index = nodes.count - 1
                try scanner.open(first, text)
                while let key = try scanner.nextKey(text) {
                    try string(key)
                    try value(text)
                }
                close(index)
            case UInt8(ascii: "["):
                if try takeKnown(text) { return }
                try add(.array, start..<start)
                let index = nodes.count - 1
                try scanner.open(first, text)
                while try scanner.nextElement(text) { try value(text) }
                close(index)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try add(.number, scanner.number(text))
            default:
                try scanner.literal(text)
                let kind: JSONValue.Kind = first == UInt8(ascii: "t") ? .true : first == UInt8(ascii: "f") ? .false : .null
                try add(kind, start..<scanner.position)
            }
        }

        /// Takes a member of the root that is known, its nodes moved along; false when it is not.
        private mutating func takeKnown(_ text: Span<UInt8>) throws(JSONError) -> Bool {
            guard scanner.depth == 1 else { return false }
            let start = scanner.position
            for document in known where document.bytes.count <= text.count - start {
                let end = start + document.bytes.count
                guard text.extracting(start..<end).equals(document.bytes) else { continue }
                guard nodes.count + document.nodes.count <= valueLimit else { throw JSONError(reason: .tooManyValues, offset: start) }
                let first = nodes.count
                nodes += document.nodes.lazy.map { $0.moved(bytes: start, nodes: first) }
                scanner.skip(document.bytes.count)
                return true
            }
            return false
        }

        private mutating func string(_ token: JSONScanner.StringToken) throws(JSONError) {
            try add(.string, token.range, hasEscapes: token.hasEscapes)
        }

        private mutating func add(_ kind: JSONValue.Kind, _ range: Range<Int>, hasEscapes: Bool = false) throws(JSONError) {
            guard nodes.count < valueLimit else { throw JSONError(reason: .tooManyValues, offset: range.lowerBound) }
            nodes.append(
                Node(
                    start: UInt32(range.lowerBound), end: UInt32(range.upperBound), next: UInt32(nodes.count + 1), kind: kind,
                    hasEscapes: hasEscapes))
        }

        private mutating func close(_ index: Int) {
            nodes[index].end = UInt32(scanner.position)
            nodes[index].next = UInt32(nodes.count)
        }
    }
}

/// A value inside a `JSONDocument`.
struct JSONValue: Sendable {
    enum Kind: UInt8 { case null, `true`, `false`, number, string, array, object }

    let document: JSONDocument
    fileprivate let index: Int

    var kind: Kind { node.kind }
    var isNull: Bool { kind == .null }

    /// `nil` unless this is a Boolean.
    var bool: Bool? { kind == .true ? true : kind == .false ? false : nil }

    /// The text with its escapes undone; `nil` unless this is a string.
    var string: String? {
        guard kind == .string else { return nil }
        return document.withBytes(contentRange) { JSONEscapes.decode($0) }
    }

    /// `nil` unless this is a number without a fraction that fits; `5.0` and `5e0` are the integer 5.
    var integer: Int? {
        guard kind == .number else { return nil }
        if let exact = Int(rawText) { return exact }
        return double.flatMap { abs($0) <= 9_007_199_254_740_991 ? Int(exactly: $0) : nil }
    }

    /// `nil` unless this is a number that is finite as a double.
    var double: Double? {
        guard kind == .number, let value = Double(rawText), value.isFinite else { return nil }
        return value
    }

    /// The value as it stands in the text, quotes included.
    var rawRange: Range<Int> {
        let range = contentRange
        return kind == .string ? range.lowerBound - 1..<range.upperBound + 1 : range
    }

    var rawText: String { document.withBytes(rawRange) { $0.text } }

    /// Where the bytes of the value lie; of a string, what is between its quotes.
    var contentRange: Range<Int> { Int(node.start)..<Int(node.end) }

    /// A string that holds no escapes: its bytes are its text.
    var isPlainString: Bool { kind == .string && !node.hasEscapes }

    /// The member of that name; the last one when a name is repeated, as Go and Python read it. `nil` when there is
    /// none or this is no object.
    subscript(name: StaticString) -> JSONValue? {
        var found: JSONValue?
        for member in members where member.key.isString(name) { found = member.value }
        return found
    }

    subscript(name: String) -> JSONValue? {
        var found: JSONValue?
        for member in members where member.key.string == name { found = member.value }
        return found
    }

    /// True when this is a string with exactly that text.
    func isString(_ text: StaticString) -> Bool {
        guard kind == .string else { return false }
        if !node.hasEscapes { return document.withBytes(contentRange) { $0.equals(text) } }
        return string == text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    }

    /// The members of an object in their order; empty for every other kind.
    var members: Members { Members(nodes: Elements(document: document, range: childRange(of: .object))) }

    /// The same by their names; the last one when a name is repeated.
    var membersByName: [String: JSONValue] {
        Dictionary(members.lazy.compactMap { key, value in key.string.map { ($0, value) } }) { _, last in last }
    }

    /// The elements of an array in their order; empty for every other kind.
    var elements: Elements { Elements(document: document, range: childRange(of: .array)) }

    private var node: JSONDocument.Node { document.nodes[index] }

    private func childRange(of kind: Kind) -> Range<Int> { node.kind == kind ? index + 1..<Int(node.next) : 0..<0 }

    struct Elements: Sequence, IteratorProtocol {
        fileprivate let document: JSONDocument
        fileprivate var range: Range<Int>

        var isEmpty: Bool { range.isEmpty }

        mutating func next() -> JSONValue? {
            guard !range.isEmpty else { return nil }
            let value = JSONValue(document: document, index: range.lowerBound)
            range = Int(value.node.next)..<range.upperBound
            return value
        }
    }

    struct Members: Sequence, IteratorProtocol {
        fileprivate var nodes: Elements

        var isEmpty: Bool { nodes.isEmpty }

        mutating func next() -> (key: JSONValue, value: JSONValue)? {
            guard let key = nodes.next(), let value = nodes.next() else { return nil }
            return (key, value)
        }
    }
}
