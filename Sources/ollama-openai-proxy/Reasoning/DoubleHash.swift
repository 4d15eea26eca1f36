/// A hash of a row of parts: 128 bits that differ from process to process.
struct DoubleHash {
    private var first = Hasher()
    private var second = Hasher()

    struct Key: Hashable {
        fileprivate let first: Int
        fileprivate let second: Int
    }

    enum Part { case scope, system, user, assistant, tool, text, medium, id, ownID, name, object, array, end, string, other }

    init() { second.combine(true) }

    var key: Key {
        let (first, second) = (first, second)
        return Key(first: first.finalize(), second: second.finalize())
    }

    mutating func add(_ part: Part, _ text: String = "") {
        var text = text
        text.withUTF8 { bytes in
            first.combine(part)
            first.combine(bytes: UnsafeRawBufferPointer(bytes))
            second.combine(part)
            second.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        // The end; UTF-8 does not have this byte.
        first.combine(0xFF as UInt8)
        second.combine(0xFF as UInt8)
    }

    func adding(_ part: Part, _ text: String) -> DoubleHash {
        var other = self
        other.add(part, text)
        return other
    }

    /// Takes what a value means: agents write the members of an object in another order, and 5.0 as 5.
    mutating func add(_ value: JSONValue) {
        switch value.kind {
        case .object:
            add(.object)
            let members = value.members.map { (name: $0.key.string ?? "", value: $0.value) }
            for member in members.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
                add(.name, member.name)
                add(member.value)
            }
            add(.end)
        case .array:
            add(.array)
            for element in value.elements { add(element) }
            add(.end)
        case .string: add(.string, value.string ?? "")
        case .number, .true, .false, .null: add(.other, value.integer.map(String.init) ?? value.rawText)
        }
    }
}
