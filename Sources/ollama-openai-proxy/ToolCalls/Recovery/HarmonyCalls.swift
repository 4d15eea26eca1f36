/// gpt-oss, OpenAI's Harmony: `<|channel|>commentary to=functions.NAME <|constrain|>json<|message|>{…}<|call|>`.
///
/// The recipient may also stand behind the role, before the channel, and the call's last token is often not passed on.
/// At the beginning of a reply the first tokens may be missing, or all of them.
struct HarmonyCalls: TextCallFormat {
    let closings: [StaticString] = ["<|call|>", "<|end|>", "<|return|>", "<|start|>"]

    static let bareOpenings: [StaticString] = [
        "to=functions.", "commentary to=functions.", "analysis to=functions.", "assistant to=functions.",
    ]
    /// What stands in a header besides the recipient.
    private static let words = ["assistant", "analysis", "commentary", "json", "code"]

    private enum Step {
        case opening
        /// In the header, of which so many parts have come.
        case header(parts: Int)
        case object(CallableTool)
        case end(TextCall)
    }

    var cursor = BlockCursor()
    private let isBare: Bool
    private var step = Step.opening
    private var tool: CallableTool?

    /// - Parameter isBare: the block begins with a word of the header.
    init(isBare: Bool = false) { self.isBare = isBare }

    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]? {
        switch step {
        case .opening:
            if isBare { guard try cursor.sees(Self.bareOpenings, at: cursor.position, block) else { throw .no } }
            step = .header(parts: 0)
        case .header(let parts):
            guard parts < 12 else { throw .no }
            step = try header(block, catalog) ?? .header(parts: parts + 1)
        case .object(let tool): step = .end(TextCall(name: tool.name, arguments: try cursor.takeObject(block)))
        case .end(let call):
            try cursor.end(with: ["<|call|>", "<|end|>", "<|return|>"], before: ["<|start|>", "<|channel|>"], block)
            return [call]
        }
        return nil
    }

    /// Takes the next part of the header; `nil`: it goes on.
    private mutating func header(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> Step? {
        if try cursor.takes(["<|start|>", "<|channel|>", "<|constrain|>"], in: block) { return nil }
        let isMessage = try cursor.takes(["<|message|>"], in: block)
        if let tool, try cursor.peek(block) == UInt8(ascii: "{") { return .object(tool) }
        if isMessage { throw .no }
        let word = try cursor.word(block) { "<{ \n".utf8.contains($0) }
        if word.hasPrefix("to="), tool == nil {
            guard let recipient = catalog.resolve(String(word.dropFirst(3))) else { throw .refused }
            tool = recipient
        } else {
            guard Self.words.contains(word) else { throw .no }
        }
        return nil
    }
}
