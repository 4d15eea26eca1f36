import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Whole replies of the Responses API")
struct ResponsesReplyTests {
    private func reply(
        _ events: [ReplyEvent], _ members: String = ""
    ) throws -> [String: Any] {
        var response = ChatResponse()
        for event in events { response.fold(event) }
        let whole = ResponsesDialect()
            .encode(response, for: try ResponsesFixture.decode(members), reply: ResponsesFixture.identity)
        #expect(whole.status == .ok && whole.fields["Content-Type"] == "application/json")
        return try #require(JSONSerialization.jsonObject(with: Data(whole.body.array)) as? [String: Any])
    }

    @Test("it holds text and calls as items and what the SDK knows as required")
    func whole() throws {
        let response = try reply([
            ResponsesFixture.start, .text("Hi"), ResponsesFixture.call(0),
            .end(.finished(.toolCalls, Usage(promptTokens: 1, completionTokens: 2))),
        ])
        let output = try #require(response["output"] as? [[String: Any]])
        #expect(output.map { $0["id"] as? String } == ["msg_abc_0", "fc_abc_1"])
        let content = try #require(output[0]["content"] as? [[String: Any]])
        #expect(content.count == 1 && content[0]["text"] as? String == "Hi")
        #expect(response["id"] as? String == "resp_abc" && response["object"] as? String == "response")
        #expect(response["model"] as? String == "m" && response["created_at"] as? Int == 1_700_000_000)
        #expect(response["status"] as? String == "completed" && response["error"] is NSNull)
        for name in [
            "incomplete_details", "instructions", "max_output_tokens", "metadata", "parallel_tool_calls",
            "previous_response_id", "reasoning", "store", "temperature", "text", "tool_choice", "tools", "top_p",
            "truncation", "usage", "user",
        ] {
            #expect(response[name] != nil, "\(name)")
        }
    }

    @Test("reasoning comes first")
    func reasoning() throws {
        let response = try reply(
            [ResponsesFixture.start, .reasoning("hm"), .text("Hi"), .end(.finished(.stop, nil))])
        let output = try #require(response["output"] as? [[String: Any]])
        #expect(output.map { $0["type"] as? String } == ["reasoning", "message"])
    }

    @Test("it repeats the request byte for byte, but stores nothing")
    func echo() throws {
        let members =
            #","instructions":"be \u0022good\u0022","metadata":{"k":"v"},"temperature":0.50,"top_p":1.0,"user":"u","#
            + #""max_output_tokens":7,"parallel_tool_calls":false,"tool_choice":"required","truncation":"auto","#
            + #""tools":[{"type":"function","name":"f","parameters":{"b":1,"a":2},"strict":true}],"#
            + #""reasoning":{"effort":"low"},"text":{"format":{"type":"json_object"}}"#
        var response = ChatResponse()
        response.fold(.end(.finished(.stop, nil)))
        let whole = ResponsesDialect()
            .encode(
                response, for: try ResponsesFixture.decode(members + #","store":true"#),
                reply: ResponsesFixture.identity)
        let body = try JSONDocument(parsing: whole.body.array).root
        let asked = try JSONDocument(parsing: "{" + members.dropFirst() + "}").root
        for member in asked.members {
            let name = try #require(member.key.string)
            #expect(body[name]?.rawText == member.value.rawText)
        }
        #expect(body["store"]?.bool == false)
    }

    @Test("a cut reply is incomplete")
    func cut() throws {
        let response = try reply([ResponsesFixture.start, .text("Hi"), .end(.finished(.length, nil))])
        #expect(response["status"] as? String == "incomplete")
        #expect(response["incomplete_details"] as? [String: String] == ["reason": "max_output_tokens"])
    }

    @Test("a failure before the first byte has OpenAI's shape")
    func failure() throws {
        let response = ResponsesDialect()
            .encode(ChatError.invalid("input", "'input' is required.", code: .missingParameter))
        #expect(response.status.rawValue == 400)
        #expect(
            ByteBuffer(response.body.array).text
                == #"{"error":{"message":"'input' is required.","type":"invalid_request_error","param":"input","#
                + #""code":"missing_required_parameter"}}"#)
    }
}
