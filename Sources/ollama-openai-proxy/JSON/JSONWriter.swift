/// Writes one JSON text, member by member, in the order in which it is called.
///
/// Names are written as given; they are ours and need no escapes. `raw` writes a value verbatim.
struct JSONWriter {
    private(set) var buffer = ByteBuffer()
    private var needsComma = false

    init() {}

    init(reserving count: Int) { buffer.reserve(count) }

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

    mutating func string(_ text: String) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        buffer.appendEscaped(text)
        buffer.append(UInt8(ascii: "\""))
    }

    mutating func string(_ text: JSONText) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        text.write(into: &buffer)
        buffer.append(UInt8(ascii: "\""))
    }

    mutating func integer(_ number: Int) {
        separate()
        buffer.append(decimal: number)
    }

    mutating func bool(_ flag: Bool) {
        separate()
        buffer.append(flag ? "true" : "false")
    }

    mutating func null() {
        separate()
        buffer.append("null")
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
