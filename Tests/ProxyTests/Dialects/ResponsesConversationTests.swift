import Testing

@testable import ollama_openai_proxy

@Suite("The input items of a Responses request")
struct ResponsesConversationTests {
    private func messages(_ items: String...) throws -> [ChatMessage] {
        try ResponsesFixture.messages(items.joined(separator: ","))
    }

    private static func call(_ id: String) -> String {
        #"{"type":"function_call","id":"fc_\#(id)","call_id":"\#(id)","name":"f","arguments":"{\"a\":1}"}"#
    }

    private static func output(_ id: String) -> String {
        #"{"type":"function_call_output","call_id":"\#(id)","output":"of \#(id)"}"#
    }

    private static func said(_ text: String) -> String {
        #"{"type":"message","role":"assistant","id":"msg_1","status":"completed","content":"#
            + #"[{"type":"output_text","text":"\#(text)","annotations":[]}]}"#
    }

    private static let thought = #"{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"hm"}]}"#

    @Test("instructions stand in front, and every role is read, with and without a type")
    func roles() throws {
        let messages = try ResponsesFixture.messages(
            #"{"role":"developer","content":"d"},{"type":"message","role":"system","content":"s"},"#
                + #"{"role":"user","content":"u"},{"role":"assistant","content":"a"}"#, more: #","instructions":"i""#)
        #expect(messages.map(\.role) == [.system, .user, .assistant])
        #expect(messages.map(\.text.string) == ["i\n\nd\n\ns", "u", "a"])
    }

    @Test("parts are joined, images kept")
    func parts() throws {
        let messages = try messages(
            #"{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","detail":"auto","#
                + #""image_url":"data:image/png;base64,aGFsbG8="},{"type":"input_text","text":"b"}]}"#,
            #"{"role":"system","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]}"#,
            #"{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]}"#)
        #expect(messages.map(\.text.string) == ["a\nb", "<system-reminder>\na\n\nb\n</system-reminder>", "no"])
        #expect(messages[0].media.map(\.data.string) == ["aGFsbG8="])
    }

    @Test("text and calls of an assistant are one message, in whatever order the items come")
    func oneTurn() throws {
        let items = [Self.said("Let me"), Self.call("1"), Self.call("2"), Self.thought]
        for order in [items, items.reversed()] {
            let list = order + [Self.output("1"), Self.output("2")]
            let messages = try ResponsesFixture.messages(list.joined(separator: ","))
            #expect(messages.map(\.role) == [.assistant, .tool, .tool])
            #expect(messages[0].text.string == "Let me" && messages[0].reasoning?.string == "hm")
            #expect(Set(messages[0].toolCalls.map(\.id)) == ["1", "2"])
            #expect(messages[0].toolCalls[0].name == "f" && messages[0].toolCalls[0].arguments == #"{"a":1}"#)
            #expect(messages[1].toolCallID == "1" && messages[1].text.string == "of 1")
        }
    }

    @Test("a turn ends where someone else speaks")
    func turns() throws {
        let messages = try messages(
            Self.call("1"), Self.output("1"), Self.call("2"), Self.output("2"), Self.thought, Self.said("a"),
            #"{"role":"user","content":"u"}"#, Self.said("b"))
        #expect(messages.map(\.role) == [.assistant, .tool, .assistant, .tool, .assistant, .user, .assistant])
        #expect(messages[4].reasoning?.string == "hm" && messages[0].reasoning == nil)
        #expect(messages[6].text.string == "b")
    }

    @Test("thoughts alone are no message")
    func thoughtsAlone() throws {
        let messages = try messages(Self.thought, #"{"role":"user","content":"u"}"#, Self.thought)
        #expect(messages.map(\.role) == [.user])
    }

    @Test(
        "reasoning is read from its content or else its summary; what is encrypted is not",
        arguments: [
            (#""summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}]"#, "a\n\nb"),
            (#""summary":[{"text":"a"}],"content":[{"type":"reasoning_text","text":"all"}]"#, "all"),
            (#""summary":[],"content":null,"encrypted_content":"xyz""#, nil),
        ] as [(String, String?)])
    func reasoning(members: String, text: String?) throws {
        let messages = try messages(#"{"type":"reasoning",\#(members)}"#, Self.said("a"))
        #expect(messages.count == 1 && messages[0].reasoning?.string == text)
    }

    @Test("an output may be parts with an image")
    func outputParts() throws {
        let messages = try messages(
            Self.call("1"),
            #"{"type":"function_call_output","call_id":"1","output":[{"type":"input_text","text":"t"},"#
                + #"{"type":"input_image","image_url":"data:image/png;base64,aGFsbG8="}]}"#)
        #expect(messages[1].text.string == "t" && messages[1].media.map(\.data.string) == ["aGFsbG8="])
    }

    @Test(
        "arguments that a model once got wrong are no mistake", arguments: [#""{\"a\":""#, #""""#, "{}", "null", "5"])
    func arguments(json: String) throws {
        let item = #"{"type":"function_call","call_id":"1","name":"f","arguments":\#(json)}"#
        let arguments = try #require(messages(item).first?.toolCalls.first?.arguments)
        #expect(try JSONDocument(parsing: arguments).root.kind == .object)
    }
}
