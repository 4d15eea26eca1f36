import Testing

@testable import ollama_openai_proxy

struct ChatCompletionsMediaTests {
    /// The media of one message with an image of that URL, given as JSON text; the bytes as they go upstream.
    private func image(_ url: String) throws -> [String] {
        try ChatCompletionsFixture.messages(
            #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(url)","detail":"low"}}]}"#
        )[0].media.map { written($0.data) }
    }

    private func written(_ text: JSONText) -> String {
        var bytes = ByteBuffer()
        text.write(into: &bytes)
        return bytes.text
    }

    @Test(
        "a payload in standard form goes on byte for byte",
        arguments: [
            ("data:image/png;base64,iVBORw0KGgo=", "iVBORw0KGgo="), ("data:image/jpeg;base64,/9j/4A==", "/9j/4A=="),
            (#"data:image\/webp;base64,\/9j\/4A=="#, #"\/9j\/4A=="#), ("data:image/gif;base64,R0lG", "R0lG"),
            ("data:;base64,AAAA", "AAAA"), ("data:image/png;charset=utf-8;base64,AAAA", "AAAA"),
            ("DATA:IMAGE/PNG;BASE64,AAAA", "AAAA"), ("data:image/svg+xml;base64,AA+/", "AA+/"),
        ])
    func verbatim(url: String, expected: String) throws {
        #expect(try image(url) == [expected])
    }

    @Test(
        "other ways to write base64 become the standard form",
        arguments: [
            ("-_-_", "+/+/"), ("iVBORw0KGgo", "iVBORw0KGgo="), ("AA", "AA=="), ("AA=", "AA=="),
            (#"AAAA\nAAAA\r\n"#, "AAAAAAAA"), (" AA AA", "AAAA"), (#"\u0041AAA"#, "AAAA"), (#"\u002fAA\/"#, "/AA/"),
            (#"__8\u003d"#, "//8="),
        ])
    func normalised(payload: String, expected: String) throws {
        #expect(try image("data:image/png;base64," + payload) == [expected])
    }

    @Test(
        "what is no base64 is refused",
        arguments: ["", "=", "A", "AAAAA", "AA=A", "AAAA=", "AAA==", "AA===", "AA*A", #"AA\"A"#, "ÄÄÄÄ", #"\n"#])
    func invalid(payload: String) throws {
        let error = try ChatCompletionsFixture.mistake { _ = try image("data:image/png;base64," + payload) }
        #expect(error.parameter == "messages[0].content[0].image_url.url")
        #expect(error.message == "Could not process image: it is not valid base64.")
    }

    @Test(
        "URLs that are not images in base64 are refused in plain words",
        arguments: [
            ("https://example.com/a.png", "remote images are not fetched", ChatError.Code.unsupportedValue),
            ("HTTP://example.com/a,b.png", "remote images are not fetched", .unsupportedValue),
            ("file:///etc/passwd", "is not a data URL", .invalidValue), ("", "is not a data URL", .invalidValue),
            ("iVBORw0KGgo=", "is not a data URL", .invalidValue),
            ("data:image/png;base64", "is not a data URL", .invalidValue),
            ("data:image/png,AAAA", "must be a data URL with base64", .invalidValue),
            ("data:base64,AAAA", "must be a data URL with base64", .invalidValue),
            ("data:application/pdf;base64,AAAA", "must be an image, not application/pdf", .unsupportedValue),
        ])
    func refused(url: String, words: String, code: ChatError.Code) throws {
        let error = try ChatCompletionsFixture.mistake { _ = try image(url) }
        #expect(error.parameter == "messages[0].content[0].image_url.url")
        #expect(error.code == code)
        #expect(error.message.contains(words))
    }

    @Test("a header without end is refused, not searched")
    func longHeader() throws {
        let error = try ChatCompletionsFixture.mistake {
            _ = try image("data:image/" + String(repeating: "x", count: 5000) + ";base64,AAAA")
        }
        #expect(error.message.utf8.count < 250)
    }

    @Test("text and images of one message stay one message, in every accepted form")
    func oneMessage() throws {
        let messages = try ChatCompletionsFixture.messages(
            #"{"role":"user","content":[{"type":"text","text":"Hello"},"#
                + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},"#
                + #"{"type":"image_url","image_url":"data:image/png;base64,BBBB"},"#
                + #"{"type":"input_image","image_url":"data:image/png;base64,CCCC"},{"type":"text","text":"there"},"#
                + #"{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}},"#
                + #"{"type":"input_audio","input_audio":{"data":"SUQz","format":"mp3"}}]}"#)
        #expect(messages.count == 1)
        #expect(messages[0].text.string == "Hello\nthere")
        #expect(messages[0].media.map { written($0.data) } == ["AAAA", "BBBB", "CCCC", "UklGRg==", "SUQz"])
    }

    @Test("a tool's result keeps its images")
    func toolImages() throws {
        let messages = try ChatCompletionsFixture.messages(
            #"{"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"shot"},"#
                + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}"#)
        #expect(messages[0].media.map { written($0.data) } == ["AAAA"])
    }
}
