import Testing

@testable import ollama_openai_proxy

/// Ollama tells in an error line what its parsers cannot read, in words of which not all are known.
@Suite("Errors of Ollama's parsers", .onOwnThreads)
struct ParserErrorTests {
    private static let good: [ScriptedUpstream.Step] = [
        .reply(OllamaLine.call("Bash", #"{"command":"ls"}"#), OllamaLine.done())
    ]

    private func outcome(
        _ first: ScriptedUpstream.Step, then second: [ScriptedUpstream.Step] = good,
        _ offer: CallingAPI.Offer = .all, api: CallingAPI = .chatCompletions, stream: Bool = true
    ) async throws -> (reply: TestReply, requests: Int) {
        let upstream = try ScriptedUpstream([[first], second])
        let proxy = try await TestProxy(upstream: upstream.port)
        return (try await api.ask(proxy, offer, stream: stream), upstream.requests.count)
    }

    @Test(
        "Once the model has begun, and nothing is told, unknown words may mean a call and are asked again",
        arguments: CallingAPI.allCases, [true, false])
    func unknownWords(api: CallingAPI, stream: Bool) async throws {
        let line = ScriptedUpstream.Step.reply(OllamaLine.thinking("hm"), #"{"error":"bad frobnication"}"#)
        let (reply, requests) = try await outcome(line, api: api, stream: stream)
        #expect(requests == 2)
        #expect(reply.body.contains("ls") && !reply.body.contains("frobnication"))
    }

    @Test("When that comes again, Ollama's words stay, and nothing is said of a call")
    func unknownTwice() async throws {
        let line = ScriptedUpstream.Step.reply(OllamaLine.thinking("hm"), #"{"error":"bad frobnication"}"#)
        let (reply, requests) = try await outcome(line, then: [line], stream: false)
        #expect(requests == 2)
        #expect(reply.status == 502)
        #expect(reply["error.message"]?.string == "bad frobnication")
        #expect(reply["error.code"]?.string != "invalid_tool_call")
    }

    @Test(
        "What is no error of a parser is not asked again",
        arguments: [
            // The machine.
            (
                lines: [OllamaLine.thinking("hm"), #"{"error":"CUDA error: out of memory"}"#],
                offer: CallingAPI.Offer.all
            ),
            ([OllamaLine.thinking("hm"), #"{"error":"model runner has unexpectedly stopped"}"#], .all),
            // The cloud.
            ([OllamaLine.thinking("hm"), #"{"error":"EOF (ref: 5f3a)"}"#], .all),
            // Nothing could be called.
            ([OllamaLine.thinking("hm"), #"{"error":"bad frobnication"}"#], .nothing),
            ([OllamaLine.thinking("hm"), #"{"error":"bad frobnication"}"#], .choiceNone),
            // The model had not begun.
            ([#"{"error":"bad frobnication"}"#], .all),
            // The client has text.
            ([OllamaLine.content("Let me"), #"{"error":"bad frobnication"}"#], .all),
        ])
    func notAskedAgain(sent: (lines: [String], offer: CallingAPI.Offer)) async throws {
        let (reply, requests) = try await outcome(.reply(sent.lines), sent.offer)
        #expect(requests == 1)
        #expect(reply.body.contains("error"))
    }

    @Test("A refusal before the first line is asked again only in known words", arguments: [("EOF", 2), ("E0F", 1)])
    func refusal(words: String, requests: Int) async throws {
        let outcome = try await outcome(.whole(#"{"error":"\#(words)"}"#, status: 500))
        #expect(outcome.requests == requests)
    }
}
