import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Client APIs and destinations", .onOwnThreads)
struct DestinationTests {
    /// The table of a file in which `v-…` goes to the vendor at this port.
    private func table(vendor port: Int, _ more: String = "") throws -> ModelTable {
        let text = """
            {"upstreams":{"shop":{"base_url":"http://127.0.0.1:\(port)/base/v1","api_key_env":"KEY"}},
             "models":{"v-named":{"upstream":"shop","model":"theirs"\(more)},"v-*":{"upstream":"shop"}}}
            """
        return try ModelsFile(text, environment: ["KEY": "sk-vendor"]).table
    }

    private static func chunk(_ delta: String, finish: String = "null") -> String {
        #"data: {"choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"# + "\n\n"
    }

    /// A vendor's streamed reply with reasoning, text and a call in fragments.
    private static let reply: ScriptedUpstream.Step = .send(
        TestReply.stream(
            chunk(#"{"role":"assistant","reasoning_content":"hush"}"#) + chunk(#"{"content":"Hel"}"#)
                + chunk(#"{"content":"lo"}"#)
                + chunk(
                    #"{"tool_calls":[{"index":0,"id":"call_v","type":"function","function":{"name":"f","arguments":""}}]}"#
                )
                + chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}"#)
                + chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":" 1}"}}]}"#)
                + chunk("{}", finish: #""tool_calls""#)
                + #"data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":2}}}"#
                + "\n\ndata: [DONE]\n\n"))

    private static let openAITool =
        #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"#

    /// For each client API: path, a request for a model, and what of the reply must be where.
    private static let apis: [(path: String, body: String, expected: [String: String])] = [
        (
            "/v1/chat/completions", #""messages":[{"role":"user","content":"hi"}],"# + openAITool,
            [
                "choices.0.message.content": "Hello", "choices.0.message.tool_calls.0.function.arguments": #"{"a": 1}"#,
                "choices.0.finish_reason": "tool_calls",
            ]
        ),
        (
            "/v1/responses",
            #""input":"hi","tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]"#,
            [
                "output.0.content.0.text": "Hello", "output.1.arguments": #"{"a": 1}"#, "output.1.call_id": "call_v",
                "status": "completed",
            ]
        ),
        (
            "/v1/messages",
            #""max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"type":"object"}}]"#,
            ["content.0.text": "Hello", "content.1.name": "f", "content.1.id": "call_v", "stop_reason": "tool_use"]
        ),
        (
            "/api/chat", #""stream":false,"messages":[{"role":"user","content":"hi"}],"# + openAITool,
            ["message.content": "Hello", "message.tool_calls.0.function.name": "f", "done_reason": "stop"]
        ),
    ]

    @Test("Every client API leads to a vendor: its own name of the model, its key, and the reply in the API's words")
    func vendors() async throws {
        for api in Self.apis {
            let vendor = try ScriptedUpstream(Self.reply)
            let ollama = try ScriptedUpstream(.close)
            let proxy = try await TestProxy(upstream: ollama.port, table: table(vendor: vendor.port))
            let body = #"{"model":"v-named",\#(api.body)}"#
            let reply = TestReply(
                try await proxy.exchange(TestProxy.post(api.path, body, fields: "Connection: close\r\n")))
            #expect(reply.status == 200, "\(api.path): \(reply.body)")
            for (path, value) in api.expected { #expect(reply[path]?.string == value, "\(api.path) \(path)") }
            #expect(reply["model"]?.string == "v-named")
            #expect(!reply.body.contains("hush"))
            let request = try #require(vendor.requests.first)
            #expect(request.head.hasPrefix("POST /base/v1/chat/completions\n"))
            #expect(request.head.contains("Authorization: Bearer sk-vendor\n"))
            #expect(request.text.contains(#""model":"theirs""#))
            #expect(ollama.requests.isEmpty)
        }
    }

    @Test("A connection that breaks behind the reason of the end takes nothing back; before it, it is an error")
    func brokenBehindReason() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        func piece(_ text: String) -> String { String(text.utf8.count, radix: 16) + "\r\n\(text)\r\n" }
        let text = piece(Self.chunk(#"{"content":"Hello"}"#))
        let end = piece(Self.chunk("{}", finish: #""stop""#))
        for (sent, isWhole) in [(text + end, true), (text, false)] {
            for stream in [true, false] {
                let vendor = try ScriptedUpstream(.send(head + sent), .pause(milliseconds: 20), .reset)
                let proxy = try await TestProxy(upstream: 1, table: table(vendor: vendor.port))
                let reply = try await proxy.chat(
                    #"{"model":"v-named","stream":\#(stream),"messages":[{"role":"user","content":"hi"}]}"#)
                #expect(reply.body.contains("upstream_incomplete") == !isWhole, "\(reply.body)")
                #expect(reply.body.contains(#""finish_reason":"stop""#) == isWhole)
                #expect(reply.events.contains("[DONE]") == (isWhole && stream))
            }
        }
    }

    @Test("The APIs of OpenAI and Anthropic lead to Ollama as well; Ollama's own passes through")
    func ollama() async throws {
        for api in Self.apis {
            let isNative = api.path == "/api/chat"
            let ollama = try ScriptedUpstream(
                isNative ? .whole(#"{"untouched":true}"#) : .reply(OllamaLine.content("Hello"), OllamaLine.done()))
            let proxy = try await TestProxy(upstream: ollama.port)
            let body = #"{"model":"m",\#(api.body)}"#
            let reply = TestReply(
                try await proxy.exchange(TestProxy.post(api.path, body, fields: "Connection: close\r\n")))
            #expect(reply.status == 200)
            #expect(reply.body.contains(isNative ? #"{"untouched":true}"# : "Hello"))
            #expect(ollama.requests.first?.head.hasPrefix("POST /api/chat\n") == true)
            // All requests say the same of the context, or the model is loaded again.
            if isNative { #expect(ollama.requests.first?.text == #"{"shift":false,"# + body.dropFirst()) }
        }
    }

    @Test("A name of the table for a model of Ollama's is replaced in what passes through, and nothing else is touched")
    func alias() async throws {
        let table = try ModelsFile(
            #"{"models":{"mine":{"upstream":"ollama","model":"theirs:7b"}}}"#, environment: [:]
        ).table
        for path in ["/api/chat", "/api/embed", "/api/show", "/v1/embeddings"] {
            let ollama = try ScriptedUpstream(.whole("{}"))
            let proxy = try await TestProxy(upstream: ollama.port, table: table)
            let body = #"{ "new":1.0, "model" : "mine","input":"mine" }"#
            _ = try await proxy.exchange(TestProxy.post(path, body, fields: "Connection: close\r\n"))
            let shift = path == "/api/chat" ? #""shift":false,"# : ""
            let expected = #"{\#(shift) "new":1.0, "model" : "theirs:7b","input":"mine" }"#
            #expect(ollama.requests.first?.text == expected, "\(path)")
        }
    }

    @Test("An Ollama client that asks a vendor's model to think gets its thoughts, whatever is stripped elsewhere")
    func thinking() async throws {
        let api = try #require(Self.apis.first { $0.path == "/api/chat" })
        for (member, thoughts) in [("", nil), (#""think":true,"#, "hush")] {
            let vendor = try ScriptedUpstream(Self.reply)
            let proxy = try await TestProxy(upstream: 1, table: table(vendor: vendor.port))
            let body = #"{"model":"v-x",\#(member)\#(api.body)}"#
            let reply = TestReply(
                try await proxy.exchange(TestProxy.post(api.path, body, fields: "Connection: close\r\n")))
            #expect(reply["message.thinking"]?.string == thoughts)
        }
    }

    @Test("What a model thinks reaches a client only where the operator lets it pass", arguments: [false, true])
    func reasoning(passes: Bool) async throws {
        for api in Self.apis {
            for stream in [false, true] {
                let vendor = try ScriptedUpstream(Self.reply)
                let proxy = try await TestProxy(
                    upstream: 1, table: table(vendor: vendor.port), policy: { $0.passesReasoning = passes })
                let ask = #"{"model":"v-x",\#(api.body.replacing(#""stream":false,"#, with: "")),"stream":\#(stream)}"#
                let reply = TestReply(
                    try await proxy.exchange(TestProxy.post(api.path, ask, fields: "Connection: close\r\n")))
                #expect(reply.body.contains("Hel") && reply.body.contains("call_v"), "\(api.path): \(reply.body)")
                #expect(reply.body.contains("hush") == passes, "\(api.path): \(reply.body)")
            }
        }
    }

    @Test(
        "The same request goes to Ollama's own API or to its /v1, as the models file says of the model, or else the setting",
        arguments: [
            ("n", false, false), ("n", true, false), ("o", false, true), ("o", true, true), ("x", false, false), ("x", true, true),
        ])
    func modes(model: String, setting: Bool, isOpenAI: Bool) async throws {
        let ollama = try ScriptedUpstream { request, _ in
            request.head.hasPrefix("POST /api/chat")
                ? [.reply(OllamaLine.content("Hello"), OllamaLine.call("f", #"{"a": 1}"#), OllamaLine.done())]
                : [Self.reply]
        }
        let text = #"{"models":{"n":{"upstream":"ollama","api":"native"},"o":{"upstream":"ollama","api":"openai"}}}"#
        let proxy = try await TestProxy(
            upstream: ollama.port, table: try ModelsFile(text, environment: [:]).table, speaksOpenAI: setting)
        for (path, body, expected) in Self.apis where path != "/api/chat" && path != "/api/generate" {
            let reply = TestReply(
                try await proxy.exchange(TestProxy.post(path, #"{"model":"\#(model)",\#(body)}"#, fields: "Connection: close\r\n")))
            let sent = try #require(ollama.requests.last)
            #expect(sent.head.hasPrefix(isOpenAI ? "POST /v1/chat/completions" : "POST /api/chat"))
            #expect(sent.text.contains(#""model":"\#(model)""#))
            for (member, value) in expected where !member.hasSuffix("id") && !value.contains("\"a\"") {
                #expect(reply[member]?.string == value, "\(path) \(member)")
            }
        }
    }

    @Test("A failure is told in the shape of the client API, and names the vendor")
    func errors() async throws {
        let (socket, port) = try BlockingSocket.refusing()
        defer { socket.close() }
        for (path, message) in [
            ("/v1/chat/completions", "error.message"), ("/v1/responses", "error.message"),
            ("/v1/messages", "error.message"), ("/api/chat", "error"),
        ] {
            let api = try #require(Self.apis.first { $0.path == path })
            let proxy = try await TestProxy(upstream: port, table: table(vendor: port))
            let body = #"{"model":"v-x",\#(api.body)}"#
            let reply = TestReply(try await proxy.exchange(TestProxy.post(path, body, fields: "Connection: close\r\n")))
            #expect(reply.status == 502)
            #expect(reply[message]?.string?.contains("shop cannot be reached at 127.0.0.1:\(port)") == true)
            if path == "/v1/messages" { #expect(reply["error.type"]?.string == "api_error") }
            #expect(!reply.body.contains("sk-vendor"))
        }
    }

    @Test("A route's options stand where the client says nothing, its reasoning policy for its model alone")
    func route() async throws {
        let vendor = try ScriptedUpstream(Self.reply)
        let more =
            #","reasoning":"pass","think":"low","options":{"temperature":0.50,"top_p":0.1},"extra_body":{"enable_thinking":true}"#
        let proxy = try await TestProxy(upstream: 1, table: table(vendor: vendor.port, more))
        let ask = #""temperature":0.9,"messages":[{"role":"user","content":"hi"}]}"#
        let passed = try await proxy.chat(#"{"model":"v-named","# + ask)
        #expect(passed["choices.0.message.reasoning_content"]?.string == "hush")
        let sent = try #require(vendor.requests.first?.text)
        for part in [#""temperature":0.9"#, #""top_p":0.1"#, #""enable_thinking":true"#, #""reasoning_effort":"low""#] {
            #expect(sent.contains(part), "\(part) in \(sent)")
        }
        let stripped = try await proxy.chat(#"{"model":"v-other","# + ask)
        #expect(stripped["choices.0.message.content"]?.string == "Hello")
        #expect(!stripped.body.contains("hush"))
        #expect(vendor.requests.last?.text.contains("top_p") == false)
    }

    @Test("What a vendor refuses by name is left out at once the next time")
    func learns() async throws {
        let refusal =
            #"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"unsupported_parameter"}}"#
        let vendor = try ScriptedUpstream([[.whole(refusal, status: 400)], [Self.reply]])
        let proxy = try await TestProxy(upstream: 1, table: table(vendor: vendor.port))
        let ask = #"{"model":"v-named","max_tokens":77,"messages":[{"role":"user","content":"hi"}]}"#
        #expect(try await proxy.chat(ask).status == 200)
        #expect(try await proxy.chat(ask).status == 200)
        let bodies = vendor.requests.map(\.text)
        #expect(bodies.count == 3)
        #expect(bodies[0].contains(#""max_tokens":77"#))
        for body in bodies.dropFirst() {
            #expect(body.contains(#""max_completion_tokens":77"#))
            #expect(!body.contains(#""max_tokens":77"#))
        }
    }

    @Test("The lists hold Ollama's models and the vendors'; the vendors' alone when Ollama is away")
    func lists() async throws {
        let ollama = try ScriptedUpstream(
            .whole(#"{"models":[{"name":"a:latest","model":"a:latest","size":7}]}"#))
        let proxy = try await TestProxy(upstream: ollama.port, table: table(vendor: 1))
        let list = try await proxy.get("/v1/models")
        #expect(list["data.0.id"]?.string == "a:latest")
        #expect(list["data.1.id"]?.string == "v-named")
        let tags = try await proxy.get("/api/tags")
        #expect(tags["models.0.size"]?.integer == 7)
        #expect(tags["models.1.name"]?.string == "v-named")

        let (socket, port) = try BlockingSocket.refusing()
        defer { socket.close() }
        let alone = try await TestProxy(upstream: port, table: table(vendor: 1))
        #expect(try await alone.get("/v1/models")["data.0.id"]?.string == "v-named")
        #expect(try await alone.get("/api/tags")["models.0.model"]?.string == "v-named")
        #expect(try await alone.get("/api/version")["version"]?.string == OllamaAPIDialect.spokenVersion)
        #expect(try await alone.get("/api/ps").body == #"{"models":[]}"#)
        let shown = TestReply(
            try await alone.exchange(
                TestProxy.post("/api/show", #"{"model":"v-named"}"#, fields: "Connection: close\r\n")))
        #expect(shown["capabilities.1"]?.string == "tools")
    }

    @Test("Embeddings for a vendor's model come from its /embeddings")
    func embeddings() async throws {
        let vendor = try ScriptedUpstream(
            .whole(#"{"data":[{"index":0,"embedding":[0.10,-2e-3]}],"usage":{"prompt_tokens":4}}"#))
        let proxy = try await TestProxy(upstream: 1, table: table(vendor: vendor.port))
        let reply = TestReply(
            try await proxy.exchange(
                TestProxy.post("/api/embed", #"{"model":"v-named","input":["x"]}"#, fields: "Connection: close\r\n")))
        #expect(reply["embeddings.0"]?.rawText == "[0.10,-2e-3]")
        #expect(vendor.requests.first?.head.hasPrefix("POST /base/v1/embeddings\n") == true)
        #expect(vendor.requests.first?.text == #"{"model":"theirs","input":["x"]}"#)
    }

    @Test("What is not served of Ollama's API is a 404 in its shape, without asking Ollama")
    func management() async throws {
        let ollama = try ScriptedUpstream(.close)
        let proxy = try await TestProxy(upstream: ollama.port)
        for path in ["/api/pull", "/api/delete", "/api/create", "/api/push", "/api/blobs/x"] {
            let reply = TestReply(
                try await proxy.exchange(TestProxy.post(path, #"{"model":"m"}"#, fields: "Connection: close\r\n")))
            #expect(reply.status == 404)
            #expect(reply["error"]?.string?.contains(path) == true)
        }
        #expect(ollama.requests.isEmpty)
    }

    @Test("count_tokens learns from what the upstream counted")
    func countTokens() async throws {
        let text = String(repeating: "word ", count: 2000)
        let ollama = try ScriptedUpstream(
            .reply(
                OllamaLine.content("ok"), #"{"done":true,"done_reason":"stop","prompt_eval_count":5000,"eval_count":1}"#
            ))
        let proxy = try await TestProxy(upstream: ollama.port)
        let ask = #"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]"#
        func count() async throws -> Int {
            let reply = TestReply(
                try await proxy.exchange(
                    TestProxy.post("/v1/messages/count_tokens", ask + "}", fields: "Connection: close\r\n")))
            return try #require(reply["input_tokens"]?.integer)
        }
        let before = try await count()
        _ = try await proxy.exchange(
            TestProxy.post("/v1/messages", ask + #","max_tokens":5}"#, fields: "Connection: close\r\n"))
        let after = try await count()
        #expect(before < 4000)
        #expect(4950...5050 ~= after)
    }

    @Test("With another table a vendor that stays where it is keeps its circuit, and others are new")
    func replacing() async throws {
        let (first, second, other) = try (table(vendor: 1), table(vendor: 1), table(vendor: 2))
        let kept = await onLoop {
            let ollama = UpstreamClient(UpstreamEndpoint(host: "127.0.0.1", port: 1))
            let upstreams = Upstreams(OllamaDialect(host: "h"), ollama)
            upstreams.replace(first)
            let client = upstreams.destination(for: "v-named").client
            upstreams.replace(second)
            let same = upstreams.destination(for: "v-named").client === client
            upstreams.replace(other)
            let changed = upstreams.destination(for: "v-named").client === client
            upstreams.replace(ModelTable())
            return [same, changed, upstreams.destination(for: "v-named").client === ollama]
        }
        #expect(kept == [true, false, true])
    }
}

extension TestReply {
    /// A head for server-sent events, and the body until the connection's end.
    static func stream(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
