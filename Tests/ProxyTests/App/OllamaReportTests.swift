import Testing

@testable import ollama_openai_proxy

@Suite("What is said of Ollama at start and by --check")
struct OllamaReportTests {
    private static let models = ["glm-5:cloud", "qwen3:8b", "llama3.2:latest"]

    private func warnings(think: String = "", aliases: String = "", models: [String] = models) throws -> [String] {
        let configuration = try Configuration(["THINK_MODELS": think, "MODEL_ALIASES": aliases])
        var table = ModelTable()
        table.add(configuration.aliases)
        return OllamaReport(version: "1", models: models, configuration.think, table).warnings
    }

    @Test(
        "A name that no model has is warned of, with those that are like it",
        arguments: [
            ("glm5*", "", "glm-5:cloud"), ("qwen3=high,llama", "", "llama3.2:latest"), ("glm-5:true", "", "glm-5:cloud"),
            ("a;b", "", nil), ("", "claude-*=glm-5", "glm-5:cloud"), ("", "claude-*=nobody", nil),
            ("", "claude-a=nobody,claude-b=nobody", nil), ("claude-*=tools", "other=qwen3:8", "qwen3:8b"),
        ] as [(String, String, String?)])
    func unknown(think: String, aliases: String, similar: String?) throws {
        let warnings = try warnings(think: think, aliases: aliases)
        #expect(!warnings.isEmpty && Set(warnings).count == warnings.count)
        #expect(warnings.allSatisfy { $0.contains(aliases.isEmpty ? "THINK_MODELS" : "_") })
        #expect(warnings.contains { $0.contains("There is") } == (similar != nil), "\(warnings)")
        if let similar { #expect(warnings.contains { $0.contains(similar) }, "\(warnings)") }
    }

    @Test(
        "Who is there by any of its names is not",
        arguments: [
            ("glm-5*,QWEN3:8B=false,*", ""), ("llama3.2", "small=llama3.2"), ("claude-*=tools", "claude-*=glm-5:cloud"),
            ("claude-sonnet*", "claude-*=glm-5:cloud"), ("kimi-k2:cloud", "big=deepseek-v3.1:671b-cloud"), ("", ""),
        ])
    func known(think: String, aliases: String) throws {
        #expect(try warnings(think: think, aliases: aliases) == [])
    }

    @Test("Of an Ollama without models that alone is said")
    func empty() throws {
        let warnings = try warnings(think: "glm-5*", aliases: "a=b", models: [])
        #expect(warnings.count == 1 && warnings[0].contains("ollama pull"))
    }

    @Test("A vendor's models are not looked for at Ollama")
    func vendors() throws {
        let file = """
            {"upstreams":{"v":{"base_url":"http://h","auth":"none"}},
             "models":{"gpt-5":{"upstream":"v","model":"team"},"tiny*":{"upstream":"ollama"}}}
            """
        let table = try ModelsFile(file, environment: [:]).table
        let warnings = OllamaReport(version: "1", models: Self.models, try ThinkRules("gpt-5=high"), table).warnings
        #expect(warnings.count == 1 && warnings[0].contains("tiny*"), "\(warnings)")
    }

    @Test("Who thinks by which entry is told, of as many models as there is room for")
    func lines() throws {
        func lines(_ limit: Int) throws -> [String] {
            let think = try ThinkRules("glm-5*=tools")
            return OllamaReport(version: "1.2", models: Self.models, think, ModelTable(), limit: limit).lines
        }
        let names = ["  glm-5:cloud  thinks by glm-5*=tools", "  qwen3:8b"]
        #expect(try lines(3) == ["Ollama 1.2 answers. Models:"] + names + ["  llama3.2:latest"])
        #expect(try lines(2) == ["Ollama 1.2 answers. Models:"] + names + ["  and 1 more"])
    }

    @Test(
        "An error names what helps",
        arguments: [
            ("http://h:1", ChatError(status: 502, "Ollama cannot be reached", code: .upstreamUnreachable), "ollama serve"),
            ("http://h:1/v1", ChatError(status: 404, "404 page not found"), "not Ollama: leave /v1 out"),
            ("http://h:1", ChatError(status: 404, "404 page not found"), "not Ollama: set OLLAMA_BASE_URL"),
            ("http://h:1/api", ChatError(status: 502, "x", code: .upstreamInvalid), "not Ollama: leave /api out"),
            ("http://h:1", ChatError(status: 401, "no key"), "no key"),
        ])
    func advice(url: String, error: ChatError, words: String) throws {
        let missed = OllamaReport(error, at: try BaseURL(url), isExpected: true)
        #expect(missed.warnings.first?.contains(words) == true && missed.lines.isEmpty && !missed.isGood, "\(missed)")
        let spared = OllamaReport(error, at: try BaseURL(url), isExpected: false)
        #expect(spared.lines == missed.warnings && spared.warnings.isEmpty && spared.isGood)
    }
}
