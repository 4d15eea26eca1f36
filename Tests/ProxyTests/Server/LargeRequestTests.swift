import Testing

@testable import ollama_openai_proxy

@Suite("A large request does not hold up the loop", .serialized, .onOwnThreads, .timeLimit(.minutes(10)))
struct LargeRequestTests {
    @Test("What takes long is done while the loop goes on, and no more than two at once")
    func beside() async throws {
        let gate = TestGate()
        let begun = Locked(0)
        let work: @Sendable () async -> Int? = {
            await onLoop {
                try? await LargeRequest.work(on: .max) { () throws(ChatError) in
                    begun.withLock { $0 += 1 }
                    gate.waitUntilOpen()
                    return 1
                }
            }
        }
        async let first = work()
        async let second = work()
        async let third = work()
        while begun.withLock({ $0 }) < 2 { await onLoop { await Reactor.shared.sleep(.milliseconds(1)) } }
        await onLoop { await Reactor.shared.sleep(.milliseconds(20)) }
        #expect(begun.withLock { $0 } == 2)
        gate.open()
        #expect(await [first, second, third] == [1, 1, 1])
    }

    @Test(
        "So is what passes through, what a vendor is asked in another API, and what is only counted",
        arguments: [
            ("/api/chat", "m"), ("/api/generate", "m"), ("/api/embed", "m"), ("/api/embeddings", "m"),
            ("/api/show", "m"), ("/v1/embeddings", "m"), ("/v1/completions", "m"), ("/v1/other", "m"),
            ("/v1/messages/count_tokens", "m"), ("/api/show", "v"), ("/api/embed", "v"), ("/v1/embeddings", "v"),
        ])
    func besideAtOtherRoutes(path: String, model: String) async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"data":[{"index":0,"embedding":[1]}]}"#))
        let file =
            #"{"upstreams":{"s":{"base_url":"http://127.0.0.1:\#(upstream.port)/v1","auth":"none"}},"#
            + #""models":{"v":{"upstream":"s","model":"theirs"}}}"#
        var table = try ModelsFile(file, environment: [:]).table
        table.add([ModelAlias(name: "m", model: "mine")])
        let proxy = try await TestProxy(upstream: upstream.port, table: table)
        let gate = TestGate()
        defer { gate.open() }
        for _ in 0..<2 {
            EventLoop.start {
                _ = try? await LargeRequest.work(on: .max) { () throws(ChatError) in gate.waitUntilOpen() }
            }
        }
        while await onLoop({ LargeRequest.places.active }) < 2 { try await Task.sleep(for: .milliseconds(1)) }
        let text = String(repeating: "a", count: 1_500_000)
        let body = #"{"model":"\#(model)","input":"\#(text)","prompt":"p","messages":[{"role":"user","content":"hi"}]}"#
        let hasEnded = Locked(false)
        async let reply = ended(hasEnded) {
            TestReply(try await proxy.exchange(TestProxy.post(path, body, fields: "Connection: close\r\n")))
        }
        while await onLoop({ LargeRequest.places.waiting }) == 0, !hasEnded.withLock({ $0 }) {
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(!hasEnded.withLock { $0 })
        #expect(upstream.requests.isEmpty)
        gate.open()
        #expect(try await reply.status == 200)
        let sent = upstream.requests.last?.text
        if let sent, path != "/api/show" {
            #expect(sent.contains(model == "v" ? #""model":"theirs""# : #""model":"mine""#) && sent.contains(text))
        }
    }

    private func ended<Value>(_ flag: Locked<Bool>, _ body: () async throws -> Value) async throws -> Value {
        defer { flag.withLock { $0 = true } }
        return try await body()
    }

    @Test("It arrives as a small one does, at every client API", arguments: CallingAPI.allCases)
    func whole(api: CallingAPI) async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("ok"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let text = String(repeating: #"a line\nof \"text\" "#, count: 150_000)
        for stream in [true, false] {
            let body = api.body(.all, stream: stream).replacing(#""go""#, with: "\"\(text)\"")
            let reply = TestReply(
                try await proxy.exchange(TestProxy.post(api.path, body, fields: "Connection: close\r\n")))
            #expect(reply.status == 200 && reply.body.contains("ok"))
        }
        #expect(upstream.requests.count == 2)
        #expect(upstream.requests.allSatisfy { $0.text.contains("\"\(text)\"") })
    }

    @Test("Its mistakes are told, and one that cannot be written is too")
    func mistakes() async throws {
        let upstream = try ScriptedUpstream(.close)
        let proxy = try await TestProxy(upstream: upstream.port)
        let text = String(repeating: "a", count: 1_500_000)
        let unread = try await proxy.chat(#"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]"#)
        #expect(unread.status == 400 && unread["error.code"]?.string == "invalid_json")
        let choice = #","tool_choice":{"type":"function","function":{"name":"f"}}"#
        let unwritten = try await proxy.chat(#"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]\#(choice)}"#)
        #expect(unwritten.status == 400 && unwritten["error.param"]?.string == "tool_choice")
        #expect(upstream.requests.isEmpty)
    }
}
