/// What a writer can write as one value.
protocol JSONWritable { func write(into json: inout JSONWriter) }

extension String: JSONWritable { func write(into json: inout JSONWriter) { json.string(self) } }

extension JSONText: JSONWritable { func write(into json: inout JSONWriter) { json.string(self) } }

extension Int: JSONWritable { func write(into json: inout JSONWriter) { json.raw(text: String(self)) } }

extension Bool: JSONWritable { func write(into json: inout JSONWriter) { json.raw(text: self ? "true" : "false") } }

extension JSONValue: JSONWritable { func write(into json: inout JSONWriter) { json.raw(self) } }

/// Writing in which the shape of the text can be seen: what is inside of a value stands in its closure. For what is
/// written once a request or reply; what is written for every piece of a stream are prepared bytes.
extension JSONWriter {
    typealias Body = (inout JSONWriter) -> Void

    /// A text that is one object.
    static func object(reserving count: Int = 0, _ members: Body) -> ByteBuffer {
        var json = JSONWriter(reserving: count)
        json.object(members)
        return json.buffer
    }

    mutating func object(_ members: Body) {
        beginObject()
        members(&self)
        endObject()
    }

    mutating func object(_ name: StaticString, _ members: Body) {
        self.name(name)
        object(members)
    }

    mutating func array(_ name: StaticString, _ elements: Body) {
        self.name(name)
        array(elements)
    }

    mutating func array(_ elements: Body) {
        beginArray()
        elements(&self)
        endArray()
    }

    mutating func array(_ name: StaticString, _ elements: [some JSONWritable]) {
        array(name) { json in for element in elements { element.write(into: &json) } }
    }

    mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        self.name(name)
        value.write(into: &self)
    }

    /// A member that is null when there is no value.
    mutating func member(_ name: StaticString, orNull value: (some JSONWritable)?) {
        self.name(name)
        if let value { value.write(into: &self) } else { null() }
    }

    /// A member that is left out when there is no value.
    mutating func member(_ name: StaticString, ifAny value: (some JSONWritable)?) { if let value { member(name, value) } }

    /// - Parameter text: is one JSON value.
    mutating func member(_ name: StaticString, raw text: String) {
        self.name(name)
        raw(text: text)
    }
}
