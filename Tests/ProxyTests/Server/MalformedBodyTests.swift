import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("A body that is no JSON reaches no upstream", .onOwnThreads)
struct MalformedBodyTests {
    /// Bytes that no text of a test can hold, what is too deep or too much, and JSON that is no object.
    private static let bytes: [[UInt8]] = [
        [0xFF], [0x22, 0xC3, 0x28, 0x22], [0x7B, 0x22, 0x80, 0x22, 0x3A, 0x31, 0x7D], [0xFE, 0xFF, 0x00, 0x7B], [0x7B, 0x7D, 0x00],
        Array(repeating: UInt8(ascii: "["), count: 200_000), Array((String(repeating: #"{"a":"#, count: 1000) + "1").utf8),
        Array(("{\"model\":\"m\",\"messages\":[" + String(repeating: "0,", count: 2_100_000) + "0]}").utf8),
    ]

    @Test(
        "It is a 400 that says so, at every client API, and the connection serves on",
        arguments: ["/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/messages/count_tokens", "/api/chat", "/api/generate"])
    func everyTable(path: String) async throws {
        let upstream = try ScriptedUpstream(.close)
        let vendor =
            #"{"upstreams":{"v":{"base_url":"http://127.0.0.1:\#(upstream.port)/v1","api_key_env":"KEY"}},"models":{"*":{"upstream":"v"}}}"#
        let proxy = try await TestProxy(upstream: upstream.port, table: try ModelsFile(vendor, environment: ["KEY": "sk-v"]).table)
        let bodies = JSONStrictnessTests.rejected.map { Array($0.0.utf8) } + Self.bytes
        var requests: [UInt8] = []
        for body in bodies {
            requests += Array("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
        }
        requests += Array(SmugglingCase.last.utf8)
        let (port, sent) = (proxy.port, requests)
        let replies = try await onThread {
            let socket = try BlockingSocket(connectingTo: port)
            Thread.detachNewThread { socket.send(sent) }
            return socket.receiveAll()
        }
        let statuses = replies.matches(of: #/HTTP/1\.1 (\d{3}) /#).compactMap { Int($0.1) }
        #expect(statuses == bodies.map { _ in 400 } + [200])
        let said = replies.matches(of: #/The request body is (not valid JSON: |empty)/#).count
        #expect(said == bodies.count)
        #expect(upstream.requests.isEmpty)
    }
}
