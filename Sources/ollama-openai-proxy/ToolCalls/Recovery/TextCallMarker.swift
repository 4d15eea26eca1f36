/// Texts with which a block of calls begins, and the format that begins so.
struct TextCallMarker: Sendable {
    let openings: [StaticString]
    let format: @Sendable () -> any TextCallFormat

    /// No opening begins with another one of a different format.
    static let all: [TextCallMarker] =
        MarkedCalls.Marks.all.map { marks in TextCallMarker(openings: marks.openings) { MarkedCalls(marks) } } + [
            TextCallMarker(openings: ["<tool_call>"]) { GLMCalls() }, TextCallMarker(openings: ["<|python_tag|>"]) { JSONReplyCalls() },
            TextCallMarker(openings: ["[TOOL_CALLS]"]) { MistralCalls() },
            TextCallMarker(openings: ["<|start|>assistant", "<|channel|>"]) { HarmonyCalls() },
            TextCallMarker(openings: MiniMaxCalls.openings) { MiniMaxCalls() },
        ] + PairTags.all.map { tags in TextCallMarker(openings: tags.openings) { PairCalls(tags) } }
        + SectionCalls.Tokens.all.map { tokens in TextCallMarker(openings: [tokens.begin, tokens.callBegin]) { SectionCalls(tokens) } }
        + PythonCalls.Marks.all.map { marks in TextCallMarker(openings: [marks.opening]) { PythonCalls(marks) } }
        + GemmaCalls.Marks.all.map { marks in TextCallMarker(openings: [marks.opening]) { GemmaCalls(marks) } }

    /// The openings by their second byte, which tells most of them from other text.
    private static let bySecondByte = all.reduce(
        into: [[(text: StaticString, format: @Sendable () -> any TextCallFormat)]](repeating: [], count: 256)
    ) { table, marker in for text in marker.openings { table[Int(text.utf8Start[1])].append((text, marker.format)) } }

    enum Match {
        case formats([any TextCallFormat])
        /// Thinking begins or ends; so many bytes of the mark are left out.
        case thoughts(begin: Bool, leavingOut: Int)
        /// The end of that in which there was nothing to look for.
        case end
        /// The text ends before it can be told.
        case partial
        case none
    }

    /// False for a byte with which no opening begins.
    static func mayBegin(with byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }

    /// What begins at `place`.
    static func match(_ text: Span<UInt8>, at place: Int) -> Match {
        guard place < text.count, mayBegin(with: text[place]) else { return .none }
        guard place + 1 < text.count else { return .partial }
        var formats: [any TextCallFormat] = []
        var isPartial = false
        for (opening, format) in bySecondByte[Int(text[place + 1])] {
            switch text.match(opening, at: place) {
            case .whole: formats.append(format())
            case .partial: isPartial = true
            case .none: break
            }
        }
        return formats.isEmpty ? isPartial ? .partial : .none : .formats(formats)
    }

    /// What may begin a reply, besides the markers: a reply that is JSON as a whole, and forms whose marker is lost or is
    /// none.
    static func formats(atStartWith byte: UInt8, _ catalog: ToolCatalog) -> [any TextCallFormat] {
        switch byte {
        case UInt8(ascii: "["): return [JSONReplyCalls(), PythonCalls()]
        case UInt8(ascii: "{"), UInt8(ascii: "`"): return [JSONReplyCalls()]
        default:
            var formats: [any TextCallFormat] = []
            if catalog.tools.contains(where: { $0.name.utf8.first == byte }) { formats.append(MistralCalls(isBare: true)) }
            if byte == UInt8(ascii: "f") { formats.append(MarkedCalls(.functools)) }
            if HarmonyCalls.bareOpenings.contains(where: { $0.utf8Start[0] == byte }) { formats.append(HarmonyCalls(isBare: true)) }
            return formats
        }
    }
}
