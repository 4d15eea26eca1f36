@testable import ollama_openai_proxy

/// What holds for texts with tags of thoughts in any places.
enum ThinkTagLaws {
    static let all = [
        RandomLaw("No byte but tags and the white space around them is lost, however it is cut") { seed in
            var random = SeededGenerator(seed: seed)
            let others = ["\n", " ", "a", "`", "```", "<", "</", "é", "think>", "🙂", "[", "◁", "Here is my "]
            let fragments = marks + others
            for _ in 0..<20 {
                let text = (0..<12).map { _ in fragments.randomElement(using: &random) ?? "" }.joined()
                for mode in ThinkTagCases.any {
                    if let broken = broken(by: text, mode) { return "\(text.debugDescription) \(mode): \(broken)" }
                }
            }
            return nil
        }
    ]

    private static let marks = [
        "<think>", "</think>", "[THINK]", "[/THINK]", "◁think▷", "◁/think▷", "<|channel>", "<channel|>",
    ]

    private static func broken(by text: String, _ mode: ThinkTagCase.Mode) -> String? {
        let bytes = Array(text.utf8)
        let reply = ThinkTagReply([bytes], mode)
        if let difference = RandomLaws.difference(bytes, from: reply, run: { ThinkTagReply($0, mode) }) {
            return difference
        }
        return bare(reply.reasoning) + bare(reply.text) == bare(text) ? nil : "\(reply)"
    }

    /// The text without what a reply may lack.
    private static func bare(_ text: String) -> String {
        marks.reduce(text) { $0.replacing($1, with: "") }.filter { !$0.isWhitespace }
    }
}

/// What a splitter makes of a reply; neighbours joined.
struct ThinkTagReply: Equatable {
    var reasoning = ""
    var text = ""
    var order = ""

    init(_ events: [ChatEvent]) {
        for event in events {
            switch event {
            case .reasoningDelta(let piece):
                reasoning += piece
                if order.last != "r" { order += "r" }
            case .textDelta(let piece, _):
                text += piece
                if order.last != "t", !piece.isEmpty { order += "t" }
            case .toolCallDelta: order += "c"
            case .finished, .failed: order += "."
            case .started: break
            }
        }
    }

    init(_ pieces: [[UInt8]], _ mode: ThinkTagCase.Mode) {
        let texts = RecoveredReply.texts(of: pieces).map { ChatEvent.textDelta($0) }
        self.init(Self.split(texts + [.finished(.stop, nil)], mode))
    }

    static func split(_ events: [ChatEvent], _ mode: ThinkTagCase.Mode) -> [ChatEvent] {
        var splitter = ThinkTagSplitter(expectsThinking: mode != .unasked, holdsUntilEnd: mode == .folded)
        // What is done about a closing mark in text that has passed is its work, also without tools.
        var recovery = TextCallRecovery(catalog: ToolCatalog([]), expectsThinking: mode != .unasked)
        var split: [ChatEvent] = []
        var out: [ChatEvent] = []
        for event in events { splitter.feed(event, into: &split) }
        for event in split { recovery.feed(event, into: &out) }
        return out
    }
}
