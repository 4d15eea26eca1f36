import Testing

@testable import ollama_openai_proxy

@Suite("Laws of the OpenAI-compatible upstream's decoder")
struct VendorChatLawTests {
    private typealias F = VendorChatFixtures

    private static let replies = [
        F.delta(#""role":"assistant","content":"""#) + F.delta(#""reasoning":"I né""#) + ": keep-alive\r\n\r\n"
            + F.delta(#""content":"So: \ud83d\ude00 😀""#)
            + F.delta(#""tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\":\"}\n{\"}"}}]"#)
            + F.finish("tool_calls") + #"data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
            + "\n\n"
            + F.done,
        #"{"model":"m","choices":[{"message":{"content":"x"},"finish_reason":"length"}]}"#,
        F.delta(#""content":"x""#) + "event: error\ndata: {\"error\":\"broken é\"}",
        F.delta(#""content":"x""#) + #"data: {"model":"m","mess"#,
        "<html>\n<body>502</body>\n</html>\n",
        " \n no event of a stream\n",
    ]

    @Test("Every split of the bytes gives the same events", arguments: replies)
    func splits(reply: String) {
        expectEverySplitAgrees(Array(reply.utf8)) { F.events($0) }
    }

    @Test("The grammar of events holds for any bytes whatsoever")
    func grammar() {
        var generator = SeededGenerator(seed: 12)
        let seeds = Self.replies.map { Array($0.utf8) }
        let words = #"{}[]",:\ntruefalsl0-9eE. data:event:error[DONE]"choices""delta""content""tool_calls""usage"é"#
        let alphabet = Array(words.utf8) + [0x0A, 0xFF, 0x00]
        for _ in 0..<4000 {
            let bytes = generator.mutation(of: seeds, alphabet)
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            let events = F.events([Array(bytes[..<cut]), Array(bytes[cut...])])
            guard followsGrammar(events), events == F.events([bytes]) else {
                Issue.record("\(ByteBuffer(bytes).text) gives \(events)")
                return
            }
        }
    }
}
