import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Ollama's API as client dialect keeps the promises of its seam")
struct OllamaAPIConformanceTests {
    private typealias Conformance = ClientConformance<OllamaAPIDialect>

    @Test("Chats and generated texts", arguments: OllamaAPIDialect.Endpoint.all)
    func conforms(endpoint: OllamaAPIDialect.Endpoint) throws {
        let tools = #""tools":[{"type":"function","function":{"name":"a"}}]"#
        let body =
            switch endpoint {
            case .chat: #"{"model":"m","messages":[{"role":"user","content":"Hi","images":["aGk="]}],\#(tools)}"#
            case .generate: #"{"model":"m","prompt":"Hi","system":"s","options":{"seed":1},"think":"low"}"#
            }
        try Conformance(
            dialect: OllamaAPIFixtures.dialect(endpoint),
            request: HTTPRequest(method: .post, target: "/", body: Array(body.utf8)),
            read: { Self.read($0, endpoint) }
        ).check()
    }

    /// Reads lines with the library's own JSON reader, not with ours.
    private static func read(_ stream: String, _ endpoint: OllamaAPIDialect.Endpoint) -> Conformance.Reading {
        var reading = Conformance.Reading()
        for line in stream.components(separatedBy: "\n").dropLast() {
            guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                reading.error = "not JSON: \(line)"
                continue
            }
            if let error = object["error"] as? String {
                reading.error = error
                continue
            }
            let message = endpoint == .chat ? object["message"] as? [String: Any] ?? [:] : object
            reading.text += message[endpoint == .chat ? "content" : "response"] as? String ?? ""
            for call in message["tool_calls"] as? [[String: Any]] ?? [] {
                let function = call["function"] as? [String: Any] ?? [:]
                // The reader forgets how numbers were written, so the text is looked for in the line.
                let isKnown = (function["arguments"] as? [String: Double]) == ["x": 1]
                let arguments = isKnown && line.contains(#"{"x": 1.0}"#) ? #"{"x": 1.0}"# : "{}"
                reading.calls.append(
                    ToolCall(
                        id: call["id"] as? String ?? "", name: function["name"] as? String ?? "", arguments: arguments))
            }
            if object["done"] as? Bool == true { reading.end = object["done_reason"] as? String }
        }
        return reading
    }
}
