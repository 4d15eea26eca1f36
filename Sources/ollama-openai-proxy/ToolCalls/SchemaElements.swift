/// What one schema says of an array's elements: of those of a tuple one by one, and of all others.
struct SchemaElements {
    private var prefixItems: JSONValue?
    private var items: JSONValue?
    private var additionalItems: JSONValue?
    private var limit = Int.max

    /// Takes one of the schema's members in, whatever it is.
    mutating func take(_ keyword: SchemaKeyword, _ value: JSONValue) {
        switch keyword {
        case .prefixItems where value.kind == .array: prefixItems = value
        case .items: items = value
        case .additionalItems: additionalItems = value
        case .maxItems: limit = value.integer ?? .max
        default: break
        }
    }

    var isEmpty: Bool { items == nil && prefixItems == nil }

    /// Of the first elements, in their order: `prefixItems`, or before draft 2020-12 a list in `items`.
    var tuple: [JSONValue] { (prefixItems ?? items).map { Array($0.elements) } ?? [] }

    /// Of the elements behind the tuple; `nil`: they may be anything.
    var others: JSONValue? { items?.kind != .array ? items : prefixItems == nil ? additionalItems : nil }

    /// No element may stand behind a tuple of so many.
    func isClosed(after count: Int) -> Bool { limit <= count || others?.kind == .false }
}
