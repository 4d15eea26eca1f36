import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("A cut command is not run at any client API", .onOwnThreads)
struct CutCommandTests {
    private static let schema =
        #"{"type":"object","properties":{"command":{"type":"string"},"content":{"type":"string"}}}"#
    private static let openAITool =
        #""tools":[{"type":"function","function":{"name":"Bash","parameters":\#(schema)}}]"#
    private static let messages = #""messages":[{"role":"user","content":"hi"}],"#

    /// The path of a client API, and the members of a request that offers the tool.
    private static let endpoints: [(path: String, members: String)] = [
        ("/v1/chat/completions", messages + openAITool),
        (
            "/v1/responses",
            #""input":"hi","tools":[{"type":"function","name":"Bash","parameters":\#(schema)}]"#
        ),
        ("/v1/messages", messages + #""max_tokens":9,"tools":[{"name":"Bash","input_schema":\#(schema)}]"#),
        ("/api/chat", messages + openAITool),
    ]

    private func ask(_ endpoint: (path: String, members: String), stream: Bool) -> String {
        TestProxy.post(
            endpoint.path, #"{"model":"v-m","stream":\#(stream),\#(endpoint.members)}"#, fields: "Connection: close\r\n"
        )
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// A vendor's reply: the call's arguments in pieces.
    private static func vendorReply(_ pieces: [String], text: String = "") -> ScriptedUpstream.Step {
        let deltas = pieces.enumerated().map { place, piece in
            let head = place == 0 ? #""id":"c","type":"function","# : ""
            let name = place == 0 ? #""name":"Bash","# : ""
            return #"{"tool_calls":[{"index":0,\#(head)"function":{\#(name)"arguments":"\#(escaped(piece))"}}]}"#
        }
        let chunks = ([#"{"role":"assistant","content":"\#(text)"}"#] + deltas).map {
            #"data: {"choices":[{"index":0,"delta":\#($0),"finish_reason":null}]}"# + "\n\n"
        }
        let end = #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"# + "\n\ndata: [DONE]\n\n"
        let body = chunks.joined() + end
        return .send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static let cut = #"{"command":"printf "}" >> a.txt"}"#
    private static let good = [#"{"command":"#, #""ls -a"}"#]

    private func proxy(vendor: ScriptedUpstream) async throws -> TestProxy {
        let table = try ModelsFile(
            #"{"upstreams":{"shop":{"base_url":"http://127.0.0.1:\#(vendor.port)/v1","auth":"none"}},"models":{"v-*":{"upstream":"shop"}}}"#,
            environment: [:]
        ).table
        return try await TestProxy(upstream: 1, table: table)
    }

    @Test("A vendor's call that is cut is asked for again, and never told", arguments: [true, false])
    func vendor(stream: Bool) async throws {
        let place = Self.cut.firstRange(of: "}")?.upperBound ?? Self.cut.endIndex
        for pieces in [
            [Self.cut], [String(Self.cut[..<place]), String(Self.cut[place...])], Self.cut.map(String.init),
        ] {
            for endpoint in Self.endpoints {
                let vendor = try ScriptedUpstream([[Self.vendorReply(pieces)], [Self.vendorReply(Self.good)]])
                let proxy = try await proxy(vendor: vendor)
                let reply = TestReply(try await proxy.exchange(ask(endpoint, stream: stream)))
                #expect(reply.status == 200)
                #expect(!reply.body.contains("printf"), "\(endpoint.path): \(reply.body)")
                #expect(reply.body.contains("ls -a"), "\(endpoint.path): \(reply.body)")
                #expect(vendor.requests.count == 2)
            }
        }
    }

    @Test("A call that comes cut twice is an error at every client API", arguments: [true, false])
    func twice(stream: Bool) async throws {
        for endpoint in Self.endpoints {
            let vendor = try ScriptedUpstream(Self.vendorReply([Self.cut]))
            let proxy = try await proxy(vendor: vendor)
            let reply = TestReply(try await proxy.exchange(ask(endpoint, stream: stream)))
            #expect(reply.status == 502)
            #expect(!reply.body.contains("printf"))
            #expect(vendor.requests.count == 2)
        }
    }

    @Test("Behind text that was told, a call that is cut is an honest error")
    func afterText() async throws {
        for endpoint in Self.endpoints {
            let vendor = try ScriptedUpstream(Self.vendorReply([Self.cut], text: "Let me see."))
            let proxy = try await proxy(vendor: vendor)
            let reply = TestReply(try await proxy.exchange(ask(endpoint, stream: true)))
            #expect(reply.body.contains("Let me see."))
            #expect(!reply.body.contains("printf"))
            #expect(reply.body.contains("cannot be read"), "\(endpoint.path): \(reply.body)")
            #expect(vendor.requests.count == 1)
        }
    }

    @Test(
        "What Ollama sends cut is asked for again: a string of arguments, and half a value whose rest is text",
        arguments: [true, false])
    func ollama(stream: Bool) async throws {
        let replies = [
            [OllamaLine.call("Bash", #""\#(Self.escaped(Self.cut))""#)],
            [
                OllamaLine.call("Bash", #"{"command":"printf half"}"#), OllamaLine.content(" of it"),
                OllamaLine.content("</arg_value></tool_"), OllamaLine.content("call>"),
            ],
        ]
        for lines in replies {
            for endpoint in Self.endpoints.dropLast() {
                let upstream = try ScriptedUpstream([
                    [.reply(lines + [OllamaLine.done()])],
                    [.reply(OllamaLine.call("Bash", #"{"command":"ls -a"}"#), OllamaLine.done())],
                ])
                let proxy = try await TestProxy(upstream: upstream.port)
                let reply = TestReply(try await proxy.exchange(ask(endpoint, stream: stream)))
                #expect(!reply.body.contains("printf"), "\(endpoint.path): \(reply.body)")
                #expect(!reply.body.contains("arg_value"))
                #expect(reply.body.contains("ls -a"), "\(endpoint.path): \(reply.body)")
                #expect(upstream.requests.count == 2)
            }
        }
    }

    @Test("A failure right behind a call is asked again, where nothing was told")
    func failureBehindCall() async throws {
        let upstream = try ScriptedUpstream([
            [.reply(OllamaLine.call("Bash", #"{"command":"printf"}"#), #"{"error":"XML syntax error on line 7"}"#)],
            [.reply(OllamaLine.call("Bash", #"{"command":"ls -a"}"#), OllamaLine.done())],
        ])
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = TestReply(try await proxy.exchange(ask(Self.endpoints[0], stream: true)))
        #expect(!reply.body.contains("printf"))
        #expect(reply.body.contains("ls -a"))
    }
}
