import Foundation
import Testing

@testable import ollama_openai_proxy

/// Two users whose requests come with one key, or with none, as all do that come through LiteLLM.
@Suite("Reasoning of clients that share a key", .onOwnThreads)
struct SharedKeyTests {
    /// One of the client APIs: its path, and how it says things.
    struct API: Sendable, CustomStringConvertible {
        let path: String
        /// What stands around the messages.
        var opening = #"{"model":"m","think":true,"stream":false,"messages":["#
        var closing = #"],"tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}]}"#
        var question: @Sendable (String) -> String = { #"{"role":"user","content":"\#($0)"}"# }
        var text: @Sendable (String) -> String = { #"{"role":"assistant","content":"\#($0)"}"# }
        /// A call of `look` with the id `look:0`, and its result.
        var call: String
        var result = #"{"role":"tool","tool_call_id":"look:0","content":"nothing"}"#

        var description: String { path }

        func request(_ items: String...) -> String { opening + items.joined(separator: ",") + closing }
    }

    private static let chatCompletions = API(
        path: "/v1/chat/completions",
        call: #"{"role":"assistant","tool_calls":[{"id":"look:0","type":"function","#
            + #""function":{"name":"look","arguments":"{ \"at\": 1.0 }"}}]}"#)
    private static let responses = API(
        path: "/v1/responses", opening: #"{"model":"m","reasoning":{"effort":"high"},"input":["#,
        closing: #"],"tools":[{"type":"function","name":"look","parameters":{"type":"object"}}]}"#,
        text: { #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"\#($0)"}]}"# },
        call: #"{"type":"function_call","call_id":"look:0","name":"look","arguments":"{\"at\":1}"}"#,
        result: #"{"type":"function_call_output","call_id":"look:0","output":"nothing"}"#)
    private static let messages = API(
        path: "/v1/messages", opening: #"{"model":"m","max_tokens":99,"messages":["#,
        closing: #"],"tools":[{"name":"look","input_schema":{"type":"object"}}]}"#,
        text: { #"{"role":"assistant","content":[{"type":"text","text":"\#($0)"}]}"# },
        call: #"{"role":"assistant","content":[{"type":"tool_use","id":"look_0","name":"look","input":{"at":1}}]}"#,
        result: #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"look_0","content":"nothing"}]}"#)
    private static let ollama = API(
        path: "/api/chat",
        call: #"{"role":"assistant","content":"","tool_calls":[{"function":{"name":"look","arguments":{"at":1}}}]}"#,
        result: #"{"role":"tool","tool_name":"look","content":"nothing"}"#)

    private static func post(_ api: API, _ proxy: TestProxy, _ body: String, key: String) async throws {
        let reply = TestReply(try await proxy.exchange(TestProxy.post(api.path, body, fields: key + closing)))
        #expect(reply.status == 200, "\(reply.body)")
    }

    private static let closing = "Connection: close\r\n"
    private static let keys = ["", "Authorization: Bearer shared\r\n"]
    private static let secret = "Alice's diagnosis is X-4711."
    private static let always: @Sendable @EventLoop (inout ExchangePolicy) -> Void = {
        $0.think = (try? ThinkRules("m")) ?? ThinkRules()
    }

    @Test(
        "A text that both got is Alice's only behind her own words", arguments: [chatCompletions, responses, messages],
        keys)
    func text(_ api: API, key: String) async throws {
        let upstream = try ScriptedUpstream([
            [.reply(OllamaLine.thinking(Self.secret), OllamaLine.content("Done."), OllamaLine.done())],
            [.reply(OllamaLine.content("Yes?"), OllamaLine.done())],
        ])
        let proxy = try await TestProxy(upstream: upstream.port, policy: Self.always)
        let (alice, bob) = (api.question("I have X-4711. Note it."), api.question("Note the time."))
        let rest = [api.text("Done."), api.question("What did you think?")].joined(separator: ",")
        try await Self.post(api, proxy, api.request(alice), key: key)
        try await Self.post(api, proxy, api.request(bob, rest), key: key)
        try await Self.post(api, proxy, api.request(alice, api.text("Noted."), bob, rest), key: key)
        try await Self.post(api, proxy, api.request(rest), key: key)
        try await Self.post(api, proxy, api.request(alice, rest), key: key)
        #expect(upstream.requests.map { $0.text.contains(Self.secret) } == [false, false, false, false, true])
    }

    @Test("A call whose id is everybody's, too", arguments: [chatCompletions, responses, messages], keys)
    func call(_ api: API, key: String) async throws {
        let upstream = try ScriptedUpstream([
            [
                .reply(
                    OllamaLine.thinking(Self.secret), OllamaLine.call("look", #"{"at":1}"#, id: "look:0"),
                    OllamaLine.done())
            ], [.reply(OllamaLine.content("Done."), OllamaLine.done())],
        ])
        let proxy = try await TestProxy(upstream: upstream.port, policy: Self.always)
        try await Self.callCases(api, proxy, key: key)
        #expect(upstream.requests.map { $0.text.contains(Self.secret) } == [false, false, false, true])
    }

    @Test("At Ollama's API it is the same with a vendor's model, where clients know no ids", arguments: keys)
    func ollamaCall(key: String) async throws {
        let delta =
            #"{"reasoning_content":"\#(Self.secret)","tool_calls":[{"index":0,"id":"look:0","type":"function","#
            + #""function":{"name":"look","arguments":"{\"at\":1}"}}]}"#
        let chunks = [
            #"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":null}]}"#,
            #"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]",
        ]
        let vendor = try ScriptedUpstream(.send(TestReply.stream(chunks.map { "data: \($0)\n\n" }.joined())))
        let table = try ModelsFile(
            #"{"upstreams":{"shop":{"base_url":"http://127.0.0.1:\#(vendor.port)/v1","auth":"none"}},"models":{"m":{"upstream":"shop"}}}"#,
            environment: [:]
        ).table
        let proxy = try await TestProxy(upstream: vendor.port, table: table, policy: Self.always)
        try await Self.callCases(Self.ollama, proxy, key: key)
        #expect(vendor.requests.map { $0.text.contains(Self.secret) } == [false, false, false, true])
    }

    private static func callCases(_ api: API, _ proxy: TestProxy, key: String) async throws {
        let (alice, bob) = (api.question("I have X-4711. Look."), api.question("Look."))
        try await post(api, proxy, api.request(alice), key: key)
        try await post(api, proxy, api.request(bob, api.call, api.result), key: key)
        try await post(api, proxy, api.request(alice, api.text("No."), bob, api.call, api.result), key: key)
        try await post(api, proxy, api.request(alice, api.call, api.result), key: key)
    }

    @Test("What passes through to Ollama as it is gets nothing put in", arguments: keys)
    func passedThrough(key: String) async throws {
        let upstream = try ScriptedUpstream(
            .reply(OllamaLine.thinking(Self.secret), OllamaLine.content("Done."), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port, policy: Self.always)
        let alice = Self.chatCompletions.question("I have X-4711. Note it.")
        try await Self.post(Self.chatCompletions, proxy, Self.chatCompletions.request(alice), key: key)
        let body = Self.ollama.request(alice, Self.ollama.text("Done."))
        try await Self.post(Self.ollama, proxy, body, key: key)
        #expect(upstream.requests.last?.text == #"{"shift":false,"# + body.dropFirst())
    }
}
