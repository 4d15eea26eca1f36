import Testing

@testable import ollama_openai_proxy

@Suite("The line that Claude Code puts before its system prompt")
struct VolatileLineTests {
    private static let line = "x-anthropic-billing-header: cc_version=2.1.329.54e; cc_entrypoint=sdk-cli;"

    private func system(_ content: String) throws -> String? {
        let body =
            #"{"model":"m","messages":[{"role":"system","content":\#(content)},{"role":"user","content":"\#(Self.line)"}]}"#
        let request = try ChatCompletionsDialect().decode(
            HTTPRequest(method: .post, target: "/", body: Array(body.utf8))
        ).withoutVolatileLines
        #expect(request.messages.last?.text.string == Self.line, "only a system message is touched")
        var text = ByteBuffer()
        request.messages.first { $0.role == .system }?.text.write(into: &text)
        return text.text
    }

    @Test(
        "It is taken out, as a part of its own, as a first line, and alone; all else stays byte for byte",
        arguments: [
            (
                #"[{"type":"text","text":"LINE"},{"type":"text","text":"You \u0061re\n\nan agent."}]"#,
                #"You \u0061re\n\nan agent."#
            ),
            (#""LINE\nYou are an agent.""#, "You are an agent."),
            (#""LINE\n\n\nYou \\n are""#, #"You \\n are"#),
            (#""LINE a \\n b\nYou""#, "You"),
            (#""LINE""#, ""), (#""LINE\n""#, ""), (#""LINE\\""#, ""),
            (#""You are.\nLINE""#, #"You are.\nLINE"#), (#""x-anthropic: LINE""#, "x-anthropic: LINE"),
            (#"" LINE""#, " LINE"), (#""""#, ""), (#""x-anthropic-billing-heade""#, "x-anthropic-billing-heade"),
            (#"[{"type":"text","text":"You are."},{"type":"text","text":"LINE"}]"#, #"You are.\n\nLINE"#),
        ])
    func removes(content: String, expected: String) throws {
        let content = content.replacing("LINE", with: Self.line)
        #expect(try system(content) == expected.replacing("LINE", with: Self.line))
    }
}
