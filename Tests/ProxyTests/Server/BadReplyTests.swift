import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Replies of an upstream that is not quite Ollama", .withFaults, .timeLimit(.minutes(10)))
struct BadReplyTests {
    private static let lines = SampleExchange.lines.map { $0 + "\n" }.joined()
    private static let length = "Content-Length: \(lines.utf8.count)\r\n"

    @Test(
        "A head that is not HTTP, or could be read in two ways, is a 502 that says what is wrong with it",
        arguments: [
            ("", "this is not HTTP"),
            ("\r\nHTTP/1.1 200 OK\r\n\r\n", "this is not HTTP"),
            ("\u{15}\u{03}\u{01}\r\n\r\n", "this is not HTTP"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "CRLF"),
            ("HTTP/1.1 200 OK\nX: y\n\n", "CRLF"),
            ("HTTP/1.1\r\n\r\n", "no status code"),
            ("HTTP/1.1 20 OK\r\n\r\n", "no status code"),
            ("HTTP/1.1 +20 OK\r\n\r\n", "no status code"),
            ("HTTP/1.1 099 OK\r\n\r\n", "no status code"),
            ("HTTP/2 200\r\n\r\n", "no HTTP version"),
            ("HTTP/3.0 200 OK\r\n\r\n", "only HTTP/1.1 and HTTP/1.0"),
            ("SIP/2.0 200 OK\r\n\r\n", "no HTTP version"),
            ("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "another protocol"),
            (head("what is this\r\n"), "no colon"),
            (head("X: a\r\n b\r\n"), "folded"),
            (head("Content-Length : 3\r\n"), "not a token"),
            (head("X: \0\r\n"), "control byte"),
            (head("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), "both"),
            (head("Content-Length: 3\r\nContent-Length: 3\r\n"), "more than once"),
            (head("Content-Length: -1\r\n"), "not a number"),
            (head("Content-Length: 0x10\r\n"), "not a number"),
            (head("Content-Length: 99999999999999999999\r\n"), "not a number"),
            (head("Transfer-Encoding: gzip, chunked\r\n"), "Transfer-Encoding"),
            (head("X: \(String(repeating: "x", count: 70_000))\r\n"), "longer than"),
            (head(String(repeating: "X: x\r\n", count: 200)), "more than 100 fields"),
        ], [true, false])
    func badHead(reply: (head: String, words: String), stream: Bool) async throws {
        let (bad, next, _) = try await Self.replies([.send(reply.head + Self.lines), .close], stream: stream)
        #expect(bad.status == 502)
        #expect(bad["error.message"]?.string?.contains(reply.words) == true, "\(bad.body)")
        #expect(next == .whole)
    }

    @Test(
        "A chunk size that is no number of bytes breaks the reply off",
        arguments: [
            "\r\n", "zz\r\n", "-5\r\n", "+5\r\n", "0x10\r\n", " 5\r\n", "5 \r\n", "200\n", "FFFFFFFFFFFFFFFFF\r\n",
            "5;\(String(repeating: "x", count: 5000))\r\n", "10\r\n", "0\r\n\r\n",
        ], [true, false])
    func badChunkSize(line: String, stream: Bool) async throws {
        let bytes = Self.head("Transfer-Encoding: chunked\r\n") + line + Self.lines + "\r\n0\r\n\r\n"
        let (bad, next, _) = try await Self.replies([.send(bytes), .close], stream: stream)
        #expect(ReplyVerdict(bad) == .failed("upstream_incomplete"))
        #expect(next == .whole)
    }

    @Test(
        "A 200 that is no reply is an error in the words that came",
        arguments: [
            ("<html><body>Welcome to nginx!</body></html>", "Welcome to nginx!"),
            ("<!DOCTYPE html>\n<html>\n<body>Welcome!</body>\n</html>\n", "<!DOCTYPE html>"),
            (#"{"error":"the runner crashed"}"#, "the runner crashed"),
            (#"{"error":"the runner crashed"}"# + "\n" + lines, "the runner crashed"),
            (#"{"error":{"message":"the runner crashed","type":"x","code":7}}"#, "the runner crashed"),
            ("[1,2]", "[1,2]"), (#""hi""#, "hi"), ("null", "null"),
            ("data: {\"choices\":[]}\n\ndata: [DONE]\n\n", "data: "),
            ("\u{FEFF}" + lines, "not a JSON object"),
            ("", "ended before it was complete"), ("{}", "ended before it was complete"),
            (#"{"id":"x","choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#, "no line with"),
            (String(lines.dropLast(40)).replacing("Hel", with: "").replacing("lo", with: ""), "Ollama"),
        ], [true, false])
    func badBody(reply: (body: String, words: String), stream: Bool) async throws {
        let (bad, next, _) = try await Self.replies([.whole(reply.body)], stream: stream)
        guard case .failed = ReplyVerdict(bad) else {
            Issue.record("\(bad)")
            return
        }
        #expect(bad.body.contains(reply.words.replacing("\"", with: "\\\"")), "\(bad.body)")
        #expect(next == .whole)
    }

    @Test("A redirect and an empty success are no replies", arguments: ["302 Found", "204 No Content"], [true, false])
    func noReply(status: String, stream: Bool) async throws {
        let fields = status.hasPrefix("302") ? "Location: http://127.0.0.1:1/\r\nContent-Length: 0\r\n" : ""
        let head = "HTTP/1.1 \(status)\r\n\(fields)\r\n"
        let (bad, next, _) = try await Self.replies([.send(head)], stream: stream)
        #expect(bad.status == 502)
        #expect(next == .whole)
    }

    /// A good reply in an unusual form, and whether its connection can serve the next request.
    struct Oddity: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [ScriptedUpstream.Step]
        let keepsConnection: Bool

        init(_ name: String, keepsConnection: Bool, _ steps: ScriptedUpstream.Step...) {
            testDescription = name
            self.steps = steps
            self.keepsConnection = keepsConnection
        }
    }

    @Test("A good reply is understood in any form that HTTP gives it", arguments: oddities, [true, false])
    func oddReply(oddity: Oddity, stream: Bool) async throws {
        let (reply, next, connections) = try await Self.replies(oddity.steps, stream: stream)
        #expect(ReplyVerdict(reply) == .whole)
        #expect(next == .whole)
        #expect(connections == (oddity.keepsConnection ? 1 : 2))
    }

    private static let oddities: [Oddity] = [
        Oddity("text/plain", keepsConnection: true, .send(head("Content-Type: text/plain\r\n" + length) + lines)),
        Oddity("text/html", keepsConnection: true, .send(head("Content-Type: text/html\r\n" + length) + lines)),
        Oddity("no type", keepsConnection: true, .send(head(length) + lines)),
        Oddity("identity", keepsConnection: true, .whole(lines, fields: "Content-Encoding: identity\r\n")),
        Oddity("CRLF", keepsConnection: true, .whole(lines.replacing("\n", with: "\r\n"))),
        Oddity("blank lines", keepsConnection: true, .whole(lines.replacing("\n", with: "\n\n"))),
        Oddity("no last line end", keepsConnection: true, .whole(String(lines.dropLast()))),
        Oddity(
            "1xx", keepsConnection: true, .send("HTTP/1.1 100 Continue\r\n\r\n"), .pause(milliseconds: 5),
            .send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), .whole(lines)),
        Oddity(
            "extension and trailer", keepsConnection: true,
            .send(
                head("Transfer-Encoding: chunked\r\n")
                    + "\(String(lines.utf8.count, radix: 16));a=b\r\n\(lines)\r\n0\r\nX: y\r\n\r\n")),
        Oddity(
            "HTTP/1.0 keep-alive", keepsConnection: true,
            .send("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\(length)\r\n\(lines)")),
        Oddity("HTTP/1.0", keepsConnection: false, .send("HTTP/1.0 200 OK\r\n\r\n" + lines), .close),
        Oddity("until close", keepsConnection: false, .send(head("") + lines), .close),
        Oddity("closes", keepsConnection: false, .whole(lines, fields: "Connection: close\r\n"), .close),
        Oddity("says it closes", keepsConnection: false, .whole(lines, fields: "Connection: close\r\n")),
        Oddity("closes unsaid", keepsConnection: false, .whole(lines, fields: "Connection: keep-alive\r\n"), .close),
        Oddity("longer than its length", keepsConnection: false, .send(head(length) + lines + "and more")),
        Oddity(
            "a second reply", keepsConnection: false,
            .send(head(length) + lines + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")),
        Oddity("lines after the last", keepsConnection: true, .whole(lines + lines)),
    ]

    @Test("A 413 before the body was sent is passed on, and a reset with it is a true error", arguments: [true, false])
    func earlyRefusal(resets: Bool) async throws {
        let (listener, port) = try BlockingSocket.listening()
        Thread.detachNewThread {
            while let socket = listener.accept() {
                _ = socket.receive(until: "\r\n\r\n")
                socket.send(
                    "HTTP/1.1 413 X\r\nConnection: close\r\nContent-Length: 20\r\n\r\n{\"error\":\"too long\"}")
                if resets { continue }
                socket.finishSending()
                while socket.receive() != nil {}
            }
        }
        let proxy = try await TestProxy(upstream: port)
        let question = String(repeating: "why? ", count: 2_000_000)
        let reply = try await proxy.chat(#"{"model":"m","messages":[{"role":"user","content":"\#(question)"}]}"#)
        listener.close()
        #expect(resets ? [413, 502].contains(reply.status) : reply.status == 413)
        #expect(reply.status != 413 || reply["error.message"]?.string == "too long")
        #expect(reply["error.message"]?.string?.isEmpty == false)
    }

    private static func head(_ fields: String) -> String { "HTTP/1.1 200 OK\r\n\(fields)\r\n" }

    /// What becomes of a request that upstream answers so, how a good one after it on the same connection went, and
    /// how many connections to upstream were made.
    private static func replies(
        _ steps: [ScriptedUpstream.Step], stream: Bool
    ) async throws -> (bad: TestReply, next: ReplyVerdict, connections: Int) {
        let upstream = try ScriptedUpstream { request, _ in
            request.place == nil ? [.send(SampleExchange.reply)] : steps
        }
        let proxy = try await TestProxy(upstream: upstream.port)
        let port = proxy.port
        let (bad, next) = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(SampleExchange.request(model: "at-0", stream: stream))
            let bad = client.receiveReply()
            return (bad, client.verdict(on: SampleExchange.request(stream: stream)))
        }
        return (bad, next, upstream.connections)
    }
}
