#if canImport(Glibc)
    import CEpoll
#endif

/// The command line: reads the configuration, then serves, checks, or shows help.
@main struct Main {
    static let version = "0.2.0"

    /// With the commit, where the build's command said it.
    private static var longVersion: String {
        #if canImport(Glibc)
            let commit = String(cString: proxy_commit())
            if !commit.isEmpty { return "\(version) (\(commit))" }
        #endif
        return version
    }

    static func main() {
        // What is closed would become a client's connection, and the log would go there.
        for number in 0...2 where fcntl(Int32(number), F_GETFD) < 0 { _ = open("/dev/null", O_RDWR) }
        let command: Command
        switch Array(CommandLine.arguments.dropFirst()) {
        case []: command = .serve
        case ["--demo"]: command = .demo
        case ["--check"]: command = .check
        case ["--health"]: command = .health
        case ["--claude-env"]: command = .claudeEnvironment(model: nil)
        case let words where words.count == 2 && words[0] == "--claude-env": command = .claudeEnvironment(model: words[1])
        case ["--help"], ["-h"]: return print(Help.text)
        case ["--version"]: return print("ollama-openai-proxy \(longVersion)")
        case let other:
            Console.complain("unknown arguments: \(other.joined(separator: " ")); try --help")
            exit(ExitCode.usage)
        }
        do {
            let configuration = try Configuration(Environment.all)
            Signals.ignoreBrokenPipes()
            Memory.keepForReuse()
            FileDescriptor.raiseLimit()
            EventLoop.start { await App(configuration).run(command) }
            EventLoop.run()
        } catch {
            Console.complain("\(error)")
            exit(ExitCode.configuration)
        }
    }
}

enum Memory {
    /// Lets the C library keep up to 16 MiB that were freed, and take blocks of up to 32 MiB from its heap. By default it
    /// gives every agent request's megabytes back and asks for them again, which costs more than translating them.
    static func keepForReuse() {
        #if canImport(Glibc)
            mallopt(M_TRIM_THRESHOLD, 16 * 1024 * 1024)
            mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024)
        #endif
    }
}

/// What the program was started for.
enum Command: Sendable {
    case serve, demo, check, health
    case claudeEnvironment(model: String?)
}

/// Exit codes of sysexits.h where one fits.
enum ExitCode {
    static let failure: Int32 = 1
    /// EX_USAGE: unknown arguments.
    static let usage: Int32 = 64
    /// EX_CONFIG: the configuration is wrong, or its address cannot be listened at.
    static let configuration: Int32 = 78
}
