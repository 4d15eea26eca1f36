import Testing

@testable import ollama_openai_proxy

/// What must not pass as a request, and the status it is answered with.
struct HTTPRequestRulesTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let bytes: String
        let status: Int
        var testDescription: String { "\(status) \(bytes.debugDescription)" }

        init(_ bytes: String, _ status: Int = 400) {
            self.bytes = bytes
            self.status = status
        }

        /// A request that is right but for one more field line.
        static func field(_ line: String, _ status: Int = 400) -> Bad {
            Bad("POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", status)
        }

        /// A chunked request with this body.
        static func chunks(_ body: String, _ status: Int = 400) -> Bad {
            Bad("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", status)
        }
    }

    static let startLines: [Bad] = [
        Bad("GET /\r\n\r\n"), Bad("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), Bad("GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
        Bad("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), Bad("GET / a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Bad("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"), Bad(" GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Bad("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), Bad("GÄT / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Bad("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), Bad("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Bad("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), Bad("\u{16}\u{3}\u{1}"),
        Bad("GET / HTTP/1\r\nHost: a\r\n\r\n"), Bad("GET / http/1.1\r\nHost: a\r\n\r\n"),
        Bad("GET / HTTP/1.10\r\nHost: a\r\n\r\n"), Bad("GET / HTTP/1,1\r\nHost: a\r\n\r\n"),
        Bad("GET / HTTP/+1.1\r\nHost: a\r\n\r\n"), Bad("GET / HTTP/0.9\r\n\r\n", 505),
        Bad("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505), Bad("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    ]

    static let targets: [Bad] =
        [
            "", "a", "*", "host:80", "/a\u{1}", "/a\0", "/a\u{7F}", "/ä", "?a", "ftp://h/", "https://h/", "http://",
            "http:///a",
            "http://?a", "http://user@h/", "http://h\\/", "http:/a",
        ].map { Bad("GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n") } + [Bad("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n")]

    static let fieldLines: [Bad] = [
        .field("no colon"), .field(": empty name"), .field("Name : value"), .field("Name\t: value"),
        .field("Na me: value"),
        .field("Na\u{0}me: value"), .field("N\u{E9}: value"), .field("N[]: value"), .field(" folded: first"),
        .field("Name: a\r\n folded"), .field("Name: a\r\n\tfolded"), .field("Name: a\r\n "),
        .field("Name: a\u{0}b"), .field("Name: a\u{1}b"), .field("Name: a\u{7F}b"), .field("Name: a\u{B}"),
        .field("Name: a\rb"), .field("Name: a\r\r"), .field("Name: a\nEvil: b"), .field("Name: a\n\nGET /"),
        .field("\rName: a"),
    ]

    static let hosts: [Bad] =
        [
            Bad("GET / HTTP/1.1\r\n\r\n"), Bad("GET / HTTP/1.1\r\nHosts: a\r\n\r\n"),
            Bad("GET http://h/ HTTP/1.1\r\n\r\n"),
            Bad("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), .field("Host: a"), .field("host: b"),
        ]
        + ["a b", "a, b", "a/b", "u@a", "a?b", "a#b", "ä", "<a>", "a\\b"].map {
            Bad("GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n")
        }

    static let lengths: [Bad] =
        [
            "", "-1", "+1", "0x10", "1 0", "1.0", "1e3", "5,5", "5, 5", "5,", "\u{661}", "\"5\"", "five", "1_0",
            "9223372036854775808", "99999999999999999999999999999", "5\r\nContent-Length: 5", "5\r\ncontent-length: 6",
            "5\r\nTransfer-Encoding: chunked", "0\r\nTransfer-Encoding: chunked", "5\r\nTransfer-Encoding: identity",
            "5\r\nTransfer-Encoding:",
        ].map { .field("Content-Length: \($0)") } + [.field("Content-Length: 67108865", 413)]

    static let codings: [Bad] = [
        .field("Transfer-Encoding:"), .field("Transfer-Encoding: ,chunked"), .field("Transfer-Encoding: chunked,"),
        .field("Transfer-Encoding: chunked, chunked"),
        .field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        .field("Transfer-Encoding: chunked, gzip"), .field("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
        .field("Transfer-Encoding: chunked\r\nContent-Length: 5"), .field("Transfer-Encoding: \u{B}chunked"),
        .field("Transfer-Encoding : chunked"), .field("Transfer-Encoding:\r\n chunked"),
        .field("Transfer-Encoding: gzip", 501), .field("Transfer-Encoding: identity", 501),
        .field("Transfer-Encoding: gzip, chunked", 501),
        .field("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", 501),
        .field("Transfer-Encoding: xchunked", 501), .field("Transfer-Encoding: chunked;q=1", 501),
        .field("Transfer-Encoding: \"chunked\"", 501), .field("Transfer-Encoding: chun\u{212A}ed", 501),
        Bad("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ]

    static let chunks: [Bad] =
        [
            "\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1 \r\n", "1 ;a\r\n", "1\t\r\n", ";a\r\n",
            "1_0\r\n",
            "1\n", "1;a\n", "1;a\rb\r\n", "1;a\u{0}\r\n", "1\r\r\n", "1\r\nab\r\n", "1\r\na\n", "1\r\na\rb",
            "2\r\na\r\n0\r\n\r\n",
            "8000000000000000\r\n", "10000000000000001\r\n", "0\r\n\n", "0\r\n\rX", "0\r\n X: folded\r\n\r\n",
            "0\r\nX: a\r\n folded\r\n\r\n", "0\r\nX : a\r\n\r\n", "0\r\nno colon\r\n\r\n", "0\r\n: a\r\n\r\n",
            "0\r\nX: a\n\r\n", "0\r\nX: a\u{0}\r\n\r\n", "0\r\nX: a\rb\r\n\r\n", "0\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ].map { .chunks($0) } + [.chunks("7fffffffffffffff\r\n", 413), .chunks("1\r\na\r\n4000000\r\n", 413)]

    static let expectations: [Bad] = ["later", "100-continue, later", "100-continued", ""].map {
        .field("Expect: \($0)", 417)
    }

    @Test(
        "bad bytes are refused with their status, whole and however they are cut",
        arguments: [startLines, targets, fieldLines, hosts, lengths, codings, chunks, expectations].flatMap { $0 })
    func refused(_ bad: Bad) {
        let run = RequestRun(bad.bytes)
        #expect(run.error?.status.rawValue == bad.status)
        #expect(run.error?.message.isEmpty == false)
        #expect(run.requests.isEmpty)
        expectEverySplitAgrees(Array(bad.bytes.utf8)) { RequestRun($0).withoutExpectations }
    }

    /// The limits at which these requests just pass.
    private static let tight = HTTPLimits(headBytes: 72, fieldCount: 3, bodyBytes: 4, chunkLineBytes: 8)

    @Test(
        "what is at a limit passes, one more does not",
        arguments: [
            ("GET /\(String(repeating: "a", count: 47)) HTTP/1.1\r\n", "\r\n", nil),
            ("GET /\(String(repeating: "a", count: 48)) HTTP/1.1\r\n", "\r\n", 431),
            ("GET / HTTP/1.1\r\nA:\r\nB:\r\n", "\r\n", nil),
            ("GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\n", "\r\n", 431),
            ("POST / HTTP/1.1\r\nContent-Length: 4\r\n", "\r\nabcd", nil),
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\n", "\r\n", 413),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "\r\n3\r\nabc\r\n1\r\na\r\n0\r\n\r\n", nil),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "\r\n3\r\nabc\r\n2\r\n", 413),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "\r\n000001\r\na\r\n0;abcd\r\nX:yz\r\n\r\n", nil),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "\r\n0000001\r\n", 400),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "\r\n0;abcde\r\n", 400),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "\r\n0\r\nX:yza\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", "\r\n0\r\nX:y\r\nZ:\r\n\r\n", 400),
        ] as [(String, String, Int?)])
    func limits(head: String, rest: String, status: Int?) {
        let bytes = Array((head + "Host:\r\n" + rest).utf8)
        let run = RequestRun([bytes], limits: Self.tight)
        #expect(run.error?.status.rawValue == status)
        #expect(run.requests.count == (status == nil ? 1 : 0))
        expectEverySplitAgrees(bytes) { RequestRun($0, limits: Self.tight) }
    }

    @Test("a head without an end is refused once it is too long")
    func endlessHead() {
        let run = RequestRun(String(repeating: "a", count: 64 * 1024 + 1))
        #expect(run.error?.status == 431)
        #expect(RequestRun(String(repeating: "a", count: 64 * 1024)).error == nil)
    }

    @Test("no single byte put anywhere into a request traps or lets a second request out")
    func mutations() {
        let good = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
        for index in good.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = good
                bytes[index] = byte
                #expect(RequestRun([bytes]).requests.count <= 1)
            }
        }
    }
}
