import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The program as a process", .onOwnThreads, .timeLimit(.minutes(10)))
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
        let upstream = try ScriptedUpstream { request, _ in
            [request.head.hasPrefix("POST") ? .awaitClose : .whole("{}", fields: "Connection: close\r\n")]
        }
        let program = try TestProgram(["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)"])
        let client = try await onThread {
            let client = try BlockingSocket(connectingTo: program.port())
            let request = TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true))
            client.send(request.replacingOccurrences(of: "Host: x", with: "Host: localhost"))
            return client
        }
        #expect(try await upstream.received(2))
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

    @Test("SIGHUP reads the files of keys again; with a mistake in one, the keys before hold")
    func keyFiles() async throws {
        let upstream = try ScriptedUpstream(.whole(#"{"version":"1"}"#, fields: "Connection: close\r\n"))
        let folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (own, ollamas) = (folder.appending(path: "own"), folder.appending(path: "ollama"))
        func write(_ text: String, _ file: URL) throws { try text.write(to: file, atomically: true, encoding: .utf8) }
        try write("first\n", own)
        try write("one\n", ollamas)
        let program = try TestProgram([
            "OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)", "PROXY_API_KEYS_FILE": own.path,
            "OLLAMA_API_KEY_FILE": ollamas.path,
        ])
        let port = try await onThread { program.port() }
        func ask(_ key: String) async throws -> Int {
            try await onThread {
                let client = try BlockingSocket(connectingTo: port)
                client.send("GET /ready HTTP/1.1\r\nHost: x\r\nX-Api-Key: \(key)\r\nConnection: close\r\n\r\n")
                return TestReply(client.receiveAll()).status
            }
        }
        #expect(try await ask("first") == 200)
        try write("second\n", own)
        try write("two\n", ollamas)
        program.send(SIGHUP)
        #expect(try await onThread { program.line(with: "keys read") }.contains("info"))
        #expect(try await ask("first") == 401)
        #expect(try await ask("second") == 200)
        try write(",", own)
        program.send(SIGHUP)
        #expect(try await onThread { program.line(with: "keys not read") }.contains("PROXY_API_KEYS"))
        #expect(try await ask("second") == 200)
        let shown = upstream.requests.map {
            $0.head.contains("Bearer one\n") ? 1 : $0.head.contains("Bearer two\n") ? 2 : 0
        }
        // The start asks, too.
        #expect(shown == shown.sorted() && !shown.contains(0) && shown.count { $0 == 2 } == 2)
    }

    @Test("A mistake in the settings is told before the program ends with 78")
    func mistake() async throws {
        let program = try TestProgram(["PORT": "http"])
        let ending = try await onThread { program.ending(within: 30) }
        #expect(ending.code == 78 && ending.errors.hasPrefix("ollama-openai-proxy: PORT: "), "\(ending)")
    }

    @Test("Keys that are none are a mistake, and what was hardly meant so is warned of at the start and by --check")
    func keys() async throws {
        let mistaken = try TestProgram(["PROXY_API_KEYS": ","])
        let ending = try await onThread { mistaken.ending(within: 30) }
        #expect(ending.code == 78 && ending.errors.contains("holds nothing"), "\(ending)")
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
