import Testing

@testable import ollama_openai_proxy

@Suite("The demo makes trouble, and the client hears of it what it should", .onOwnThreads)
struct DemoTests {
    /// Sends one streamed request with one tool and returns what came within two seconds.
    private func reply(_ model: String) async throws -> String {
        let demo = try await onLoop { () -> Result<Server, SystemError> in
            Result { () throws(SystemError) in try Server.running(DemoOllama()) }
        }.get()
        let proxy = try await TestProxy(upstream: demo.port)
        let body = """
            {"model":"\(model)","stream":true,"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function",
            "function":{"name":"clock","parameters":{"type":"object","properties":{"zone":{"type":"string"}},
            "required":["zone"]}}}]}
            """
        let port = proxy.port
        let ends = ["demo-hang": "Let me look.", "demo-overflow": "}"]
        let text = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(TestProxy.post("/v1/chat/completions", body))
            return client.receive(until: ends[model] ?? "0\r\n\r\n")
        }
        await onLoop { await demo.stop(grace: .zero) }
        return text
    }

    private static let call = #""name":"clock","arguments":"{\"zone\":\"demo\"}""#

    @Test(
        "A whole call comes, whatever the model made of it", arguments: ["demo", "demo-broken-call", "demo-text-call", "demo-empty"])
    func calls(model: String) async throws {
        let text = try await reply(model)
        #expect(text.contains(Self.call))
        #expect(text.contains(#""finish_reason":"tool_calls""#))
        #expect(!text.contains("tool_call>"))
    }

    @Test(
        "No call comes, and the end says why",
        arguments: [
            ("demo-thought-call", #""finish_reason":"stop""#), ("demo-cut-call", #""finish_reason":"length""#),
            ("demo-crash", #""error""#),
        ])
    func none(model: String, end: String) async throws {
        let text = try await reply(model)
        #expect(!text.contains("arguments"))
        #expect(text.contains(end))
    }

    @Test("What cannot be answered is an error, and what hangs has begun")
    func others() async throws {
        #expect(try await reply("demo-overflow").contains("400 Bad Request"))
        #expect(try await reply("demo-hang").contains("Let me look."))
    }

    @Test("Every name is listed")
    func names() async {
        let names = await onLoop { DemoOllama.models }
        #expect(names.count == 9)
        #expect(Set(names).count == 9)
    }
}
