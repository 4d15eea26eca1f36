import Testing

@testable import ollama_openai_proxy

@Suite("OpenAI-compatible vendors keep the promises of an upstream")
struct VendorChatConformanceTests {
    private typealias F = VendorChatFixtures

    @Test("Chat completions as upstream")
    func conforms() throws {
        // Each ends with what makes it whole: a finish reason, after which a vendor may close, or the mark alone.
        let replies = [
            F.delta(#""role":"assistant","content":"""#) + F.delta(#""content":"Hel""#) + F.delta(#""content":"lo""#)
                + F.finish("stop", #","usage":{"prompt_tokens":1,"completion_tokens":2}"#),
            F.delta(#""reasoning_content":"hm""#) + F.delta(#""content":"\u00e4 😀""#)
                + F.delta(
                    #""tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"clock","arguments":"{"}}]"#
                )
                + F.delta(#""tool_calls":[{"index":0,"function":{"arguments":"}"}}]"#) + F.finish("tool_calls"),
            F.delta(#""content":"x""#) + F.done,
            #"{"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#,
        ]
        let body =
            #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},"#
            + #"{"role":"assistant","tool_calls":[{"id":"","function":{"name":"f","arguments":"{}"}}]},"#
            + #"{"role":"tool","content":"r"}],"options":{"b":1,"a":2,"enable_thinking":true},"#
            + #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"temperature":0.1}"#
        let request = try ChatCompletionsDialect().decode(
            HTTPRequest(method: .post, target: "/", body: Array(body.utf8)))
        try UpstreamConformance(dialect: F.dialect, replies: replies.map { Array($0.utf8) }, request: request).check()
    }
}
