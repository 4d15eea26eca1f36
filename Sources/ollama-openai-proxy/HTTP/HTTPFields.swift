/// A message's fields in the order in which they came (RFC 9110 section 5).
struct HTTPFields: Sendable, Equatable {
    struct Field: Sendable, Equatable {
        let name: String
        let value: String
    }

    private(set) var all: [Field] = []

    /// The first value of that name.
    subscript(name: HTTPFieldName) -> String? { all.first { Self.isSame($0.name, name.rawValue) }?.value }

    /// Every value of that name, in order.
    func values(of name: HTTPFieldName) -> [String] { all.filter { Self.isSame($0.name, name.rawValue) }.map(\.value) }

    /// Appends a field. The value must hold no CR, LF or NUL: a value from outside is checked before.
    mutating func append(_ name: HTTPFieldName, _ value: String) { append(name: name.rawValue, value: value) }

    mutating func append(name: String, value: String) {
        precondition(!value.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }, "a field value cannot hold a line break")
        all.append(Field(name: name, value: value))
    }

    /// True when two names or tokens differ in nothing but the case of ASCII letters.
    static func isSame(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
        var others = b.utf8.makeIterator()
        return a.utf8.allSatisfy { $0.asciiLowercased == others.next()?.asciiLowercased }
    }
}
