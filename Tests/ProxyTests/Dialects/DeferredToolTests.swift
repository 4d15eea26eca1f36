import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("Tools that a client wants looked for first")
struct DeferredToolTests {
    private static func tool(_ name: String, deferred: Bool = false) -> String {
        #"{"name":"\#(name)","input_schema":{"type":"object"}\#(deferred ? #","defer_loading":true"# : "")}"#
    }

    private static func request(_ tools: [String], _ found: [String] = [], more: String = "") throws -> ChatRequest {
        let references = found.map { #"{"type":"tool_reference","tool_name":"\#($0)"}"# }.joined(separator: ",")
        let turn =
            #",{"role":"assistant","content":[{"type":"tool_use","id":"s","name":"ToolSearch","input":{}}]},"#
            + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"s","content":[\#(references)]}]}"#
        let messages = #"{"role":"user","content":"hi"}"# + (found.isEmpty ? "" : turn)
        let body = #"{"model":"m","max_tokens":9,"messages":[\#(messages)],"tools":[\#(tools.joined(separator: ","))]\#(more)}"#
        return try MessagesDialect().decode(HTTPRequest(method: .post, target: "/v1/messages", body: Array(body.utf8)))
    }

    private static let tools = [tool("Deploy", deferred: true), tool("ToolSearch"), tool("Fetch", deferred: true)]

    @Test(
        "They are offered once a reference names them, behind the others",
        arguments: [
            ([], ["ToolSearch"]), (["Fetch"], ["ToolSearch", "Fetch"]), (["Fetch", "Deploy"], ["ToolSearch", "Deploy", "Fetch"]),
            (["Other"], ["ToolSearch"]),
        ])
    func offered(found: [String], expected: [String]) throws {
        // Twice and more, as known tools go another way.
        for _ in 0..<3 {
            let request = try Self.request(Self.tools, found)
            #expect(request.tools.map(\.name) == expected)
            let encoded = try OllamaDialect(host: "h").encode(RequestPlan(request, think: nil), form: [])
            let names = try JSONDocument(parsing: encoded.body).root["tools"]?.elements.compactMap { $0["function"]?["name"]?.string }
            #expect(names == expected)
        }
    }

    @Test("All of them are known names")
    func known() throws {
        let catalog = ToolCatalog(of: try Self.request(Self.tools))
        #expect(catalog.resolve("deploy")?.name == "Deploy")
        #expect(catalog.resolve("functions.Fetch")?.name == "Fetch")
    }

    @Test("Where Anthropic's server would look for them, or nothing else is there, all are offered")
    func all() throws {
        let search = #"{"type":"tool_search_tool_regex_20251119","name":"tool_search_tool_regex"}"#
        let request = try Self.request([search] + Self.tools)
        #expect(request.tools.map(\.name) == ["Deploy", "ToolSearch", "Fetch"])
        #expect(request.leftOut == ["tool_search_tool_regex_20251119"])
        #expect(try Self.request([Self.tool("a", deferred: true)]).tools.map(\.name) == ["a"])
    }

    @Test("The one that must be called is offered")
    func chosen() throws {
        let request = try Self.request(Self.tools, more: #","tool_choice":{"type":"tool","name":"Fetch"}"#)
        #expect(request.offeredTools.map(\.name) == ["Fetch"])
    }

    @Test("Requests with the same references share one set")
    func shared() throws {
        let requests = try (0..<4).map { _ in try Self.request(Self.tools + [Self.tool("shared")], ["Fetch"]) }
        #expect(requests[2].toolSet === requests[3].toolSet)
    }
}
