import Testing

@testable import ollama_openai_proxy

@Suite("A conversation as vendors insist on it")
struct VendorChatConversationTests {
    private typealias F = VendorChatFixtures

    private func call(_ id: String, _ name: String, _ arguments: String = "{}") -> ToolCall {
        ToolCall(id: id, name: name, arguments: arguments)
    }

    private func said(_ role: ChatMessage.Role, _ text: String = "", calls: ToolCall...) -> ChatMessage {
        OllamaFixtures.message(role, text, calls: calls)
    }

    private func result(_ text: String, of id: String? = nil, tool: String? = nil) -> ChatMessage {
        var message = OllamaFixtures.message(.tool, text, toolCallID: id)
        message.toolName = tool
        return message
    }

    private func messages(_ messages: [ChatMessage]) throws -> [JSONValue] {
        let body = try OllamaFixtures.json(F.body(ChatRequest(model: "m", messages: messages)))
        return try #require(body["messages"]).elements.map(\.self)
    }

    /// Role, id and text of each message.
    private func outline(_ conversation: [ChatMessage]) throws -> [String] {
        try messages(conversation).map { message in
            let calls = message["tool_calls"]?.elements.compactMap { $0["id"]?.string } ?? []
            let keys = [message["tool_call_id"]?.string].compactMap(\.self) + calls
            return ([message["role"]?.string ?? "?"] + keys).joined(separator: " ")
                + ": \(message["content"]?.rawText ?? "?")"
        }
    }

    @Test("Text arrives byte for byte, roles in the client's order, without turns in which the model said nothing")
    func texts() throws {
        let client = try OllamaFixtures.json(#""caf\u00e9 \/ \ud83d\ude00 é😀 \n \\n ""#)
        var user = ChatMessage(role: .user)
        user.text = try #require(JSONText(client))
        #expect(
            try outline([said(.system, "a"), user, said(.assistant), said(.system, "b"), said(.user)])
                == ["system: \"a\"", "user: \(client.rawText)", "system: \"b\"", "user: \"\""])
    }

    @Test("Calls go with an empty text rather than none, arguments as a string, and the reasoning that led to them")
    func calls() throws {
        var assistant = said(.assistant, calls: call("x", "f", #"{"a": "b"}"#))
        assistant.reasoning = JSONText("why")
        var plain = said(.assistant, "text")
        plain.reasoning = JSONText("not sent")
        let written = try messages([said(.user, "u"), assistant, result("r", of: "x"), plain])
        #expect(
            written.map(\.rawText) == [
                #"{"role":"user","content":"u"}"#,
                #"{"role":"assistant","content":"","reasoning_content":"why","tool_calls":[{"id":"x","type":"function","#
                    + #""function":{"name":"f","arguments":"{\"a\": \"b\"}"}}]}"#,
                #"{"role":"tool","tool_call_id":"x","content":"r"}"#, #"{"role":"assistant","content":"text"}"#,
            ])
    }

    @Test("Calls without an id get one that stays the same as the conversation grows")
    func invented() throws {
        let beginning = [
            said(.user, "u"), said(.assistant, calls: call("", "f"), call("call00002", "g"), call("", "h")),
            result("3", tool: "h"), result("1", tool: "f"), result("2", of: "call00002"),
        ]
        let first = try outline(beginning)
        #expect(
            first == [
                "user: \"u\"", "assistant call00001 call00002 call00003: \"\"", "tool call00001: \"1\"",
                "tool call00002: \"2\"", "tool call00003: \"3\"",
            ])
        let more = try outline(beginning + [said(.assistant, "and", calls: call("", "f")), result("4")])
        #expect(Array(more.prefix(first.count)) == first)
        #expect(more.suffix(2) == ["assistant call00004: \"and\"", "tool call00004: \"4\""])
    }

    @Test("Results of unknown calls are paired by name, then in order; of nothing called they are a user's words")
    func pairing() throws {
        #expect(
            try outline([
                said(.assistant, calls: call("a", "f"), call("b", "g"), call("c", "h"), call("d", "h")),
                result("1"), result("2", of: "?", tool: "g"), result("3", of: "gone"), result("4", of: "a"),
                result("5", of: "a"), said(.user, "u"), result("6", of: "a"),
            ]) == [
                "assistant a b c d: \"\"", "tool a: \"4\"", "tool b: \"2\"", "tool c: \"1\"", "tool d: \"3\"",
                "user: \"5\"", "user: \"u\"", "user: \"6\"",
            ])
    }

    @Test("A call whose result never came gets one that says so")
    func missing() throws {
        #expect(
            try outline([
                said(.assistant, calls: call("a", "f"), call("b", "g")), result("1", of: "a"), said(.user, "stop"),
                said(.assistant, calls: call("c", "f")),
            ]) == [
                "assistant a b: \"\"", "tool a: \"1\"", "tool b: \"(no result)\"", "user: \"stop\"",
                "assistant c: \"\"", "tool c: \"(no result)\"",
            ])
    }

    @Test("Images of results follow in a user's message, behind all results")
    func shown() throws {
        var image = result("", of: "a")
        image.media = [Medium(JSONText("iVBORw0KGgoAAAA="))]
        let written = try outline([
            said(.assistant, calls: call("a", "f"), call("b", "g")), image, result("2", of: "b"), said(.user, "u"),
        ])
        #expect(
            written == [
                "assistant a b: \"\"", "tool a: \"(see below)\"", "tool b: \"2\"",
                #"user: [{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAA="}}]"#,
                "user: \"u\"",
            ])
    }

    @Test(
        "Media are named by what their bytes say",
        arguments: [
            ("iVBORw0KGgoAAAANSUhEUg==", "image/png"), (#"\/9j\/4AAQSkZJRgABAQ=="#, "image/jpeg"),
            ("/9j/4AAQSkZJRgABAQ==", "image/jpeg"), ("R0lGODlhAQABAIAAAA==", "image/gif"),
            ("UklGRiIAAABXRUJQVlA4IA==", "image/webp"), ("UklGRiQAAABXQVZFZm10IBAAAAABAAEA", "wav"),
            ("SUQzBAAAAAAAI1RTU0U=", "mp3"), ("//uQxAAAAAAAAAAAAAAAAAAAAAA=", "mp3"), ("AAAA", "image/jpeg"),
        ])
    func media(base64: String, type: String) throws {
        let client = try OllamaFixtures.json("\"\(base64)\"")
        var user = said(.user, "look")
        user.media = [Medium(try #require(JSONText(client)))]
        let parts = try #require(try messages([user])[0]["content"]).elements.map(\.rawText)
        #expect(
            parts == [
                #"{"type":"text","text":"look"}"#,
                type.hasPrefix("image")
                    ? #"{"type":"image_url","image_url":{"url":"data:\#(type);base64,\#(base64)"}}"#
                    : #"{"type":"input_audio","input_audio":{"data":"\#(base64)","format":"\#(type)"}}"#,
            ])
    }
}
