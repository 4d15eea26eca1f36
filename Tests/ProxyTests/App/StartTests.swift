import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("What the program says at its start, and of its port", .onOwnThreads, .timeLimit(.minutes(10)))
struct StartTests {
    private static func ollama() throws -> ScriptedUpstream {
        try ScriptedUpstream { request, _ in
            let isTags = request.head.hasPrefix("GET /api/tags\n")
            return [.whole(isTags ? #"{"models":[{"name":"glm-5:cloud"},{"name":"b"}]}"# : #"{"version":"0.9.9"}"#)]
        }
    }

    private func answersHealth(_ port: Int) async throws -> Bool {
        try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return TestReply(client.receiveAll()).status == 200
        }
    }

    /// What `--check` prints, and its exit code.
    private func checked(_ settings: [String: String]) async throws -> (lines: [String], code: Int32?) {
        let program = try TestProgram(["--check"], settings, redirections: ">&2")
        return try await onThread {
            let ending = program.ending(within: 30)
            return (ending.errors.components(separatedBy: "\n"), ending.code)
        }
    }

    @Test("That Ollama is away is a warning, and the program serves")
    func away() async throws {
        let program = try TestProgram(["OLLAMA_BASE_URL": "http://127.0.0.1:9"])
        let port = try await onThread { program.port() }
        let line = try await onThread { program.line(with: "ollama serve") }
        #expect(line.contains(" warning ") && line.contains("127.0.0.1:9"))
        #expect(try await answersHealth(port))
    }

    @Test("An Ollama that says nothing holds up nobody")
    func silent() async throws {
        let upstream = try ScriptedUpstream(.awaitClose)
        let program = try TestProgram(["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)"])
        let port = try await onThread { program.port() }
        #expect(try await upstream.received())
        #expect(try await answersHealth(port))
        program.send(SIGTERM)
        #expect(try await onThread { program.exitCode(within: 30) } == 0)
    }

    @Test("In a pipe nothing is said of an Ollama that answers; of a pattern that is nobody's there is a warning")
    func pipe() async throws {
        let upstream = try Self.ollama()
        let program = try TestProgram(["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)", "THINK_MODELS": "glm5*"])
        _ = try await onThread { program.port() }
        #expect(try await onThread { program.line(with: "warning") }.contains(" warning THINK_MODELS names glm5*"))
        program.send(SIGTERM)
        let ending = try await onThread { program.ending(within: 30) }
        #expect(ending.errors.split(separator: "\n").count == 1 && ending.errors.contains("stopping"), "\(ending)")
    }

    #if os(Linux)
        @Test("On a terminal it says who answers, who thinks, and what a client is given")
        func terminal() async throws {
            // As posix_openpt, unlockpt and ptsname do (ioctl_tty(2)), which Swift's Glibc does not show.
            let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            defer { close(master) }
            var (number, isLocked): (Int32, Int32) = (0, 0)
            try #require(ioctl(master, 0x4004_5431, &isLocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
            let upstream = try Self.ollama()
            let settings = ["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)", "THINK_MODELS": "glm-5*", "HOST": "127.0.0.2"]
            let program = try TestProgram([], settings, redirections: "2>/dev/pts/\(number)")
            let text = try await onThread {
                var (text, bytes) = ("", [UInt8](repeating: 0, count: 4096))
                var event = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
                while !text.contains("; claude"), poll(&event, 1, 30_000) > 0 {
                    let count = read(master, &bytes, bytes.count)
                    text += String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
                }
                return text
            }
            for words in ["Ollama 0.9.9 answers", "glm-5:cloud  thinks by glm-5*", "http://127.0.0.2:"] {
                #expect(text.contains(words))
            }
            let port = text.firstMatch(of: /address=127.0.0.2:(\d+)/)?.1 ?? ""
            #expect(text.contains("http://127.0.0.2:\(port)/v1"), "\(text)")
            #expect(text.contains("HOST=127.0.0.2 PORT=\(port) ") && text.contains("--claude-env 'glm-5:cloud'"), "\(text)")
            program.send(SIGTERM)
        }
    #endif

    @Test("--check shows what was set, then the defaults, then what is wrong and who answers")
    func order() async throws {
        let upstream = try Self.ollama()
        let settings = ["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)", "THINK_MODELS": "glm5*", "NUM_CTX": "8"]
        let (lines, code) = try await checked(settings)
        #expect(code == 0)
        #expect(Set(lines.prefix(4).map { $0.prefix { $0 != "=" } }) == ["OLLAMA_BASE_URL", "THINK_MODELS", "NUM_CTX", "PORT"])
        let marks = ["(default)", "is free", "Ollama 0.9.9 answers", "warning: THINK_MODELS names glm5*"]
        let places = marks.map { mark in lines.lastIndex { $0.contains(mark) } ?? -1 }
        #expect(places == places.sorted() && places[0] > 4, "\(lines)")
    }

    @Test("--check asks each vendor that is used, and says of a model that it does not list, and of a vendor that nobody uses")
    func vendors() async throws {
        let upstream = try Self.ollama()
        let vendor = try ScriptedUpstream { _, _ in [.whole(#"{"data":[{"id":"qwen-plus"},{"id":"other"}]}"#)] }
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let base = #"{"base_url":"http://127.0.0.1:\#(vendor.port)/v1","auth":"none"}"#
        let text =
            #"{"upstreams":{"shop":\#(base),"spare":\#(base)},"models":{"a":{"upstream":"shop","model":"qwen-plus"},"#
            + #""qwen-max":{"upstream":"shop"},"b":{"upstream":"ollama","api":"openai"}}}"#
        try Data(text.utf8).write(to: file)
        let (lines, code) = try await checked(["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)", "MODELS_FILE": file.path])
        #expect(code == 0)
        #expect(lines.contains { $0.hasPrefix("shop answers in ") && $0.hasSuffix(" ms: 2 models.") }, "\(lines)")
        #expect(lines.filter { $0.contains("lists no model") } == ["warning: shop lists no model qwen-max"], "\(lines)")
        #expect(lines.contains("spare: no model uses it.") && lines.contains("  b  to ollama by its /v1"), "\(lines)")
    }

    @Test("--check says of a URL that is not Ollama's what is too much in it")
    func prefix() async throws {
        let upstream = try ScriptedUpstream(.whole("404 page not found", status: 404))
        let (lines, code) = try await checked(["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1"])
        #expect(code == 1)
        #expect(lines.contains { $0.contains("not Ollama: leave /v1 out of OLLAMA_BASE_URL") }, "\(lines)")
    }

    @Test("A port that is taken is said, and by whom; one that serves already is no fault for --check")
    func taken() async throws {
        let upstream = try Self.ollama()
        let url = "http://127.0.0.1:\(upstream.port)"
        let program = try TestProgram(["OLLAMA_BASE_URL": url])
        let port = try await onThread { program.port() }
        let own = try await checked(["OLLAMA_BASE_URL": url, "PORT": "\(port)"])
        #expect(own.code == 0 && own.lines.contains { $0.contains("serves there already") }, "\(own)")
        let other = try await checked(["OLLAMA_BASE_URL": url, "PORT": "\(upstream.port)"])
        #expect(other.code == 1 && other.lines.contains { $0.contains("another web server") }, "\(other)")
        let second = try TestProgram(["OLLAMA_BASE_URL": url, "PORT": "\(port)"])
        let ending = try await onThread { second.ending(within: 30) }
        #expect(ending.code == 78 && ending.errors.contains("serves there already"), "\(ending)")
    }
}
