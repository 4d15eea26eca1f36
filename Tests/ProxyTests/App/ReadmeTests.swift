import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The README says what is so")
struct ReadmeTests {
    private static let text: String = {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        return (try? String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)) ?? ""
    }()

    @Test("Every variable is in it", arguments: ConfigurationKey.all.map(\.name))
    func variables(name: String) {
        #expect(Self.text.contains("`\(name)`"))
    }

    @Test("Every secret's file is in it", arguments: ConfigurationKey.all.compactMap(\.fileName))
    func files(name: String) {
        #expect(Self.text.contains("`\(name)`"))
    }

    @Test("The models file in it is one")
    func models() throws {
        let start = try #require(Self.text.range(of: "```json\n"))
        let end = try #require(Self.text[start.upperBound...].range(of: "\n```"))
        let key = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)")
        try "sk-file\n".write(to: key, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: key) }
        let example = Self.text[start.upperBound..<end.lowerBound]
            .replacingOccurrences(of: "/run/secrets/azure", with: key.path())
        let table = try ModelsFile(example, environment: ["DASHSCOPE_API_KEY": "sk-1"]).table
        #expect(table.vendorModels == ["glm-5", "gpt-5"])
        #expect(table.vendors["dashscope"]?.isSecure == true)
        #expect(table.route(for: "tiny:1b")?.options.maxTokens == 8192)
        #expect(table.route(for: "qwen3:8b")?.think == .off)
    }
}
