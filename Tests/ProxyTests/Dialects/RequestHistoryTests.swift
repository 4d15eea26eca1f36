import Testing

@testable import ollama_openai_proxy

@Suite("A conversation that no upstream would take is mended")
struct RequestHistoryTests {
    /// A request of each API with these messages; the tools are one function, or none.
    private func decode(_ api: CallingAPI, _ messages: String, tools: Bool = false) throws -> ChatRequest {
        let schema = #"{"type":"object","properties":{}}"#
        var body = #"{"model":"m","max_tokens":9,"\#(api == .responses ? "input" : "messages")":[\#(messages)]"#
        if tools {
            let tool =
                switch api {
                case .chatCompletions: #"{"type":"function","function":{"name":"f","parameters":\#(schema)}}"#
                case .responses: #"{"type":"function","name":"f","parameters":\#(schema)}"#
                case .messages: #"{"name":"f","input_schema":\#(schema)}"#
                }
            body += #","tools":[\#(tool)]"#
        }
        let request = HTTPRequest(method: .post, target: "/", body: Array((body + "}").utf8))
        let decoded =
            switch api {
            case .chatCompletions: try ChatCompletionsDialect().decode(request)
            case .responses: try ResponsesDialect().decode(request)
            case .messages: try MessagesDialect().decode(request)
            }
        return try decoded.withoutRemoteImages()
    }

    private func file(_ api: CallingAPI) -> String {
        switch api {
        case .chatCompletions: #"{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0="}}"#
        case .responses: #"{"type":"input_file","file_data":"data:application/pdf;base64,JVBERi0="}"#
        case .messages:
            #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}"#
        }
    }

    private func image(_ api: CallingAPI, _ url: String) -> String {
        switch api {
        case .chatCompletions: #"{"type":"image_url","image_url":{"url":"\#(url)"}}"#
        case .responses: #"{"type":"input_image","image_url":"\#(url)"}"#
        case .messages: #"{"type":"image","source":{"type":"url","url":"\#(url)"}}"#
        }
    }

    private func user(_ part: String) -> String { #"{"role":"user","content":[\#(part)]}"# }

    private let more = #",{"role":"assistant","content":"ok"},{"role":"user","content":"go on"}"#

    @Test(
        "A file is left out with a line where tools are offered, or once the conversation has gone on",
        arguments: CallingAPI.allCases)
    func file(api: CallingAPI) throws {
        for request in [
            try decode(api, user(file(api)), tools: true), try decode(api, user(file(api)) + more),
        ] {
            #expect(request.messages[0].text.string.hasPrefix("[A file was left out here."))
            #expect(request.messages[0].leftOut?.kind == .document)
        }
        #expect(try decode(api, user(file(api)), tools: true).newlyLeftOut.count == 1)
        // It was told of when it was new.
        #expect(try decode(api, user(file(api)) + more).newlyLeftOut.isEmpty)
    }

    @Test(
        "As the last question, without tools, it is refused in the words on which Claude Code drops it",
        arguments: CallingAPI.allCases)
    func refused(api: CallingAPI) throws {
        let document = #expect(throws: ChatError.self) { try decode(api, user(file(api))) }
        #expect(document?.status == 400 && document?.parameter != nil)
        #expect(document?.message.hasPrefix("could not process PDF: it is a file") == true)
        let image = #expect(throws: ChatError.self) { try decode(api, user(self.image(api, "https://x/y.png"))) }
        #expect(image?.message.hasPrefix("Could not process image: it is a remote URL") == true)
        for error in [document, image] { #expect(error?.message.contains("content[") == false) }
        let pdf = #expect(throws: ChatError.self) {
            try decode(api, user(self.image(api, "data:application/pdf;base64,JVBERi0=")))
        }
        #expect(pdf?.message == "could not process PDF: it must be an image, not application/pdf.")
    }

    @Test("So it is with an image that cannot be read", arguments: CallingAPI.allCases)
    func image(api: CallingAPI) throws {
        for url in ["https://x/y.png", "data:image/png;base64,!"] {
            let request = try decode(api, user(image(api, url)), tools: true)
            #expect(request.messages[0].text.string.hasPrefix("[An image was left out here."))
            #expect(request.messages[0].media.isEmpty)
        }
        // What is no image at all is a mistake wherever it stands.
        let wrong = user(image(api, "x").replacing(#""x""#, with: "7")) + more
        #expect(throws: ChatError.self) { try decode(api, wrong, tools: true) }
    }

    @Test("Many broken images cost no walk through the request each")
    func many() throws {
        let parts = Array(repeating: image(.chatCompletions, "https://x/y.png"), count: 20_000).joined(separator: ",")
        let request = try decode(.chatCompletions, user(parts), tools: true)
        #expect(request.messages[0].leftOut != nil)
    }

    @Test("A sound in a form that nobody takes is left out, too")
    func sound() throws {
        let part = #"{"type":"input_audio","input_audio":{"format":"ogg","data":"AAAA"}}"#
        let request = try decode(.chatCompletions, user(part), tools: true)
        #expect(request.messages[0].text.string.hasPrefix("[A sound was left out here."))
    }

    @Test("What only its maker can read in what an assistant said is left out", arguments: CallingAPI.allCases)
    func parts(api: CallingAPI) throws {
        let text = #"{"type":"text","text":"said"}"#
        let request = try decode(
            api,
            #"{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"secret","data":"x"},\#(text)]}"#)
        #expect(request.messages[1].text.string == "said")
        #expect(request.newlyLeftOut.map(\.kind) == [.part])
        #expect(throws: ChatError.self) { try decode(api, user(#"{"type":"secret"}"#)) }
    }

    @Test("Thinking parts of an assistant are its reasoning, and a call may have an empty name")
    func thinking() throws {
        let request = try decode(
            .chatCompletions,
            #"{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"a"}],"#
                + #""tool_calls":[{"id":"1","type":"function","function":{"name":"","arguments":"{}"}}]}"#)
        #expect(request.messages[0].reasoning?.string == "hm" && request.messages[0].text.string == "a")
        #expect(request.messages[0].toolCalls.map(\.name) == [""])
        let other = try decode(
            .messages, #"{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"","input":{}}]}"#)
        #expect(other.messages[0].toolCalls.map(\.name) == [""])
    }

    @Test(
        "Leading system messages are one; one in the middle stays in its place as a user's",
        arguments: CallingAPI.allCases)
    func system(api: CallingAPI) throws {
        func message(_ role: String, _ text: String) -> String { #"{"role":"\#(role)","content":"\#(text)"}"# }
        let request = try decode(
            api,
            [
                message("system", "a"), message("system", "b"), message("user", "q"), message("assistant", "r"),
                message("system", "c"), message("user", "s"), message("system", "d"),
            ].joined(separator: ","))
        let texts = request.messages.map(\.text.string)
        #expect(request.messages.map(\.role) == [.system, .user, .assistant, .user, .user, .user])
        #expect(texts[0] == "a\n\nb")
        #expect(texts[3] == "<system-reminder>\nc\n</system-reminder>")
        #expect(texts[5] == "<system-reminder>\nd\n</system-reminder>")
    }

    @Test("A system message between calls and their results comes behind these")
    func betweenResults() throws {
        let request = try decode(
            .chatCompletions,
            #"{"role":"user","content":"q"},{"role":"assistant","tool_calls":[{"id":"1","type":"function","#
                + #""function":{"name":"f","arguments":"{}"}}]},{"role":"system","content":"s"},"#
                + #"{"role":"tool","tool_call_id":"1","content":"r"}"#)
        #expect(AnsweredConversation(request.messages).messages.map(\.role) == [.user, .assistant, .tool, .user])
    }
}
