/// A message's fields in the order in which they came (RFC 9110 section 5). Names are compared without case.
struct HTTPFields: Sendable, Equatable {
    struct Field: Sendable, Equatable {
        let name: String
        let value: String
    }

    private(set) var all: [Field] = []

    /// The first value of that name.
    subscript(name: String) -> String? { all.first { Self.isSame($0.name, name) }?.value }

    /// Every value of that name, in order.
    func values(of name: String) -> [String] { all.filter { Self.isSame($0.name, name) }.map(\.value) }

    /// Appends a field. The value must hold no CR, LF or NUL: a value from outside is checked before.
    mutating func append(_ name: String, _ value: String) {
        var text = value
        let isOneLine = text.withUTF8 { bytes in bytes.allSatisfy { $0 > 0x0D || $0 != 0x0D && $0 != 0x0A && $0 != 0 } }
        precondition(isOneLine, "a field value cannot hold a line break")
        all.append(Field(name: name, value: value))
    }

    /// True when two names or tokens differ in nothing but the case of ASCII letters.
    static func isSame(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
        var others = b.utf8.makeIterator()
        return a.utf8.allSatisfy { $0.asciiLowercased == others.next()?.asciiLowercased }
    }
}

/// Fields whose value is a comma-separated list (RFC 9110 section 5.6.1).
extension HTTPFields {
    /// The members of every field of that name in order, without the white space around them; empty ones are kept.
    func members(of name: String) -> [String] {
        values(of: name).flatMap { value in
            value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { member in
                let head = member.drop { $0.isHTTPSpace }
                let trailing = head.reversed().prefix { $0.isHTTPSpace }.count
                return String(decoding: head.dropLast(trailing), as: UTF8.self)
            }
        }
    }

    /// True when a list field of that name holds the member, compared without case.
    func has(_ member: String, in name: String) -> Bool { members(of: name).contains { Self.isSame($0, member) } }

    /// True when the sender lets the connection live on after this message (RFC 9112 section 9.3).
    func keepsAlive(isHTTP10: Bool) -> Bool {
        if has("close", in: "Connection") { return false }
        return !isHTTP10 || has("keep-alive", in: "Connection")
    }
}
