/// What a writer can write as one value.
protocol JSONWritable { func write(into json: inout JSONWriter) }

extension String: JSONWritable { func write(into json: inout JSONWriter) { json.string(self) } }

extension JSONText: JSONWritable { func write(into json: inout JSONWriter) { json.string(self) } }

extension Int: JSONWritable { func write(into json: inout JSONWriter) { json.raw(text: String(self)) } }

extension Bool: JSONWritable { func write(into json: inout JSONWriter) { json.raw(text: self ? "true" : "false") } }

extension JSONValue: JSONWritable { func write(into json: inout JSONWriter) { json.raw(self) } }

extension Array: JSONWritable where Element: JSONWritable {
    func write(into json: inout JSONWriter) { json.array { json in for element in self { element.write(into: &json) } } }
}

extension Optional where Wrapped: JSONWritable {
    /// For a member that is null when there is no value.
    var orNull: any JSONWritable { if let self { self } else { RawJSON.null } }
}

extension Collection {
    /// For what is left out when there is nothing in it.
    var ifAny: Self? { isEmpty ? nil : self }
}

/// Text that is one JSON value, byte for byte.
struct RawJSON: JSONWritable {
    static let null = RawJSON("null")
    private let text: String

    init(_ text: String) { self.text = text }

    func write(into json: inout JSONWriter) { json.raw(text: text) }
}

/// An object as a literal, its members in their order; one without a value is left out.
struct JSONObject: JSONWritable, ExpressibleByDictionaryLiteral {
    var members: [(StaticString, (any JSONWritable)?)]

    init(dictionaryLiteral members: (StaticString, (any JSONWritable)?)...) { self.members = members }

    func write(into json: inout JSONWriter) { json.object { json in json.members(self) } }

    static func + (first: JSONObject, rest: JSONObject) -> JSONObject {
        var object = first
        object.members += rest.members
        return object
    }
}

/// Writing in which the shape of the text can be seen: an object is a literal, or what is inside of a value stands in its
/// closure. For what is written once a request or reply; what is written for every piece of a stream are prepared bytes.
extension JSONWriter {
    typealias Body = (inout JSONWriter) -> Void

    /// A text that is one object.
    static func object(reserving count: Int = 0, _ members: Body) -> ByteBuffer {
        var json = JSONWriter(reserving: count)
        json.object(members)
        return json.buffer
    }

    static func object(reserving count: Int = 0, _ object: JSONObject) -> ByteBuffer {
        Self.object(reserving: count) { json in json.members(object) }
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

    /// Members of the object that is open.
    mutating func members(_ object: JSONObject) {
        for case (let name, let value?) in object.members {
            self.name(name)
            value.write(into: &self)
        }
    }

    mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        self.name(name)
        value.write(into: &self)
    }

    /// A member that is left out when there is no value.
    mutating func member(_ name: StaticString, ifAny value: (some JSONWritable)?) { if let value { member(name, value) } }
}
