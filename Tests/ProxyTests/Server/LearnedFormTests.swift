import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What models do not take is learnt", .onOwnThreads)
struct LearnedFormTests {
    /// A vendor that refuses what its rule says, and answers everything else.
    private static func vendor(
        refuses rule: @escaping @Sendable (ScriptedUpstream.Request) -> String?
    ) throws -> ScriptedUpstream {
        try ScriptedUpstream { request, _ in
            if let refusal = rule(request) { return [.whole(refusal, status: 400)] }
            let good = #"data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#
            return [.send(TestReply.stream(good + "\n\ndata: [DONE]\n\n"))]
        }
    }

    private static func table(_ ports: Int..., model: String = "theirs") throws -> ModelTable {
        let upstreams = ports.enumerated().map {
            #""v\#($0)":{"base_url":"http://127.0.0.1:\#($1)/v1","auth":"none"}"#
        }
        return try ModelsFile(
            #"{"upstreams":{\#(upstreams.joined(separator: ","))},"#
                + #""models":{"m":{"upstream":"v0","model":"\#(model)"},"n":{"upstream":"v0","model":"\#(model)"}}}"#,
            environment: [:]
        ).table
    }

    private static func error(_ message: String, _ more: String = "") -> String {
        #"{"error":{"message":"\#(message)"\#(more)}}"#
    }

    private static func ask(_ more: String, model: String = "m") -> String {
        TestProxy.ask(stream: false, more: more).replacing(#""model":"m""#, with: #""model":"\#(model)""#)
    }

    @Test("A refused value is left out of the one request; another value goes out as before")
    func value() async throws {
        let vendor = try Self.vendor { request in
            let words = "Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model."
            return request.text.contains(#""xhigh""#)
                ? Self.error(words, #","param":"reasoning_effort","code":"unsupported_value""#) : nil
        }
        let proxy = try await TestProxy(upstream: 1, table: Self.table(vendor.port))
        for effort in ["xhigh", "high", "xhigh"] {
            #expect(try await proxy.chat(Self.ask(#","reasoning_effort":"\#(effort)""#)).status == 200)
        }
        let sent = vendor.requests.map { request in
            ["xhigh", "high"].first { request.text.contains(#""reasoning_effort":"\#($0)""#) }
        }
        #expect(sent == ["xhigh", nil, "high", "xhigh", nil])
        let metrics = try await proxy.get("/metrics").body
        let name = #"ollama_proxy_unsupported_parameters_total{parameter="reasoning_effort",scope="request"} 2"#
        #expect(metrics.contains(name))
    }

    @Test("A limit that is too large for the model is no reason to send nobody's")
    func limit() async throws {
        let vendor = try Self.vendor { request in
            request.text.contains(#""max_tokens":99000"#)
                ? Self.error("max_tokens is too large: 99000. This model supports at most 8192 completion tokens") : nil
        }
        let proxy = try await TestProxy(upstream: 1, table: Self.table(vendor.port))
        #expect(try await proxy.chat(Self.ask(#","max_tokens":99000"#)).status == 200)
        #expect(try await proxy.chat(Self.ask(#","max_tokens":9"#)).status == 200)
        #expect(vendor.requests.count == 3)
        #expect(vendor.requests.last?.text.contains(#""max_tokens":9"#) == true)
    }

    @Test("A refused parameter is left out from then on, under every name that clients have for the model")
    func parameter() async throws {
        let vendor = try Self.vendor { request in
            request.text.contains(#""temperature""#) ? Self.error("Unsupported parameter: 'temperature'") : nil
        }
        let proxy = try await TestProxy(upstream: 1, table: Self.table(vendor.port))
        for model in ["m", "m", "n"] {
            #expect(try await proxy.chat(Self.ask(#","temperature":0.5"#, model: model)).status == 200)
        }
        #expect(vendor.requests.map { $0.text.contains(#""temperature""#) } == [true, false, false, false])
        let metrics = try await proxy.get("/metrics").body
        let name = #"ollama_proxy_unsupported_parameters_total{parameter="temperature",scope="model"} 1"#
        #expect(metrics.contains(name))
    }

    @Test("What was refused is asked anew after the models file was read again", arguments: [true, false])
    func reload(moves: Bool) async throws {
        let vendor = try Self.vendor { request in
            request.text.contains(#""temperature""#) ? Self.error("Unsupported parameter: 'temperature'") : nil
        }
        let other = try Self.vendor { _ in nil }
        let proxy = try await TestProxy(upstream: 1, table: Self.table(vendor.port))
        _ = try await proxy.chat(Self.ask(#","temperature":0.5"#))
        await proxy.replace(try Self.table(moves ? other.port : vendor.port))
        _ = try await proxy.chat(Self.ask(#","temperature":0.5"#))
        let asked = moves ? other.requests : Array(vendor.requests.dropFirst(2))
        #expect(asked.first?.text.contains(#""temperature":0.5"#) == true)
    }

    @Test(
        "A tool that is called like parameters switches none of them off",
        arguments: [
            #"{"error":{"message":"Function 'temperature' is not supported: unknown type in its schema"}}"#,
            #"{"error":{"message":"Unsupported schema: {'properties': {'top_p': {'type': 'odd'}}}"}}"#,
            #"{"error":{"message":"temperature: unsupported","param":"tools[0].function.name"}}"#,
            #"{"detail":[{"type":"extra_forbidden","loc":["body","tools",0,"function","parameters"],"msg":"Extra inputs are not permitted","input":{"a":"top_p"}}]}"#,
        ])
    func quoted(refusal: String) async throws {
        let vendor = try Self.vendor { request in request.text.contains(#""tools""#) ? refusal : nil }
        let proxy = try await TestProxy(upstream: 1, table: Self.table(vendor.port))
        let tool =
            #"{"type":"function","function":{"name":"temperature","parameters":{"properties":{"top_p":{"type":"odd"}}}}}"#
        let options = #","temperature":0.5,"top_p":0.5"#
        #expect(try await proxy.chat(Self.ask(options + #","tools":[\#(tool)]"#)).status == 400)
        #expect(try await proxy.chat(Self.ask(options)).status == 200)
        #expect(vendor.requests.count == 2)
        for request in vendor.requests {
            #expect(request.text.contains(#""temperature":0.5"#) && request.text.contains(#""top_p":0.5"#))
        }
    }

    @Test("What did not help is not remembered")
    func noHelp() async throws {
        let isStrict = Locked(true)
        let vendor = try Self.vendor { _ in
            isStrict.withLock { $0 } ? Self.error("Unsupported parameter: 'temperature'") : nil
        }
        let proxy = try await TestProxy(upstream: 1, table: Self.table(vendor.port))
        #expect(try await proxy.chat(Self.ask(#","temperature":0.5"#)).status == 400)
        isStrict.withLock { $0 = false }
        #expect(try await proxy.chat(Self.ask(#","temperature":0.5"#)).status == 200)
        #expect(vendor.requests.last?.text.contains(#""temperature":0.5"#) == true)
        #expect(try await !proxy.get("/metrics").body.contains("unsupported_parameters_total{"))
    }

    @Test("A model of Ollama's that does not think is asked once")
    func thinking() async throws {
        let ollama = try ScriptedUpstream { request, _ in
            request.text.contains(#""think":true"#)
                ? [.whole(#"{"error":"\"m\" does not support thinking"}"#, status: 400)]
                : [.reply(OllamaLine.content("Hi"), OllamaLine.done())]
        }
        let proxy = try await TestProxy(upstream: ollama.port)
        for _ in 0..<2 { #expect(try await proxy.chat(Self.ask(#","think":true"#)).body.contains("Hi")) }
        #expect(ollama.requests.map { $0.text.contains(#""think":true"#) } == [true, false, false])
        #expect(try await proxy.chat(Self.ask(#","think":false"#)).status == 200)
        #expect(ollama.requests.last?.text.contains(#""think":false"#) == true)
    }
}
