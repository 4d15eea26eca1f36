import Testing

@testable import ollama_openai_proxy

@Suite("An overflow on the wire", .onOwnThreads)
struct OverflowTests {
    private static let refusal = #"{"error":"prompt too long; exceeded max context length by 99 tokens (ref: 1-2)"}"#

    private let upstream: ScriptedUpstream

    init() throws { upstream = try ScriptedUpstream(.whole(Self.refusal, status: 400)) }

    @Test("The Responses API tells a streaming client by the event on which Codex compacts", arguments: [true, false])
    func responses(stream: Bool) async throws {
        let reply = try await CallingAPI.responses.ask(TestProxy(upstream: upstream.port), .nothing, stream: stream)
        #expect(reply.status == (stream ? 200 : 400))
        #expect(reply.body.contains("event: response.failed") == stream)
        #expect(reply.body.contains(#""code":"context_length_exceeded""#))
    }

    @Test(
        "The others answer 400, streamed and not", arguments: [CallingAPI.chatCompletions, .messages], [true, false])
    func others(api: CallingAPI, stream: Bool) async throws {
        let reply = try await api.ask(TestProxy(upstream: upstream.port), .nothing, stream: stream)
        #expect(reply.status == 400)
        #expect(reply["error.message"]?.string?.hasPrefix("prompt is too long: prompt too long; exceeded") == true)
    }

    @Test("A first prompt that cannot fit is told with the setting that helps; a later one can be compacted")
    func first() async throws {
        let proxy = try await TestProxy(upstream: upstream.port)
        let first = try await proxy.chat(TestProxy.ask(stream: false))
        #expect(first["error.message"]?.string?.contains("the context of m is Ollama's own: set NUM_CTX") == true)
        let sized = try await proxy.chat(TestProxy.ask(stream: false, more: #","num_ctx":4096"#))
        #expect(sized["error.message"]?.string?.contains("the context of m is 4096 tokens: set NUM_CTX") == true)
        let later = try await proxy.chat(
            #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#)
        #expect(later.status == 400 && later["error.message"]?.string?.contains("NUM_CTX") == false)
    }
}
