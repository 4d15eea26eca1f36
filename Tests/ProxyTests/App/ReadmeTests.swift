import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The README says what is so")
struct ReadmeTests {
    private static let text: String = {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        return (try? String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)) ?? ""
    }()

    /// The names in the table of settings, each with its default as that is written there.
    private static let defaults: [String: String] = {
        let section = text.split(separator: "\n## ").first { $0.hasPrefix("Configuration\n") } ?? ""
        var defaults: [String: String] = [:]
        for row in section.split(separator: "\n") where row.hasPrefix("| `") {
            let cells = row.components(separatedBy: " | ")
            // Between the bars of an empty cell there is but one space.
            let values = cells[1].hasPrefix("|") ? [""] : cells[1].components(separatedBy: ", ")
            for (index, name) in cells[0].matches(of: /`(\w+)`/).enumerated() {
                defaults[String(name.1)] = values.count > 1 ? values[index] : values[0]
            }
        }
        return defaults
    }()

    @Test("The table of settings holds each of them with its default, and each secret's file, and no others")
    func settings() {
        #expect(
            Set(Self.defaults.keys) == Set(ConfigurationKey.all.flatMap { [$0.name, $0.fileName].compactMap(\.self) }))
        // Empty, this one hangs on another.
        for key in ConfigurationKey.all where key.name != "MAX_BODY_BYTES_IN_FLIGHT" {
            let size = Int(key.standard).map { "\($0 / 1_048_576) MiB" }
            let written = Self.defaults[key.name]?.trimmingCharacters(in: ["|", " ", "`"])
            #expect(written == key.standard || written == size, "\(key.name): \(written ?? "")")
        }
    }

    @Test("It tells what each field of a request's log lines is")
    func fields() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let file = root.appending(path: "Sources/ollama-openai-proxy/App/Log+Exchange.swift")
        let names = try String(contentsOf: file, encoding: .utf8).matches(of: #/\("([a-z_]+)", /#).map { String($0.1) }
        let section = Self.text.components(separatedBy: "\n### ").first { $0.hasPrefix("The log\n") } ?? ""
        #expect(Set(names).count > 25)
        for name in Set(names) { #expect(section.contains("`\(name)`"), "\(name)") }
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
