/// A text with which a block of calls begins, and the formats that begin so.
struct TextCallMarker: Sendable {
    let text: StaticString
    let formats: @Sendable () -> [any TextCallFormat]

    /// All begin with `<` or `[`, and none begins with another.
    static let all: [TextCallMarker] = [
        TextCallMarker(text: "<tool_call>") { [HermesCalls(), GLMCalls(), QwenCoderCalls(), InvokeCalls(.plain)] },
        TextCallMarker(text: "<tool_calls>") { [HermesCalls(), InvokeCalls(.plain)] },
        TextCallMarker(text: "<function=") { [QwenCoderCalls()] },
        TextCallMarker(text: "<invoke name=\"") { [InvokeCalls(.plain)] },
        TextCallMarker(text: "<function_calls>") { [InvokeCalls(.plain)] },
        TextCallMarker(text: "<minimax:tool_call>") { [InvokeCalls(.plain)] },
        TextCallMarker(text: "<｜DSML｜invoke name=\"") { [InvokeCalls(.deepSeek)] },
        TextCallMarker(text: "<｜DSML｜function_calls>") { [InvokeCalls(.deepSeek)] },
        TextCallMarker(text: "<｜DSML｜tool_calls>") { [InvokeCalls(.deepSeek)] },
        TextCallMarker(text: "<｜tool▁calls▁begin｜>") { [DeepSeekCalls()] },
        TextCallMarker(text: "<｜tool▁call▁begin｜>") { [DeepSeekCalls()] },
        TextCallMarker(text: "<|tool_calls_section_begin|>") { [KimiCalls()] },
        TextCallMarker(text: "<|tool_call_begin|>") { [KimiCalls()] },
        TextCallMarker(text: "<|python_tag|>") { [JSONReplyCalls()] },
        TextCallMarker(text: "[TOOL_CALLS]") { [MistralCalls()] },
    ]

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

    /// What begins at `place`.
    static func match(_ text: Span<UInt8>, at place: Int) -> Match {
        var match = Match.none
        for marker in all {
            switch text.match(marker.text, at: place) {
            case .whole: return .formats(marker.formats())
            case .partial: match = .partial
            case .none: break
            }
        }
        return match
    }

    /// What may begin a reply, besides the markers: a reply that is JSON as a whole, and Mistral's bare form.
    static func formats(atStartWith byte: UInt8, _ catalog: ToolCatalog) -> [any TextCallFormat] {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "`"): [JSONReplyCalls()]
        default: catalog.tools.contains { $0.name.utf8.first == byte } ? [MistralCalls(isBare: true)] : []
        }
    }
}
