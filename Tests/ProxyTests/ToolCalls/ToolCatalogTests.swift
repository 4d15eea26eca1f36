import Testing

@testable import ollama_openai_proxy

struct ToolCatalogTests {
    @Test("A name finds the one tool that it can mean", arguments: ToolNameCases.all)
    func resolves(name: ToolNameCases.Case) {
        let catalog = ToolCatalog(name.tools.map { Tool($0) })
        #expect(catalog.resolve(name.name)?.name == name.expected)
    }

    @Test("Of two tools with one name the last counts, as it is the one that is offered")
    func lastCounts() {
        let catalog = ToolCatalog([Tool("f"), Tool("f", "{}")])
        #expect(catalog.declared("f")?.parameters != nil)
        #expect(catalog.resolve("F")?.parameters != nil)
        #expect(catalog.declared("F") == nil)
    }

    @Test("A long name costs time in proportion to its length")
    func longName() {
        let catalog = ToolCatalog([Tool("Bash")])
        #expect(catalog.resolve(String(repeating: "\"", count: 200_000)) == nil)
        #expect(catalog.resolve(String(repeating: "functions.", count: 50_000)) == nil)
        #expect(catalog.resolve("Bash<" + String(repeating: "x", count: 200_000))?.name == "Bash")
    }

    @Test(
        "A name for the log holds no markup, which could hold values, and is short",
        arguments: [
            ("Bash<arg_key>secret", "Bash"), ("Bash\nsecret", "Bash"), (" 'x' ", "x"), ("", ""), ("<a>", ""),
            (String(repeating: "n", count: 100), String(repeating: "n", count: 64)),
        ])
    func label(name: String, label: String) {
        #expect(ToolName.label(of: name) == label)
    }
}
