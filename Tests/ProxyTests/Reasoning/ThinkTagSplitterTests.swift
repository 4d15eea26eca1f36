import Testing

@testable import ollama_openai_proxy

struct ThinkTagSplitterTests {
    private typealias Reply = ThinkTagReply

    private func split(_ events: [ChatEvent], _ mode: ThinkTagCase.Mode = .streamed) -> [ChatEvent] {
        Reply.split(events, mode)
    }

    @Test("Thoughts are told from text, however they are cut", arguments: ThinkTagCases.all + ThinkTagCases.named)
    func splits(example: ThinkTagCase) {
        for mode in example.modes {
            let bytes = Array(example.reply.utf8)
            expectEverySplitAgrees(bytes) { Reply($0, mode) }
            let reply = Reply([bytes], mode)
            #expect(reply.reasoning.utf8.elementsEqual(example.reasoning.utf8), "\(mode): \(reply)")
            #expect(reply.text.utf8.elementsEqual(example.text.utf8), "\(mode): \(reply)")
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

    @Test("A folded reply is held up to a limit", .timeLimit(.minutes(10)))
    func limitsHolding() {
        let text = String(repeating: "a", count: ThinkTagSplitter.holdLimit + 10) + "\n</think>\nb"
        let reply = Reply([Array(text.utf8)], .folded)
        #expect(reply.reasoning.isEmpty)
        #expect(reply.text.utf8.count == text.utf8.count - "</think>".utf8.count)
    }
}
