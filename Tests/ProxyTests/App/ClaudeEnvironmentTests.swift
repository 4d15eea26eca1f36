import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What Claude Code is told by --claude-env", .onOwnThreads, .timeLimit(.minutes(10)))
struct ClaudeEnvironmentTests {
    /// An Ollama with a model of its cloud, one that is loaded and one that is not.
    private static func ollama() throws -> ScriptedUpstream {
        try ScriptedUpstream { request, _ in
            let path = request.head.split(whereSeparator: \.isWhitespace).dropFirst().first ?? ""
            let remote = request.text.contains("cloud") ? #""remote_host":"https://ollama.com:443","# : ""
            switch path {
            case "/api/tags": return [.whole(#"{"models":[{"name":"first:8b"},{"name":"glm:cloud"}]}"#)]
            case "/api/ps": return [.whole(#"{"models":[{"name":"loaded:8b","context_length":16384}]}"#)]
            default: return [.whole(#"{\#(remote)"model_info":{"general.a":"x","glm.context_length":202752}}"#)]
            }
        }
    }

    /// What is printed, and the exit code.
    private func printed(_ arguments: [String], _ settings: [String: String]) async throws -> (text: String, code: Int32?) {
        let program = try TestProgram(["--claude-env"] + arguments, settings, redirections: ">&2")
        return try await onThread {
            let ending = program.ending(within: 30)
            return (ending.errors, ending.code)
        }
    }

    @Test(
        "The model stands for all of Claude's, with its context where that is known",
        arguments: [
            ("glm:cloud", [:], "202752"), ("loaded:8b", [:], "16384"), ("first:8b", [:], nil),
            ("first:8b", ["NUM_CTX": "65536"], "65536"), ("first:8b", ["NUM_CTX": "65536", "NUM_CTX_MAX": "32768"], "32768"),
        ] as [(String, [String: String], String?)])
    func window(model: String, settings: [String: String], window: String?) async throws {
        let upstream = try Self.ollama()
        let base = ["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)", "PORT": "4444"]
        let (text, code) = try await printed([model], base.merging(settings) { $1 })
        #expect(code == 0)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.contains("export ANTHROPIC_BASE_URL=http://127.0.0.1:4444"))
        #expect(lines.contains("export ANTHROPIC_AUTH_TOKEN=unused") && lines.contains("export ANTHROPIC_API_KEY="))
        for name in ["OPUS", "SONNET", "HAIKU"] {
            #expect(lines.contains("export ANTHROPIC_DEFAULT_\(name)_MODEL='\(model)'"))
        }
        let sizes = lines.filter { $0.contains("CONTEXT_TOKENS=") || $0.contains("COMPACT_WINDOW=") }
        #expect(sizes.map { $0.split(separator: "=")[1] } == (window.map { [Substring($0), Substring($0)] } ?? []))
        #expect(text.contains("NUM_CTX=65536 here") == (window == nil))
    }

    @Test("No key is printed, a quotation mark is the shell's own, and without a name the first model is taken")
    func names() async throws {
        let upstream = try Self.ollama()
        let base = ["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)"]
        let closed = try await printed(["a'b"], base.merging(["PROXY_API_KEYS": "secret-1"]) { $1 }).text
        #expect(closed.contains("ANTHROPIC_AUTH_TOKEN=KEY\n") && !closed.contains("secret"))
        #expect(closed.contains(#"SUBAGENT_MODEL='a'\''b'"#))
        #expect(try await printed([], base).text.contains("'first:8b'"))
        let away = try await printed([], ["OLLAMA_BASE_URL": "http://127.0.0.1:9"])
        #expect(away.code == 1 && away.text.contains("--claude-env MODEL"))
    }
}
