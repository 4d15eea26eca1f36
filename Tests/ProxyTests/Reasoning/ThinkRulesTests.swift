import Testing

@testable import ollama_openai_proxy

struct ThinkRulesTests {
    struct Case: Sendable {
        let rules: String
        var model = "glm-5:cloud"
        var think: ThinkLevel?
        var effort: ReasoningEffort?
        let expected: ThinkLevel?
    }

    @Test(
        "The request's own say, the client's none, the matching rule, the effort: in this order",
        arguments: [
            Case(rules: "", expected: nil),
            Case(rules: "glm-5:cloud", think: .off, expected: .off),
            Case(rules: "glm-5:cloud", think: .low, effort: ReasoningEffort.none, expected: .low),
            Case(rules: "glm-5:cloud=high", effort: ReasoningEffort.none, expected: .off),
            Case(rules: "", effort: ReasoningEffort.none, expected: .off),
            Case(rules: "glm-5:cloud", effort: .high, expected: .on),
            Case(rules: "glm-5:cloud=true", effort: .high, expected: .on),
            Case(rules: "glm-5:cloud=false", effort: .high, expected: .off),
            Case(rules: "glm-5:cloud=max", effort: .low, expected: .max),
            Case(rules: "glm-5:cloud=effort", effort: .high, expected: .high),
            Case(rules: "glm-5:cloud=effort", effort: .xhigh, expected: .max),
            Case(rules: "glm-5:cloud=effort", expected: .on),
            Case(rules: "glm-5:cloud=effort", effort: ReasoningEffort.none, expected: .off),
            Case(rules: "other", effort: .high, expected: .high),
            Case(rules: "other", expected: nil),
            Case(rules: "glm-5:cloud=low,glm-*=high", expected: .low),
            Case(rules: "glm-*=high,glm-5:cloud=low", expected: .high),
        ])
    func order(_ example: Case) throws {
        var request = ChatRequest(model: example.model, messages: [])
        request.think = example.think
        request.reasoningEffort = example.effort
        #expect(try ThinkRules(example.rules).level(for: request) == example.expected)
    }

    @Test(
        "Efforts become the levels that Ollama takes",
        arguments: [
            (ReasoningEffort.none, ThinkLevel.off), (.minimal, .low), (.low, .low), (.medium, .medium), (.high, .high),
            (.xhigh, .max), (.max, .max), (.ultra, .max),
        ])
    func efforts(effort: ReasoningEffort, level: ThinkLevel) {
        var request = ChatRequest(model: "m", messages: [])
        request.reasoningEffort = effort
        #expect(ThinkRules().level(for: request) == level)
    }

    @Test(
        "Names match without case, with wildcards anywhere, and with or without the tag latest",
        arguments: [
            ("glm-5:cloud", "glm-5:cloud", true), ("GLM-5:Cloud", "glm-5:cLOUD", true), ("glm-5", "glm-5:cloud", false),
            ("glm-5", "glm-5:latest", true), ("glm-5:latest", "glm-5", true), ("glm-5:LATEST", "GLM-5", true),
            ("*", "", true), ("*", "anything/at:all", true), ("glm-*", "glm-5:cloud", true), ("glm-*", "glm-", true),
            ("glm-*", "my/glm-5", false), ("*:cloud", "glm-5:cloud", true), ("*:cloud", "glm-5", false),
            ("*glm*5*", "a/glm-4.5:x", true), ("*glm*5*", "a/glm-4.6:x", false), ("*-5", "glm-5:latest", true),
            ("*:latest", "glm-5", true), ("*:latest", "host:5000/glm-5", true), ("*:latest", "glm-5:cloud", false),
            ("a*b*c", "aXbXbXc", true), ("a*b*c", "aXbXbX", false), ("**", "x", true), ("a", "ab", false),
            ("ab", "a", false), ("kéy", "kéy", true), (":latest", ":latest", true),
        ])
    func matching(pattern: String, model: String, matches: Bool) throws {
        let rules = try ThinkRules("\(pattern)=high")
        #expect(rules.level(for: ChatRequest(model: model, messages: [])) == (matches ? .high : nil))
    }

    @Test("A pattern of many wildcards takes no long time")
    func manyWildcards() throws {
        let rules = try ThinkRules(String(repeating: "*a", count: 200) + "b")
        let model = String(repeating: "a", count: 5000)
        #expect(rules.level(for: ChatRequest(model: model, messages: [])) == nil)
    }

    @Test("Blank entries and spaces do not count")
    func spaces() throws {
        let rules = try ThinkRules(" , glm-5 = HIGH ,, qwen3\t,")
        #expect(rules.level(for: ChatRequest(model: "glm-5", messages: [])) == .high)
        #expect(rules.level(for: ChatRequest(model: "qwen3", messages: [])) == .on)
        #expect(rules.level(for: ChatRequest(model: "", messages: [])) == nil)
    }

    @Test(
        "A wrong entry is named",
        arguments: [
            (
                "glm-5,qwen3=maybe",
                #"entry "qwen3=maybe": "maybe" is not one of true, false, low, medium, high, max, effort, tools"#
            ),
            ("glm-5=", #"entry "glm-5=": "" is not one of true, false, low, medium, high, max, effort, tools"#),
            (
                "a=b=high",
                #"entry "a=b=high": "b=high" is not one of true, false, low, medium, high, max, effort, tools"#
            ),
            ("=high", #"entry "=high": it names no model"#),
            (" = ", #"entry "=": it names no model"#),
        ])
    func mistakes(rules: String, message: String) {
        let error = #expect(throws: ThinkRules.Mistake.self) { try ThinkRules(rules) }
        #expect(error?.description == message)
    }

    @Test("The entry that decides is told, by either name; with tools, requests that offer some think")
    func entry() throws {
        let rules = try ThinkRules("a*=tools, b=high")
        #expect(rules.entry(for: "b") == "b=high" && rules.entry(for: "c") == nil)
        #expect(rules.entry(for: "c", upstreamModel: "abc") == "a*=tools")
        var request = ChatRequest(model: "c", messages: [])
        #expect(rules.level(for: request) == nil)
        #expect(rules.level(for: request, upstreamModel: "a") == .off)
        request.tools = [Tool(name: "f", description: nil, parameters: nil)]
        #expect(rules.level(for: request, upstreamModel: "a") == .on)
        request.reasoningEffort = ReasoningEffort.none
        #expect(rules.level(for: request, upstreamModel: "a") == .off)
    }
}
