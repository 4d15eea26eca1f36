/// The members of a JSON Schema that mean something here, of all drafts and of OpenAPI's dialect. All others are passed over.
enum SchemaKeyword: String, CaseIterable {
    // What Ollama keeps.
    case type, description, `enum`, anyOf, items, properties, required
    // What is said with those.
    case allOf, oneOf, const, nullable, prefixItems, additionalItems, title, definitions
    case ref = "$ref"
    case defs = "$defs"
    // What is told in the description.
    case additionalProperties, patternProperties, `default`, deprecated, example, examples, format, pattern
    case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, contentEncoding
    case minItems, maxItems, uniqueItems, minProperties, maxProperties

    private static let byLength: [[(name: [UInt8], keyword: SchemaKeyword)]] = {
        let names = allCases.map { (name: Array($0.rawValue.utf8), keyword: $0) }
        let longest = names.map(\.name.count).max() ?? 0
        return (0...longest).map { length in names.filter { $0.name.count == length } }
    }()

    /// `nil` for every other key.
    init?(_ key: JSONValue) {
        let range = key.contentRange
        guard key.isPlainString else {
            // Were each of its letters an escape, the longest name took no more.
            guard range.count <= 120, let name = key.string else { return nil }
            self.init(rawValue: name)
            return
        }
        guard range.count < Self.byLength.count else { return nil }
        let bytes = key.document.bytes[range]
        guard let match = Self.byLength[range.count].first(where: { $0.name[...] == bytes }) else { return nil }
        self = match.keyword
    }
}
