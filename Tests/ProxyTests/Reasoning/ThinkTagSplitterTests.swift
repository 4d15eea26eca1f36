import Testing

@testable import ollama_openai_proxy

struct ThinkTagSplitterTests {
    private struct Reply: Equatable {
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
    }

    private func split(
        _ events: [ChatEvent], _ mode: ThinkTagCase.Mode = .streamed
    ) -> [ChatEvent] {
        var splitter = ThinkTagSplitter(expectsThinking: mode != .unasked, holdsUntilEnd: mode == .folded)
        // What is done about a closing mark in text that has passed is its work, also without tools.
        var recovery = TextCallRecovery(catalog: ToolCatalog([]), expectsThinking: mode != .unasked)
        var split: [ChatEvent] = []
        var out: [ChatEvent] = []
        for event in events { splitter.feed(event, into: &split) }
        for event in split { recovery.feed(event, into: &out) }
        return out
    }

    private func split(_ pieces: [[UInt8]], _ mode: ThinkTagCase.Mode) -> Reply {
        Reply(split(RecoveredReply.texts(of: pieces).map { .textDelta($0) } + [.finished(.stop, nil)], mode))
    }

    @Test("Thoughts are told from text, however they are cut", arguments: ThinkTagCases.all)
    func splits(example: ThinkTagCase) {
        for mode in example.modes {
            let bytes = Array(example.reply.utf8)
            expectEverySplitAgrees(bytes) { split($0, mode) }
            let reply = split([bytes], mode)
            #expect(reply.reasoning.utf8.elementsEqual(example.reasoning.utf8), "\(mode): \(reply)")
            #expect(reply.text.utf8.elementsEqual(example.text.utf8), "\(mode): \(reply)")
        }
    }

    @Test("No byte but tags and the white space around them is lost", arguments: 0..<20 as Range<UInt64>)
    func losesNothing(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let marks = ["<think>", "</think>", "[THINK]", "[/THINK]", "◁think▷", "◁/think▷", "<|channel>", "<channel|>"]
        let fragments = marks + ["\n", " ", "a", "`", "```", "<", "</", "é", "think>", "🙂", "[", "◁", "Here is my "]
        for _ in 0..<60 {
            let text = (0..<12).map { _ in fragments.randomElement(using: &random) ?? "" }.joined()
            for mode in ThinkTagCases.any {
                expectEverySplitAgrees(Array(text.utf8)) { split($0, mode) }
                let reply = split([Array(text.utf8)], mode)
                let bare = { (text: String) in
                    marks.reduce(text) { $0.replacing($1, with: "") }.filter { !$0.isWhitespace }
                }
                #expect(bare(reply.reasoning) + bare(reply.text) == bare(text), "\(text.debugDescription) \(mode)")
            }
        }
    }

    @Test("An ordinary answer is not held back when thinking was asked for")
    func doesNotHold() {
        let events: [ChatEvent] = ["Well", ", a < b", " and `c`", "\n", "</p>\n"].map { .textDelta($0) }
        #expect(split(events) == events)
    }

    @Test("Thoughts stream, but for what may be the tag")
    func streamsThoughts() {
        let events = split([.textDelta("<think>a"), .textDelta("b</"), .textDelta("c"), .textDelta("</think>d")])
        #expect(
            events == [.reasoningDelta("a"), .reasoningDelta("b"), .reasoningDelta("</c"), .textDelta("d")])
    }

    @Test("Where the upstream tells the thoughts itself, the text is an answer")
    func trustsUpstream() {
        for mode in [ThinkTagCase.Mode.streamed, .folded] {
            let events: [ChatEvent] = [.reasoningDelta("r"), .textDelta("a\n</think>\nb"), .finished(.stop, nil)]
            #expect(split(events, mode) == events)
        }
    }

    @Test("Thoughts that come late let go what was held for them")
    func letsGo() {
        let events = split(
            [.textDelta("a"), .reasoningDelta("r"), .textDelta("b\n</think>\n"), .finished(.stop, nil)], .folded)
        #expect(Reply(events).order == "trt.")
    }

    @Test("A call, an error and the end leave nothing behind")
    func flushes() {
        let call = ChatEvent.toolCallDelta(ToolCallDelta(name: "f", arguments: "{}"))
        #expect(Reply(split([.textDelta("a\n"), call, .textDelta("<think>")], .folded)).order == "tct")
        #expect(Reply(split([.textDelta("<think>a</thi"), call, .textDelta("b")])).order == "rct")
        #expect(Reply(split([.textDelta("\n<thi"), .failed(ChatError(status: 502, "x"))])).order == "t.")
    }

    @Test("Thoughts that end in what may be a tag, with log probabilities, end in order")
    func endsInsideThoughts() {
        for text in ["<think>Hm. <", "<think>Hm. </thi", "<think>"] {
            var splitter = ThinkTagSplitter(expectsThinking: true)
            var events: [ChatEvent] = []
            let token = TokenLogprob(token: text, logprob: "-1")
            splitter.feed(.textDelta(text, logprobs: [token]), into: &events)
            splitter.feed(.finished(.stop, nil), into: &events)
            #expect(events.last == .finished(.stop, nil))
        }
    }

    @Test("Log probabilities stay with their text, and those of thoughts are dropped")
    func keepsLogprobs() {
        func event(_ text: String) -> ChatEvent {
            .textDelta(text, logprobs: [TokenLogprob(token: text, logprob: "-1")])
        }
        let thoughts = ["<th", "ink>", "a", "</think>", "\n"]
        var tokens: [String] = []
        for case .textDelta(_, let logprobs) in split((thoughts + ["b", "c"]).map(event)) {
            tokens += logprobs.map(\.token)
        }
        #expect(tokens.suffix(2) == ["b", "c"])
        #expect(!tokens.contains("a"))
        tokens = []
        for case .textDelta(_, let logprobs) in split(["a", "b"].map(event) + [.finished(.stop, nil)], .folded) {
            tokens += logprobs.map(\.token)
        }
        #expect(tokens == ["a", "b"])
    }

    @Test("A folded reply is held up to a limit", .timeLimit(.minutes(1)))
    func limitsHolding() {
        let text = String(repeating: "a", count: ThinkTagSplitter.holdLimit + 10) + "\n</think>\nb"
        let reply = split([Array(text.utf8)], .folded)
        #expect(reply.reasoning.isEmpty)
        #expect(reply.text.utf8.count == text.utf8.count - "</think>".utf8.count)
    }
}
