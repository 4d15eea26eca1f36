import Testing

@testable import ollama_openai_proxy

/// What every client dialect promises, as a kit: a dialect brings a good request and says how to read its streams.
struct ClientConformance<Dialect: ClientDialect> {
    /// What a client gets out of a stream.
    struct Reading: Equatable {
        var text = ""
        var calls: [ToolCall] = []
        /// The dialect's mark that a reply is whole; `nil` when it is missing.
        var end: String?
        /// The words of an error.
        var error: String?
    }

    let dialect: Dialect
    /// Asks for a stream.
    let request: HTTPRequest
    /// Reads a stream as an independent client would.
    let read: (String) -> Reading

    private let identity = ReplyIdentity(id: "abcdefghijklmnopqrstuvwx", created: 1_700_000_000)

    private static var opening: [ReplyEvent] {
        [
            .started, .text("Hel"), .text("lo \"\u{1F600}\"\n"),
            .call(ToolCall(id: "call_1", name: "a", arguments: #"{"x": 1.0}"#)),
            .text(" and"),
            .call(ToolCall(id: "call_2", name: "b", arguments: "{}")),
        ]
    }

    func check() throws {
        let chat = try dialect.decode(request)
        #expect(chat.isStreaming)
        for reason in [FinishReason.stop, .length, .toolCalls, .contentFilter] {
            let reading = read(stream(Self.opening + [.end(.finished(reason, nil))], chat))
            #expect(reading.text == "Hello \"\u{1F600}\"\n and")
            #expect(
                reading.calls == [
                    ToolCall(id: "call_1", name: "a", arguments: #"{"x": 1.0}"#),
                    ToolCall(id: "call_2", name: "b", arguments: "{}"),
                ])
            #expect(reading.end != nil)
            #expect(reading.error == nil)
        }
        try failuresAreTold(chat)
        try keepAliveIsIgnored(chat)
        try wholeReplies(chat)
        hostileRequestsAreRefused()
    }

    /// A failure at any place is an error and no end.
    private func failuresAreTold(_ chat: ChatRequest) throws {
        let failure = ChatError(status: 502, "it \"broke\"\n", code: .upstreamIncomplete)
        for count in 0...Self.opening.count {
            let reading = read(stream(Array(Self.opening.prefix(count)) + [.end(.failed(failure))], chat))
            #expect(reading.error?.contains("it \"broke\"") == true)
            #expect(reading.end == nil)
        }
        let response = dialect.encode(failure)
        #expect(response.status.rawValue == 502)
        #expect(response.fields["Content-Type"] == "application/json")
    }

    private func keepAliveIsIgnored(_ chat: ChatRequest) throws {
        let events = Self.opening + [.end(.finished(.stop, nil))]
        #expect(read(stream(events, chat, keepingAlive: true)) == read(stream(events, chat)))
    }

    private func wholeReplies(_ chat: ChatRequest) throws {
        var response = ChatResponse()
        for event in Self.opening + [.end(.finished(.toolCalls, Usage(promptTokens: 1, completionTokens: 2)))] {
            response.fold(event)
        }
        let whole = dialect.encode(response, for: chat, reply: identity)
        #expect(whole.status == .ok)
        let text = try JSONDocument(parsing: whole.body.array).root.rawText
        #expect(text.contains("call_1") && text.contains("call_2") && text.contains("Hello"))
    }

    /// Cut and changed requests are read or refused with a 4xx; nothing traps.
    private func hostileRequestsAreRefused() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<500 {
            var request = request
            for _ in 0..<Int.random(in: 1...6, using: &random) where !request.body.isEmpty {
                let place = Int.random(in: 0..<request.body.count, using: &random)
                if Bool.random(using: &random) {
                    request.body[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    request.body.removeSubrange(place..<min(request.body.count, place + 20))
                }
            }
            do throws(ChatError) {
                _ = try dialect.decode(request)
            } catch {
                #expect(400..<500 ~= error.status)
                #expect(!error.message.isEmpty)
            }
        }
    }

    private func stream(_ events: [ReplyEvent], _ chat: ChatRequest, keepingAlive: Bool = false) -> String {
        var encoder = dialect.makeEncoder(for: chat, reply: identity)
        var bytes = ByteBuffer()
        for event in events {
            if keepingAlive { encoder.keepAlive(into: &bytes) }
            encoder.encode(event, into: &bytes)
        }
        return bytes.text
    }
}
