import Testing

@testable import ollama_openai_proxy

@Suite("A call that the model only thought of", .onOwnThreads)
struct ThoughtCallTests {
    private static func call(_ command: String) -> String {
        #"<tool_call>Bash<arg_key>command</arg_key><arg_value>\#(command)</arg_value></tool_call>"#
    }

    /// What the model writes, and the one command that it means; `nil`: none.
    private static let replies: [(text: String, command: String?)] = [
        ("I could run \(call("rm -rf build")) but no.\\n</think>\\n\(call("ls -la"))", "ls -la"),
        ("I could run \(call("rm -rf build")) but no. </think> \(call("ls -la"))", "ls -la"),
        ("I could run \(call("rm -rf build")) but no.\\n</think>\\nShall I?", nil),
        ("I could run \(call("rm -rf build")) but no.\\n</think>", nil),
        ("A fence: \(call("rm -rf build\\n```\\n")) no.\\n</think>\\n\(call("ls -la"))", "ls -la"),
        ("\(call("rm -rf build </think> x")) no. \(call("ls -la"))", "ls -la"),
        ("Hm. <think>\(call("rm -rf build"))</think>\\nYes. \(call("ls -la"))", "ls -la"),
        ("Hm. <think>\(call("rm -rf build"))", nil),
        ("[THINK]Or \(call("rm -rf build")) no.[/THINK]\(call("ls -la"))", "ls -la"),
        ("Hm. [THINK]Or \(call("rm -rf build")) no.[/THINK]\(call("ls -la"))", "ls -la"),
        ("<seed:think>Or \(call("rm -rf build")) no.</seed:think>\(call("ls -la"))", "ls -la"),
        ("Or \(call("rm -rf build")) no.</seed:think>\(call("ls -la"))", "ls -la"),
        ("<mm:think>Or \(call("rm -rf build")) no.</mm:think>\(call("ls -la"))", "ls -la"),
        ("◁think▷Or \(call("rm -rf build")) no.◁/think▷\(call("ls -la"))", "ls -la"),
        ("Hm. ◁think▷Or \(call("rm -rf build")) no.◁/think▷\(call("ls -la"))", "ls -la"),
        ("<|channel>thought\\nOr \(call("rm -rf build")) no.<channel|>\(call("ls -la"))", "ls -la"),
        (
            "<|channel|>analysis<|message|>Or \(call("rm -rf build")) no.<|end|><|start|>assistant<|channel|>final"
                + "<|message|>\(call("ls -la"))", "ls -la"
        ),
        (
            "Here is my thought process: \(call("rm -rf build"))\\n\\nHere is my response: \(call("ls -la"))",
            "ls -la"
        ),
        ("\(call("ls -la"))", "ls -la"),
        ("<think></think>\(call("ls -la"))", "ls -la"),
        ("\(call("ls -la")) <think>Was that right?</think>", "ls -la"),
    ]

    @Test(
        "It is never run, whole and streamed, byte by byte and at every client API", arguments: replies.indices,
        CallingAPI.allCases)
    func thoughts(place: Int, api: CallingAPI) async throws {
        let (text, command) = Self.replies[place]
        let bytes = text.replacing("\\n", with: "\n").map { $0 == "\n" ? "\\n" : String($0) }
        for lines in [[OllamaLine.content(text)], bytes.map(OllamaLine.content)] {
            for stream in [true, false] {
                let upstream = try ScriptedUpstream(.reply(lines + [OllamaLine.done()]))
                let proxy = try await TestProxy(upstream: upstream.port) {
                    $0.think = (try? ThinkRules("m")) ?? ThinkRules()
                }
                let reply = try await api.ask(proxy, .all, stream: stream)
                let record = try #require(await proxy.record())
                #expect(record.calls == (command == nil ? 0 : 1), "\(text) \(stream)")
                #expect(record.finish == (command == nil ? .stop : .toolCalls))
                if let command { #expect(reply.body.contains(command)) }
            }
        }
    }

    @Test("A native call is never held, and neither is one behind the upstream's own reasoning")
    func native() async throws {
        let replies = [
            // The second call shows that the first is whole.
            [
                OllamaLine.content("Hm."), OllamaLine.call("Bash", #"{"command":"ls -la"}"#),
                OllamaLine.call("Bash", "{}"),
            ],
            [
                OllamaLine.thinking("Hm."), OllamaLine.content(Self.call("ls -la")),
                OllamaLine.content(Self.call("pwd")),
            ],
            [
                OllamaLine.content("<think>Hm.</think>" + Self.call("ls -la")), OllamaLine.content(Self.call("pwd")),
            ],
        ]
        for lines in replies {
            let upstream = try ScriptedUpstream([[.opening()] + lines.map { .line($0) } + [.awaitClose]])
            let proxy = try await TestProxy(upstream: upstream.port) {
                $0.think = (try? ThinkRules("m")) ?? ThinkRules()
            }
            let port = proxy.port
            let seen = try await onThread {
                let client = try BlockingSocket(connectingTo: port)
                client.send(
                    TestProxy.post("/v1/chat/completions", CallingAPI.chatCompletions.body(.all, stream: true)))
                return client.receive(until: "ls -la")
            }
            #expect(seen.contains("ls -la"))
        }
    }
}
