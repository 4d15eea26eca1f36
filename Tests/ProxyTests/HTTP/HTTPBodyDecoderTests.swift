import Testing

@testable import ollama_openai_proxy

struct HTTPBodyDecoderTests {
    @Test(
        "a body takes its own bytes and leaves the next message alone",
        arguments: [
            (.none, "next", "", 0), (.length(0), "next", "", 0), (.length(4), "bodynext", "body", 4),
            (.chunked, "4\r\nbody\r\n0\r\n\r\nnext", "body", 14), (.chunked, "0\r\n\r\nnext", "", 5),
            (.chunked, "2;a\r\nbo\r\n00000002\r\ndy\r\n000;b\r\nX: y\r\n\r\nnext", "body", 38),
        ] as [(HTTPFraming, String, String, Int)])
    func takesItsOwn(framing: HTTPFraming, bytes: String, expected: String, taken: Int) throws {
        try expectEverySplitAgrees(Array(bytes.utf8)) { pieces in
            var decoder = try HTTPBodyDecoder(framing, limits: .standard)
            var (body, count) = ("", 0)
            for piece in pieces { count += try decoder.feed(piece.span) { body += $0.text } }
            #expect(decoder.isComplete)
            #expect(count == taken)
            #expect(body == expected)
            try decoder.finish()
            return body
        }
    }

    @Test("a body until close ends when the connection does")
    func untilClose() throws {
        var decoder = try HTTPBodyDecoder(.untilClose, limits: HTTPLimits(bodyBytes: 1))
        var body = ""
        #expect(try decoder.feed(Array("any".utf8).span) { body += $0.text } == 3)
        #expect(!decoder.isComplete)
        try decoder.finish()
        #expect(decoder.isComplete)
        #expect(body == "any")
    }

    @Test(
        "a connection that ends in the middle of a body is an error",
        arguments: [
            (.length(1), ""), (.length(5), "body"), (.chunked, ""), (.chunked, "4\r\nbody\r\n"), (.chunked, "4\r\nbo"),
            (.chunked, "0\r\n"), (.chunked, "0\r\n\r"),
        ] as [(HTTPFraming, String)])
    func cutOff(framing: HTTPFraming, bytes: String) throws {
        var decoder = try HTTPBodyDecoder(framing, limits: .standard)
        #expect(try decoder.feed(Array(bytes.utf8).span) { _ in } == bytes.utf8.count)
        #expect(throws: HTTPError.self) { try decoder.finish() }
    }

    @Test("the pieces are slices of what was fed, not copies")
    func noCopies() throws {
        let bytes = Array("4\r\nbody\r\n".utf8)
        for (framing, offset) in [(HTTPFraming.chunked, 3), (.length(100), 0), (.untilClose, 0)] {
            var decoder = try HTTPBodyDecoder(framing, limits: .standard)
            let span = bytes.span
            let start = span.withUnsafeBufferPointer { $0.baseAddress }
            _ = try decoder.feed(span) { piece in
                #expect(piece.withUnsafeBufferPointer { $0.baseAddress } == start.map { $0 + offset })
            }
        }
    }
}
