extension SchemaLowering {
    /// Bytes of one value that is told; a longer one is left out, for a part of it may mislead.
    private static let valueLimit = 200
    /// Bytes of a schema that is told as text.
    private static let schemaLimit = 400
    private static let exampleLimit = 3

    /// How the values of keywords are told.
    private static let labels: [SchemaKeyword: String] = [
        .default: "default", .example: "example", .format: "format", .pattern: "pattern", .contentEncoding: "encoding",
        .minimum: "minimum", .exclusiveMinimum: "greater than", .maximum: "maximum", .exclusiveMaximum: "less than",
        .multipleOf: "multiple of", .minLength: "min length", .maxLength: "max length", .minItems: "min items",
        .maxItems: "max items", .minProperties: "min entries", .maxProperties: "max entries",
    ]

    /// Writes the client's description, or else the title, and behind it the notes in brackets.
    mutating func writeDescription(of facts: Facts, depth: Int) {
        var text = facts.description ?? JSONText()
        if text.isEmpty { text = facts.title ?? text }
        var notes = JSONText()
        for name in facts.mentions { notes.addNote(name) }
        for (keyword, value) in facts.notes where !isSpent { tell(keyword, value, of: facts, depth: depth, &notes) }
        if text.isEmpty {
            text = notes
        } else if !notes.isEmpty {
            text.append(notes, separatedBy: " (")
            text.append(")")
        }
        if !text.isEmpty { output.member("description", text) }
    }

    private mutating func tell(_ keyword: SchemaKeyword, _ value: JSONValue, of facts: Facts, depth: Int, _ notes: inout JSONText) {
        switch keyword {
        case .additionalProperties: tellValues(value, depth: depth, &notes)
        case .patternProperties:
            if let pattern = value.members.first(where: { _ in true }) { tellValues(pattern.value, depth: depth, &notes) }
        case .uniqueItems where value.kind == .true: notes.addNote("unique items")
        case .deprecated where value.kind == .true: notes.addNote("deprecated")
        case .examples:
            var examples = JSONText()
            for text in value.elements.lazy.compactMap(Self.text).prefix(Self.exampleLimit) { examples.append(text, separatedBy: ", ") }
            if !examples.isEmpty { notes.addNote("examples", examples) }
        case .minimum where facts.isExclusive(.exclusiveMinimum): Self.tell(.exclusiveMinimum, value, &notes)
        case .maximum where facts.isExclusive(.exclusiveMaximum): Self.tell(.exclusiveMaximum, value, &notes)
        default: Self.tell(keyword, value, &notes)
        }
    }

    /// Tells a value as it is, if it is of the only kind that says anything.
    private static func tell(_ keyword: SchemaKeyword, _ value: JSONValue, _ notes: inout JSONText) {
        guard let label = labels[keyword], let text = text(of: value) else { return }
        let says =
            switch keyword {
            case .example: true
            // Null only says that the property may be left out.
            case .default: !value.isNull
            case .format, .pattern, .contentEncoding: value.kind == .string
            // The bounds that generators give to every integer, ±(2⁵³ − 1), say nothing.
            default: value.kind == .number && value.integer?.magnitude != 9_007_199_254_740_991
            }
        if says { notes.addNote(label, text) }
    }

    private static func text(of value: JSONValue) -> JSONText? {
        guard value.rawRange.count <= valueLimit else { return nil }
        guard let text = JSONText(value), !text.isEmpty else { return JSONText(value.rawText) }
        return text
    }

    /// Tells what the values of a map are: the name of their type, or their schema as text if it is short.
    private mutating func tellValues(_ schema: JSONValue, depth: Int, _ notes: inout JSONText) {
        guard schema.kind == .object, depth < Self.depthLimit else { return }
        let outer = output
        output = JSONWriter()
        write(schema, depth: depth + 1)
        let text = output.buffer.text
        output = outer
        subset.steps -= text.utf8.count / 16
        guard let lowered = try? JSONDocument(parsing: text).root, !lowered.members.isEmpty else { return }
        let hasOneMember = lowered.members.dropFirst().first { _ in true } == nil
        if let type = lowered["type"]?.string, hasOneMember || text.utf8.count > Self.schemaLimit {
            notes.addNote("values", JSONText(type))
        } else if text.utf8.count <= Self.schemaLimit {
            notes.addNote("values", JSONText(text))
        }
    }
}

extension JSONText {
    /// Adds `label: value`, or the label alone, to notes of a few words each.
    fileprivate mutating func addNote(_ label: String, _ value: JSONText? = nil) {
        append(JSONText(label), separatedBy: ", ")
        if let value { append(value, separatedBy: ": ") }
    }
}
