import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Every dialect keeps the promises of its seam")
struct ConformanceTests {
    @Test("Ollama's /api/chat as upstream")
    func ollama() throws {
        let lines: [[String]] = [
            [OllamaLine.content("Hel"), OllamaLine.content("lo"), OllamaLine.done()],
            [
                OllamaLine.thinking("hm"), OllamaLine.content("\\u00e4 \u{1F600}"),
                OllamaLine.call("clock", #"{"zone":"UTC"}"#, id: "call_1"), OllamaLine.done("length"),
            ],
            [OllamaLine.done()],
        ]
        let body =
            #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}],"#
            + #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"temperature":0.1}"#
        let request = try ChatCompletionsDialect().decode(
            HTTPRequest(method: .post, target: "/", body: Array(body.utf8)))
        try UpstreamConformance(
            dialect: OllamaDialect(host: "h"), replies: lines.map { Array(($0.joined(separator: "\n") + "\n").utf8) },
            request: request
        ).check()
    }

    @Test("OpenAI's chat completions as client")
    func chatCompletions() throws {
        let body = TestProxy.ask(stream: true, more: #","tools":[{"type":"function","function":{"name":"a"}}]"#)
        try ClientConformance(
            dialect: ChatCompletionsDialect(),
            request: HTTPRequest(method: .post, target: "/v1/chat/completions", body: Array(body.utf8)),
            read: Self.readChunks
        ).check()
    }

    /// Reads chunks with the library's own JSON reader, not with ours.
    private static func readChunks(_ stream: String) -> ClientConformance<ChatCompletionsDialect>.Reading {
        var reading = ClientConformance<ChatCompletionsDialect>.Reading()
        var finish: String?
        for frame in stream.components(separatedBy: "\n\n") where frame.hasPrefix("data: ") {
            let data = frame.dropFirst(6)
            if data == "[DONE]" {
                reading.end = finish
                continue
            }
            guard let chunk = try? JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any] else {
                reading.error = "not JSON: \(data)"
                continue
            }
            if let error = chunk["error"] as? [String: Any] { reading.error = error["message"] as? String }
            guard let choice = (chunk["choices"] as? [[String: Any]])?.first else { continue }
            finish = choice["finish_reason"] as? String ?? finish
            let delta = choice["delta"] as? [String: Any] ?? [:]
            reading.text += delta["content"] as? String ?? ""
            for call in delta["tool_calls"] as? [[String: Any]] ?? [] {
                let function = call["function"] as? [String: Any] ?? [:]
                reading.calls.append(
                    ToolCall(
                        id: call["id"] as? String ?? "", name: function["name"] as? String ?? "",
                        arguments: function["arguments"] as? String ?? ""))
            }
        }
        return reading
    }
}
