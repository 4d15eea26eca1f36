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
        let code = try Self.code.get()
        var later: [String: String] = [:]
        for other in Self.folders[(position + 1)...] {
            for (_, code) in code[other] ?? [] {
                for match in code.matches(
                    of: /(?m)^(?:final |private |indirect )*(?:struct|class|enum|actor|protocol) ([A-Z]\w*)/)
                {
                    later[String(match.1)] = other
                }
            }
        }
        for (file, code) in try #require(code[folder]) {
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
            for (file, code) in try #require(Self.code.get()[folder]) {
                for match in code.matches(of: /(?m)^\s*import (\w+)/) {
                    #expect(allowed.contains(String(match.1)), "\(folder)/\(file) imports \(match.1)")
                }
            }
        }
    }

    // MARK: Dialects

    /// Each dialect has a folder; what several of them need is in `Dialects/Shared`, and the seams are in `Dialects`.
    private static let dialects = [
        "ChatCompletions", "Messages", "Responses", "OllamaAPI", "Ollama", "VendorChat",
    ]

    @Test("Every folder among the dialects is known here")
    func knowsEveryDialect() throws {
        let root = Self.sources.appending(path: "Dialects")
        let entries = try FileManager.default.contentsOfDirectory(atPath: root.path)
        #expect(Set(entries.filter { !$0.hasSuffix(".swift") }) == Set(Self.dialects + ["Shared"]))
    }

    @Test("No dialect names a type of a sibling, and nobody else one of a dialect's inside", arguments: dialects)
    func namesNoSibling(dialect: String) throws {
        let own = try Self.files(in: "Dialects/\(dialect)").map { Declarations(of: $0.1) }
        let types = own.reduce(into: Set<String>()) { $0.formUnion($1.types) }
        for (file, code) in try Self.filesOutside(dialect) {
            var names = Set(code.matches(of: /\b[A-Z]\w*/).map { String($0.output) }).intersection(types)
            if !file.hasPrefix("Dialects/") {
                names = names.filter { !$0.hasSuffix("Dialect") }
            }
            #expect(names.isEmpty, "\(file) names \(names.sorted()) of \(dialect)")
        }
    }

    @Test("What a dialect adds to a type of somebody else is used in its own folder only", arguments: dialects)
    func addsNothingForSiblings(dialect: String) throws {
        let own = try Self.files(in: "Dialects/\(dialect)").map { ($0.0, Declarations(of: $0.1)) }
        let types = own.reduce(into: Set<String>()) { $0.formUnion($1.1.types) }
        let others = try Self.filesOutside(dialect).map { file, code in
            (file, Set(code.matches(of: /\b[a-z]\w*/).map { String($0.output) }))
        }
        for (file, declarations) in own {
            for (type, members) in declarations.added where !types.contains(type) {
                for member in members {
                    let users = others.filter { $0.1.contains(member) }.map(\.0)
                    // A name that others have too cannot be told from theirs: it is private, or another one.
                    #expect(users.isEmpty, "\(type).\(member) of \(dialect)/\(file) is a name in \(users.prefix(3))")
                }
            }
        }
    }

    /// What a file declares, by its text alone.
    private struct Declarations {
        /// At any depth; of nested ones only those that no private word hides.
        var types: Set<String> = []
        /// The members that can be seen from other files, by the type that they are added to.
        var added: [String: [String]] = [:]

        init(of code: String) {
            for match in code.matches(
                of: /(?m)^(?:final |indirect )*(?:struct|class|enum|actor|protocol) ([A-Z]\w*)/)
            {
                types.insert(String(match.1))
            }
            var type: String?
            var depth = 0
            for line in code.split(separator: "\n") {
                if depth == 0, let head = line.firstMatch(of: /^extension ([A-Z]\w*)/) { type = String(head.1) }
                if depth == 1, let type, !line.contains(/\b(?:private|fileprivate)\b/),
                    let member = line.firstMatch(of: /\b(?:func|var|let|case|init|subscript)\b\s*(\w*)/)
                {
                    // What has no name of its own goes by the word that stands for it, which is always in use.
                    let word = member.1.isEmpty ? member.0 : member.1
                    added[type, default: []].append(word.trimmingCharacters(in: .whitespaces))
                }
                depth += line.count { $0 == "{" } - line.count { $0 == "}" }
                if depth == 0 { type = nil }
            }
        }
    }

    /// All files but a dialect's own, by their paths.
    private static func filesOutside(_ dialect: String) throws -> [(String, String)] {
        let code = try code.get()
        return folders.flatMap { folder in
            (code[folder] ?? []).map { ("\(folder)/\($0.0)", $0.1) }
        }.filter { !$0.0.hasPrefix("Dialects/\(dialect)/") }
    }

    /// All files of all folders, read once.
    private static let code = Result {
        Dictionary(uniqueKeysWithValues: try folders.map { ($0, try files(in: $0)) })
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
