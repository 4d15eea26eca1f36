import Testing

@testable import ollama_openai_proxy

@Suite("Images for a model without vision", .onOwnThreads)
struct MediaTests {
    /// An upstream whose model sees nothing: it refuses what has an image.
    private static func blind(_ mark: String, _ refusal: String, status: Int, reply: ScriptedUpstream.Step) throws
        -> ScriptedUpstream
    {
        try ScriptedUpstream { request, _ in
            request.text.contains(mark) ? [.whole(refusal, status: status)] : [reply]
        }
    }

    private static func ollama(_ refusal: String, status: Int) throws -> ScriptedUpstream {
        try blind(
            #""images":["#, #"{"error":"\#(refusal)"}"#, status: status,
            reply: .reply(OllamaLine.content("I see none"), OllamaLine.done()))
    }

    private static let image = #"{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}"#
    private static let tools = #","tools":[{"type":"function","function":{"name":"f"}}]"#

    private static func ask(_ last: String, tools: String = "", stream: Bool = false) -> String {
        #"{"model":"m","stream":\#(stream),"messages":[{"role":"user","content":[\#(image)]}\#(last)]\#(tools)}"#
    }

    private static let later = #",{"role":"assistant","content":"hm"},{"role":"user","content":"go on"}"#

    @Test(
        "It is asked once more with a line in its place, and from then on at once",
        arguments: [
            ("this model does not support image input (ref: 1)", 400),
            ("Multimodal data provided, but model does not support multimodal requests.", 400),
            ("image input is not supported - hint: x", 500),
        ], [("", tools), (later, "")])
    func again(refusal: (String, Int), request: (String, String)) async throws {
        let upstream = try Self.ollama(refusal.0, status: refusal.1)
        let proxy = try await TestProxy(upstream: upstream.port)
        for stream in [true, false] {
            let reply = try await proxy.chat(Self.ask(request.0, tools: request.1, stream: stream))
            #expect(reply.status == 200 && reply.body.contains("I see none"))
        }
        #expect(upstream.requests.map { $0.text.contains("[An image was left out here.") } == [false, true, true])
        let metrics = try await proxy.get("/metrics").body
        #expect(metrics.contains(#"ollama_proxy_unsupported_parameters_total{parameter="images",scope="model"} 1"#))
    }

    @Test("As the last question, without tools, it is refused in the words on which Claude Code drops it")
    func refused() async throws {
        let upstream = try Self.ollama("image input is not supported - hint: x", status: 500)
        let proxy = try await TestProxy(upstream: upstream.port)
        // Known already, it is no other answer.
        for _ in 0..<2 {
            let reply = try await proxy.chat(Self.ask(""))
            #expect(reply.status == 400)
            #expect(reply["error.message"]?.string == "Could not process image: image input is not supported - hint: x")
            #expect(try await proxy.chat(Self.ask("", tools: Self.tools)).status == 200)
        }
    }

    @Test("A vendor's model is asked the same way")
    func vendor() async throws {
        let good = #"data: {"choices":[{"index":0,"delta":{"content":"I see none"},"finish_reason":"stop"}]}"#
        let vendor = try Self.blind(
            #""image_url""#, #"{"error":{"message":"unknown variant `image_url`, expected `text`"}}"#, status: 400,
            reply: .send(TestReply.stream(good + "\n\ndata: [DONE]\n\n")))
        let table = try ModelsFile(
            #"{"upstreams":{"v":{"base_url":"http://127.0.0.1:\#(vendor.port)/v1","auth":"none"}},"#
                + #""models":{"m":{"upstream":"v"}}}"#, environment: [:]
        ).table
        let proxy = try await TestProxy(upstream: 1, table: table)
        for _ in 0..<2 { #expect(try await proxy.chat(Self.ask(Self.later)).status == 200) }
        #expect(vendor.requests.map { $0.text.contains("[An image was left out here.") } == [false, true, true])
    }

    @Test("An image that lies elsewhere is shown to vendors, who fetch it, and not to Ollama", arguments: CallingAPI.allCases)
    func remote(api: CallingAPI) async throws {
        let good = #"data: {"choices":[{"index":0,"delta":{"content":"I see one"},"finish_reason":"stop"}]}"#
        let vendor = try ScriptedUpstream { _, _ in [.send(TestReply.stream(good + "\n\ndata: [DONE]\n\n"))] }
        let ollama = try ScriptedUpstream { _, _ in [.reply(OllamaLine.content("I see none"), OllamaLine.done())] }
        let table = try ModelsFile(
            #"{"upstreams":{"v":{"base_url":"http://127.0.0.1:\#(vendor.port)/v1","auth":"none"}},"#
                + #""models":{"v":{"upstream":"v"}}}"#, environment: [:]
        ).table
        let proxy = try await TestProxy(upstream: ollama.port, table: table)
        let url = "https://pictures.example/a,b.png?x=1"
        let (path, image) =
            switch api {
            case .chatCompletions: ("/v1/chat/completions", #"{"type":"image_url","image_url":{"url":"\#(url)"}}"#)
            case .responses: ("/v1/responses", #"{"type":"input_image","image_url":"\#(url)"}"#)
            case .messages: ("/v1/messages", #"{"type":"image","source":{"type":"url","url":"\#(url)"}}"#)
            }
        let list = api == .responses ? "input" : "messages"
        func ask(_ model: String, _ more: String = "") async throws -> TestReply {
            let body = #"{"model":"\#(model)","max_tokens":9,"\#(list)":[{"role":"user","content":[\#(image)]}\#(more)]}"#
            return TestReply(try await proxy.exchange(TestProxy.post(path, body, fields: "Connection: close\r\n")))
        }
        #expect(try await ask("v").body.contains("I see one"))
        #expect(vendor.requests.last?.text.contains(#""image_url":{"url":"\#(url)"}"#) == true)
        let refused = try await ask("m")
        #expect(refused.status == 400 && refused.body.contains("remote images are not fetched"))
        #expect(ollama.requests.isEmpty)
        #expect(try await ask("m", Self.later).body.contains("I see none"))
        #expect(ollama.requests.last?.text.contains("[An image was left out here.") == true)
    }

    @Test("A file that is left out is told of once, in the log and the metrics")
    func file() async throws {
        let upstream = try ScriptedUpstream(.reply(OllamaLine.content("no"), OllamaLine.done()))
        let proxy = try await TestProxy(upstream: upstream.port)
        let file = Self.ask("", tools: Self.tools).replacing(Self.image, with: #"{"type":"file","file":{}}"#)
        #expect(try await proxy.chat(file).status == 200)
        #expect(upstream.requests.first?.text.contains("[A file was left out here.") == true)
        let metrics = try await proxy.get("/metrics").body
        #expect(metrics.contains(#"ollama_proxy_unsupported_parameters_total{parameter="PDF",scope="request"} 1"#))
    }
}
