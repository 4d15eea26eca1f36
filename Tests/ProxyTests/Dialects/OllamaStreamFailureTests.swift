import Testing

@testable import ollama_openai_proxy

struct OllamaStreamFailureTests {
    private typealias F = OllamaFixtures

    private let hello = #"{"model":"m","message":{"role":"assistant","content":"Hel"},"done":false}"# + "\n"
    private let started = ChatEvent.started

    private func failure(_ events: [ChatEvent]) -> ChatError? {
        if case .failed(let error) = events.last { error } else { nil }
    }

    @Test("An error line ends the stream; what came before it is kept", arguments: ["", "\n"])
    func errorLine(lineEnd: String) {
        let events = F.events(hello + #"{"error":"mid-stream error"}"# + lineEnd)
        #expect(events == [started, .textDelta("Hel"), .failed(ChatError(status: 502, "mid-stream error"))])
    }

    @Test("An error wins over everything else in its line")
    func errorWins() {
        let events = F.events(#"{"model":"m","message":{"content":"x"},"done":true,"error":"broken"}"#)
        #expect(events == [.failed(ChatError(status: 502, "broken"))])
    }

    @Test(
        "A body that ends without its last line has failed",
        arguments: ["{", #"{"model":"m","message":{"role":"assistant","cont"#, "{}\n", "{}"])
    func incomplete(rest: String) {
        for (reply, before) in [(rest, 0), (hello + rest, 2)] {
            let events = F.events(reply)
            #expect(events.count == before + 1)
            #expect(failure(events)?.status == 502)
            #expect(failure(events)?.code == .upstreamIncomplete)
        }
    }

    @Test(
        "A body that ends in order behind a whole line is Ollama's repeat guard, streamed or not",
        arguments: [
            "", "\n\n", "  \n", #"{"model":"m","message":{"content":"000"},"done":false}"#,
            #"{"model":"","created_at":"0001-01-01T00:00:00Z","message":{"role":"","content":""},"done":false}"# + "\n",
        ])
    func repetition(rest: String) {
        for reply in [rest, hello + rest] {
            #expect(failure(F.events(reply))?.status == 502)
            #expect(failure(F.events(reply))?.code == .upstreamRepetition)
        }
    }

    @Test(
        "What is no JSON object fails with its own words",
        arguments: [
            "<html>502 Bad Gateway</html>", "plain text", "[1]", "\"x\"", "5", "{} {}", #"{"a":1,}"#, "{'a':1}",
        ])
    func notJSON(line: String) {
        for reply in [hello + line + "\n", hello + line] {
            let error = failure(F.events(reply))
            #expect(error?.status == 502)
            #expect(error?.code == .upstreamInvalid)
            #expect(error?.message == "Ollama sent a line that is not a JSON object: \(line)")
        }
    }

    @Test("A cut line is a failure of its own when more lines follow it")
    func cutLine() {
        #expect(failure(F.events("{\"message\":{\n" + hello))?.code == .upstreamInvalid)
    }

    @Test("The excerpt of a bad line is short and stays on one line")
    func excerpt() {
        let line = "<p>\u{1}\té" + String(repeating: "😀", count: 1000)
        let message = failure(F.events(line + "\n"))?.message ?? ""
        #expect(message.hasPrefix("Ollama sent a line that is not a JSON object: <p>  é😀"))
        #expect(message.hasSuffix("😀…"))
        #expect(message.unicodeScalars.count < 400)
    }

    @Test("A line beyond the limit fails, and the events before it stay")
    func longLine() {
        let long = #"{"message":{"content":""# + String(repeating: "x", count: 200) + "\"}}\n"
        for pieces in [[hello + long], [hello, long], [hello, String(long.prefix(150)), String(long.dropFirst(150))]] {
            let events = F.events(pieces.map { Array($0.utf8) }, lineLimit: 128)
            #expect(events.prefix(2) == [started, .textDelta("Hel")])
            #expect(events.count == 3)
            #expect(failure(events)?.code == .upstreamInvalid)
        }
    }

    @Test("Invalid UTF-8 is repaired, not refused")
    func invalidUTF8() {
        let reply =
            Array(#"{"model":"m","message":{"content":"a"#.utf8) + [0xFF, 0xC3]
            + Array(#"b"},"done":true}"#.utf8)
        #expect(F.events([reply]) == [started, .textDelta("a\u{FFFD}\u{FFFD}b"), .finished(.stop, nil)])
    }

    @Test("Nesting without end is refused, not followed")
    func nesting() {
        let deep = #"{"message":{"content":"","tool_calls":"# + String(repeating: "[", count: 100_000) + "\n"
        #expect(failure(F.events(deep))?.code == .upstreamInvalid)
    }
}
