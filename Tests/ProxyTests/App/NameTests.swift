import Foundation
import Testing

/// The words by which an engineer would search are used, and those by which nobody would are not.
@Suite("Names are the field's")
struct NameTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL

    /// What was called so once; the words of a name, one behind the other.
    private static let retired: [[String]] = [
        ["door"], ["doors"], ["stumble"], ["stumbles"], ["patience"], ["ticket"], ["tickets"], ["pass", "on"],
        ["converse"],
        ["should", "repeat"], ["shall", "repeat"], ["lacks", "call"], ["has", "told"], ["memorable"], ["complaint"],
        ["complaints"], ["complains"], ["poverty"], ["mender"], ["surplus"], ["receipt"], ["receipts"],
        ["says", "nothing"],
        ["says", "anything"], ["is", "welcome"],
    ]

    @Test("No identifier in the code or its tests, and no file, has a retired word", arguments: ["Sources", "Tests"])
    func identifiers(folder: String) throws {
        for path in try Self.paths(in: folder) {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            #expect(Self.retired(in: name) == nil, "\(path)")
            guard [".swift", ".py"].contains(where: path.hasSuffix), !path.hasSuffix("NameTests.swift") else {
                continue
            }
            let code = try Self.code(path)
            for name in Set(code.matches(of: /[A-Za-z_]\w+/).map { String($0.output) }) {
                #expect(Self.retired(in: name) == nil, "\(path): \(name)")
            }
        }
    }

    @Test("No metric, log field or error code has one")
    func words() throws {
        for path in try Self.paths(in: "Sources") where path.hasSuffix(".swift") {
            for literal in try Self.text(path).matches(of: /"([a-z]+(?:_[a-z]+)*)[= ]?"/) {
                #expect(Self.retired(in: String(literal.1)) == nil, "\(path): \(literal.0)")
            }
        }
    }

    @Test("No heading of the README has one")
    func headings() throws {
        let headings = try Self.text("README.md").split(separator: "\n").filter { $0.hasPrefix("#") }
        #expect(headings.count > 5)
        for heading in headings {
            for word in heading.split(separator: " ") { #expect(Self.retired(in: String(word)) == nil, "\(heading)") }
        }
    }

    @Test(
        "The words of a name are told apart",
        arguments: [
            ("passOn", true), ("passOnly", false), ("pass_on", true), ("HTTPDoor", true), ("indoors", false),
            ("AdmissionTicket", true), ("hasToldAll", true), ("ollama_proxy_doors_total", true), ("compassOn", false),
        ])
    func words(name: String, isRetired: Bool) {
        #expect((Self.retired(in: name) != nil) == isRetired)
    }

    /// The first retired word in a name that is written in camel or snake case.
    private static func retired(in name: String) -> String? {
        let words = name.matches(of: /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/).map { $0.output.lowercased() }
        return retired.first { words.indices(of: $0).isEmpty == false }?.joined(separator: " ")
    }

    /// Of a Swift file without comments and the contents of strings; of others without comments.
    private static func code(_ path: String) throws -> String {
        let text = try text(path)
        guard path.hasSuffix(".swift") else { return text.replacing(/#[^\n]*/, with: "") }
        return text.replacing(/\/\/[^\n]*/, with: "").replacing(/"(?:[^"\\\n]|\\.)*"/, with: "\"\"")
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func paths(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            .filter { !$0.contains("__pycache__") && !$0.contains("/.") }.map { "\(folder)/\($0)" }
    }
}

extension [String] {
    /// Where the words stand in it, one behind the other.
    fileprivate func indices(of words: [String]) -> [Int] {
        guard count >= words.count else { return [] }
        return (0...(count - words.count)).filter { Array(self[$0..<($0 + words.count)]) == words }
    }
}
