import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("A model that is loaded again and again", .onOwnThreads, .timeLimit(.minutes(10)))
struct LoadWarningTests {
    /// The warnings after requests for models that took so many milliseconds to load.
    private static func warnings(_ requests: [(model: String, load: Int?)], refusesOverflow: Bool = true) async throws -> [Substring] {
        let pipe = Pipe()
        let log = Log(level: .warning, format: .text, output: LogOutput(pipe.fileHandleForWriting.fileDescriptor))
        await onLoop {
            let metrics = Metrics(log: log, refusesOverflow: refusesOverflow)
            for (model, load) in requests {
                let request = HTTPRequest(method: .post, target: "/v1/chat/completions")
                let record = ExchangeRecord(request, .chat(.chatCompletions), requestID: "req", peer: "127.0.0.1")
                record.upstreamModel = model
                record.note([], .finished(.stop, Usage(promptTokens: 1, completionTokens: 1, loadTime: load)))
                metrics.observe(record)
            }
        }
        log.write(.warning, "the end")
        log.output.flush(milliseconds: 10_000)
        let text = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        return text.split(separator: "\n").filter { $0.contains("three requests in a row") }
    }

    @Test("The third load in a row is told, once, with the setting that ends it")
    func third() async throws {
        #expect(try await Self.warnings([("m", 2000), ("m", 1500)]).isEmpty)
        let lines = try await Self.warnings(Array(repeating: ("m", 1001), count: 9))
        #expect(lines.count == 1 && lines.first?.contains("CONTEXT_OVERFLOW=truncate") == true)
        #expect(lines.first?.hasSuffix("model=m") == true)
    }

    @Test("In a row, of one model, and longer than a second")
    func others() async throws {
        for requests in [
            [("m", 2000), ("m", 2000), ("m", 40), ("m", 2000), ("m", 2000)],
            [("m", 2000), ("n", 2000), ("m", 2000), ("n", 2000)], Array(repeating: ("m", 1000), count: 5),
        ] {
            #expect(try await Self.warnings(requests).isEmpty)
        }
        // Between them others may be served, and those that say nothing of a load.
        #expect(try await Self.warnings([("m", 2000), ("n", 9), ("m", 2000), ("m", nil), ("m", 2000)]).count == 1)
        let many = (0..<200).map { ("m\($0)", 2000) }
        #expect(try await Self.warnings(many + many + many).count == 1)
    }

    @Test("Where nothing is said of an overflow, it is no matter of ours")
    func truncating() async throws {
        #expect(try await Self.warnings(Array(repeating: ("m", 2000), count: 5), refusesOverflow: false).isEmpty)
    }
}
