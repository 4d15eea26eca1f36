/// Turns values that do not fit a tool's schema into such that do, where there is one plain way.
///
/// A value is replaced only when it does not fit and the replacement does; everything else keeps its bytes. The work is
/// bounded: arguments that take too much of it are left as they are.
struct SchemaCoercion {
    /// Looks at one value, at one schema for it.
    private static let workLimit = 1_000_000
    /// Schemas inside each other that do not go deeper into the value are counted too.
    private static let depthLimit = 256

    private let schema: ToolSchema
    private var edits: [Edit] = []
    /// False: values are only judged.
    private var changes: Bool
    private var depth = 0
    /// Inside so many choices of which more than one could be meant.
    private var choices = 0
    private var work = 0
    private var hasGivenUp = false

    /// A change to the text of a document; edits never overlap.
    struct Edit {
        let range: Range<Int>
        let text: String
    }

    private init(_ schema: ToolSchema, changes: Bool) {
        self.schema = schema
        self.changes = changes
    }

    /// The text with every value that could be made to fit; `nil` when nothing is to be changed.
    ///
    /// `text` must be a JSON text.
    static func coerce(_ text: String, to schema: ToolSchema) -> String? {
        guard schema.root != ToolSchema.anything, let document = try? JSONDocument(parsing: text) else { return nil }
        var coercion = SchemaCoercion(schema, changes: true)
        _ = coercion.visit(document.root, schema.root)
        guard !coercion.hasGivenUp, !coercion.edits.isEmpty else { return nil }
        let coerced = apply(coercion.edits, to: 0..<document.bytes.count, of: document)
        // Arguments are an object, whatever their schema says.
        let isObject = coerced.utf8.first { !JSONScanner.isWhitespace($0) } == UInt8(ascii: "{")
        return document.root.kind == .object && !isObject ? nil : coerced
    }

    static func fits(_ value: JSONValue, _ schema: ToolSchema) -> Bool {
        var coercion = SchemaCoercion(schema, changes: false)
        return coercion.visit(value, schema.root) || coercion.hasGivenUp
    }

    /// True when the value fits, with the edits that this has added.
    private mutating func visit(_ value: JSONValue, _ place: Int) -> Bool {
        if place == ToolSchema.anything { return true }
        guard spend(1) else { return true }
        let node = schema.nodes[place]
        guard depth < Self.depthLimit else {
            hasGivenUp = true
            return true
        }
        depth += 1
        defer { depth -= 1 }
        if value.isNull, node.isNullable { return true }
        if node.groups.isEmpty { return own(value, node) }
        if !node.hasRules, node.groups.count == 1 { return group(value, node.groups[0]) }
        return every(value, node)
    }

    /// What the schema asks for itself.
    private mutating func own(_ value: JSONValue, _ node: SchemaNode) -> Bool {
        node.accepts(value) ? inside(value, node) : changes && replace(value, node)
    }

    private mutating func inside(_ value: JSONValue, _ node: SchemaNode) -> Bool {
        switch value.kind {
        case .object: members(of: value, node)
        case .array: elements(of: value, node)
        default: true
        }
    }

    private mutating func elements(of value: JSONValue, _ node: SchemaNode) -> Bool {
        guard node.hasElementRules else { return true }
        var fits = true
        let before = edits.count
        for (place, element) in value.elements.enumerated() where !hasGivenUp {
            if !visit(element, node.schema(ofElement: place)) { fits = false }
            if !fits, !changes { return false }
        }
        // Half a tuple mended is none.
        if !fits, !node.prefix.isEmpty { edits.removeLast(edits.count - before) }
        return fits
    }

    private mutating func members(of value: JSONValue, _ node: SchemaNode) -> Bool {
        guard node.hasMemberRules else { return true }
        var fits = true
        var present: UInt64 = 0
        var removal = MemberRemoval()
        for (key, member) in value.members where !hasGivenUp {
            let property = node.properties.isEmpty ? nil : key.string.flatMap { node.properties[$0] }
            let child = property?.schema ?? node.additional
            present |= property?.bit ?? 0
            let memberFits = visit(member, child)
            if !memberFits, !changes { return false }
            if !memberFits, property?.bit == 0, member.isNull || isEmptyWord(member, child) {
                removal.remove(key, member)
            } else {
                fits = fits && memberFits
                if changes { removal.keep(key, member, &edits) }
            }
        }
        removal.finish(&edits)
        return fits && present & node.required == node.required
    }

    /// One of the schemas must hold.
    private mutating func group(_ value: JSONValue, _ places: [Int]) -> Bool {
        if places.count == 1 { return visit(value, places[0]) }
        if judge({ coercion in places.contains { coercion.visit(value, $0) } }) { return true }
        guard changes else { return false }
        let before = edits.count
        let real = places.filter { !schema.nodes[$0].isNullOnly }
        choices += real.count > 1 ? 1 : 0
        defer { choices -= real.count > 1 ? 1 : 0 }
        for place in places {
            if visit(value, place) { return true }
            edits.removeLast(edits.count - before)
        }
        // An optional: what can be mended inside the only schema is, though something else is still wrong.
        return real.count == 1 && visit(value, real[0])
    }

    /// What the schema asks for itself and all groups must hold, so a change for one is held against the others.
    private mutating func every(_ value: JSONValue, _ node: SchemaNode) -> Bool {
        let parts = node.groups.map(Optional.some) + (node.hasRules ? [nil] : [])
        func holds(_ value: JSONValue, _ coercion: inout Self) -> Bool {
            coercion.judge { coercion in parts.allSatisfy { coercion.part($0, value, node) } }
        }
        if holds(value, &self) { return true }
        guard changes else { return false }
        var current = value
        for part in parts {
            guard let text = rewrite(current, { coercion, value in _ = coercion.part(part, value, node) }), let document = parse(text)
            else { continue }
            current = document.root
        }
        guard holds(current, &self) else { return false }
        edits.append(Edit(range: value.rawRange, text: current.rawText))
        return true
    }

    private mutating func part(_ group: [Int]?, _ value: JSONValue, _ node: SchemaNode) -> Bool {
        group.map { self.group(value, $0) } ?? own(value, node)
    }

    private mutating func judge(_ body: (inout Self) -> Bool) -> Bool {
        let before = changes
        changes = false
        defer { changes = before }
        return body(&self)
    }

    private mutating func spend(_ steps: Int) -> Bool {
        work += steps
        if work > Self.workLimit { hasGivenUp = true }
        return !hasGivenUp
    }
}

extension SchemaCoercion {
    /// Tries what a value that is not accepted may have been meant as.
    private mutating func replace(_ value: JSONValue, _ node: SchemaNode) -> Bool {
        guard let text = replacement(for: value, node) ?? wrapped(value, node) else { return false }
        edits.append(Edit(range: value.rawRange, text: text))
        return true
    }

    /// A string's number, Boolean, `null`, array or object; the text of a number, and, where nothing but text is asked
    /// for, of any other value; the Boolean of 1 and 0.
    private mutating func replacement(for value: JSONValue, _ node: SchemaNode) -> String? {
        let candidate: JSONDocument?
        switch value.kind {
        case .string: candidate = value.string.flatMap { parse(JSONTypes.literal($0) ?? $0) ?? parseLoosely($0) }
        case .number where node.types.contains(.string): candidate = parse("\"\(value.rawText)\"")
        case .number where node.types.contains(.boolean): candidate = ["0": "false", "1": "true"][value.rawText].flatMap { parse($0) }
        case .true, .false, .array, .object:
            guard choices == 0, node.types.subtracting(.null) == .string else { return nil }
            candidate = parse(value.rawText.quoted)
        default: return nil
        }
        guard let meant = candidate?.root, meant.kind != value.kind, node.accepts(meant) else { return nil }
        var fits = false
        let text = rewrite(meant) { coercion, value in fits = coercion.inside(value, node) }
        return fits ? text ?? meant.rawText : nil
    }

    /// `"null"`, `"None"` where neither a text nor `null` is asked for.
    private mutating func isEmptyWord(_ value: JSONValue, _ place: Int) -> Bool {
        value.isWordForNull && spend(64) && schema.types(at: place).isDisjoint(with: [.string, .null])
    }

    /// A single value as an array of one element.
    ///
    /// Not wrapped are blank text and words for `null`, which are no value (unless the elements' `enum` has them), and
    /// text that looks like an array that cannot be read.
    private mutating func wrapped(_ value: JSONValue, _ node: SchemaNode) -> String? {
        guard node.types.contains(.array), node.values == nil, !value.isNull, value.kind != .array else { return nil }
        if let text = value.string {
            let first = text.utf8.first { !JSONScanner.isWhitespace($0) }
            if first == nil || first == UInt8(ascii: "[") { return nil }
            if value.isWordForNull, !schema.hasValues(at: node.schema(ofElement: 0)) { return nil }
        }
        var fits = false
        let text = rewrite(value) { coercion, value in fits = coercion.visit(value, node.schema(ofElement: 0)) }
        return fits ? "[\(text ?? value.rawText)]" : nil
    }

    /// The value's text with the edits that `body` makes; `nil` when it makes none.
    private mutating func rewrite(_ value: JSONValue, _ body: (inout Self, JSONValue) -> Void) -> String? {
        let outer = edits
        edits = []
        defer { edits = outer }
        body(&self, value)
        guard !edits.isEmpty, spend(value.rawRange.count / 16) else { return nil }
        return Self.apply(edits, to: value.rawRange, of: value.document)
    }

    private mutating func parse(_ text: String) -> JSONDocument? {
        spend(text.utf8.count / 16 + 1) ? try? JSONDocument(parsing: text) : nil
    }

    /// An array or object as Python prints it, with the model's own closing tags behind it, or with all quotes escaped.
    private mutating func parseLoosely(_ text: String, isEscaped: Bool = false) -> JSONDocument? {
        let first = text.utf8.first { !JSONScanner.isWhitespace($0) }
        guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else { return nil }
        var json = LooseJSON()
        if (try? json.read(text.utf8.span, ended: false)) != nil { return parse(json.output.text) }
        guard !isEscaped, let inner = parse("\"\(text)\"")?.root.string else { return nil }
        return parse(inner) ?? parseLoosely(inner, isEscaped: true)
    }

    private static func apply(_ edits: [Edit], to range: Range<Int>, of document: JSONDocument) -> String {
        var buffer = ByteBuffer()
        buffer.reserve(range.count + 64)
        var at = range.lowerBound
        for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            document.withBytes(at..<edit.range.lowerBound) { buffer.append($0) }
            buffer.append(text: edit.text)
            at = edit.range.upperBound
        }
        document.withBytes(at..<range.upperBound) { buffer.append($0) }
        return buffer.text
    }
}

extension JSONValue {
    fileprivate var isWordForNull: Bool {
        contentRange.count <= 16 && kind == .string
            && ["null", "none", "nil", "undefined"].contains(string.map { $0.trimmed.lowercased() })
    }
}
