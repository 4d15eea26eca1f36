import Testing

@testable import ollama_openai_proxy

@Suite("Other names of models", .onOwnThreads)
struct AliasTests {
    private static func table(_ text: String, file: String = "{}") throws -> ModelTable {
        var table = try ModelsFile(file, environment: [:]).table
        table.add(try Configuration(["MODEL_ALIASES": text]).aliases)
        return table
    }

    @Test("The first that matches holds, after the models file, and a vendor's model is a vendor's by every name")
    func order() throws {
        let table = try Self.table(
            "claude-haiku*=small, claude-*=theirs,best=glm-5:cloud",
            file: #"{"upstreams":{"v":{"base_url":"http://127.0.0.1:1/v1","auth":"none"}},"#
                + #""models":{"theirs":{"upstream":"v","model":"real","think":"high"}}}"#)
        let route = table.route(for: "claude-sonnet-5")
        #expect(route?.vendor?.name == "v" && route?.model == "real" && route?.think == .high)
        #expect(table.route(for: "claude-haiku-5")?.model == "small")
        #expect(table.route(for: "best")?.model == "glm-5:cloud" && table.route(for: "best")?.vendor == nil)
        #expect(table.listed == ["theirs", "claude-haiku", "claude-opus", "claude-sonnet", "best"])
        #expect(table.vendorModels == ["theirs"])
    }

    @Test(
        "What passes through goes out by the model's own name too, and is told of by the client's",
        arguments: ["/api/chat", "/api/generate", "/api/embed", "/api/show", "/v1/embeddings", "/v1/other"])
    func passed(path: String) async throws {
        let upstream = try ScriptedUpstream(.whole("{}"))
        let proxy = try await TestProxy(upstream: upstream.port, table: Self.table("best=glm-5:cloud"))
        for (number, member) in ["model", "name"].enumerated() {
            let body = #"{"a":1,"\#(member)":"best","b":[2]}"#
            _ = try await proxy.exchange(TestProxy.post(path, body, fields: "Connection: close\r\n"))
            let expected = #""a":1,"\#(member)":"glm-5:cloud","b":[2]}"#
            #expect(upstream.requests.last?.text.hasSuffix(expected) == true)
            let record = try await proxy.record(number)
            #expect(record?.model == "best" && record?.upstreamModel == "glm-5:cloud" && record?.upstream == "Ollama")
        }
    }

    @Test("What is no pair is said", arguments: ["a", "=b", "a=", "a=b,c"])
    func mistakes(text: String) {
        #expect(throws: ConfigurationError.self) { try Configuration(["MODEL_ALIASES": text]) }
    }

    @Test("A request goes out by the model's own name and thinks by the rule for either; replies carry the client's")
    func request() async throws {
        let upstream = try ScriptedUpstream { request, _ in
            request.head.hasPrefix("GET")
                ? [.whole(#"{"models":[{"name":"glm-5:cloud"}]}"#)]
                : [.reply(OllamaLine.content("hi"), OllamaLine.done())]
        }
        let proxy = try await TestProxy(upstream: upstream.port, table: Self.table("claude-*=glm-5:cloud")) { policy in
            policy.think = (try? ThinkRules("glm-5*=tools")) ?? ThinkRules()
        }
        for offer in [CallingAPI.Offer.all, .nothing] {
            let more = #""model":"claude-opus-5""#
            for api in CallingAPI.allCases {
                let body = api.body(offer, stream: false).replacing(#""model":"m""#, with: more)
                let reply = TestReply(
                    try await proxy.exchange(TestProxy.post(api.path, body, fields: "Connection: close\r\n")))
                #expect(reply.status == 200 && reply["model"]?.string == "claude-opus-5")
                let sent = upstream.requests.last?.text ?? ""
                #expect(sent.contains(#""model":"glm-5:cloud""#))
                #expect(sent.contains(#""think":\#(offer == .all)"#))
            }
        }
        let list = try await proxy.get("/v1/models").body
        for name in ["glm-5:cloud", "claude-opus", "claude-sonnet", "claude-haiku"] {
            #expect(list.contains(#""\#(name)""#))
        }
    }
}
