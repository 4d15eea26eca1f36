extension SchemaLowering {
    /// Bytes of one value that is told; a longer one is left out, for a part of it may mislead.
    private static let valueLimit = 200
    /// Bytes of a schema that is told as text.
    private static let schemaLimit = 400
    private static let exampleLimit = 3

    /// What Ollama would drop, each in a few words.
    private struct Notes {
        private(set) var text = JSONText()

        /// Adds `label: value`, or the label alone.
        mutating func add(_ label: String, _ value: JSONText? = nil) {
            text.append(JSONText(label), separatedBy: ", ")
            if let value { text.append(value, separatedBy: ": ") }
        }
    }

    /// Writes the client's description, or else the title, and behind it the notes in brackets.
    mutating func writeDescription(of facts: Facts, depth: Int) {
        var text = facts.description ?? JSONText()
        if text.isEmpty { text = facts.title ?? text }
        var notes = Notes()
        for name in facts.mentions { notes.add(name) }
        for (keyword, value) in facts.notes where !isSpent { tell(keyword, value, of: facts, depth: depth, &notes) }
        if text.isEmpty {
            text = notes.text
        } else if !notes.text.isEmpty {
            text.append(notes.text, separatedBy: " (")
            text.append(")")
        }
        if !text.isEmpty { output.member("description", text) }
    }

    private mutating func tell(_ keyword: SchemaKeyword, _ value: JSONValue, of facts: Facts, depth: Int, _ notes: inout Notes) {
        switch keyword {
        // Null only says that the property may be left out.
        case .default where !value.isNull: Self.tell("default", value, &notes)
        case .example: Self.tell("example", value, &notes)
        case .examples: if let examples = Self.examples(value) { notes.add("examples", examples) }
        case .format, .pattern: Self.tell(keyword.rawValue, value, of: .string, &notes)
        case .contentEncoding: Self.tell("encoding", value, of: .string, &notes)
        case .uniqueItems where value.kind == .true: notes.add("unique items")
        case .deprecated where value.kind == .true: notes.add("deprecated")
        case .additionalProperties: tellValues(value, depth: depth, &notes)
        case .patternProperties:
            if let pattern = value.members.first(where: { _ in true }) { tellValues(pattern.value, depth: depth, &notes) }
        default:
            // The bounds that generators give to every integer, ±(2⁵³ − 1), say nothing.
            guard let label = Self.label(of: keyword, facts), value.integer?.magnitude != 9_007_199_254_740_991 else { return }
            Self.tell(label, value, of: .number, &notes)
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
    private static func tell(_ label: String, _ value: JSONValue, of kind: JSONValue.Kind? = nil, _ notes: inout Notes) {
        guard kind == nil || value.kind == kind, let text = text(of: value) else { return }
        notes.add(label, text)
    }

    private static func examples(_ values: JSONValue) -> JSONText? {
        var examples = JSONText()
        for text in values.elements.lazy.compactMap(text).prefix(exampleLimit) { examples.append(text, separatedBy: ", ") }
        return examples.isEmpty ? nil : examples
    }

    private static func text(of value: JSONValue) -> JSONText? {
        guard value.rawRange.count <= valueLimit else { return nil }
        guard let text = JSONText(value), !text.isEmpty else { return JSONText(value.rawText) }
        return text
    }

    /// Tells what the values of a map are: the name of their type, or their schema as text if it is short.
    private mutating func tellValues(_ schema: JSONValue, depth: Int, _ notes: inout Notes) {
        guard schema.kind == .object, depth < Self.depthLimit else { return }
        let text = captured { $0.write(schema, depth: depth + 1) }
        subset.steps -= text.utf8.count / 16
        guard let lowered = try? JSONDocument(parsing: text).root, !lowered.members.isEmpty else { return }
        let hasOneMember = lowered.members.dropFirst().first { _ in true } == nil
        if let type = lowered["type"]?.string, hasOneMember || text.utf8.count > Self.schemaLimit {
            notes.add("values", JSONText(type))
        } else if text.utf8.count <= Self.schemaLimit {
            notes.add("values", JSONText(text))
        }
    }
}

extension SchemaLowering.Facts {
    /// Before draft 6 an exclusive bound was a Boolean beside the bound.
    fileprivate func isExclusive(_ keyword: SchemaKeyword) -> Bool { notes.contains { $0.keyword == keyword && $0.value.bool == true } }
}
