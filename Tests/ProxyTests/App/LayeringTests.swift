import Foundation
import Testing

@Suite("The folders of the sources")
struct LayeringTests {
    /// Sorted by dependency: a folder may name only types of itself and of folders before it.
    static let folders = [
        "Bytes", "JSON", "HTTP", "Chat", "Reasoning", "ToolCalls", "Dialects", "Transport", "Client", "Server", "App",
    ]

    private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Sources/ollama-openai-proxy").standardizedFileURL

    @Test("No folder names a type of a folder below it", arguments: folders)
    func namesOnlyAbove(folder: String) throws {
        let position = try #require(Self.folders.firstIndex(of: folder))
        var later: [String: String] = [:]
        for other in Self.folders[(position + 1)...] {
            for (_, code) in try Self.files(in: other) {
                for match in code.matches(
                    of: /(?m)^(?:final |private |indirect )*(?:struct|class|enum|actor|protocol) ([A-Z]\w*)/)
                {
                    later[String(match.1)] = other
                }
            }
        }
        for (file, code) in try Self.files(in: folder) {
            let names = Set(code.matches(of: /\b[A-Z]\w*/).map { String($0.output) })
            for name in names {
                #expect(later[name] == nil, "\(folder)/\(file) names \(name) of \(later[name] ?? "")")
            }
        }
    }

    @Test("Every source file is in one of the folders, and none is longer than 400 lines")
    func knowsEveryFile() throws {
        let entries = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
        #expect(Set(entries) == Set(Self.folders))
        for folder in Self.folders {
            for (file, code) in try Self.files(in: folder, stripped: false) {
                #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count <= 401, "\(folder)/\(file)")
            }
        }
    }

    @Test("The core imports nothing but the C library, Synchronization and the epoll header")
    func importsLittle() throws {
        let allowed: Set = ["Glibc", "Darwin", "Synchronization", "CEpoll"]
        for folder in Self.folders {
            for (file, code) in try Self.files(in: folder) {
                for match in code.matches(of: /(?m)^\s*import (\w+)/) {
                    #expect(allowed.contains(String(match.1)), "\(folder)/\(file) imports \(match.1)")
                }
            }
        }
    }

    /// The Swift files below a folder, comments and the contents of string literals left out.
    private static func files(in folder: String, stripped: Bool = true) throws -> [(String, String)] {
        let root = sources.appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }
        return try names.map { name in
            let code = try String(contentsOf: root.appending(path: name), encoding: .utf8)
            guard stripped else { return (name, code) }
            return (name, code.replacing(/\/\/[^\n]*/, with: "").replacing(/"(?:[^"\\\n]|\\.)*"/, with: "\"\""))
        }
    }
}
