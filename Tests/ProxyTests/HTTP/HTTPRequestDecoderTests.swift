import Testing

@testable import ollama_openai_proxy

struct HTTPRequestDecoderTests {
    @Test("a request comes out whole: method, target, fields in order, body")
    func wholeRequest() throws {
        let run = RequestRun(
            "POST /v1/chat?x=1 HTTP/1.1\r\nHost: a:1\r\nX-B:\t two  words \t\r\nx-b:\r\nContent-Length: 3\r\n\r\nabc")
        let request = try #require(run.requests.first)
        #expect(request.method == .post)
        #expect(request.target == "/v1/chat?x=1")
        #expect(request.path == "/v1/chat")
        #expect(request.fields.all.map(\.name) == ["Host", "X-B", "x-b", "Content-Length"])
        #expect(request.fields.all.map(\.value) == ["a:1", "two  words", "", "3"])
        #expect(request.body == Array("abc".utf8))
        #expect(request.keepsAlive && !request.isHTTP10)
        #expect(run.events.count == 1 && run.error == nil && !run.hasPartialRequest)
    }

    @Test("bytes of a value that are not UTF-8 are repaired")
    func obsoleteText() {
        let head = Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0xE4, 0x21] + Array("\r\n\r\n".utf8)
        #expect(RequestRun([head]).requests.first?.fields.all.last?.value == "\u{FFFD}!")
    }

    @Test("a chunked body comes out joined, whatever its size lines and trailers")
    func chunkedBody() {
        let run = RequestRun(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3;a=\"b;c\"\r\nabc\r\n0002\r\n\r\n\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n")
        #expect(run.error == nil)
        #expect(run.requests.map(\.body) == [Array("abc\r\n0123456789".utf8)])
    }

    private static let pipeline =
        "\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
        + "POST /2 HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\nhello\r\n"
        + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nWiki\r\n5\r\npedia\r\n0\r\nT: v\r\n\r\n"
        + "GET http://host:80/4?q HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"

    @Test("every split agrees: requests sent ahead, then an error, then the rest of a request")
    func everySplitAgrees() {
        let run = RequestRun(Self.pipeline)
        #expect(run.requests.map(\.target) == ["/1", "/2", "/3", "/4?q"])
        #expect(run.requests.map(\.body.count) == [0, 5, 9, 0])
        for end in ["", "GET /5 HTTP/1.1\r\nHost", "GET /5 HTTP/1.1\nHost: a\r\n\r\n", "GET /5 HTTP/3.1\r\n\r\n"] {
            expectEverySplitAgrees(Array((Self.pipeline + end).utf8)) { RequestRun($0).withoutExpectations }
        }
    }

    @Test("one request comes out a call; the others wait")
    func oneRequestACall() throws {
        var decoder = HTTPRequestDecoder()
        decoder.feed(Array("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGE".utf8).span)
        for target in ["/1", "/2"] {
            guard case .request(let request) = try decoder.nextBehindHead() else {
                Issue.record("no request \(target)")
                return
            }
            #expect(request.target == target)
            #expect(decoder.hasPartialRequest)
        }
        #expect(try decoder.nextBehindHead() == nil)
        #expect(decoder.hasPartialRequest)
    }

    @Test("a request is partial from its first byte to its last")
    func partial() throws {
        var decoder = HTTPRequestDecoder()
        #expect(!decoder.hasPartialRequest)
        let bytes = Array("\r\nPUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab".utf8)
        for (index, byte) in bytes.enumerated() {
            decoder.feed([byte].span)
            let event = try decoder.nextBehindHead()
            #expect((event != nil) == (index == bytes.count - 1))
            // The blank line before it is nobody's.
            #expect(decoder.hasPartialRequest == (index != 1 && index != bytes.count - 1))
        }
    }

    @Test("a 100 is asked for once, when the head is there and the body is not")
    func expectsContinue() throws {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
        for (fields, body) in [
            ("Content-Length: 2\r\n\r\n", "ab"), ("Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n0\r\n\r\n"),
        ] {
            var decoder = HTTPRequestDecoder()
            decoder.feed(Array((head + fields).utf8).span)
            #expect(try decoder.nextBehindHead() == .expectsContinue)
            #expect(try decoder.nextBehindHead() == nil)
            decoder.feed(Array(body.prefix(1).utf8).span)
            #expect(try decoder.nextBehindHead() == nil)
            decoder.feed(Array(body.dropFirst().utf8).span)
            guard case .request = try decoder.nextBehindHead() else {
                Issue.record("no request")
                continue
            }
            #expect(RequestRun(head + fields + body).events.count == 1, "nothing to wait for")
        }
        #expect(RequestRun(head + "\r\n").events.count == 1, "no body to wait for")
        let old = RequestRun("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        #expect(old.events.isEmpty && old.error == nil, "HTTP/1.0 cannot expect")
    }

    @Test("the head comes out before its body, as far as that has come")
    func headFirst() throws {
        let bytes = Array("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET".utf8)
        for place in (bytes.count - 6)...bytes.count {
            var decoder = HTTPRequestDecoder()
            let (first, rest) = (Array(bytes[..<place]), Array(bytes[place...]))
            decoder.feed(first.span)
            guard case .head(var head) = try decoder.next() else {
                Issue.record("no head")
                return
            }
            #expect(head.target == "/2" && head.body.isEmpty)
            #expect(decoder.body?.received == 0)
            head.target = "/3"
            decoder.proceed(with: head, body: place.isMultiple(of: 2) ? .kept : .skipped)
            let request = try decoder.nextBehindHead()
            decoder.feed(rest.span)
            guard case .request(let whole) = try request ?? decoder.nextBehindHead() else {
                Issue.record("no request")
                return
            }
            #expect(whole.target == "/3")
            #expect(whole.body.count == (place.isMultiple(of: 2) ? 3 : 0))
            #expect(whole.keepsAlive == (place.isMultiple(of: 2) || place >= bytes.count - 3))
        }
    }

    @Test(
        "the head comes out whatever it says of the body; a refused request comes out with it, and ends the connection",
        arguments: [
            ("Content-Length: 67108865", 413), ("Content-Length: x", 400), ("Transfer-Encoding: gzip", 501),
            ("Content-Length: 1\r\nTransfer-Encoding: chunked", 400), ("Expect: more", 417),
        ])
    func headBeforeMistake(fields: String, status: Int) throws {
        for use in [HTTPRequestGatherer.BodyUse.kept, .skipped, .refused] {
            var decoder = HTTPRequestDecoder()
            decoder.feed(Array("POST /a HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\nGET /b HTTP".utf8).span)
            guard case .head(let head) = try decoder.next() else {
                Issue.record("no head")
                return
            }
            decoder.proceed(with: head, body: use)
            if use == .refused {
                guard case .request(let request) = try decoder.next() else {
                    Issue.record("no request")
                    return
                }
                #expect(request.target == "/a" && !request.keepsAlive)
                continue
            }
            let error = #expect(throws: HTTPError.self) { try decoder.next() }
            #expect(error?.status.rawValue == status)
            #expect(decoder.abandon()?.target == "/a")
            #expect(decoder.abandon() == nil)
        }
    }

    @Test("a chunk that is none ends a refused request as well, and its body is not kept")
    func refusedChunks() throws {
        var decoder = HTTPRequestDecoder()
        decoder.feed(Array("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx".utf8).span)
        guard case .head(let head) = try decoder.next() else {
            Issue.record("no head")
            return
        }
        decoder.proceed(with: head, body: .refused)
        guard case .request(let request) = try decoder.next() else {
            Issue.record("no request")
            return
        }
        #expect(request.body.isEmpty && !request.keepsAlive)
    }

    @Test(
        "the target is known from the first line on, and of a head that is no good",
        arguments: [
            ("POST /v1/messages ", "/v1/messages"), ("POST http://h/x?y HTTP/1.1\r\nHo", "/x?y"),
            ("POST /a HTTP/3.0\r\n\r\n", "/a"), ("POST /a HTTP/1.1\r\nno colon\r\n\r\n", "/a"),
            ("\r\nGET /a x", "/a"), ("POST /v1/messages", nil), ("GARBAGE\r\nA /b c", nil), ("", nil), ("  ", nil),
            ("GET /\u{7F} ", nil), ("GET  ", nil),
        ] as [(String, String?)])
    func target(text: String, target: String?) {
        var decoder = HTTPRequestDecoder()
        decoder.feed(Array(text.utf8).span)
        _ = try? decoder.next()
        #expect(decoder.target == target)
        #expect(decoder.abandon() == nil)
    }

    @Test("after an error every call gives that error again")
    func staysFailed() {
        var decoder = HTTPRequestDecoder()
        decoder.feed(Array("GET / HTTP/9.0\r\n\r\n".utf8).span)
        for _ in 0..<2 {
            let error = #expect(throws: HTTPError.self) { try decoder.next() }
            #expect(error?.status == 505)
            decoder.feed(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8).span)
            #expect(!decoder.hasPartialRequest)
        }
    }

    @Test(
        "the connection lives on as version and Connection say",
        arguments: [
            ("1.1", [], true), ("1.1", ["close"], false), ("1.1", ["x, CLOSE"], false), ("1.1", ["x", "close"], false),
            ("1.1", ["closed"], true), ("1.1", ["keep-alive, close"], false), ("1.7", [], true),
            ("1.0", [], false), ("1.0", ["Keep-Alive"], true), ("1.0", ["keep-alive,close"], false),
        ] as [(String, [String], Bool)])
    func keepsAlive(version: String, connection: [String], expected: Bool) {
        let fields = connection.map { "Connection: \($0)\r\n" }.joined()
        let run = RequestRun("GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n")
        #expect(run.requests.map(\.keepsAlive) == [expected])
        #expect(run.requests.map(\.isHTTP10) == [version == "1.0"])
    }

    @Test(
        "the target comes out as path and query",
        arguments: [
            ("GET", "/", "/"), ("GET", "//a/b?c=/d", "//a/b?c=/d"), ("OPTIONS", "*", "*"), ("GET", "/%20", "/%20"),
            ("GET", "HTTP://h/x?y", "/x?y"), ("GET", "http://h", "/"), ("GET", "http://[::1]:80?y/z", "/?y/z"),
        ])
    func target(method: String, target: String, expected: String) {
        #expect(RequestRun("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\r\n").requests.map(\.target) == [expected])
    }

    @Test("a large body takes linear time and no more room than it has bytes, however it comes")
    func largeBody() throws {
        let size = 8 * 1024 * 1024
        var decoder = HTTPRequestDecoder()
        decoder.feed(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n".utf8).span)
        #expect(try decoder.nextBehindHead() == nil)
        let piece = [UInt8](repeating: 7, count: 4096)
        for _ in 1..<(size / piece.count) {
            decoder.feed(piece.span)
            #expect(try decoder.nextBehindHead() == nil)
        }
        decoder.feed(piece.span)
        guard case .request(let request) = try decoder.nextBehindHead() else {
            Issue.record("no request")
            return
        }
        #expect(request.body.count == size)
        #expect(request.body.capacity < size + size / 8)
    }

    @Test("a length that is only claimed takes no room")
    func claimedLength() {
        let run = RequestRun(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(Int.max)\r\n\r\nabc", limits: HTTPLimits(bodyBytes: .max))
        #expect(run.error == nil && run.hasPartialRequest)
    }
}

extension HTTPRequestDecoder {
    /// The next event that is no head.
    fileprivate mutating func nextBehindHead() throws(HTTPError) -> Event? {
        while let event = try next() {
            if case .head = event { continue }
            return event
        }
        return nil
    }
}
