import Foundation
import Testing

@testable import ollama_openai_proxy

/// Requests and replies for the tests of this dialect.
enum ResponsesFixture {
    static let identity = ReplyIdentity(id: "abc", created: 1_700_000_000)
    static let start = ReplyEvent.started

    /// A request of one text and these further members.
    static func decode(_ members: String) throws -> ChatRequest {
        try ResponsesDialect().decode(RequestBody(parsing: Array(#"{"model":"m","input":"hi"\#(members)}"#.utf8)))
    }

    /// The messages of these items.
    static func messages(_ items: String, more: String = "") throws -> [ChatMessage] {
        try ResponsesDialect().decode(
            RequestBody(parsing: Array(#"{"model":"m","input":[\#(items)]\#(more)}"#.utf8))
        ).messages
    }

    static func call(_ index: Int, _ arguments: String = "{}") -> ReplyEvent {
        .call(ToolCall(id: "call_\(index)", name: "f\(index)", arguments: arguments))
    }

    static func stream(
        _ events: [ReplyEvent], _ members: String = ""
    ) throws -> String {
        var encoder = ResponsesDialect()
            .makeEncoder(for: try decode(members), reply: identity)
        var bytes = ByteBuffer()
        for event in events { encoder.encode(event, into: &bytes) }
        return bytes.text
    }
}

/// One event of a stream, read with the library's own JSON reader.
struct ResponsesEvent {
    let type: String
    let members: [String: Any]

    /// The events of a stream. Records what is not as it must be: a name unlike the type, a number out of turn.
    static func read(_ stream: String) throws -> [ResponsesEvent] {
        var events: [ResponsesEvent] = []
        for frame in stream.components(separatedBy: "\n\n") where !frame.isEmpty && !frame.hasPrefix(":") {
            let lines = frame.components(separatedBy: "\n")
            try #require(lines.count == 2 && lines[0].hasPrefix("event: ") && lines[1].hasPrefix("data: "))
            let json = try JSONSerialization.jsonObject(with: Data(lines[1].dropFirst(6).utf8))
            let members = try #require(json as? [String: Any])
            #expect(members["type"] as? String == String(lines[0].dropFirst(7)))
            #expect(members["sequence_number"] as? Int == events.count)
            events.append(ResponsesEvent(type: members["type"] as? String ?? "", members: members))
        }
        return events
    }

    var item: [String: Any] { members["item"] as? [String: Any] ?? [:] }
    var response: [String: Any] { members["response"] as? [String: Any] ?? [:] }
    var output: [[String: Any]] { response["output"] as? [[String: Any]] ?? [] }

    /// Type, place and what was told, in one line.
    var summary: String {
        let place = (members["output_index"] as? Int).map { " \($0)" } ?? ""
        let words = ["delta", "text", "arguments"].compactMap { members[$0] as? String }.first
        return type.dropFirst("response.".count) + place + (words.map { " " + $0 } ?? "")
    }
}
