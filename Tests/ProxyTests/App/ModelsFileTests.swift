import Testing

@testable import ollama_openai_proxy

@Suite("The models file")
struct ModelsFileTests {
    private static let environment = ["DASHSCOPE_API_KEY": " sk-1\n", "AZURE_KEY": "k2", "BAD": "a b"]

    private static let example = #"""
        {
          "upstreams": {
            "dashscope": {
              "base_url": "http://dashscope.example/compatible-mode/v1", "api_key_env": "DASHSCOPE_API_KEY",
              "headers": {"X-Team": "agents"}
            },
            "azure": {
              "base_url": "http://r.openai.azure.com", "auth": "api-key", "api_key_env": "AZURE_KEY",
              "api_version": "2025-04-01-preview"
            },
            "local": {"base_url": "http://127.0.0.1:8080/v1", "auth": "none"}
          },
          "models": {
            "glm-5": {
              "upstream": "dashscope", "model": "glm-5-0901", "think": "high", "reasoning": "pass",
              "options": {"temperature": 0.60, "max_tokens": 4096}, "extra_body": {"enable_thinking": true}
            },
            "gpt-5*": {"upstream": "azure", "deployment": "team-gpt"},
            "Tiny:*": {"upstream": "local"},
            "qwen3": {"upstream": "ollama", "think": false}
          }
        }
        """#

    private func table(_ text: String) throws(ChatError) -> ModelTable {
        try ModelsFile(text, environment: Self.environment).table
    }

    private func target(_ route: ModelRoute?, _ model: String) throws -> [String] {
        let chat = ChatRequest(model: model, messages: [ChatMessage(role: .user, text: JSONText("u"))])
        let request = try #require(
            try route?.vendor?.dialect.encode(
                RequestPlan(chat, upstreamModel: route?.model), form: []))
        return [request.target] + request.fields.all.map { "\($0.name): \($0.value)" }
    }

    @Test("A model says how its vendor is told to think, and by which API Ollama is asked")
    func habits() throws {
        let table = try table(
            #"{"upstreams":{"v":{"base_url":"https://v.example/v1","auth":"none"}},"#
                + #""models":{"a":{"upstream":"v","think_as":"enable_thinking"},"b":{"upstream":"v","think_as":"reasoning_effort"},"#
                + #""c":{"upstream":"ollama","api":"openai"},"d":{"upstream":"ollama","api":"native"}}}"#)
        #expect(table.route(for: "a")?.vendor?.dialect.givenForm == [.thinking(.flag)])
        #expect(table.route(for: "b")?.vendor?.dialect.givenForm == [])
        #expect(["a", "c", "d"].map { table.route(for: $0)?.speaksOpenAI } == [nil, true, false])
        for wrong in [
            #""ollama","think_as":"thinking""#, #""ollama","api":"soap""#, #""v","think_as":"loudly""#, #""v","api":"native""#,
        ] {
            let text = #"{"upstreams":{"v":{"base_url":"https://v.example/v1","auth":"none"}},"models":{"a":{"upstream":\#(wrong)}}}"#
            #expect(throws: ChatError.self, "\(wrong)") { try self.table(text) }
        }
        #expect(throws: ChatError.self) {
            try self.table(#"{"upstreams":{"v":{"base_url":"https://v.example/v1","api_key":"sk"}}}"#)
        }
    }

    @Test("A route says where a model goes, under which name, with which key")
    func routes() throws {
        let table = try table(Self.example)
        let glm = table.route(for: "GLM-5")
        let request = try target(glm, "glm-5")
        #expect(request.first == "/compatible-mode/v1/chat/completions")
        for field in ["Host: dashscope.example", "Authorization: Bearer sk-1", "X-Team: agents"] {
            #expect(request.contains(field))
        }
        #expect(glm?.model == "glm-5-0901")
        #expect(glm?.think == .high)
        #expect(glm?.passesReasoning == true)
        #expect(glm?.options.temperature?.rawText == "0.60")
        #expect(glm?.options.maxTokens == 4096)
        #expect(glm?.options.extra?["enable_thinking"]?.bool == true)

        let azure = try target(table.route(for: "gpt-5-mini"), "gpt-5-mini")
        #expect(azure.first == "/openai/deployments/team-gpt/chat/completions?api-version=2025-04-01-preview")
        #expect(azure.contains("api-key: k2"))
        #expect(!azure.contains { $0.hasPrefix("Authorization") })

        let local = try target(table.route(for: "tiny:1b"), "tiny:1b")
        #expect(local.contains("Host: 127.0.0.1:8080"))
        #expect(!local.contains { $0.lowercased().hasPrefix("auth") })

        let ollama = table.route(for: "qwen3:latest")
        #expect(ollama?.vendor == nil)
        #expect(ollama?.think == .off)
        #expect(table.route(for: "llama4") == nil)
    }

    @Test("The vendors' models are those with a whole name")
    func list() throws {
        #expect(try table(Self.example).vendorModels == ["glm-5"])
    }

    @Test("The first route that matches holds")
    func order() throws {
        let table = try table(
            #"{"models":{"a*":{"upstream":"ollama","model":"1"},"ab":{"upstream":"ollama","model":"2"}}}"#)
        #expect(table.route(for: "ab")?.model == "1")
    }

    @Test(
        "A mistake is named with its place, and keys stand in no message",
        arguments: [
            ("{", "not valid JSON"),
            (#"{"model":{}}"#, "'model' is not known; it can be upstreams, models"),
            (#"{"upstreams":{"v":{"base_url":"ftp://x"}}}"#, "'upstreams.v.base_url'"),
            (#"{"upstreams":{"v":{"base_urll":"http://x"}}}"#, "'upstreams.v.base_urll' is not known"),
            (#"{"upstreams":{"v":{"base_url":"http://x"}}}"#, "needs api_key_env or api_key_file"),
            (
                #"{"upstreams":{"v":{"base_url":"http://x","api_key_env":"NONE"}}}"#,
                "'upstreams.v.api_key_env' names a variable that is not set"
            ),
            (
                #"{"upstreams":{"v":{"base_url":"http://x","api_key_env":"BAD"}}}"#,
                "'upstreams.v.api_key_env' holds spaces"
            ),
            (
                #"{"upstreams":{"v":{"base_url":"http://x","api_key_file":"/none/here"}}}"#,
                "'upstreams.v.api_key_file' cannot be read"
            ),
            (#"{"upstreams":{"ollama":{"base_url":"http://x","auth":"none"}}}"#, "needs another name"),
            (#"{"upstreams":{"v":{"base_url":"http://x","auth":"basic"}}}"#, "must be one of bearer, api-key, none"),
            (
                #"{"upstreams":{"v":{"base_url":"http://x","auth":"none","headers":{"A B":"c"}}}}"#,
                "is no name of a header"
            ),
            (
                #"{"upstreams":{"v":{"base_url":"http://x","auth":"none","headers":{"A":"c\r\nX: y"}}}}"#,
                "holds characters no header can have"
            ),
            (
                #"{"upstreams":{"v":{"base_url":"http://x","auth":"none","api_version":"1"}},"#
                    + #""models":{"az*":{"upstream":"v"}}}"#, "name one with \"deployment\""
            ),
            (
                #"{"upstreams":{"v":{"base_url":"http://x","auth":"none","api_version":"1"}},"#
                    + #""models":{"m":{"upstream":"v","deployment":".."}}}"#, "name one with \"deployment\""
            ),
            (#"{"models":{"m":{}}}"#, "'models.m.upstream' is required"),
            (#"{"models":{"m":{"upstream":"v"}}}"#, "'models.m.upstream' must be one of ollama"),
            (#"{"models":{"m":{"upstream":"ollama","think":"loud"}}}"#, "'models.m.think' must be one of"),
            (#"{"models":{"m":{"upstream":"ollama","reasoning":"show"}}}"#, "must be one of strip, pass"),
            (
                #"{"models":{"m":{"upstream":"ollama","options":{"temperature":"warm"}}}}"#,
                "'models.m.options.temperature' must be a number"
            ),
            (
                #"{"upstreams":{"v":{"base_url":"http://x","auth":"none","api_version":"1"}},"#
                    + #""models":{"gpt/*":{"upstream":"v"}}}"#, "name one with \"deployment\""
            ),
        ])
    func mistakes(text: String, message: String) {
        let error = #expect(throws: ChatError.self) { try table(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("a b") == false)
    }

    @Test(
        "A header that the proxy sets itself is a mistake",
        arguments: [
            "Host", "authorization", "CONNECTION", "Content-Length", "Transfer-Encoding", "Content-Type", "Via",
        ])
    func ownHeaders(name: String) {
        let text = #"{"upstreams":{"v":{"base_url":"http://x","auth":"none","headers":{"\#(name)":"c"}}}}"#
        let error = #expect(throws: ChatError.self) { try table(text) }
        #expect(error?.message.contains("is set by the proxy itself") == true)
    }

    @Test("A file that is not there is a mistake of the configuration")
    func missing() {
        #expect(throws: ConfigurationError.self) { try ModelsFile.read("/none/here.json", environment: [:]) }
    }
}
