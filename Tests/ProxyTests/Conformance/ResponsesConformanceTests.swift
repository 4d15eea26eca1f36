import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The Responses API keeps the promises of its seam")
struct ResponsesConformanceTests {
    @Test("OpenAI's responses as client")
    func responses() throws {
        let body =
            #"{"model":"m","stream":true,"instructions":"s","input":[{"role":"user","content":"u"},"#
            + #"{"type":"function_call","call_id":"1","name":"a","arguments":"{}"},"#
            + #"{"type":"function_call_output","call_id":"1","output":[{"type":"input_text","text":"t"}]},"#
            + #"{"type":"custom_tool_call","call_id":"2","namespace":"n","name":"c","input":"i"},"#
            + #"{"type":"additional_tools","tools":[{"type":"custom","name":"d"}]},{"type":"compaction"}],"#
            + #""tools":[{"type":"function","name":"a","parameters":{"type":"object"}},{"type":"namespace","name":"n","#
            + #""tools":[{"type":"custom","name":"c","format":{"type":"grammar","definition":"g"}}]}],"temperature":0.1}"#
        try ClientConformance(
            dialect: ResponsesDialect(),
            request: HTTPRequest(method: .post, target: "/v1/responses", body: Array(body.utf8)), read: Self.read
        ).check()
    }

    /// Puts the reply together from its pieces, and holds what is said whole against them.
    private static func read(_ stream: String) -> ClientConformance<ResponsesDialect>.Reading {
        var reading = ClientConformance<ResponsesDialect>.Reading()
        var told: [String] = []
        guard let events = try? ResponsesEvent.read(stream) else {
            reading.error = "not events: \(stream)"
            return reading
        }
        for event in events {
            let place = event.members["output_index"] as? Int ?? 0
            switch event.type {
            case "response.output_item.added":
                if place != told.count { reading.error = "an item out of turn" }
                told.append("")
            case "response.output_text.delta":
                let piece = event.members["delta"] as? String ?? ""
                told[place] += piece
                reading.text += piece
            case "response.output_text.done":
                if event.members["text"] as? String != told[place] { reading.error = "another text at the end" }
            case "response.output_item.done" where event.item["type"] as? String == "function_call":
                reading.calls.append(
                    ToolCall(
                        id: event.item["call_id"] as? String ?? "", name: event.item["name"] as? String ?? "",
                        arguments: event.item["arguments"] as? String ?? ""))
            case "response.completed", "response.incomplete":
                if event.output.count != told.count { reading.error = "items are missing at the end" }
                reading.end = event.response["status"] as? String
            case "response.failed":
                reading.error = (event.response["error"] as? [String: Any])?["message"] as? String
            default: break
            }
        }
        return reading
    }
}
