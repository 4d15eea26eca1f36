import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The program as a process", .onOwnThreads, .timeLimit(.minutes(2)))
struct ProgramTests {
    @Test("A log pipe that nobody reads stops neither requests nor SIGTERM")
    func unreadLog() async throws {
        let program = try TestProgram([:])
        let answers = try await onThread {
            let client = try BlockingSocket(connectingTo: program.port())
            // More than a pipe holds.
            let path = "/" + String(repeating: "x", count: 190)
            var answers = 0
            for _ in 0..<400 {
                client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                guard client.receive(until: "}}").hasPrefix("HTTP/1.1 404") else { break }
                answers += 1
            }
            return answers
        }
        #expect(answers == 400)
        program.send(SIGTERM)
        #expect(try await onThread { program.exitCode(within: 30) } == 0)
    }

    @Test("A second SIGTERM ends the program at once")
    func secondSignal() async throws {
        let upstream = try ScriptedUpstream(.awaitClose)
        let program = try TestProgram(["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)"])
        let client = try await onThread {
            let client = try BlockingSocket(connectingTo: program.port())
            let request = TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true))
            client.send(request.replacingOccurrences(of: "Host: x", with: "Host: localhost"))
            return client
        }
        #expect(try await upstream.received())
        program.send(SIGTERM)
        #expect(try await onThread { program.line(with: "stopping") }.contains("stopping"))
        program.send(SIGTERM)
        #expect(try await onThread { program.exitCode(within: 30) } == 128 + SIGTERM)
        client.close()
    }

    @Test("SIGHUP without a models file ends nothing, and is said")
    func hangUp() async throws {
        let program = try TestProgram([:])
        let port = try await onThread { program.port() }
        program.send(SIGHUP)
        #expect(try await onThread { program.line(with: "SIGHUP") }.contains("MODELS_FILE"))
        let reply = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return TestReply(client.receiveAll())
        }
        #expect(reply.status == 200)
        program.send(SIGTERM)
        #expect(try await onThread { program.exitCode(within: 30) } == 0)
    }

    @Test("A mistake in the settings is told before the program ends with 78")
    func mistake() async throws {
        let program = try TestProgram(["PORT": "http"])
        #expect(try await onThread { program.exitCode(within: 30) } == 78)
        #expect(program.line(with: "PORT").hasPrefix("ollama-openai-proxy: PORT: "))
    }

    @Test("Keys that are none are a mistake, and what was hardly meant so is warned of at the start and by --check")
    func keys() async throws {
        let mistaken = try TestProgram(["PROXY_API_KEYS": ","])
        #expect(try await onThread { mistaken.exitCode(within: 30) } == 78)
        #expect(mistaken.line(with: "PROXY_API_KEYS").contains("holds nothing"))
        let settings = ["HOST": "0.0.0.0", "PROXY_API_KEY": "secret", "OLLAMA_BASE_URL": "http://127.0.0.1:9"]
        for (arguments, redirections) in [([], ""), (["--check"], ">&2")] {
            let open = try TestProgram(arguments, settings, redirections: redirections)
            let line = try await onThread { open.line(with: "PROXY_API_KEY is no setting") }
            #expect(line.contains("warning") && line.contains("PROXY_API_KEYS") && !line.contains("secret"))
            #expect(try await onThread { open.line(with: "HOST is 0.0.0.0") }.contains("warning"))
        }
    }

    #if os(Linux)
        @Test("Descriptors 0 to 2 that are closed at the start become no sockets")
        func closedDescriptors() async throws {
            let program = try TestProgram([:], redirections: "<&- >&- 2>&-")
            let folder = "/proc/\(program.number)/fd/"
            func target(_ number: Int) -> String? {
                try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "\(number)")
            }
            // It listens once a socket is among them.
            func isListening() -> Bool { (0..<30).contains { target($0)?.hasPrefix("socket:") == true } }
            for _ in 0..<3000 where !isListening() { try await Task.sleep(for: .milliseconds(10)) }
            #expect((0...2).map(target) == ["/dev/null", "/dev/null", "/dev/null"])
        }
    #endif
}

extension TestProgram {
    convenience init(_ environment: [String: String], redirections: String = "") throws {
        try self.init([], environment, redirections: redirections)
    }
}
