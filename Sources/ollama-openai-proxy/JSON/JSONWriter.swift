/// Writes one JSON text, member by member, in the order in which it is called.
///
/// Names are written as given; they are ours and need no escapes. `raw` writes a value verbatim.
struct JSONWriter {
    private(set) var buffer = ByteBuffer()
    private var needsComma = false

    init(reserving count: Int = 0) { buffer.reserve(count) }

    mutating func beginObject() { open(UInt8(ascii: "{")) }
    mutating func endObject() { close(UInt8(ascii: "}")) }
    mutating func beginArray() { open(UInt8(ascii: "[")) }
    mutating func endArray() { close(UInt8(ascii: "]")) }

    mutating func name(_ name: StaticString) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        buffer.append(name)
        buffer.append("\":")
        needsComma = false
    }

    /// A name that came from outside; written verbatim.
    mutating func name(_ key: JSONValue) {
        raw(key)
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func name(escaping name: String) {
        string(name)
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) { quoted { $0.appendEscaped(text) } }

    mutating func string(_ text: JSONText) { quoted { text.write(into: &$0) } }

    @inline(__always) private mutating func quoted(_ write: (inout ByteBuffer) -> Void) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        write(&buffer)
        buffer.append(UInt8(ascii: "\""))
    }

    /// A value of another text, byte for byte.
    mutating func raw(_ value: JSONValue) {
        separate()
        value.document.withBytes(value.rawRange) { buffer.append($0) }
    }

    /// Text that is one JSON value, byte for byte.
    mutating func raw(text: String) {
        separate()
        buffer.append(text: text)
    }

    private mutating func separate() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        buffer.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        buffer.append(bracket)
        needsComma = true
    }
}

extension String {
    /// The text as a JSON string, in its quotes.
    var quoted: String {
        var json = JSONWriter(reserving: utf8.count + 2)
        json.string(self)
        return json.buffer.text
    }
}
