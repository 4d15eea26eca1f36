import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The log line of a request", .onOwnThreads, .timeLimit(.minutes(10)))
struct ExchangeLogTests {
    private static let counted =
        #"{"model":"m","message":{"content":""},"done":true,"done_reason":"stop","load_duration":1200000000,"#
        + #""prompt_eval_count":26,"prompt_eval_duration":34000000,"eval_count":7}"#

    /// What an upstream does, and what the line must say and must not.
    struct Case: Sendable, CustomTestStringConvertible {
        var script: [[ScriptedUpstream.Step]]
        var settings: [String: String] = [:]
        var says: [String]
        var hides: [String] = []

        var testDescription: String { says.joined(separator: " ") }
    }

    static let cases = [
        Case(
            script: [[.reply(OllamaLine.thinking("hmmm"), OllamaLine.content("Hi"), counted)]], settings: ["NUM_CTX": "4096"],
            says: [
                " info ", " model=m upstream=Ollama ", " status=200 finish=stop ", " calls=0 text_bytes=2 thinking_bytes=4 ",
                " context_used_tokens=33 context_size_tokens=4096 ", " load_ms=1200 prompt_ms=34 first_word_ms=",
            ], hides: [" to=", "empty=", "error="]),
        Case(
            script: [[.reply(OllamaLine.content("Hi"), OllamaLine.done())]], settings: ["MODEL_ALIASES": "m=glm-5:cloud"],
            says: [" info ", " model=m upstream=Ollama to=glm-5:cloud "]),
        Case(script: [[.reply(OllamaLine.done())]], says: [" warning ", " status=200 finish=stop empty=true "]),
        Case(
            script: [[.whole(#"{"error":"unauthorized"}"#, status: 401)]],
            says: [" warning ", " status=403 ", "error=status_403", "ollama signin"]),
        Case(
            script: [[.whole(#"{"error":"model runner has unexpectedly stopped"}"#, status: 500)]],
            says: [" warning ", " status=500 ", "reason=\"model runner has unexpectedly stopped\""]),
        Case(
            script: [[.whole(#"{"error":"model runner said 'a secret'"}"#, status: 500)]],
            says: [" warning ", " status=500 "], hides: ["secret", "reason="]),
        Case(
            script: [[.whole(#"{"error":"error parsing tool call: raw='secret', err=x"}"#, status: 500)]],
            says: [" warning "], hides: ["secret"]),
        Case(
            script: [[.whole(#"{"error":"registry/m does not support chat"}"#, status: 400)]],
            says: [" warning ", " status=400 ", "reason=\"registry/m does not support chat\""]),
        Case(
            script: [[.reply(OllamaLine.content("Hi"), #"{"error":"CUDA error: out of memory"}"#)]],
            says: [" warning ", " status=200 ", " text_bytes=2 ", "reason=\"CUDA error: out of memory\""]),
        Case(
            script: [[.close], [.reply(OllamaLine.content("Hi"), OllamaLine.done())]],
            says: [" info ", " retries=1 retry_reasons=upstream_incomplete retry_tokens=0 "]),
    ]

    @Test("It says what came of it, and hides what may quote the conversation", arguments: cases)
    func lines(expected: Case) async throws {
        let chats = Locked(0)
        let upstream = try ScriptedUpstream { request, _ in
            // The program's own question at its start. Its connection is not kept: a request that is sent again because an old
            // one was closed counts as no retry.
            guard request.head.hasPrefix("POST") else {
                return [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"), .close]
            }
            let index = chats.withLock { count in
                count += 1
                return count - 1
            }
            return expected.script[min(index, expected.script.count - 1)]
        }
        let settings = ["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)"]
        let program = try TestProgram(settings.merging(expected.settings) { $1 })
        let port = try await onThread { program.port() }
        let line = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            let fields = "Connection: close\r\n"
            let request = TestProxy.post("/v1/chat/completions", TestProxy.ask(stream: true), fields: fields)
            client.send(request.replacingOccurrences(of: "Host: x", with: "Host: localhost"))
            _ = client.receiveAll()
            return program.line(with: "POST /v1/chat/completions")
        }
        for part in expected.says { #expect(line.contains(part), "\(line)") }
        for part in expected.hides { #expect(!line.contains(part), "\(line)") }
    }

    @Test("A model that calls the same again and again is warned of, without its arguments")
    func repetition() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("Hi"), OllamaLine.done()))
        let program = try TestProgram(["OLLAMA_BASE_URL": "http://127.0.0.1:\(upstream.port)"])
        let port = try await onThread { program.port() }
        let call =
            #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","#
            + #""function":{"name":"Bash","arguments":"{\"a\":\"secret\"}"}}]}"#
        let turns = Array(repeating: "\(call),{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"no\"}", count: 5)
        let body = #"{"model":"m","messages":[{"role":"user","content":"hi"},\#(turns.joined(separator: ","))]}"#
        let line = try await onThread {
            let client = try BlockingSocket(connectingTo: port)
            let request = TestProxy.post("/v1/chat/completions", body, fields: "Connection: close\r\n")
            client.send(request.replacingOccurrences(of: "Host: x", with: "Host: localhost"))
            _ = client.receiveAll()
            return program.line(with: "again and again")
        }
        #expect(line.contains(" warning ") && line.contains(" tool=Bash calls=5 "))
        #expect(!line.contains("secret"))
    }
}

@Suite("A line of the log on a terminal")
struct TerminalLineTests {
    @Test("It is broken between words, and names that are too long within", arguments: [1, 60, 119, 120, 121, 500, 5000])
    func width(length: Int) {
        let words = [String(repeating: "x", count: length), "a=b", String(repeating: "y ", count: length), "c=\"d e\""]
        let line = words.joined(separator: " ")
        let rows = TerminalLine.rows(of: line, .info).split(separator: "\n")
        #expect(rows.allSatisfy { $0.count <= 120 })
        #expect(rows.joined().filter { $0 != " " } == line.filter { $0 != " " })
        #expect(rows.dropFirst().allSatisfy { $0.hasPrefix("    ") })
    }

    @Test("Its colour tells its level", arguments: [(LogLevel.debug, "90"), (.warning, "33"), (.error, "31")])
    func colour(level: LogLevel, code: String) {
        #expect(TerminalLine.rows(of: "a line", level) == "\u{1B}[\(code)ma line\u{1B}[0m")
        #expect(TerminalLine.rows(of: "a line", .info) == "a line")
    }
}
