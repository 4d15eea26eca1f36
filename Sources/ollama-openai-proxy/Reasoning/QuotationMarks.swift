/// Marks between which a text is quoted, in the languages that use them (CLDR's delimiters).
enum QuotationMarks {
    /// Those that stand for nothing else open a quotation that goes on to the closing mark in the same paragraph.
    static let all: [(opening: StaticString, closings: [StaticString], spans: Bool)] = [
        ("\"", ["\""], true), ("“", ["”", "“"], true), ("„", ["“", "”"], true), ("«", ["»"], true), ("‹", ["›"], true),
        ("「", ["」"], true), ("『", ["』"], true), ("《", ["》"], true), ("〈", ["〉"], true), ("【", ["】"], true), ("'", ["'"], false),
        ("‘", ["’"], false), ("‚", ["‘"], false), ("”", ["”"], false), ("’", ["’"], false), ("»", ["«"], false),
    ]

    /// False for a byte that ends none of those that span.
    static func mayEnd(with byte: UInt8, of word: UInt64) -> Bool {
        let before = word >> 8 & 0xFFFF
        return byte == UInt8(ascii: "\"") || before == 0xE280 || before == 0xE380 || before & 0xFF == 0xC2
    }
}
