import Testing

@testable import ollama_openai_proxy

@Suite("Tools that Anthropic runs itself")
struct ServerToolTests {
    private func tools(_ list: String) throws -> [String] {
        let body = #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"}],"tools":[\#(list)]}"#
        return try MessagesDialect().decode(RequestBody(parsing: Array(body.utf8))).tools.map(
            \.name)
    }

    @Test("They are left out beside function tools, and refused alone")
    func leftOut() throws {
        let search = #"{"type":"web_search_20250305","name":"web_search"}"#
        let function = #"{"name":"f","input_schema":{"type":"object"}}"#
        for _ in 0..<3 {
            #expect(try tools("\(search),\(function)") == ["f"])
            let error = #expect(throws: ChatError.self) { try tools(search) }
            #expect(error?.message.contains("a tool of Anthropic's own") == true && error?.parameter == "tools[0].type")
        }
        #expect(throws: ChatError.self) { try tools(#"\#(function),{"name":"g"}"#) }
    }
}
