import Testing

@testable import ollama_openai_proxy

@Suite("A large request does not hold up the loop", .onOwnThreads, .timeLimit(.minutes(10)))
struct LargeRequestTests {
    @Test("What takes long is done while the loop goes on, and no more than two at once")
    func beside() async throws {
        let gate = TestGate()
        let begun = Locked(0)
        let work: @Sendable () async -> Int? = {
            await onLoop {
                try? await LargeRequest.work { () throws(ChatError) in
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
