import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What is left out of requests, in the log", .onOwnThreads, .timeLimit(.minutes(10)))
struct LeftOutTests {
    private static func log(_ requests: [Set<String>], models: [String] = ["m"]) async throws -> [Substring] {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        let log = Log(level: .info, format: .text, output: LogOutput(writer))
        await onLoop {
            let metrics = Metrics(log: log)
            for (number, leftOut) in requests.enumerated() {
                var chat = ChatRequest(model: models[number % models.count], messages: [])
                chat.leftOut = leftOut
                let request = HTTPRequest(method: .post, target: "/v1/responses")
                let record = ExchangeRecord(request, .chat(.responses), requestID: "req_\(number)", peer: "127.0.0.1")
                record.note(chat)
                metrics.observe(record)
            }
        }
        log.write(.info, "the end")
        let text = try await onThread {
            var all: [UInt8] = []
            var bytes = [UInt8](repeating: 0, count: 65536)
            while !String(decoding: all, as: UTF8.self).hasSuffix("the end\n") {
                let count = read(reader, &bytes, bytes.count)
                guard count > 0 else { break }
                all += bytes[..<count]
            }
            return String(decoding: all, as: UTF8.self)
        }
        return text.split(separator: "\n").filter { $0.contains("left out of requests") }
    }

    @Test("Each type is told once, with the first request that has it")
    func once() async throws {
        let lines = try await Self.log([["b"], ["a", "b"], [], ["a", "b"]])
        #expect(lines.count == 2)
        #expect(lines[0].hasSuffix("type=b id=req_0") && lines[1].hasSuffix("type=a id=req_1"))
    }

    @Test("Another model is another line")
    func models() async throws {
        let lines = try await Self.log(Array(repeating: ["web_search_20250305"], count: 5), models: ["a", "b"])
        #expect(lines.count == 2)
        #expect(lines[1].hasSuffix("model=b type=web_search_20250305 id=req_1"))
    }

    @Test("Invented types do not fill the log")
    func many() async throws {
        let lines = try await Self.log((0..<20).map { number in Set((0..<10).map { "t\(number)_\($0)" }) })
        #expect(lines.count == RequestCounts.nameLimit)
    }
}
