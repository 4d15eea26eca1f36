import Foundation

/// The program that was built with these tests, in a process of its own.
final class TestProgram: Sendable {
    private let process: ChildProcess

    /// - Parameter redirections: what a shell makes of its descriptors, e.g. `2>&-`.
    init(_ arguments: [String], _ environment: [String: String], redirections: String = "") throws {
        let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let program = folder.appending(path: "ollama-openai-proxy").path
        var settings = ["PORT": "0"].merging(environment) { $1 }
        // Of the runner's own environment only what a sanitizer is told: the program is built with the same one.
        settings["ASAN_OPTIONS"] = ProcessInfo.processInfo.environment["ASAN_OPTIONS"]
        process = try ChildProcess([program] + arguments, settings, redirections: redirections)
    }

    var number: Int32 { process.number }

    func send(_ signal: Int32) { kill(number, signal) }

    /// The next line of standard error that holds `mark`; what came last when there is none within half a minute of
    /// silence.
    func line(with mark: String) -> String {
        var line: [UInt8] = []
        let errors = process.errors.fileHandleForReading
        var event = pollfd(fd: errors.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, 30_000) > 0, let byte = try? errors.read(upToCount: 1)?.first {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            if text.contains(mark) { return text }
            line = []
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// The port in the line that tells where it listens.
    func port() -> Int {
        line(with: " listening ").firstMatch(of: /address=\S+:(\d+)/).flatMap { Int($0.1) } ?? 0
    }

    /// How it ended, with what it wrote to standard error and nobody read; for a failing expectation.
    func ending(within seconds: Double) -> (code: Int32?, errors: String) {
        let code = process.end(within: seconds)
        let errors = code == nil ? Data() : process.errors.fileHandleForReading.availableData
        return (code, String(decoding: errors, as: UTF8.self))
    }

    /// The exit code; `nil` when it has not ended after so long.
    func exitCode(within seconds: Double) -> Int32? { process.end(within: seconds) }
}
