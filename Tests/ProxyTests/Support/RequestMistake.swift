import Testing

@testable import ollama_openai_proxy

/// A request, or members of one, that must be refused: which parameter is named, and with which code.
struct RequestMistake: CustomTestStringConvertible {
    let json: String
    let parameter: String
    let code: ChatError.Code
    var testDescription: String { json }

    init(_ json: String, _ parameter: String, _ code: ChatError.Code) {
        self.json = json
        self.parameter = parameter
        self.code = code
    }
}
