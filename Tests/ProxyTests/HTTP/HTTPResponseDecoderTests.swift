import Testing

@testable import ollama_openai_proxy

struct HTTPResponseDecoderTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let bytes: String
        let body: String
        var method = HTTPMethod.post
        var status = 200
        var keepsAlive = true
        var isComplete = true
        var testDescription: String { bytes.debugDescription }
    }

    static let good: [Good] = [
        Good(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", body: "hello"),
        Good(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", body: ""),
        Good(bytes: "HTTP/1.1 200\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", body: "a", keepsAlive: false),
        Good(bytes: "HTTP/1.1 404 \r\ncontent-length: 1\r\n\r\na", body: "a", status: 404),
        Good(
            bytes:
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6;x=\"y\"\r\n{\"a\"}\n\r\n0a\r\n{\"b\": {}}\n\r\n"
                + "0\r\nA: b\r\nC:\r\n\r\n", body: "{\"a\"}\n{\"b\": {}}\n"),
        Good(
            bytes: "HTTP/1.1 200 OK\r\n\r\nuntil\r\n\r\nclose", body: "until\r\n\r\nclose", keepsAlive: false,
            isComplete: false),
        Good(bytes: "HTTP/1.0 200 OK\r\n\r\n", body: "", keepsAlive: false, isComplete: false),
        Good(bytes: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", body: "a", keepsAlive: false),
        Good(bytes: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", body: "a"),
        Good(
            bytes: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 9\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", body: "ok"),
        Good(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", body: "", method: .head),
        Good(bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", body: "", method: .head),
        Good(bytes: "HTTP/1.1 204 No Content\r\n\r\n", body: "", status: 204),
        Good(bytes: "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", body: "", status: 304),
    ]

    @Test("announcements of a response are skipped, and a thousand of them are enough")
    func announcements() {
        let one = "HTTP/1.1 102 Processing\r\n\r\n"
        let end = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        #expect(ResponseRun(String(repeating: one, count: 1000) + end).body == "ok")
        #expect(ResponseRun(String(repeating: one, count: 1001) + end).error?.status == .badGateway)
    }

    @Test("a response comes out as its framing says, however it is cut", arguments: good)
    func goodResponses(_ good: Good) {
        let run = ResponseRun(good.bytes, method: good.method)
        #expect(run.error == nil)
        #expect(run.head?.status.rawValue == good.status)
        #expect(run.head?.keepsAlive == good.keepsAlive)
        #expect(run.body == good.body)
        #expect(run.wasComplete == good.isComplete)
        expectEverySplitAgrees(Array(good.bytes.utf8)) { ResponseRun($0, method: good.method) }
    }

    @Test(
        "a response that cannot be trusted is a 502, however it is cut",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 100 Continue\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
            "ICY 200 OK\r\n\r\n",
            "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP\r\n\r\n",
            "HTTP/1.1 200 O\u{0}K\r\n\r\n",
            "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nb",
            "HTTP/1.1 204 No Content\r\n\r\na",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        ])
    func badResponses(bytes: String) {
        #expect(ResponseRun(bytes).error?.status == .badGateway)
        if !bytes.isEmpty { expectEverySplitAgrees(Array(bytes.utf8)) { ResponseRun($0) } }
    }

    @Test("what came before an error was handed out, and the error stays")
    func staysFailed() {
        var decoder = HTTPResponseDecoder(requestMethod: .post)
        var body = ""
        let bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx"
        for bytes in [bytes, "5\r\nhello\r\n"] {
            #expect(throws: HTTPError.self) { try decoder.feed(Array(bytes.utf8).span) { body += $0.text } }
        }
        #expect(throws: HTTPError.self) { try decoder.finish() }
        #expect(body == "hello")
        #expect(!decoder.isComplete)
    }

    @Test("a head has limits, a body has none")
    func limits() {
        let limits = HTTPLimits(headBytes: 40, fieldCount: 1, bodyBytes: 1)
        #expect(ResponseRun("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", limits: limits).body == "abc")
        #expect(ResponseRun("HTTP/1.1 200 OK\r\nA:\r\nB:\r\n\r\n", limits: limits).error?.status == .badGateway)
        let long = "HTTP/1.1 200 OK\r\nA: \(String(repeating: "a", count: 40))"
        #expect(ResponseRun(long, limits: limits).error?.status == .badGateway)
    }

    @Test("the head is there as soon as its blank line is")
    func headFirst() throws {
        var decoder = HTTPResponseDecoder(requestMethod: .post)
        try decoder.feed(Array("HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 1\r\n\r".utf8).span) { _ in }
        #expect(decoder.head == nil)
        try decoder.feed(Array("\n".utf8).span) { _ in }
        #expect(decoder.head?.status == .serviceUnavailable)
        #expect(decoder.head?.fields["Retry-After"] == "3")
        #expect(!decoder.isComplete)
    }
}
