import Testing

@testable import ollama_openai_proxy

struct KnownToolsTests {
    private let known = KnownTools()

    private func list(_ text: String, in request: String = "") throws -> Parameter {
        let document = try JSONDocument(parsing: #"{\#(request)"tools":\#(text)}"#)
        return Parameter(try #require(document.root["tools"]))
    }

    /// The tools of a text that comes for the second time.
    private func tools(_ text: String, _ form: KnownTools.Form = .function) throws -> ToolSet {
        _ = try read(list(text), form)
        return try read(list(text), form)
    }

    private func read(_ list: Parameter, _ form: KnownTools.Form = .function) throws -> ToolSet {
        try known.tools(in: list, form) { tool throws(ChatError) in try tool.declaration() }
    }

    private func declaration(_ number: Int, padding: Int = 0) -> String {
        let text = String(repeating: "x", count: padding)
        return #"[{"name":"f\#(number)","description":"\#(text)","parameters":{"type":"object","properties":{}}}]"#
    }

    @Test("The same text gives the same tools, read once; another text, or another API, gives others")
    func same() throws {
        let first = try tools(declaration(1))
        #expect(first.tools.map(\.name) == ["f1"])
        #expect(try tools(declaration(1)) === first)
        #expect(try tools(declaration(2)) !== first)
        #expect(try tools(declaration(1), .responses) !== first)
        #expect(try tools(declaration(1) + " ") === first)
        #expect(try tools(declaration(1).replacing("[", with: "[ ")) !== first)
    }

    @Test("Texts of one length that differ in their last byte only are told apart")
    func compared() throws {
        let texts = (0..<10).map { #"[{"name":"f","parameters":{"enum":[\#($0)]}}]"# }
        for _ in 0..<2 {
            for text in texts {
                let parameters = try #require(tools(text).tools[0].parameters)
                #expect(text.contains(parameters.rawText))
            }
        }
    }

    @Test("The request around a known text is not kept")
    func copied() throws {
        let request = #""input":"\#(String(repeating: "long ", count: 1000))","#
        #expect(try read(list(declaration(1), in: request)).tools[0].parameters?.document.bytes.count ?? 0 > 5000)
        let set = try read(list(declaration(1), in: request))
        #expect(set.tools[0].parameters?.document.bytes.count == declaration(1).utf8.count)
    }

    @Test("A text that comes once is not kept, and many of them drive out none that is")
    func once() throws {
        let first = try tools(declaration(0))
        for number in 1...200 { #expect(try read(list(declaration(number))).tools[0].name == "f\(number)") }
        #expect(known.documents.count == 1)
        #expect(try read(list(declaration(0))) === first)
    }

    @Test("The last sixteen texts are kept, and of large ones fewer; what is used stays")
    func bounded() throws {
        let first = try tools(declaration(0))
        for number in 1...40 {
            _ = try tools(declaration(number))
            #expect(try tools(declaration(0)) === first)
        }
        #expect(known.documents.count == 16)
        for number in 0..<20 { _ = try tools(declaration(number, padding: 300_000)) }
        #expect(known.documents.reduce(0) { $0 + $1.bytes.count } <= 2 * 1024 * 1024)
        #expect(known.documents.count == 6)
        let huge = try tools(declaration(0, padding: 600_000))
        #expect(huge.tools.map(\.name) == ["f0"] && known.documents.count == 6)
    }

    @Test("A mistake is told by its place in the request, each time, and nothing is kept of it")
    func mistakes() throws {
        for _ in 0..<2 {
            for (text, path) in [
                (#"[{"name":"f"},{"name":7}]"#, "tools[1].name"), ("{}", "tools"), ("[1]", "tools[0]"),
                (#"[{"name":"f","parameters":[]}]"#, "tools[0].parameters"),
            ] {
                let error = #expect(throws: ChatError.self) { try tools(text) }
                #expect(error?.parameter == path)
            }
        }
        #expect(known.documents.isEmpty)
    }

    @Test("What is made of a set is made once, for each kind of value")
    func derived() throws {
        let set = try tools(declaration(1))
        var made = 0
        for _ in 0..<3 {
            let count = set.derived { tools in
                made += 1
                return tools.count
            }
            #expect(count == 1)
        }
        #expect(made == 1 && set.derived { $0.map(\.name) } == ["f1"])
    }

    @Test("Requests with the same tools share their catalog, and get the same bytes for both upstreams")
    func shared() throws {
        let text = #"[{"name":"f","parameters":{"properties":{"a":{"const":"\u0031"}}}}]"#
        let requests = try (0..<2).map { _ in
            var request = OllamaFixtures.request()
            request.toolSet = try tools(text)
            return request
        }
        #expect(ToolCatalog(of: requests[0]).tools[0] === ToolCatalog(of: requests[1]).tools[0])
        let ollama = OllamaDialect(host: "localhost")
        let plans = requests.map { RequestPlan($0) }
        #expect(try ollama.encode(plans[0], form: []).body == ollama.encode(plans[1], form: []).body)
        #expect(
            try VendorChatFixtures.dialect.body(plans[0], []) == VendorChatFixtures.dialect.body(plans[1], []))
        var named = requests[0]
        named.toolChoice = .function("f")
        #expect(ToolCatalog(of: named).isClosed && !ToolCatalog(of: requests[0]).isClosed)
        named.toolChoice = .none
        #expect(ToolCatalog(of: named).isEmpty && ToolCatalog(of: named).isClosed)
    }
}
