import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The end of the grace after SIGTERM", .onOwnThreads, .timeLimit(.minutes(10)))
struct ShutdownTests {
    private static let words = "The proxy is shutting down"

    /// A client API, what asks it for a stream, and the last thing in a stream that fails.
    struct Way: Sendable {
        let path: String
        let body: String
        let ending: @Sendable (String) -> Bool
    }

    private static let ways: [Way] = [
        Way(path: "/v1/chat/completions", body: #""messages":[{"role":"user","content":"hi"}]"#) { body in
            TestReply(event: body, after: "data: ")["error.message"]?.string == words && !body.contains("[DONE]")
        },
        Way(path: "/v1/responses", body: #""input":"hi""#) { body in
            let last = TestReply(event: body, after: "event: response.failed\ndata: ")
            return last["response.error.message"]?.string == words
        },
        Way(path: "/v1/messages", body: #""max_tokens":9,"messages":[{"role":"user","content":"hi"}]"#) { body in
            TestReply(event: body, after: "event: error\ndata: ")["error.message"]?.string == words
        },
        Way(path: "/api/chat", body: #""messages":[{"role":"user","content":"hi"}]"#) { body in
            TestReply(event: String(body.dropLast()), after: "\n")["error"]?.string == words
        },
    ]

    @Test("A stream that still runs gets the error frame of its API, from either upstream", arguments: [true, false])
    func streams(isVendors: Bool) async throws {
        let gate = TestGate()
        defer { gate.open() }
        let ollama = try ScriptedUpstream(
            .opening(), .line(OllamaLine.content("Hi")), .wait(gate), .close)
        let vendor = try ScriptedUpstream(
            .send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"),
            .send(#"data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}"# + "\n\n"),
            .wait(gate), .close)
        let table = try ModelsFile(
            """
            {"upstreams":{"shop":{"base_url":"http://127.0.0.1:\(vendor.port)/v1","auth":"none"}},
             "models":{"v":{"upstream":"shop"}}}
            """, environment: [:]
        ).table
        let proxy = try await TestProxy(upstream: ollama.port, table: table)
        let port = proxy.port
        let clients = try await onThread {
            try Self.ways.map { way in
                let client = try BlockingSocket(connectingTo: port)
                let body = #"{"model":"\#(isVendors ? "v" : "m")","stream":true,\#(way.body)}"#
                client.send(TestProxy.post(way.path, body))
                return (way, client, client.receive(until: "Hi"))
            }
        }
        await proxy.stop(grace: .milliseconds(50))
        for (way, client, beginning) in clients {
            let reply = TestReply(beginning + (try await onThread { client.receiveAll() }))
            #expect(reply.status == 200)
            #expect(reply.isComplete, "\(way.path) was cut")
            #expect(way.ending(reply.body), "\(way.path): \(reply.body)")
        }
        for index in Self.ways.indices {
            let record = try await proxy.record(index)
            #expect(record?.error?.code == .shuttingDown)
            #expect(record?.status == 200)
        }
    }

    @Test(
        "Events that pass through unread end with an error between two of them, and are cut within one",
        arguments: [
            ("text/event-stream", "data: {}\n\n", true), ("text/event-stream; charset=utf-8", "data: {}\r\n\r\n", true),
            ("text/event-stream", "data: {}\n", false), ("text/event-stream", "data: {", false),
            ("text/plain", "data: {}\n\n", false),
        ])
    func passedEvents(type: String, sent: String, isTold: Bool) async throws {
        let gate = TestGate()
        defer { gate.open() }
        let upstream = try ScriptedUpstream(
            .send("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n\r\n"), .send(sent), .wait(gate), .close)
        let proxy = try await TestProxy(upstream: upstream.port)
        let (client, beginning) = try await onThread { [port = proxy.port] in
            let client = try BlockingSocket(connectingTo: port)
            client.send(TestProxy.post("/v1/completions", #"{"model":"m","stream":true}"#))
            return (client, client.receive(until: sent))
        }
        await proxy.stop(grace: .milliseconds(50))
        let reply = TestReply(beginning + (try await onThread { client.receiveAll() }))
        #expect(reply.isComplete == isTold)
        #expect(reply.body.hasPrefix(sent))
        guard isTold else { return }
        #expect(TestReply(event: reply.body, after: "data: ")["error.message"]?.string == Self.words)
        #expect(TestReply(event: reply.body, after: "data: ")["error.code"]?.integer == 503)
    }

    @Test(
        "What has not begun gets 503 in the shape of its API, streamed or not, waiting or asked",
        arguments: [true, false])
    func notBegun(isStreaming: Bool) async throws {
        let gate = TestGate()
        defer { gate.open() }
        let upstream = try ScriptedUpstream(.wait(gate), .close)
        let admission = await onLoop { Admission(limit: 2, queueLimit: 9) }
        let proxy = try await TestProxy(upstream: upstream.port) { $0.admission = admission }
        let port = proxy.port
        let paths = Self.ways.map(\.path) + ["/v1/completions"]
        let clients = try await onThread {
            try (Self.ways + Self.ways.prefix(1)).enumerated().map { index, way in
                let client = try BlockingSocket(connectingTo: port)
                client.send(TestProxy.post(paths[index], #"{"model":"m","stream":\#(isStreaming),\#(way.body)}"#))
                return client
            }
        }
        // Two run, and three wait for their turn; whichever they are.
        #expect(try await upstream.received(2))
        while await onLoop({ admission.waiting }) < 3 { try await Task.sleep(for: .milliseconds(5)) }
        await proxy.stop(grace: .milliseconds(50))
        for (path, client) in zip(paths, clients) {
            let reply = TestReply(try await onThread { client.receiveAll() })
            #expect(reply.status == 503, "\(path)")
            #expect((reply["error.message"] ?? reply["error"])?.string == Self.words, "\(path): \(reply.body)")
        }
    }

    @Test("A client that takes nothing holds the end no longer than a second more, and one that is done is not told")
    func stuck() async throws {
        let piece = OllamaLine.content(String(repeating: "x", count: 100_000))
        let upstream = try ScriptedUpstream { request, _ in
            request.text.contains("short")
                ? [.reply(OllamaLine.content("Hi"), OllamaLine.done())]
                : [.opening()] + Array(repeating: .line(piece), count: 200)
        }
        let proxy = try await TestProxy(upstream: upstream.port)
        let port = proxy.port
        let client = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send(TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true)))
            _ = client.receive(until: "xx")
            return client
        }
        let done = try await proxy.chat(
            #"{"model":"m","stream":true,"messages":[{"role":"user","content":"short"}]}"#)
        #expect(done.events.last == "[DONE]")
        let start = LoopTime.now
        await proxy.stop(grace: .milliseconds(50))
        #expect(LoopTime.now - start < .seconds(60))
        _ = try await onThread { client.receiveAll() }
    }
}

extension TestReply {
    /// The JSON of the last event of a stream, which must begin with `mark`.
    fileprivate init(event stream: String, after mark: String) {
        let start = stream.range(of: mark, options: .backwards)?.upperBound ?? stream.endIndex
        let body = stream[start...]
        self.init("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
}
