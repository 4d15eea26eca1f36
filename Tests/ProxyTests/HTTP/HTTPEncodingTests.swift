import Testing

@testable import ollama_openai_proxy

struct HTTPEncodingTests {
    private static let fields: HTTPFields = {
        var fields = HTTPFields()
        fields.append("Host", "a:1")
        fields.append("x-Odd", "ä b")
        // Left over from elsewhere: the encoder says itself where the body ends.
        fields.append("content-length", "99")
        fields.append("Transfer-Encoding", "chunked")
        return fields
    }()

    @Test(
        "a request says its length when it has a body or may be thought to",
        arguments: [
            (.get, "", "GET /p?q HTTP/1.1\r\nHost: a:1\r\nx-Odd: ä b\r\n\r\n"),
            (.post, "", "POST /p?q HTTP/1.1\r\nHost: a:1\r\nx-Odd: ä b\r\nContent-Length: 0\r\n\r\n"),
            (HTTPMethod(rawValue: "DELETE"), "ab", "DELETE /p?q HTTP/1.1\r\nHost: a:1\r\nx-Odd: ä b\r\nContent-Length: 2\r\n\r\nab"),
        ] as [(HTTPMethod, String, String)])
    func requests(method: HTTPMethod, body: String, expected: String) throws {
        var buffer = ByteBuffer("before ")
        buffer.consume(7)
        let request = HTTPRequest(method: method, target: "/p?q", fields: Self.fields, body: Array(body.utf8))
        request.encodeHead(into: &buffer)
        buffer.append(request.body)
        #expect(buffer.text == expected)
        let decoded = try #require(RequestRun([buffer.array]).requests.first)
        #expect(decoded.method == method && decoded.target == "/p?q" && decoded.body == request.body)
        #expect(decoded.fields.all.prefix(2) == Self.fields.all.prefix(2))
    }

    @Test(
        "a response head ends with what frames the body",
        arguments: [
            (200, .length(5), "HTTP/1.1 200 OK\r\nHost: a:1\r\nx-Odd: ä b\r\nContent-Length: 5\r\n\r\n"),
            (
                429, .chunked,
                "HTTP/1.1 429 Too Many Requests\r\nHost: a:1\r\nx-Odd: ä b\r\nTransfer-Encoding: chunked\r\n\r\n"
            ),
            (204, .none, "HTTP/1.1 204 No Content\r\nHost: a:1\r\nx-Odd: ä b\r\n\r\n"),
            (299, .untilClose, "HTTP/1.1 299 \r\nHost: a:1\r\nx-Odd: ä b\r\n\r\n"),
        ] as [(Int, HTTPFraming, String)])
    func responseHeads(status: Int, framing: HTTPFraming, expected: String) throws {
        var buffer = ByteBuffer()
        let response = HTTPResponse(status: HTTPStatus(rawValue: status), fields: Self.fields)
        response.encodeHead(into: &buffer, framing: framing)
        #expect(buffer.text == expected)
        var decoder = HTTPResponseDecoder(requestMethod: .get)
        try buffer.withSpan { bytes in try decoder.feed(bytes) { _ in } }
        let head = try #require(decoder.head)
        #expect(head.status.rawValue == status)
        #expect(try HTTPFraming(of: head, to: .get) == framing)
    }

    @Test("a chunk is its size and its data, and no data is no chunk")
    func chunks() {
        var buffer = ByteBuffer("head")
        buffer.consume(2)
        for data in ["hello", "", String(repeating: "x", count: 0x1ab)] {
            buffer.appendChunk(Array(data.utf8).span)
        }
        buffer.appendLastChunk()
        let long = String(repeating: "x", count: 0x1ab)
        #expect(buffer.text == "ad5\r\nhello\r\n1ab\r\n\(long)\r\n0\r\n\r\n")
    }

    @Test("a chunked reply is read back as it was written, however it is cut")
    func chunkedRoundTrip() {
        var buffer = ByteBuffer()
        HTTPResponse(status: .ok).encodeHead(into: &buffer, framing: .chunked)
        for data in ["data: a\n\n", "", "\r\n0\r\n\r\n", String(repeating: "z", count: 300)] {
            buffer.appendChunk(Array(data.utf8).span)
        }
        buffer.appendLastChunk()
        let run = ResponseRun([buffer.array])
        #expect(run.wasComplete && run.error == nil)
        #expect(run.body == "data: a\n\n\r\n0\r\n\r\n" + String(repeating: "z", count: 300))
        expectEverySplitAgrees(buffer.array) { ResponseRun($0) }
    }

    @Test("every status that this program answers with has its words")
    func reasonPhrases() {
        let statuses: [HTTPStatus] = [
            100, 200, 204, 400, 401, 403, 404, 405, 408, 413, 415, 417, 426, 429, 431, 500, 501, 502, 503, 504, 505, 508,
        ]
        for status in statuses { #expect(status.reasonPhrase.utf8CodeUnitCount > 0, "\(status.rawValue)") }
        #expect(HTTPStatus(rawValue: 999).reasonPhrase.utf8CodeUnitCount == 0)
    }
}
