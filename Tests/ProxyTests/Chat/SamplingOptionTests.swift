import Testing

@testable import ollama_openai_proxy

@Suite("The table of sampling options")
struct SamplingOptionTests {
    private func decode(_ members: String) throws -> GenerationOptions {
        try ChatCompletionsFixture.decode(members).options
    }

    @Test("No two rows share a name in any API")
    func unique() {
        for names in [
            SamplingOption.all.compactMap(\.name), SamplingOption.all.map(\.ollama),
            SamplingOption.all.compactMap(\.vendor),
        ] {
            #expect(Set(names).count == names.count)
        }
    }

    /// A value of the option's kind, as both sides write it.
    private func sample(_ option: SamplingOption) -> String {
        switch option.kind {
        case .integer, .any: "3"
        case .number: "0.30"
        case .bool: "true"
        case .texts: #"["x"]"#
        }
    }

    @Test("A row is enough: each option is read by every client API and written for every upstream")
    func everyRow() throws {
        for option in SamplingOption.all {
            let value = sample(option)
            let free = try decode(#""options":{"\#(option.ollama)":\#(value)}"#)
            #expect(try ollama(free) == #"{"\#(option.ollama)":\#(value)}"#)
            guard let name = option.name else { continue }
            let options = try decode(#""\#(name)":\#(value)"#)
            #expect(try ollama(options) == #"{"\#(option.ollama)":\#(value)}"#)
            #expect(
                try ollama(OllamaAPIFixtures.decode(#""options":{"\#(option.ollama)":\#(value)}"#).options)
                    == ollama(options))
            guard let vendor = option.vendor else { continue }
            var request = OllamaFixtures.request()
            request.options = options
            #expect(try VendorChatFixtures.member("\(vendor)", of: request) == value)
        }
    }

    private func ollama(_ options: GenerationOptions) throws -> String? {
        var request = OllamaFixtures.request()
        request.options = options
        return try OllamaFixtures.member("options", of: request)
    }

    @Test("Options come in the table's order, however they were said; saying nothing takes one back")
    func order() throws {
        var options = try decode(#""stop":"x","top_k":1,"seed":2,"max_tokens":3"#)
        #expect(options.said.map(\.option.name) == ["max_tokens", "seed", "top_k", "stop"])
        options["seed"] = nil
        options["min_p"] = .raw(try OllamaFixtures.json("0.1"))
        #expect(options.said.map(\.option.name) == ["max_tokens", "top_k", "min_p", "stop"])
    }

    @Test("What a client did not say is filled in, and only that")
    func filled() throws {
        let route = try decode(#""top_k":1,"seed":2,"options":{"a":1}"#)
        let filled = try decode(#""seed":7,"stop":[]"#).filled(from: route)
        #expect(try ollama(filled) == #"{"a":1,"seed":7,"top_k":1}"#)
        #expect(try decode(#""options":{"b":1}"#).filled(from: route).extra?.rawText == #"{"b":1}"#)
    }
}
