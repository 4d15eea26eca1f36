import Testing

@testable import ollama_openai_proxy

@Suite("Estimating tokens")
struct TokenEstimateTests {
    /// A request of about so many bytes.
    private func request(_ size: Int, model: String = "m") -> ChatRequest {
        ChatRequest(
            model: model,
            messages: [ChatMessage(role: .user, text: JSONText(String(repeating: "word ", count: size / 5)))])
    }

    private func isNear(_ count: Int, _ expected: Int) -> Bool {
        abs(count - expected) <= expected / 50 + 1
    }

    @Test("before anything is known, a token has three and a half bytes")
    func usual() {
        #expect(isNear(TokenEstimate().tokens(of: request(35_000)), 10_000))
        #expect(TokenEstimate().tokens(of: ChatRequest(model: "m", messages: [])) == 1)
    }

    @Test("the first count is taken as it is, later ones move the ratio towards theirs")
    func learns() {
        var estimate = TokenEstimate()
        estimate.note(request(40_000), promptTokens: 10_000)
        #expect(isNear(estimate.tokens(of: request(4_000)), 1_000))
        for _ in 0..<30 { estimate.note(request(40_000), promptTokens: 20_000) }
        #expect(isNear(estimate.tokens(of: request(4_000)), 2_000))
        for _ in 0..<60 { estimate.note(request(40_000), promptTokens: 10_000) }
        #expect(isNear(estimate.tokens(of: request(4_000)), 1_000))
    }

    @Test("models are learnt apart")
    func models() {
        var estimate = TokenEstimate()
        estimate.note(request(40_000, model: "a"), promptTokens: 20_000)
        #expect(isNear(estimate.tokens(of: request(4_000, model: "a")), 2_000))
        #expect(isNear(estimate.tokens(of: request(35_000, model: "b")), 10_000))
    }

    @Test("a count that cannot be right teaches nothing", arguments: [Int.min, -1, 0, 1, 300, 4_999, 30_000, Int.max])
    func implausible(count: Int) {
        var estimate = TokenEstimate()
        estimate.note(request(40_000), promptTokens: count)
        #expect(isNear(estimate.tokens(of: request(35_000)), 10_000))
    }

    @Test("counts without the cached part among good ones spoil little")
    func cachedPrefixes() {
        var estimate = TokenEstimate()
        for _ in 0..<50 {
            estimate.note(request(40_000), promptTokens: 10_000)
            estimate.note(request(40_000), promptTokens: 120)
            estimate.note(request(40_000), promptTokens: 5_500)
        }
        let count = estimate.tokens(of: request(40_000))
        #expect(8_000...10_000 ~= count)
    }

    @Test("small requests and pictures teach nothing; a picture counts as about a thousand tokens")
    func leftOut() {
        var estimate = TokenEstimate()
        var picture = request(40_000)
        picture.messages[0].media = [Medium(JSONText("aGk="))]
        estimate.note(picture, promptTokens: 20_000)
        estimate.note(request(500), promptTokens: 250)
        #expect(isNear(estimate.tokens(of: request(35_000)), 10_000))
        #expect(isNear(estimate.tokens(of: picture) - estimate.tokens(of: request(40_000)), 1_000))
    }

    @Test("system, calls, results and the tools that are offered count; earlier reasoning does not")
    func counts() throws {
        let schema = try JSONDocument(parsing: #"{"type":"object","x":"\#(String(repeating: "y", count: 7_000))"}"#)
        var request = ChatRequest(model: "m", messages: [ChatMessage(role: .assistant)])
        let estimate = TokenEstimate()
        let before = estimate.tokens(of: request)
        request.messages[0].reasoning = JSONText(String(repeating: "r", count: 70_000))
        #expect(estimate.tokens(of: request) == before)
        request.messages[0].toolCalls = [
            ToolCall(id: "c", name: "f", arguments: #"{"a":"\#(String(repeating: "z", count: 7_000))"}"#)
        ]
        #expect(isNear(estimate.tokens(of: request) - before, 2_000))
        request.tools = [Tool(name: "f", description: JSONText("does"), parameters: schema.root)]
        #expect(isNear(estimate.tokens(of: request) - before, 4_000))
        request.toolChoice = .none
        #expect(isNear(estimate.tokens(of: request) - before, 2_000))
    }

    @Test("what is learnt stays bounded")
    func bounded() {
        var estimate = TokenEstimate()
        for number in 0..<300 { estimate.note(request(4_000, model: "m\(number)"), promptTokens: 2_000) }
        #expect(isNear(estimate.tokens(of: request(4_000, model: "m0")), 2_000))
        #expect(isNear(estimate.tokens(of: request(35_000, model: "m299")), 10_000))
    }
}
