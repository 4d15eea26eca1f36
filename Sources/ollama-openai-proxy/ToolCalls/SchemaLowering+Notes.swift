extension SchemaLowering {
    /// Bytes of one value that is told; a longer one is left out, for a part of it may mislead.
    private static let valueLimit = 200
    /// Bytes of a schema that is told as text.
    private static let schemaLimit = 400
    private static let exampleLimit = 3

    /// A description, and what Ollama would drop behind it in brackets, each in a few words.
    private struct Words {
        private(set) var text: JSONText
        private let hasDescription: Bool
        private var hasNotes = false

        init(_ description: JSONText) {
            text = description
            hasDescription = !description.isEmpty
        }

        /// Adds `label: value`, or the label alone.
        mutating func note(_ label: String, _ value: JSONText? = nil) {
            if hasNotes { text.append(", ") } else if hasDescription { text.append(" (") }
            hasNotes = true
            text.append(label)
            guard let value else { return }
            text.append(": ")
            text.append(value)
        }

        mutating func close() { if hasNotes, hasDescription { text.append(")") } }
    }

    /// Writes the client's description, or else the title, with the notes.
    mutating func writeDescription(of facts: Facts, depth: Int) {
        let description = facts.description ?? JSONText()
        var words = Words(description.isEmpty ? facts.title ?? description : description)
        for name in facts.mentions { words.note(name) }
        for (keyword, value) in facts.notes where !isSpent { tell(keyword, value, of: facts, depth: depth, &words) }
        words.close()
        guard !words.text.isEmpty else { return }
        output.name("description")
        output.string(words.text)
    }

    private mutating func tell(_ keyword: SchemaKeyword, _ value: JSONValue, of facts: Facts, depth: Int, _ words: inout Words) {
        switch keyword {
        // Null only says that the property may be left out.
        case .default where !value.isNull: Self.tell("default", value, &words)
        case .example: Self.tell("example", value, &words)
        case .examples: if let examples = Self.examples(value) { words.note("examples", examples) }
        case .format, .pattern: Self.tell(keyword.rawValue, value, of: .string, &words)
        case .contentEncoding: Self.tell("encoding", value, of: .string, &words)
        case .uniqueItems where value.kind == .true: words.note("unique items")
        case .deprecated where value.kind == .true: words.note("deprecated")
        case .additionalProperties: tellValues(value, depth: depth, &words)
        case .patternProperties:
            if let pattern = value.members.first(where: { _ in true }) { tellValues(pattern.value, depth: depth, &words) }
        default:
            // The bounds that generators give to every integer, ±(2⁵³ − 1), say nothing.
            guard let label = Self.label(of: keyword, facts), value.integer?.magnitude != 9_007_199_254_740_991 else { return }
            Self.tell(label, value, of: .number, &words)
        }
    }

    /// How a number that bounds something is told.
    private static func label(of keyword: SchemaKeyword, _ facts: Facts) -> String? {
        switch keyword {
        case .minimum: facts.isExclusive(.exclusiveMinimum) ? "greater than" : "minimum"
        case .maximum: facts.isExclusive(.exclusiveMaximum) ? "less than" : "maximum"
        case .exclusiveMinimum: "greater than"
        case .exclusiveMaximum: "less than"
        case .multipleOf: "multiple of"
        case .minLength: "min length"
        case .maxLength: "max length"
        case .minItems: "min items"
        case .maxItems: "max items"
        case .minProperties: "min entries"
        case .maxProperties: "max entries"
        default: nil
        }
    }

    /// - Parameter kind: the only kind of value that says anything; `nil` for any.
    private static func tell(_ label: String, _ value: JSONValue, of kind: JSONValue.Kind? = nil, _ words: inout Words) {
        guard kind == nil || value.kind == kind, let text = text(of: value) else { return }
        words.note(label, text)
    }

    private static func examples(_ values: JSONValue) -> JSONText? {
        var examples: JSONText?
        for text in values.elements.lazy.compactMap(text).prefix(exampleLimit) {
            if examples == nil { examples = JSONText() } else { examples?.append(", ") }
            examples?.append(text)
        }
        return examples
    }

    private static func text(of value: JSONValue) -> JSONText? {
        guard value.rawRange.count <= valueLimit else { return nil }
        guard let text = JSONText(value), !text.isEmpty else { return JSONText(value.rawText) }
        return text
    }

    /// Tells what the values of a map are: the name of their type, or their schema as text if it is short.
    private mutating func tellValues(_ schema: JSONValue, depth: Int, _ words: inout Words) {
        guard schema.kind == .object, depth < Self.depthLimit else { return }
        let text = captured { $0.write(schema, depth: depth + 1) }
        subset.steps -= text.utf8.count / 16
        guard let lowered = try? JSONDocument(parsing: text).root, !lowered.members.isEmpty else { return }
        let hasOneMember = lowered.members.dropFirst().first { _ in true } == nil
        if let type = lowered["type"]?.string, hasOneMember || text.utf8.count > Self.schemaLimit {
            words.note("values", JSONText(type))
        } else if text.utf8.count <= Self.schemaLimit {
            words.note("values", JSONText(text))
        }
    }
}

extension SchemaLowering.Facts {
    /// Before draft 6 an exclusive bound was a Boolean beside the bound.
    fileprivate func isExclusive(_ keyword: SchemaKeyword) -> Bool { notes.contains { $0.keyword == keyword && $0.value.bool == true } }
}
