import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The log's lines", .onOwnThreads, .timeLimit(.minutes(10)))
struct LogTests {
    /// What a log writes.
    private func lines(_ format: LogFormat, _ write: (Log) -> Void) -> String {
        let pipe = Pipe()
        let log = Log(level: .debug, format: format, output: LogOutput(pipe.fileHandleForWriting.fileDescriptor))
        write(log)
        log.output.flush(milliseconds: 10_000)
        return String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    }

    @Test(
        "Nothing from outside is invisible, turns the direction of the rest, or ends a line",
        arguments: [
            "\u{202E}", "\u{2066}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{85}", "\u{9B}", "\u{7F}", "\u{200B}",
            "\u{FEFF}",
            "\u{A0}", "\u{3000}", "\u{E0041}",
        ], [LogFormat.text, .json])
    func invisible(mark: String, format: LogFormat) throws {
        let text = lines(format) { log in
            log.write(
                .info, "GET /a\(mark)b", [("model", .text("ö\(mark)日")), ("reason", .text("an \(mark) \u{1B}[2J"))])
        }
        #expect(!text.unicodeScalars.contains { mark.unicodeScalars.contains($0) || $0 == "\u{1B}" })
        #expect(text.contains("ö") && text.contains("日"))
        #expect(text.filter(\.isNewline).count == 1)
        guard format == .json else { return #expect(text.contains("\\u")) }
        let root = try JSONDocument(parsing: text).root
        #expect(root["model"]?.string == "ö\(mark)日")
    }

    @Test("What could be taken for another value, or for several, is quoted")
    func quotes() {
        let text = lines(.text) { log in
            log.write(.info, "x", [("id", .text("status=200,level=error")), ("a", .text("")), ("b", .text("c:d"))])
        }
        #expect(text.hasSuffix(" info x id=\"status=200,level=error\" a=\"\" b=c:d\n"))
    }

    @Test("A line tells whose request it was, also where that was refused or is none; methods are cut")
    func peers() async throws {
        let program = try TestProgram(["PROXY_API_KEYS": "one"])
        let port = try await onThread { program.port() }
        func send(_ request: String) async throws {
            _ = try await onThread {
                let client = try BlockingSocket(connectingTo: port)
                client.send(request)
                return client.receiveAll()
            }
        }
        let end = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        try await send("GET /v1/models" + end)
        #expect(try await onThread { program.line(with: "status=401") }.contains(" peer=127.0.0.1 "))
        try await send("GARBAGE\r\n\r\n")
        #expect(try await onThread { program.line(with: " info refused ") }.contains(" peer=127.0.0.1 "))
        try await send(String(repeating: "M", count: 60_000) + " /v1/models" + end)
        let line = try await onThread { program.line(with: "MMM") }
        #expect(line.contains(" MMMMMMMMMMMMMMMMMMMM /v1/models "))
        #expect(line.utf8.count < 1000)
    }
}
