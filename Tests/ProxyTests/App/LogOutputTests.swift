import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The log's output", .onOwnThreads, .timeLimit(.minutes(10)))
struct LogOutputTests {
    /// A pipe that is full, so that a thread that writes to it stands, and what it was filled with.
    private func fullPipe() -> (reader: Int32, writer: Int32, filling: Int) {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        var count = 0
        while write(ends[1], "x", 1) == 1 { count += 1 }
        _ = fcntl(ends[1], F_SETFL, 0)
        return (ends[0], ends[1], count)
    }

    /// Reads until the text ends with `end`.
    private func text(from reader: Int32, until end: String) async throws -> String {
        try await onThread {
            var all: [UInt8] = []
            var bytes = [UInt8](repeating: 0, count: 4096)
            while !String(decoding: all, as: UTF8.self).hasSuffix(end) {
                let count = read(reader, &bytes, bytes.count)
                guard count > 0 else { break }
                all += bytes[..<count]
            }
            return String(decoding: all, as: UTF8.self)
        }
    }

    @Test(
        "A pipe that nobody reads stops nobody: lines are dropped whole, counted, and told when there is room",
        arguments: [LogFormat.text, .json])
    func unread(format: LogFormat) async throws {
        let (reader, writer, filling) = fullPipe()
        let log = Log(level: .info, format: format, output: LogOutput(writer, limit: 10_000))
        // The thread takes some of them before it stands, but no more than may wait.
        for number in 0..<1000 { log.write(.info, "line \(number)") }
        #expect(log.output.dropped > 400)
        log.output.flush(milliseconds: 20)
        let before = try await onThread {
            var bytes = [UInt8](repeating: 0, count: filling)
            var count = 0
            while count < filling { count += read(reader, &bytes, filling - count) }
            return count
        }
        #expect(before == filling)
        log.output.flush(milliseconds: 10_000)
        log.write(.info, "the end")
        let text = try await text(from: reader, until: format == .json ? "the end\"}\n" : "the end\n")
        let lines = text.split(separator: "\n").map(String.init)
        let numbered = lines.filter { $0.contains("line ") }
        #expect(numbered.count == 1000 - log.output.dropped)
        for (number, line) in numbered.enumerated() where number < 10 { #expect(line.contains("line \(number)")) }
        let told = lines.compactMap { line in
            line.firstMatch(of: /warning.*\b(\d+) log lines were dropped: nobody reads the log/).flatMap { Int($0.1) }
        }
        #expect(told.reduce(0, +) == log.output.dropped, "\(told)")
        if format == .json { for line in lines { #expect(throws: Never.self) { try JSONDocument(parsing: line) } } }
        close(writer)
        close(reader)
    }

    @Test("The end waits for an unread log no longer than it was told to, and not at all when all is written")
    func flush() async throws {
        let (reader, writer, _) = fullPipe()
        let output = LogOutput(writer)
        output.append(ByteBuffer("one\n"))
        let start = LoopTime.now
        output.flush(milliseconds: 50)
        #expect(LoopTime.now - start >= .milliseconds(50))
        #expect(try await text(from: reader, until: "one\n").hasSuffix("xone\n"))
        output.append(ByteBuffer("two\n"))
        output.flush(milliseconds: 30_000)
        #expect(try await text(from: reader, until: "two\n") == "two\n")
        #expect(output.dropped == 0)
        close(writer)
        close(reader)
    }

    @Test("A descriptor that another process has made non-blocking loses nothing")
    func nonBlocking() async throws {
        let (reader, writer, filling) = fullPipe()
        _ = fcntl(writer, F_SETFL, O_NONBLOCK)
        let output = LogOutput(writer)
        output.append(ByteBuffer("one\n"))
        output.flush(milliseconds: 20)
        #expect(try await text(from: reader, until: "one\n") == String(repeating: "x", count: filling) + "one\n")
        close(writer)
        close(reader)
    }
}
