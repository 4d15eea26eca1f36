import Foundation

/// The program that was built with these tests, in a process of its own.
final class TestProgram: Sendable {
    private let process: Locked<Process>
    /// Read end of its standard error; nobody reads it unasked.
    private let errors: FileHandle

    /// - Parameter redirections: what a shell makes of its descriptors, e.g. `2>&-`.
    init(_ arguments: [String], _ environment: [String: String], redirections: String = "") throws {
        let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let pipe = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        let program = folder.appending(path: "ollama-openai-proxy").path
        // Sockets of other tests that were just made are inherited, and their peers would never see their end.
        let rest = "for entry in /proc/self/fd/*; do n=${entry##*/}; ((n > 2)) && eval \"exec $n>&-\"; done"
        process.arguments = ["-c", "\(rest); exec \"$0\" \"$@\" \(redirections)", program] + arguments
        process.environment = ["PORT": "0"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe
        try process.run()
        self.process = Locked(process)
        errors = pipe.fileHandleForReading
    }

    deinit { kill(number, SIGKILL) }

    var number: Int32 { process.withLock { $0.processIdentifier } }

    func send(_ signal: Int32) { kill(number, signal) }

    /// The next line of standard error that holds `mark`; what came last when there is none within half a minute of
    /// silence.
    func line(with mark: String) -> String {
        var line: [UInt8] = []
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

    /// The exit code; `nil` when it has not ended after so long, or was ended by a signal.
    func exitCode(within seconds: Double) -> Int32? {
        let end = Date(timeIntervalSinceNow: seconds)
        while process.withLock({ $0.isRunning }) {
            guard Date() < end else { return nil }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return process.withLock { $0.terminationReason == .exit ? $0.terminationStatus : nil }
    }
}
