import Foundation
import Testing

@testable import ollama_openai_proxy

/// Whole conversations as files: every client API to both kinds of upstream, through the real server on real sockets.
///
/// `GOLDEN_RECORD=1` writes anew what the proxy sends; read the difference before committing it.
@Suite("Golden conversations", .onOwnThreads)
struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden")
        .standardizedFileURL
    private static let records = ProcessInfo.processInfo.environment["GOLDEN_RECORD"] == "1"
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.filter { $0.hasSuffix(".txt") }.sorted()
        ?? []

    @Test("Every client API has one to both upstreams")
    func exist() {
        for client in ["chat-completions", "responses", "messages", "ollama-chat"] {
            for upstream in ["ollama", "vendor"] { #expect(Self.names.contains("\(client)-to-\(upstream).txt")) }
        }
    }

    @Test(
        "What goes out on both sides is what stands in the file, however the upstream's bytes are cut",
        arguments: names, [Int.max, 7, 1])
    func matches(name: String, piece: Int) async throws {
        guard !Self.records || piece == .max else { return }
        let file = Self.folder.appending(path: name)
        let text = try String(contentsOf: file, encoding: .utf8)
        let golden = GoldenConversation(text)
        var actual = golden
        let answered = Locked(0)
        let upstream = try ScriptedUpstream { request, _ in
            // What is asked besides, to say more of an error, is no part of the conversation.
            if request.head.hasPrefix("GET") { return [.whole("{}", status: 404)] }
            let index = answered.withLock { count in
                count += 1
                return count - 1
            }
            return index < golden.exchanges.count ? [golden.exchanges[index][.upstreamReply].step(piece)] : [.close]
        }
        let proxy = try await TestProxy(upstream: upstream.port, table: Self.table(upstream.port))
        var aliases = Aliases(port: upstream.port)
        for (place, exchange) in golden.exchanges.enumerated() {
            let request = exchange[.clientRequest]
            let bytes = TestProxy.post(
                String(request.head.dropFirst("POST ".count)), aliases.real(request.body),
                fields: "Connection: close\r\n")
            let reply = TestReply(try await proxy.exchange(bytes))
            #expect(reply.isComplete)
            let requests = upstream.requests.filter { !$0.head.hasPrefix("GET") }
            #expect(requests.count == place + 1, "\(exchange.title)")
            guard let sent = requests.last else { return }
            aliases.fixed = exchange[.upstreamReply].body
            actual.exchanges[place][.upstreamRequest] = aliases.message(sent.head, sent.text)
            actual.exchanges[place][.clientReply] = aliases.message(reply.head, reply.body)
        }
        guard !Self.records else { return try actual.text.write(to: file, atomically: true, encoding: .utf8) }
        let (expected, found) = (Self.lines(text), Self.lines(actual.text))
        guard expected != found else { return }
        let place = zip(expected, found).prefix { $0 == $1 }.count
        let difference = [expected, found].map { place < $0.count ? ByteBuffer(Array($0[place])).text : "the end" }
        Issue.record("\(name):\(place + 1)\n\(difference[0])\nis now\n\(difference[1])")
    }

    /// Bytes, for texts that only look the same are not.
    private static func lines(_ text: String) -> [ArraySlice<UInt8>] {
        Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// Golden/models.json; its vendor is at the same port as Ollama.
    private static func table(_ port: Int) throws -> ModelTable {
        let text = try String(contentsOf: folder.appending(path: "models.json"), encoding: .utf8)
        return try ModelsFile(
            text.replacing("PORT", with: "\(port)"), environment: ["VENDOR_API_KEY": "sk-vendor"]
        ).table
    }
}

extension GoldenConversation.Message {
    /// The reply as chunks of so many bytes.
    fileprivate func step(_ size: Int) -> ScriptedUpstream.Step {
        let bytes = Array(body.utf8)
        var wire = Array("HTTP/1.1 \(head.replacing("\n", with: "\r\n"))\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        var start = 0
        while start < bytes.count {
            let end = start + min(size, bytes.count - start)
            wire += Array("\(String(end - start, radix: 16))\r\n".utf8) + bytes[start..<end] + [0x0D, 0x0A]
            start = end
        }
        return .send(wire + Array("0\r\n\r\n".utf8))
    }
}

/// What is another in every run, and what stands for it in the files: random ids are `#1`, `#2` … in the order in which
/// they appear, times and durations of our own are 0, and the port is PORT.
private struct Aliases {
    let port: Int
    /// Times that stand in it are not ours.
    var fixed = ""
    private var ids: [String] = []

    init(port: Int) { self.port = port }

    func real(_ text: String) -> String {
        // The last first: `#1` is a beginning of `#10`.
        ids.enumerated().reversed().reduce(text) { $0.replacing("#\($1.offset + 1)", with: $1.element) }
    }

    mutating func message(_ head: String, _ body: String) -> GoldenConversation.Message {
        // Of the connection, or other each time.
        let framing = ["connection", "content-length", "date", "transfer-encoding", "via"]
        let lines = head.split(whereSeparator: \.isNewline)
            .filter { line in !framing.contains { line.lowercased().hasPrefix($0 + ":") } }
        let body = stable(body)
        return GoldenConversation.Message(head: stable(lines.joined(separator: "\n")), body: body)
    }

    private mutating func stable(_ text: String) -> String {
        for match in text.matches(of: /[_-]([0-9A-Za-z]{24})(?![0-9A-Za-z])/)
        where !ids.contains(String(match.output.1)) {
            ids.append(String(match.output.1))
        }
        let times =
            /"(created|created_at|completed_at|total_duration|prompt_eval_duration|eval_duration)":([0-9]+|"[0-9TZ:.-]+")/
        let text = ids.enumerated().reduce(text) { $0.replacing($1.element, with: "#\($1.offset + 1)") }
        return text.replacing("127.0.0.1:\(port)", with: "127.0.0.1:PORT").replacing(times) { match in
            fixed.contains(match.output.0) ? String(match.output.0) : "\"\(match.output.1)\":0"
        }
    }
}
