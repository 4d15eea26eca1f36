/// One way to make two readers disagree on where a request ends. Behind it stands a request that nobody sent, and behind
/// that one for `/health` that closes the connection.
struct SmugglingCase: Sendable {
    let name: String
    /// From the request line up to where the hidden request begins.
    let opening: String
    /// The statuses of all that is answered, in order.
    let statuses: [Int]
    /// The hidden request is one of its own for every reader, and is served.
    let isOpen: Bool

    static let hidden = post("", #"{"model":"hidden","messages":[{"role":"user","content":"x"}]}"#)
    static let last = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    var bytes: String { opening + Self.hidden + Self.last }

    static func post(_ fields: String, _ body: String) -> String {
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// What is refused, and ends the connection.
    private static func refused(_ name: String, _ opening: String, _ status: Int = 400) -> SmugglingCase {
        SmugglingCase(name: name, opening: opening, statuses: [status], isOpen: false)
    }

    /// The same of a request that is right but for these lines of its head, and what it has of a body.
    private static func head(_ name: String, _ lines: String, _ body: String = "", _ status: Int = 400) -> SmugglingCase {
        refused(name, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\(lines)\r\n\r\n\(body)", status)
    }

    private static func chunks(_ name: String, _ body: String, _ status: Int = 400) -> SmugglingCase {
        head(name, "Transfer-Encoding: chunked", body, status)
    }

    /// What looks odd and means one thing only: a request without a body, which is no JSON.
    private static func open(_ name: String, _ lines: String, _ body: String = "") -> SmugglingCase {
        SmugglingCase(
            name: name, opening: "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\(lines)\r\n\r\n\(body)", statuses: [400, 200, 200],
            isOpen: true)
    }

    static let all = lengths + codings + chunkLines + lines + others

    private static let count = hidden.utf8.count

    /// Two lengths, or one that reads differently.
    private static let lengths: [SmugglingCase] = [
        head("a length before a coding", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        head("a length behind a coding", "Transfer-Encoding: chunked\r\nContent-Length: \(count)", "0\r\n\r\n"),
        head("a length of nothing beside a coding", "Content-Length: 0\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        head("two lengths, the first one shorter", "Content-Length: 0\r\nContent-Length: \(count)"),
        head("two lengths, the first one longer", "Content-Length: \(count)\r\nContent-Length: 0"),
        head("the same length twice", "Content-Length: 0\r\nContent-Length: 0"),
        head("the same length twice in one field", "Content-Length: 0, 0"),
        head("two lengths in one field", "Content-Length: 0,\(count)"),
        head("two lengths in names of other case", "content-length: 0\r\nCONTENT-LENGTH: \(count)"),
        head("a length with a plus", "Content-Length: +0"), head("a length with a minus", "Content-Length: -0"),
        head("a hexadecimal length", "Content-Length: 0x0"), head("an octal length", "Content-Length: 0o0"),
        head("a length with a blank in it", "Content-Length: 0 \(count)"), head("a length with a point", "Content-Length: 0.0"),
        head("a length with an exponent", "Content-Length: 0e1"), head("a length in quotes", "Content-Length: \"0\""),
        head("an empty length", "Content-Length:"), head("a length in other digits", "Content-Length: \u{660}"),
        head("a length behind a zero byte", "Content-Length: \u{0}0"), head("a length before a zero byte", "Content-Length: 0\u{0}"),
        head("a length beyond every number", "Content-Length: 18446744073709551616"),
        head("a length beyond what is read", "Content-Length: 999999999", "", 413),
        open("no length at all", "X: y"), open("a length of zeros", "Content-Length: 000"),
        open("a length amid blanks", "Content-Length: \t 0 \t"),
    ]

    /// A coding that one reader sees and another does not.
    private static let codings: [SmugglingCase] = [
        head("an unknown coding", "Transfer-Encoding: xchunked", "0\r\n\r\n", 501),
        head("identity", "Transfer-Encoding: identity", "", 501),
        head("chunked in quotes", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n", 501),
        head("chunked with a parameter", "Transfer-Encoding: chunked;q=0", "0\r\n\r\n", 501),
        head("chunked behind another coding", "Transfer-Encoding: identity, chunked", "0\r\n\r\n", 501),
        head("chunked before another coding", "Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        head("chunked twice", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
        head("two fields of a coding", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "0\r\n\r\n"),
        head("an empty member before chunked", "Transfer-Encoding: , chunked", "0\r\n\r\n"),
        head("an empty coding", "Transfer-Encoding:", ""),
        head("a vertical tab before chunked", "Transfer-Encoding: \u{B}chunked", "0\r\n\r\n"),
        head("a blank before the colon", "Transfer-Encoding : chunked", "0\r\n\r\n"),
        head("a tab before the colon", "Transfer-Encoding\t: chunked", "0\r\n\r\n"),
        head("a blank in the name", "Transfer Encoding: chunked", "0\r\n\r\n"),
        head("a zero byte in the name", "Transfer-\u{0}Encoding: chunked", "0\r\n\r\n"),
        head("a byte order mark before the name", "\u{FEFF}Transfer-Encoding: chunked", "0\r\n\r\n"),
        head("a coding on the next line", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n"),
        head("a coding folded into another field", "X: y\r\n Transfer-Encoding: chunked", "0\r\n\r\n"),
        head("a coding behind a lone line feed", "X: y\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        head("a coding behind a lone carriage return", "X: y\rTransfer-Encoding: chunked", "0\r\n\r\n"),
        refused(
            "a coding in HTTP/1.0",
            "POST /v1/chat/completions HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        open("chunked in other case", "tRANSFER-eNCODING: CHUNKED", "0\r\n\r\n"),
        open("chunked behind a tab", "Transfer-Encoding:\tchunked", "0\r\n\r\n"),
        // No field that anybody knows, so that the chunks are the beginning of the next request.
        SmugglingCase(
            name: "an underscore for the hyphen",
            opening: "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer_Encoding: chunked\r\n\r\n0\r\n\r\n",
            statuses: [400, 400],
            isOpen: false),
    ]

    /// Chunks whose end is not where it seems.
    private static let chunkLines: [SmugglingCase] = [
        chunks("a size with a prefix", "0x0\r\n\r\n"), chunks("a size with a plus", "+0\r\n\r\n"),
        chunks("a size with a minus", "-0\r\n\r\n"),
        chunks("a blank before a size", " 0\r\n\r\n"), chunks("a blank behind a size", "0 \r\n\r\n"),
        chunks("an underscore in a size", "0_0\r\n\r\n"), chunks("no size", "\r\n\r\n"),
        chunks("an extension without a size", ";a\r\n\r\n"),
        chunks("a size that wraps round", "10000000000000000\r\n"), chunks("a size beyond what is read", "fffffff\r\n", 413),
        chunks("a lone line feed behind a size", "0\n\r\n"), chunks("lone line feeds all through", "0\n\n"),
        chunks("a lone carriage return behind a size", "0\r\r\n\r\n"), chunks("a line feed in an extension", "0;a\n\r\n\r\n"),
        chunks("a carriage return in an extension", "0;a\rb\r\n\r\n"), chunks("a zero byte in an extension", "0;\u{0}\r\n\r\n"),
        chunks("a chunk longer than its size", "1\r\nab\r\n0\r\n\r\n"), chunks("a chunk without its line end", "1\r\na0\r\n\r\n"),
        chunks("a chunk that ends with a lone line feed", "1\r\na\n0\r\n\r\n"),
        chunks("a chunk shorter than its size, so that the hidden request is part of it", "40\r\n"),
        chunks("a folded trailer", "0\r\n X: y\r\n\r\n"), chunks("a trailer without a colon", "0\r\n"),
        chunks("a trailer with a blank before its colon", "0\r\nX : y\r\n\r\n"),
        chunks("a lone line feed in a trailer", "0\r\nX: y\n\r\n\r\n"),
        chunks("a lone line feed behind the trailers", "0\r\nX: y\r\n\n"),
        open("an extension", "Transfer-Encoding: chunked", "0;a=b\r\n\r\n"),
        open("a size of many zeros", "Transfer-Encoding: chunked", "00000000000000000000\r\n\r\n"),
        open(
            "framing among the trailers", "Transfer-Encoding: chunked", "0\r\nContent-Length: \(count)\r\nTransfer-Encoding: x\r\n\r\n"),
    ]

    /// A head whose lines are not what they seem.
    private static let lines: [SmugglingCase] = [
        refused("a lone line feed behind the request line", "POST /v1/chat/completions HTTP/1.1\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        refused("lone line feeds all through", "POST /v1/chat/completions HTTP/1.1\nHost: x\nContent-Length: 0\n\n"),
        refused("two blanks in the request line", "POST  /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        refused("a tab in the request line", "POST\t/v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        refused("a blank behind the version", "POST /v1/chat/completions HTTP/1.1 \r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        refused("a version that is not ours", "POST /v1/chat/completions HTTP/2.0\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 505),
        refused("no version", "POST /v1/chat/completions\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        refused("two requests in one line", "GET /health HTTP/1.1 POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\r\n"),
        refused("several empty lines before", "\r\n\r\nPOST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        refused("a blank before the request line", " POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        head("a blank before the first field", " X: y\r\nContent-Length: 0"),
        head("a field without a name", ": y\r\nContent-Length: 0"),
        head("a field without a colon", "X\r\nContent-Length: 0"), head("a control byte in a value", "X: \u{1}\r\nContent-Length: 0"),
        head("a second host", "Host: y\r\nContent-Length: 0"), head("a host with a blank", "HOST: x y\r\nContent-Length: 0"),
        refused("no host", "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
        refused("two hosts in one field", "POST /v1/chat/completions HTTP/1.1\r\nHost: x, y\r\nContent-Length: 0\r\n\r\n"),
        refused("a head of many fields", "GET /health HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A:\r\n", count: 100) + "\r\n", 431),
    ]

    /// A request inside of a body that is read as one, or not read at all.
    private static let others: [SmugglingCase] = [
        SmugglingCase(
            name: "a body where none is read", opening: "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: \(count)\r\n\r\n",
            statuses: [200, 200], isOpen: false),
        SmugglingCase(
            name: "a body of a method that has none", opening: "TRACE /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: \(count)\r\n\r\n",
            statuses: [405, 200], isOpen: false),
        SmugglingCase(
            name: "a body that is a request",
            opening: "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: \(count)\r\n\r\n",
            statuses: [400, 200], isOpen: false),
        SmugglingCase(
            name: "a body that waits for leave",
            opening: "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: \(count)\r\n\r\n",
            statuses: [400, 200], isOpen: false),
        SmugglingCase(
            name: "a wish for another protocol",
            opening:
                "GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
            statuses: [200, 200, 200], isOpen: true),
        head("a wish that nobody knows", "Expect: 200-maybe\r\nContent-Length: 0", "", 417),
    ]
}
