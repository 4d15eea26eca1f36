/// The types of JSON Schema, of which a value has exactly one.
struct JSONTypes: OptionSet, Sendable {
    let rawValue: UInt8

    static let null = JSONTypes(rawValue: 1)
    static let boolean = JSONTypes(rawValue: 2)
    /// A number without a fraction; `5.0` is one.
    static let integer = JSONTypes(rawValue: 4)
    /// Every other number.
    static let fraction = JSONTypes(rawValue: 8)
    static let string = JSONTypes(rawValue: 16)
    static let array = JSONTypes(rawValue: 32)
    static let object = JSONTypes(rawValue: 64)

    static let number: JSONTypes = [.integer, .fraction]
    static let all = JSONTypes(rawValue: 127)
}

extension JSONTypes {
    /// A name that JSON Schema does not know says nothing: it gives all types.
    init(named name: JSONValue) {
        let names: [(StaticString, JSONTypes)] = [
            ("string", .string), ("number", .number), ("integer", .integer), ("boolean", .boolean), ("array", .array),
            ("object", .object), ("null", .null),
        ]
        self = names.first { name.isString($0.0) }?.1 ?? .all
    }

    /// - Parameter tellsIntegers: false when the two kinds of numbers need not be told apart.
    init(of value: JSONValue, tellsIntegers: Bool) {
        switch value.kind {
        case .null: self = .null
        case .true, .false: self = .boolean
        case .number: self = !tellsIntegers || value.isOfDigits || value.integer != nil ? .integer : .fraction
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        }
    }

    /// A literal in the spelling of JSON, whatever its case; Python's `None` too.
    static func literal(_ word: String) -> String? {
        let word = word == "None" ? "null" : word.utf8.count > 5 ? "" : word.lowercased()
        return ["true", "false", "null"].contains(word) ? word : nil
    }
}

extension JSONValue {
    /// True for a number without a fraction and an exponent, however long.
    var isOfDigits: Bool {
        document.withBytes(contentRange) { text in text.end { JSONScanner.isDigit($0) || $0 == UInt8(ascii: "-") } == text.count }
    }
}

/// The values that `enum` and `const` allow.
struct SchemaValues: Sendable {
    private enum Value: Hashable {
        case text(String)
        case number(Double)
        /// All values of a kind: objects and arrays are not compared.
        case any(JSONValue.Kind)

        init(_ value: JSONValue) { self = value.string.map(Value.text) ?? value.double.map(Value.number) ?? .any(value.kind) }
    }

    private let values: Set<Value>
    let types: JSONTypes

    init(_ allowed: [JSONValue]) {
        values = Set(allowed.map(Value.init))
        types = allowed.reduce(into: []) { $0.formUnion(JSONTypes(of: $1, tellsIntegers: true)) }
    }

    func contains(_ value: JSONValue) -> Bool { values.contains(Value(value)) }
}
