import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("NUM_CTX_MAX", .onOwnThreads, .timeLimit(.minutes(10)))
struct ContextLimitTests {
    @Test(
        "A client gets no larger context than that, whatever it asks and wherever",
        arguments: [
            ("/v1/chat/completions", #","num_ctx":131072"#, "8192"), ("/v1/chat/completions", #","num_ctx":4096"#, "4096"),
            ("/v1/chat/completions", #","options":{"num_ctx":131072}"#, "8192"), ("/v1/chat/completions", "", "8192"),
            ("/api/chat", #","options":{"num_ctx":131072}"#, "8192"), ("/api/chat", #","options":{"num_ctx":512}"#, "512"),
            ("/api/chat", "", nil),
        ])
    func limit(path: String, more: String, expected: String?) async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let url = "http://127.0.0.1:\(upstream.port)"
        let program = try TestProgram(["OLLAMA_BASE_URL": url, "NUM_CTX": "16384", "NUM_CTX_MAX": "8192", "MODEL_ALIASES": "m=mine"])
        let port = try await onThread { program.port() }
        try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            let request = TestProxy.post(path, TestProxy.ask(stream: true, more: more), fields: "Connection: close\r\n")
            client.send(request.replacingOccurrences(of: "Host: x", with: "Host: localhost"))
            _ = client.receiveAll()
        }
        let sent = try JSONDocument(parsing: try #require(upstream.requests.first { $0.head.hasPrefix("POST") }).body).root
        #expect(sent["model"]?.string == "mine")
        #expect(sent["options"]?["num_ctx"]?.rawText == expected)
    }
}
