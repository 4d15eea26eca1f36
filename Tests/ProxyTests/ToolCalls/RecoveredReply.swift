@testable import ollama_openai_proxy

/// What a fresh recovery makes of a text, pieces of text joined.
struct RecoveredReply: Equatable {
    enum Item: Equatable, CustomStringConvertible {
        case text(String)
        case call(String, String)

        var description: String {
            switch self {
            case .text(let text): "text \(text.debugDescription)"
            case .call(let name, let arguments): "\(name)(\(arguments))"
            }
        }

        static func == (left: Item, right: Item) -> Bool {
            switch (left, right) {
            case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
            case (.call(let name, let text), .call(let otherName, let otherText)):
                name == otherName && text.utf8.elementsEqual(otherText.utf8)
            default: false
            }
        }
    }

    private(set) var items: [Item] = []
    private(set) var adjustments: [ToolCallAdjustment] = []

    /// Text that comes in `pieces`, which may cut characters in two; those arrive with the piece that completes them.
    init(
        _ pieces: [[UInt8]], end: ChatEvent = .finished(.stop, nil), tools: [Tool] = RecoveryTools.all,
        blockLimit: Int = TextCallRecovery.standardBlockLimit, expectsThinking: Bool = false
    ) {
        var recovery = TextCallRecovery(
            catalog: ToolCatalog(tools), blockLimit: blockLimit, expectsThinking: expectsThinking)
        for text in Self.texts(of: pieces) { feed(.textDelta(text), to: &recovery) }
        feed(end, to: &recovery)
        adjustments = recovery.adjustments
    }

    init(
        _ text: String, end: ChatEvent = .finished(.stop, nil), tools: [Tool] = RecoveryTools.all,
        expectsThinking: Bool = false
    ) {
        self.init([Array(text.utf8)], end: end, tools: tools, expectsThinking: expectsThinking)
    }

    /// The calls of a reply that ends so behind its first byte, behind its second, and so on.
    static func callsWhenCut(_ reply: String, by end: ChatEvent) -> [[Item]] {
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all))
        var calls = RecoveredReply()
        return texts(of: reply.utf8.map { [$0] }).map { text in
            calls.feed(.textDelta(text), to: &recovery)
            var (last, ended) = (recovery, calls)
            ended.feed(end, to: &last)
            calls.items = calls.calls
            return ended.calls
        }
    }

    private init() {}

    private mutating func feed(_ event: ChatEvent, to recovery: inout TextCallRecovery) {
        var events: [ChatEvent] = []
        recovery.feed(event, into: &events)
        for event in events { add(event) }
    }

    var text: String {
        items.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
    }

    var calls: [Item] {
        items.filter { if case .call = $0 { true } else { false } }
    }

    private mutating func add(_ event: ChatEvent) {
        switch event {
        case .textDelta(let piece, _):
            guard !piece.isEmpty else { return }
            guard case .text(var text)? = items.last else { return items.append(.text(piece)) }
            // Taken out before it grows: a copy for each of a hundred thousand pieces would take seconds.
            items.removeLast()
            text += piece
            items.append(.text(text))
        case .toolCallDelta(let call): items.append(.call(call.name ?? "", call.arguments))
        default: break
        }
    }

    /// The pieces as decoders hand them on: whole characters only.
    static func texts(of pieces: [[UInt8]]) -> [String] {
        var rest: [UInt8] = []
        return pieces.map { piece in
            rest += piece
            let end = rest.span.firstInvalidByte ?? rest.count
            defer { rest.removeFirst(end) }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
    }
}

/// One reply that a model wrote, and what becomes of it.
struct RecoveryCase: Sendable, CustomStringConvertible {
    let symptom: String
    let reply: String
    let expected: [RecoveredReply.Item]
    /// False: the reply was cut off by its token limit.
    let isComplete: Bool

    init(_ symptom: String, _ reply: String, _ expected: RecoveredReply.Item..., isComplete: Bool = true) {
        self.init(symptom, reply, expected, isComplete: isComplete)
    }

    init(_ symptom: String, _ reply: String, _ expected: [RecoveredReply.Item], isComplete: Bool = true) {
        self.symptom = symptom
        self.reply = reply
        self.expected = expected
        self.isComplete = isComplete
    }

    /// A reply that is text as a whole.
    init(text symptom: String, _ reply: String, isComplete: Bool = true) {
        self.init(symptom, reply, .text(reply), isComplete: isComplete)
    }

    /// A call that the token limit has cut, so that nobody gets it.
    init(withheld symptom: String, _ reply: String, behind text: String = "") {
        self.init(symptom, text + reply, text.isEmpty ? [] : [.text(text)], isComplete: false)
    }

    /// Those of all families.
    static let ofCalls =
        RecoveryTagCases.all + RecoveryTokenCases.all + RecoveryPythonCases.all + RecoveryGemmaCases.all
        + RecoveryHarmonyCases.all + RecoveryMiniMaxCases.all + RecoveryMarkCases.all + RecoveryBrokenCases.all
        + RecoveryQuoteCases.calls

    var description: String { symptom }
    var end: ChatEvent { .finished(isComplete ? .stop : .length, nil) }
}

extension RecoveredReply.Item: Sendable {}

/// The tools that the cases declare.
enum RecoveryTools {
    static let all: [Tool] = [
        tool(
            "Bash", #"{"command":{"type":"string"},"timeout":{"type":"integer"},"background":{"type":"boolean"}}"#,
            #"["command"]"#),
        tool("Read", #"{"path":{"type":"string"},"limit":{"type":"number"}}"#, #"["path"]"#),
        tool("Write", #"{"path":{"type":"string"},"content":{"type":"string"}}"#, #"["path","content"]"#),
        tool(
            "TodoWrite", #"{"todos":{"type":"array"},"meta":{"type":"object"},"note":{"type":["string","null"]}}"#, "[]"
        ),
        tool(
            "set", #"{"value":{"anyOf":[{"type":"string"},{"type":"array"}]},"level":{"enum":["1","2"]},"any":{}}"#,
            "[]"),
        Tool(name: "get_time", description: nil, parameters: nil),
    ]

    private static func tool(_ name: String, _ properties: String, _ required: String) -> Tool {
        let schema = #"{"type":"object","properties":\#(properties),"required":\#(required)}"#
        return Tool(name: name, description: nil, parameters: (try? JSONDocument(parsing: schema))?.root)
    }
}
