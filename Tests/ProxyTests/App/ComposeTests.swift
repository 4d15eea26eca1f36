import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The compose file", .onOwnThreads, .timeLimit(.minutes(10)))
struct ComposeTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL

    /// Needs no engine.
    private static let hasCompose = (try? run(["docker", "compose", "version"]))?.status == 0
    private static let lack = Comment("docker compose is not installed")

    private struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs a command with these variables and no others but the way to programs and to docker's plugins.
    private static func run(_ command: [String], _ variables: [String: String] = [:]) throws -> Outcome {
        let own = ProcessInfo.processInfo.environment
        let process = try ChildProcess(
            ["/usr/bin/env"] + command,
            own.filter { ["PATH", "HOME", "DOCKER_CONFIG"].contains($0.key) }.merging(variables) { $1 },
            folder: repository.path)
        let output = process.output.fileHandleForReading.readDataToEndOfFile()
        let errors = process.errors.fileHandleForReading.readDataToEndOfFile()
        return Outcome(
            status: try #require(process.end(within: 60)), output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }

    /// The services as compose understands them, without a `.env` that lies about.
    private static func services(
        _ profiles: [String], _ variables: [String: String] = [:]
    ) throws -> [String: JSONValue] {
        let flags = profiles.flatMap { ["--profile", $0] }
        let outcome = try run(
            ["docker", "compose", "--env-file", "/dev/null"] + flags + ["config", "--format", "json"], variables)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("variable is not set"), "\(outcome.errors)")
        let document = try JSONDocument(parsing: outcome.output)
        let members = document.root["services"]?.members.map { ($0.key.string ?? "", $0.value) } ?? []
        return Dictionary(uniqueKeysWithValues: members)
    }

    /// Runs a service's command here, in its environment.
    private static func start(_ service: JSONValue) throws -> Outcome {
        // In the place of LiteLLM, what tells how it was called.
        let folder = FileManager.default.temporaryDirectory.appending(path: "litellm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "litellm")
        try "#!/bin/sh\necho \"$PROXY_KEY $LITELLM_MASTER_KEY $@\"".write(
            to: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        var inside = ["PATH": "\(folder.path):/usr/bin:/bin"]
        for (name, value) in service["environment"]?.members.map(\.self) ?? [] {
            if let name = name.string, let value = value.string { inside[name] = value }
        }
        // What compose prints is a compose file again, in which a dollar is written twice.
        let command = (service["entrypoint"]?.elements.compactMap(\.string) ?? [])
            .map { $0.replacingOccurrences(of: "$$", with: "$") }
        return try run(command, inside)
    }

    @Test("Without any variable it can be read, and plain `up` starts the proxy alone", .enabled(if: hasCompose, lack))
    func plain() throws {
        let services = try Self.services([])
        #expect(Array(services.keys) == ["proxy"])
        let stack = try Self.services(["stack"])
        #expect(Set(stack.keys) == ["proxy", "stack-proxy", "litellm", "ollama"])
        for (name, service) in stack {
            for port in service["ports"]?.elements.map(\.self) ?? [] {
                #expect(port["host_ip"]?.string == "127.0.0.1", "\(name)")
            }
        }
        #expect(stack["litellm"]?["environment"]?["LITELLM_MASTER_KEY"]?.string == "")
        #expect(stack["litellm"]?["environment"]?["LITELLM_CORS_ORIGINS"]?.string == "http://127.0.0.1:4001")
    }

    @Test(
        "LiteLLM refuses to start without a key, in words and without end; with one it gets the proxy's first key too",
        .enabled(if: hasCompose, lack),
        arguments: [
            (nil, nil, ""), ("", nil, ""), ("sk-1", nil, "unused"), ("sk-1", "", "unused"), ("sk-1", "a", "a"),
            ("sk-1", "a,b", "a"), (" ", nil, ""), ("\t \n", "a", ""), ("sk-1", ",b", "b"), ("sk-1", " , a ,b", "a"),
            ("sk-1", ",", "unused"), ("sk-1", "*", "*"),
        ] as [(String?, String?, String)])
    func liteLLM(masterKey: String?, proxyKeys: String?, sent: String) throws {
        var variables: [String: String] = [:]
        variables["LITELLM_MASTER_KEY"] = masterKey
        variables["PROXY_API_KEYS"] = proxyKeys
        let service = try #require(try Self.services(["stack"], variables)["litellm"])
        #expect(service["restart"]?.string?.hasPrefix("on-failure:") == true)
        let outcome = try Self.start(service)
        if masterKey?.allSatisfy(\.isWhitespace) ?? true {
            #expect(outcome.status == 78)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("LITELLM_MASTER_KEY is not set"))
        } else {
            #expect(outcome.status == 0, "\(outcome.errors)")
            let options = "--config /etc/litellm_config.yaml --host 0.0.0.0 --port 4001"
            #expect(outcome.output == "\(sent) sk-1 \(options)\n")
        }
    }

    @Test(
        "Every container is hardened, and the proxies have limits that bodies fit into", .enabled(if: hasCompose, lack))
    func hardened() throws {
        for (name, service) in try Self.services(["stack"]) {
            #expect(service["cap_drop"]?.elements.compactMap(\.string) == ["ALL"], "\(name)")
            #expect(service["security_opt"]?.elements.compactMap(\.string) == ["no-new-privileges:true"], "\(name)")
            guard name.hasSuffix("proxy") else { continue }
            let memory = try #require(service["mem_limit"]?.string.flatMap { Int($0) } ?? service["mem_limit"]?.integer)
            #expect(memory >= 4 * (try Configuration([:]).bodyBytesInFlight))
            #expect(service["pids_limit"]?.integer == 100)
            #expect(service["read_only"]?.bool == true)
            let files = service["ulimits"]?["nofile"]
            #expect((files?.integer ?? files?["soft"]?.integer ?? 0) >= 2 * (try Configuration([:]).connections))
        }
    }

    @Test("Every setting reaches the proxies, but those that say where it listens")
    func settings() throws {
        let text = try String(contentsOf: Self.repository.appending(path: "docker-compose.yml"), encoding: .utf8)
        let start = try #require(text.range(of: "&settings\n")).upperBound
        let end = try #require(text[start...].range(of: "\n\n")).lowerBound
        let handedOn = text[start..<end].matches(of: /(?m)^  (\w+):/).map { String($0.1) }
        // Each of the proxies has an address of its own to go to.
        #expect(text.matches(of: /\n      OLLAMA_BASE_URL: \$\{OLLAMA_BASE_URL:-/).count == 2)
        let names = ConfigurationKey.all.flatMap { [$0.name, $0.fileName].compactMap(\.self) }
        #expect(
            handedOn.sorted() == Set(names).subtracting(["OLLAMA_BASE_URL", "HOST", "PORT", "REUSE_PORT"]).sorted())
    }
}
