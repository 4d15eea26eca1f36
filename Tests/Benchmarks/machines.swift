#if canImport(Glibc)
    import Glibc
#endif

/// Times the value machines by themselves, without sockets: what one request costs to translate, what a content event
/// costs in the filters, how fast argument text goes through, what lowering tools takes. Prints a Markdown table.
@main
struct Machines {
    static func main() throws {
        print("| machine | input | time | rate |\n| --- | --- | ---: | ---: |")
        for (title, size) in [("100 kB", 100_000), ("1 MB", 1_000_000)] { try request(title, size) }
        try events()
        try arguments("a file's text in one call", Self.file(1_000_000), tool: Self.write)
        try arguments("15,000 objects", Self.list(15_000), tool: Self.todo)
        try lowering()
    }

    // MARK: What is timed

    /// A request as an agent sends it, read and written for Ollama.
    private static func request(_ title: String, _ size: Int) throws {
        let turn =
            #"{"role":"user","content":[{"type":"text","text":"\#(text(900))"}]},"#
            + #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"Write","arguments":"{\"path\":\"a\",\"text\":\"\#(text(400))\"}"}}]},"#
            + #"{"role":"tool","tool_call_id":"c","content":"\#(text(900))"}"#
        let turns = Array(repeating: turn, count: max(1, size / turn.utf8.count)).joined(separator: ",")
        let body = Array(#"{"model":"m","stream":true,"tools":[\#(agentTools(12))],"messages":[\#(turns)]}"#.utf8)
        let client = ChatCompletionsDialect()
        let upstream = OllamaDialect(host: "localhost", refusesOverflow: true)
        let time = try best(of: 30) {
            let chat = try client.decode(HTTPRequest(method: .post, target: "/", body: body)).withoutVolatileLines
            sink(try upstream.encode(RequestPlan(chat, think: chat.think), form: []).body.count)
        }
        row("request, read and written for Ollama", "\(title), 12 tools", time, bytes: body.count)
    }

    /// Content lines with and without tools offered, whose difference is what recovery and gathering cost, and with the
    /// model's own tokens, passed over and kept.
    private static func events() throws {
        let head = #"{"model":"m","created_at":"2026-11-20T10:00:00.123456Z","message":{"role":"assistant","content":" word"},"#
        let (line, count) = (head + "\"done\":false}\n", 20_000)
        let tokenLine = head + #""done":false,"logprobs":[{"token":" word","logprob":-0.12345678}]}"# + "\n"
        for (title, line, tools, keepsTokens) in [
            ("no tools offered", line, "", false), ("12 tools, all filters", line, agentTools(12), false),
            ("the same, with tokens that nobody asked for", tokenLine, agentTools(12), false),
            ("the same, with tokens that are kept", tokenLine, agentTools(12), true),
        ] {
            let lines = Array(String(repeating: line, count: count).utf8)
            let body = #"{"model":"m","stream":true,"tools":[\#(tools)],"messages":[{"role":"user","content":"x"}]}"#
            let client = ChatCompletionsDialect()
            let chat = try client.decode(HTTPRequest(method: .post, target: "/", body: Array(body.utf8)))
            let time = best(of: 20) {
                let pipeline = ReplyPipeline(
                    decoder: OllamaStreamDecoder(rawTokens: keepsTokens ? RawTokens() : nil, passesTokens: false),
                    encoder: client.makeEncoder(for: chat, reply: ReplyIdentity(id: "id", created: 0)),
                    for: RequestPlan(chat, think: chat.think), makeID: { "id" })
                var place = 0
                while place < lines.count {
                    let end = min(place + line.utf8.count * 50, lines.count)
                    pipeline.feed(lines.span.extracting(place..<end))
                    pipeline.output.removeAll()
                    place = end
                }
            }
            row("content event, NDJSON to SSE", title, time, count: count)
        }
        let pieces = Array(repeating: ChatEvent.textDelta(" word"), count: count)
        let catalog = ToolCatalog([Tool(name: "Bash", description: nil, parameters: nil)])
        let time = best(of: 20) {
            var tags = ThinkTagSplitter(expectsThinking: true)
            var recovery = TextCallRecovery(catalog: catalog)
            var gatherer = ToolCallGatherer(makeID: { "id" })
            var a: [ChatEvent] = []
            var b: [ChatEvent] = []
            var c: [ReplyEvent] = []
            for piece in pieces {
                tags.feed(piece, into: &a)
                for event in a { recovery.feed(event, into: &b) }
                a.removeAll(keepingCapacity: true)
                for event in b { gatherer.feed(event, into: &c) }
                b.removeAll(keepingCapacity: true)
                c.removeAll(keepingCapacity: true)
            }
        }
        row("think tags, recovery and gathering alone", "an ordinary content event", time, count: count)
    }

    /// One call through gathering, validation and the schema.
    private static func arguments(_ title: String, _ text: String, tool: String) throws {
        let declared = try JSONDocument(parsing: tool).root["function"]
        let catalog = ToolCatalog([Tool(name: "f", description: nil, parameters: declared?["parameters"])])
        let normalizer = ToolCallNormalizer(catalog: catalog, repairs: true, coerces: true)
        let call = ChatEvent.toolCallDelta(ToolCallDelta(index: 0, id: "c", name: "f", arguments: text))
        let time = best(of: 20) {
            var gatherer = ToolCallGatherer(makeID: { "id" }, normalizer: normalizer)
            var events: [ReplyEvent] = []
            gatherer.feed(.started, into: &events)
            gatherer.feed(call, into: &events)
            // The call leaves with what comes next.
            gatherer.feed(.finished(.stop, nil), into: &events)
            guard events.count == 3, case .call(let whole) = events[1], whole.arguments.utf8.count == text.utf8.count
            else {
                fatalError("the call did not leave whole")
            }
        }
        row("arguments, gathered and checked", title, time, bytes: text.utf8.count)
    }

    private static func lowering() throws {
        let tools = try JSONDocument(parsing: "[\(agentTools(20, padding: 4000))]")
        let schemas = tools.root.elements.compactMap { $0["function"]?["parameters"] }
        let time = best(of: 50) {
            var writer = JSONWriter(reserving: tools.bytes.count)
            writer.beginArray()
            for schema in schemas { SchemaLowering.write(schema, into: &writer) }
            writer.endArray()
            sink(writer.buffer.count)
        }
        row("lowering tools", "20 tools", time, bytes: tools.bytes.count)
    }

    // MARK: Inputs

    private static let write =
        #"{"function":{"parameters":{"type":"object","properties":{"path":{"type":"string"},"text":{"type":"string"}},"required":["path","text"]}}}"#
    private static let todo =
        #"{"function":{"parameters":{"type":"object","properties":{"todos":{"type":"array","items":{"type":"object","properties":{"content":{"type":"string"},"status":{"type":"string","enum":["pending","done"]}},"required":["content","status"]}}}}}}"#

    private static func text(_ count: Int) -> String {
        String(String(repeating: "All work and no play, as they say. ", count: count / 35 + 1).prefix(count))
    }

    private static func file(_ count: Int) -> String {
        #"{"path":"a.swift","text":"\#(String(repeating: #"let a = \"b\"; // and so on it goes, line by line\n"#, count: count / 50))"}"#
    }

    private static func list(_ count: Int) -> String {
        let items = (0..<count).map { #"{"content":"Look into the matter number \#($0)","status":"pending"}"# }
        return #"{"todos":[\#(items.joined(separator: ","))]}"#
    }

    /// Tools as agents declare them: `$schema`, bounds and references are there to be lowered.
    private static func agentTools(_ count: Int, padding: Int = 800) -> String {
        (0..<count).map { number in
            #"{"type":"function","function":{"name":"Tool\#(number)","description":"\#(text(600))","parameters":"#
                + ##"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"##
                + ##""path":{"type":"string","description":"\##(text(padding))","minLength":1},"limit":{"type":"integer","minimum":0,"default":10},"##
                + ##""edits":{"type":"array","items":{"$ref":"#/$defs/Edit"}},"mode":{"oneOf":[{"const":"fast"},{"const":"slow"}]}},"##
                + ##""$defs":{"Edit":{"type":"object","properties":{"old":{"type":"string"},"new":{"type":"string"}},"required":["old","new"]}},"##
                + #""required":["path"],"additionalProperties":false}}}"#
        }.joined(separator: ",")
    }

    // MARK: Measuring

    /// The shortest run, in seconds: what the machine can do when nobody disturbs it.
    private static func best(of runs: Int, _ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<runs {
            let start = LoopTime.now
            try body()
            best = min(best, Double((LoopTime.now - start).nanoseconds) / 1e9)
        }
        return best
    }

    private static func row(_ machine: String, _ input: String, _ seconds: Double, bytes: Int = 0, count: Int = 0) {
        let time =
            count > 0 ? "\(rounded(seconds / Double(count) * 1e6, 3)) µs each" : "\(rounded(seconds * 1e3, 3)) ms"
        let size = bytes > 0 ? ", \(bytes / 1000) kB" : ""
        let rate = bytes > 0 ? "\(Int(Double(bytes) / seconds / 1e6)) MB/s" : ""
        print("| \(machine) | \(input)\(size) | \(time) | \(rate) |")
    }

    private static func rounded(_ value: Double, _ digits: Int) -> Double {
        let scale = pow(10, Double(digits))
        return (value * scale).rounded() / scale
    }

    /// Keeps the optimizer from leaving work out.
    @inline(never)
    private static func sink(_ value: Int) {}
}
