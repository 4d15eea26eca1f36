import Testing

@testable import ollama_openai_proxy

@Suite("Errors that another try does not mend say so", .onOwnThreads)
struct FinalErrorTests {
    @Test(
        "By the header, and by a status that LiteLLM's clients understand, at every client API",
        arguments: [
            (401, "unauthorized", 403, true), (403, "no", 403, true), (404, "model 'm' not found", 404, true),
            (400, "bad", 400, true), (429, "you have reached your weekly usage limit", 402, true),
            (500, "model requires more system memory (9 GiB) than is available (1 GiB)", 500, true),
            (500, "option \"num_ctx\" must be of type integer", 400, true), (413, "too large", 413, true),
            (429, "slow down", 429, false), (500, "model runner has unexpectedly stopped", 500, false),
            (504, "gateway", 504, false), (529, "overloaded", 529, false), (408, "late", 408, false),
        ])
    func header(status: Int, words: String, told: Int, isFinal: Bool) async throws {
        let upstream = try ScriptedUpstream(
            .whole(#"{"error":\#(words.quoted)}"#, status: status, fields: "Retry-After: 7\r\n"))
        let proxy = try await TestProxy(upstream: upstream.port)
        for api in CallingAPI.allCases {
            let reply = try await api.ask(proxy, .nothing, stream: api == .messages)
            #expect(reply.status == told)
            #expect(reply.field("x-should-retry") == (isFinal ? "false" : nil))
            #expect(reply.field("retry-after") == "7")
        }
    }

    @Test("Our own refusals are final, but those of a moment are not")
    func own() {
        for status in [400, 401, 403, 404, 405, 413, 415, 422] { #expect(ChatError(status: status, "").isFinal) }
        for status in [408, 409, 425, 429, 500, 502, 503, 504] { #expect(!ChatError(status: status, "").isFinal) }
    }

    @Test("An unknown model is told with the names that are near it")
    func similar() async throws {
        let tags = #"{"models":[{"name":"glm-5:cloud"},{"name":"glm-4.7:latest"},{"name":"qwen3:8b"}]}"#
        let upstream = try ScriptedUpstream { request, _ in
            request.head.hasPrefix("GET /api/tags")
                ? [.whole(tags)] : [.whole(#"{"error":"model 'x' not found"}"#, status: 404)]
        }
        let proxy = try await TestProxy(upstream: upstream.port)
        func message(_ model: String) async throws -> String? {
            let ask = TestProxy.ask(stream: false).replacing(#""model":"m""#, with: #""model":"\#(model)""#)
            return try await proxy.chat(ask)["error.message"]?.string
        }
        #expect(try await message("glm-5") == "model 'x' not found. There is glm-5:cloud")
        #expect(try await message("glm-9:cloud") == "model 'x' not found. There is glm-5:cloud")
        #expect(try await message("qwen3:4b") == "model 'x' not found. There is qwen3:8b")
        #expect(try await message("llama") == "model 'x' not found")
    }
}
