import Foundation
import Synchronization
import Testing

@testable import ollama_openai_proxy

/// Whole conversations as files: what a client sends, what goes to Ollama, what Ollama says, what the client gets.
///
/// `RECORD_GOLDEN=1` writes the two outputs anew; read the difference before committing it.
@Suite("Golden conversations")
struct GoldenTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden")
        .standardizedFileURL
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: root.path))?.filter { !$0.hasPrefix(".") }
        .sorted() ?? []

    @Test("There are conversations to compare")
    func exist() { #expect(Self.names.count >= 5) }

    @Test("Request, upstream request, upstream reply and reply belong together", arguments: names)
    func matches(name: String) throws {
        let folder = Self.root.appending(path: name)
        let client = ChatCompletionsDialect()
        let upstream = OllamaDialect(host: "localhost:11434", refusesOverflow: true)
        let body = try Data(contentsOf: folder.appending(path: "request.json"))
        var chat = try client.decode(HTTPRequest(method: .post, target: "/v1/chat/completions", body: Array(body)))
        chat.think = try ThinkRules("glm-*").level(for: chat)
        let sent = try upstream.encode(chat).body
        try compare(sent, folder.appending(path: "upstream-request.json"))

        let lines = Array(try Data(contentsOf: folder.appending(path: "upstream.ndjson")))
        let reply = translate([lines], chat, client, upstream)
        try compare(reply, folder.appending(path: chat.isStreaming ? "reply.sse" : "reply.json"))
        for cut in stride(from: 1, to: lines.count, by: 7) {
            #expect(translate([Array(lines[..<cut]), Array(lines[cut...])], chat, client, upstream) == reply)
        }
        #expect(translate(lines.map { [$0] }, chat, client, upstream) == reply)
    }

    private func translate(
        _ pieces: [[UInt8]], _ chat: ChatRequest, _ client: ChatCompletionsDialect, _ upstream: OllamaDialect
    ) -> [UInt8] {
        let identity = ReplyIdentity(id: "golden0000000000000000000", created: 1_700_000_000)
        let ids = IDCounter()
        let translator = Translator(
            decoder: upstream.makeDecoder(for: chat),
            filters: ReplyFilters(
                for: chat, policy: ToolCallPolicy(), memoryLimit: 0, makeID: ids.next),
            encoder: chat.isStreaming ? client.makeEncoder(for: chat, reply: identity) : nil)
        for piece in pieces { translator.feed(piece.span) }
        translator.finish()
        if case .failed(let error) = translator.outcome { translator.fail(error) }
        guard !chat.isStreaming else { return translator.output.array }
        return client.encode(translator.response, for: chat, reply: identity).body.array
    }

    private func compare(_ bytes: [UInt8], _ file: URL) throws {
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" { try Data(bytes).write(to: file) }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(String(decoding: bytes, as: UTF8.self) == expected, "\(file.lastPathComponent)")
    }
}

/// Ids in order, so that replies can be compared.
private final class IDCounter: Sendable {
    private let count = Atomic(0)

    func next() -> String { "call_golden\(count.add(1, ordering: .relaxed).newValue)" }
}
