import Testing

@testable import ollama_openai_proxy

/// The gatherer with a normalizer: what is repaired at once, what only at the end, and what never.
struct ToolCallGathererRepairTests {
    private static let normalizer = ToolCallNormalizer(.todoWrite, .read, Tool("Bash"), Tool("f"), Tool("g"))

    private func reply(_ fragments: [ToolCallDelta], end: FinishReason = .stop) -> GatheredReply {
        GatheredReply(fragments, end: end, normalizer: Self.normalizer)
    }

    @Test(
        "What is right passes as without a normalizer",
        arguments: ToolCallGathererFormTests.single + ToolCallGathererFormTests.several)
    func unchanged(form: ToolCallGathererFormTests.Form) {
        #expect(reply(form.fragments) == GatheredReply(form.fragments))
        #expect(reply(form.fragments, end: .length) == GatheredReply(form.fragments, end: .length))
    }

    @Test(
        "A name in two pieces of one index or id is one name, and two names are two calls",
        arguments: [
            ([fragment(0, id: "a", "Todo"), fragment(0, "Write"), fragment(0, nil, "{}")], ["0 a TodoWrite {}"]),
            ([fragment(id: "a", "Todo"), fragment(id: "a", "Write", "{}")], ["0 a TodoWrite {}"]),
            ([fragment(0, id: "a", "Todo"), fragment(1, id: "b", "Write", "{}")], ["0 a Todo {}", "1 b Write {}"]),
            ([fragment(0, "f"), fragment(0, "g")], ["0 own1 f {}", "1 own2 g {}"]),
        ] as [([ToolCallDelta], [String])])
    func splitName(fragments: [ToolCallDelta], calls: [String]) {
        #expect(reply(fragments).calls.sorted() == calls)
    }

    @Test("A call becomes whole or fails the reply, and any cut agrees", arguments: ArgumentRepairCases.all)
    func repairs(sample: ArgumentRepairCases.Case) {
        guard sample.ended || sample.object != nil, !sample.text.isEmpty else { return }
        let whole = reply([fragment(0, id: "a", "f", sample.text)])
        if let object = sample.object {
            #expect(whole.calls == ["0 a f \(object.trimmed)"])
            #expect(whole.reason == .toolCalls)
        } else if whole.error != nil {
            #expect(whole.error?.code == .invalidToolCall)
            #expect(whole.calls.isEmpty || whole.rules.last == .invalid)
        }
        let scalars = sample.text.unicodeScalars
        for cut in scalars.indices {
            let halves = [String(sample.text[..<cut]), String(sample.text[cut...])]
            let pieces = [fragment(0, id: "a", "f", halves[0]), fragment(0, nil, halves[1])]
            #expect(reply(pieces) == whole, "cut before \(halves[1])")
        }
        #expect(reply([fragment(0, id: "a", "f")] + scalars.map { fragment(0, nil, String($0)) }) == whole)
        // The name may come after all of the text.
        if sample.object != nil {
            #expect(reply([fragment(0, id: "a", nil, sample.text), fragment(0, "f")]).calls == whole.calls)
        }
    }

    @Test("A text that closes at the wrong place waits for the rest")
    func wrongEnd() {
        let text = "{'command': 'echo }', 'b': '{'}"
        let fragments = [fragment(0, id: "a", "Bash", text)]
        #expect(reply(fragments).calls == [#"0 a Bash {"command": "echo }", "b": "{"}"#])
        #expect(reply(fragments).rules == [.singleQuotes])
        #expect(reply(fragments, end: .length).rules == [.dropped])
        let open = reply([fragment(0, id: "a", "Bash", "{'command': 'echo }")])
        #expect(open.calls.isEmpty)
        #expect(open.error?.code == .invalidToolCall)
    }

    @Test("A text that can be read when it closes leaves before what comes after it")
    func atOnce() {
        let reply = reply([fragment(0, id: "a", "f", "{'x':1}"), fragment(1, id: "b", "g", "{}")], end: .length)
        #expect(reply.calls == [#"0 a f {"x":1}"#, "1 b g {}"])
        #expect(reply.reason == .length)
    }

    @Test("A text that nothing can repair fails before what comes after it")
    func failsAtOnce() {
        let reply = reply([fragment(0, id: "a", "f", "{x:y}"), fragment(1, id: "b", "g", "{}")])
        #expect(reply.error?.code == .invalidToolCall)
        #expect(reply.calls.isEmpty)
    }

    @Test(
        "A call that the token limit or the upstream cuts off is never repaired",
        arguments: ArgumentRepairCases.all + ArgumentRepairCases.unclosed)
    func truncated(sample: ArgumentRepairCases.Case) {
        let bytes = Array(sample.text.utf8)
        for count in bytes.indices.dropFirst() {
            let text = String(decoding: bytes[..<count], as: UTF8.self)
            let cut = reply([fragment(0, id: "a", "f", text)], end: .length)
            // What left before the cut had closed by its own brackets.
            for call in cut.calls { #expect(call.hasSuffix("}")) }
            if !cut.calls.isEmpty { #expect(!cut.rules.contains(.missingBrackets)) }
            if sample.ended, sample.object != nil { #expect(cut.calls.isEmpty) }
            let call = ChatEvent.toolCallDelta(fragment(0, id: "a", "f", text))
            let failed = GatheredReply([call, .failed(ChatError(status: 502, "cut"))], normalizer: Self.normalizer)
            #expect(failed.calls.isEmpty)
        }
    }

    @Test("Values and names are made right in whole calls")
    func values() {
        let reply = reply([
            fragment(0, id: "a", "functions.TodoWrite", #"{"todos":"[{\"content\":\"x\"}]"}"#),
            fragment(1, id: "b", "read", #"{"file_path":"a","limit":"5"}"#),
        ])
        #expect(
            reply.calls == [
                #"0 a TodoWrite {"todos":[{"content":"x"}]}"#, #"1 b Read {"file_path":"a","limit":5}"#,
            ])
        #expect(reply.rules == [.name, .coercion, .name, .coercion])
        #expect(reply.reason == .toolCalls)
    }

    @Test("A call repeated in its broken form is one call")
    func repeated() {
        let call = fragment(0, id: "a", "f", "{'x':1}")
        #expect(reply([call, call]).calls == [#"0 a f {"x":1}"#])
        #expect(reply([call, call]).rules == [.singleQuotes, .repeated])
    }

    @Test("The name of a call that cannot be read is told without markup")
    func label() throws {
        let error = try #require(reply([fragment(0, id: "a", "Bash<arg_key>secret", "{x:y}")]).error)
        #expect(error.message.contains("\"Bash\""))
        #expect(!error.message.contains("secret"))
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
    }
}
