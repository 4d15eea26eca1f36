import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Anthropic's Messages keep the promises of the client seam")
struct MessagesConformanceTests {
    @Test("Anthropic's Messages as client")
    func conforms() throws {
        let body =
            #"{"model":"m","max_tokens":100,"stream":true,"system":[{"type":"text","text":"s"}],"messages":["#
            + #"{"role":"user","content":"hi"},{"role":"assistant","content":["#
            + #"{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"x"},"#
            + #"{"type":"tool_use","id":"c","name":"a","input":{"x":1}}]},"#
            + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","is_error":true,"content":"no"},"#
            + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]}],"#
            + #""tools":[{"name":"a","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"}}"#
        try ClientConformance(
            dialect: MessagesDialect(),
            request: HTTPRequest(method: .post, target: "/v1/messages", body: Array(body.utf8)), read: Self.readEvents
        ).check()
    }

    /// Accumulates events as Anthropic's SDKs do, with the library's own JSON reader, and strictly: blocks are opened
    /// and closed in order and every event has the name of its type.
    private static func readEvents(_ stream: String) -> ClientConformance<MessagesDialect>.Reading {
        var reading = ClientConformance<MessagesDialect>.Reading()
        var blocks = 0
        var open: [String: Any]?
        var arguments = ""
        var reason: String?
        var hasBegun = false
        for frame in stream.components(separatedBy: "\n\n") where !frame.isEmpty {
            let lines = frame.components(separatedBy: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: "),
                let data = try? JSONSerialization.jsonObject(with: Data(lines[1].dropFirst(6).utf8)) as? [String: Any],
                let type = data["type"] as? String, type == lines[0].dropFirst(7)
            else {
                reading.error = "not an event: \(frame)"
                continue
            }
            if type == "ping" { continue }
            if type == "error" {
                reading.error = (data["error"] as? [String: Any])?["message"] as? String
                continue
            }
            if type == "message_start", !hasBegun {
                hasBegun = true
                continue
            }
            guard hasBegun else {
                reading.error = "\(type) before message_start"
                continue
            }
            let index = data["index"] as? Int
            switch type {
            case "content_block_start" where open == nil && index == blocks:
                open = data["content_block"] as? [String: Any]
                arguments = ""
            case "content_block_delta" where open != nil && index == blocks:
                let delta = data["delta"] as? [String: Any] ?? [:]
                reading.text += delta["text"] as? String ?? ""
                arguments += delta["partial_json"] as? String ?? ""
            case "content_block_stop" where open != nil && index == blocks:
                if open?["type"] as? String == "tool_use" {
                    reading.calls.append(
                        ToolCall(
                            id: open?["id"] as? String ?? "", name: open?["name"] as? String ?? "",
                            arguments: arguments))
                }
                open = nil
                blocks += 1
            case "message_delta" where open == nil:
                reason = (data["delta"] as? [String: Any])?["stop_reason"] as? String
            case "message_stop" where reason != nil: reading.end = reason
            default: reading.error = "\(type) out of order"
            }
        }
        return reading
    }
}
