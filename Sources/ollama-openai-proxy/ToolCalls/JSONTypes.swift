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
        case .number: self = !tellsIntegers || value.isWhole ? .integer : .fraction
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        }
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A literal in the spelling of JSON, whatever its case; Python's `None` too.
    static func literal(_ word: String) -> String? {
        let word = word == "None" ? "null" : word.utf8.count > 5 ? "" : word.lowercased()
        return ["true", "false", "null"].contains(word) ? word : nil
    }
}

extension JSONValue {
    /// True for a number without a fraction, however long.
    fileprivate var isWhole: Bool {
        let hasPoint = document.withBytes(contentRange) { text in
            text.indices.contains { text[$0] == UInt8(ascii: ".") || text[$0] | 0x20 == UInt8(ascii: "e") }
        }
        return !hasPoint || integer != nil
    }
}

/// The values that `enum` and `const` allow.
struct SchemaValues: Sendable {
    private var texts: Set<String> = []
    private var numbers: Set<Double> = []
    /// Kinds that are allowed whole: objects and arrays are not compared.
    private var kinds: Set<JSONValue.Kind> = []
    private(set) var types: JSONTypes = []

    mutating func insert(_ value: JSONValue) {
        types.formUnion(JSONTypes(of: value, tellsIntegers: true))
        if let text = value.string {
            texts.insert(text)
        } else if let number = value.double {
            numbers.insert(number)
        } else {
            kinds.insert(value.kind)
        }
    }

    func contains(_ value: JSONValue) -> Bool {
        switch value.kind {
        case .string: !texts.isEmpty && value.string.map(texts.contains) ?? false
        case .number: !numbers.isEmpty && value.double.map(numbers.contains) ?? false
        default: kinds.contains(value.kind)
        }
    }
}
