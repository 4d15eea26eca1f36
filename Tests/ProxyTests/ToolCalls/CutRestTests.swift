import Testing

@testable import ollama_openai_proxy

/// A call is not delivered when what follows it shows that it was cut.
struct CutRestTests {
    private static let normalizer = ToolCallNormalizer(
        catalog: ToolCatalog(RecoveryTools.all), repairs: true, coerces: true)

    private func reply(_ pieces: [[UInt8]], thinks: Bool = false) -> GatheredReply {
        var recovery = TextCallRecovery(catalog: ToolCatalog(RecoveryTools.all), expectsThinking: thinks)
        var events: [ChatEvent] = []
        for text in RecoveredReply.texts(of: pieces) where !text.isEmpty {
            recovery.feed(.textDelta(text), into: &events)
        }
        recovery.feed(.finished(.stop, nil), into: &events)
        return GatheredReply(events, normalizer: Self.normalizer)
    }

    private func everySplit(_ text: String) -> [[[UInt8]]] {
        let bytes = Array(text.utf8)
        return [bytes.map { [$0] }] + bytes.indices.map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    }

    @Test("A call in text whose rest follows is refused, however it is cut", arguments: CutRestCases.recovered)
    func recovered(text: String) {
        for pieces in everySplit(text) {
            for thinks in [false, true] {
                let reply = reply(pieces, thinks: thinks)
                #expect(reply.calls.isEmpty, "\(reply)")
                #expect(reply.error?.code == .invalidToolCall, "\(reply)")
            }
        }
    }

    @Test("A key that comes twice makes the block text", arguments: CutRestCases.shortened)
    func shortened(text: String) {
        for pieces in everySplit(text) { #expect(reply(pieces).calls.isEmpty) }
    }

    @Test("Prose, and blocks that are none, between and behind good calls", arguments: CutRestCases.good.indices)
    func good(place: Int) {
        let (text, count) = CutRestCases.good[place]
        for pieces in everySplit(text) {
            for thinks in [false, true] {
                let reply = reply(pieces, thinks: thinks)
                #expect(reply.calls.count == count, "\(reply)")
                #expect(reply.reason == .toolCalls)
            }
        }
    }

    @Test(
        "A call of the upstream's whose rest follows is refused, in one line or in several",
        arguments: CutRestCases.native)
    func native(pieces: [String]) {
        let call = #""tool_calls":[{"index":0,"function":{"name":"Bash","arguments":{"command":"tee "}}}]"#
        for isBeside in [true, false] {
            var messages = pieces.map { "\"content\":\($0.quoted)" }
            messages[0] = isBeside ? messages[0] + "," + call : messages[0]
            if !isBeside { messages.insert(call, at: 0) }
            var ollama = OllamaStreamDecoder()
            var vendor = VendorChatStreamDecoder(errors: VendorChatErrorDecoder(vendor: "v"))
            var events: [[ChatEvent]] = [[], []]
            for message in messages {
                ollama.feed(Array("{\"message\":{\(message)}}\n".utf8).span, into: &events[0])
                vendor.feed(Array("data: {\"choices\":[{\"delta\":{\(message)}}]}\n\n".utf8).span, into: &events[1])
            }
            ollama.feed(Array("{\"done\":true}\n".utf8).span, into: &events[0])
            vendor.feed(Array("data: [DONE]\n\n".utf8).span, into: &events[1])
            for events in events {
                let reply = GatheredReply(events)
                #expect(reply.calls.isEmpty, "\(reply)")
                #expect(reply.error?.code == .invalidToolCall, "\(reply)")
                #expect(reply.events.count <= 2, "Nothing is told, so that it can be asked again: \(reply)")
            }
        }
    }

    @Test("Text that comes with a call stands before it")
    func textBeside() {
        var decoder = OllamaStreamDecoder()
        var events: [ChatEvent] = []
        let call = #"{"function":{"name":"f","arguments":{}}}"#
        decoder.feed(
            Array(#"{"message":{"content":"I'll \"look\".","tool_calls":[\#(call)]},"done":true}"#.utf8).span,
            into: &events)
        decoder.finish(into: &events)
        #expect(events[1] == .textDelta(#"I'll "look"."#))
        #expect(events.count == 4)
    }

    @Test("An empty object behind which other text comes is refused, wherever it is cut")
    func placeholder() {
        let texts = ["{", "", "}</\u{1B}ar", "", "a", "", "6[", "", "\"m\":", "\"n"]
        let whole = texts.map { fragment(0, "Bash", $0) }
        #expect(GatheredReply(whole).calls.isEmpty)
        for (place, text) in texts.enumerated() {
            for cut in text.indices.dropFirst() {
                let pieces = [fragment(0, "Bash", String(text[..<cut])), fragment(0, nil, String(text[cut...]))]
                let reply = GatheredReply(Array(whole[..<place]) + pieces + whole[(place + 1)...])
                #expect(reply == GatheredReply(whole), "\(pieces)")
            }
        }
    }
}
