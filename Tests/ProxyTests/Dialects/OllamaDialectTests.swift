import Testing

@testable import ollama_openai_proxy

struct OllamaDialectTests {
    private func lines(_ request: HTTPRequest) -> [String] {
        ["\(request.method.rawValue) \(request.target)"] + request.fields.all.map { "\($0.name): \($0.value)" }
    }

    @Test("A chat request has the fields it needs and no others")
    func chat() throws {
        let plain = try OllamaDialect(host: "localhost:11434").encode(OllamaFixtures.request())
        #expect(
            lines(plain) == [
                "POST /api/chat", "Host: localhost:11434", "Content-Type: application/json",
                "Accept: application/x-ndjson",
            ])
        #expect(try JSONDocument(parsing: plain.body).root["model"]?.string == "m")

        let keyed = OllamaDialect(
            host: "h", basePath: "/x/y", apiKey: "secret", defaultContextSize: 8192, defaultKeepAlive: "-1")
        let request = try keyed.encode(OllamaFixtures.request())
        #expect(
            lines(request) == [
                "POST /x/y/api/chat", "Host: h", "Content-Type: application/json", "Authorization: Bearer secret",
                "Accept: application/x-ndjson",
            ])
        let body = try JSONDocument(parsing: request.body).root
        #expect(body["options"]?.rawText == #"{"num_ctx":8192}"#)
        #expect(body["keep_alive"]?.rawText == "-1")
    }

    @Test("Other requests describe a body only if they have one")
    func others() {
        let dialect = OllamaDialect(host: "h", basePath: "/x", apiKey: "k")
        #expect(lines(dialect.request(.get, "/api/tags")) == ["GET /x/api/tags", "Host: h", "Authorization: Bearer k"])
        let show = dialect.showRequest(model: "a\"b")
        #expect(
            lines(show)
                == ["POST /x/api/show", "Host: h", "Content-Type: application/json", "Authorization: Bearer k"])
        #expect(ByteBuffer(show.body).text == #"{"model":"a\"b"}"#)
    }

    @Test("Of a request that passes through, only what describes its body goes along")
    func passing() {
        var original = HTTPRequest(method: .post, target: "/v1/embeddings?x=1", body: [0x7B, 0x7D])
        original.fields.append("Host", "proxy:4000")
        original.fields.append("Authorization", "Bearer client")
        original.fields.append("Origin", "http://evil")
        original.fields.append("content-type", "text/odd")
        original.fields.append("Content-Encoding", "zstd")
        original.fields.append("Accept", "*/*")
        let passed = OllamaDialect(host: "h", basePath: "/x").passing(original)
        #expect(
            lines(passed) == [
                "POST /x/v1/embeddings?x=1", "Host: h", "Content-Type: text/odd", "Content-Encoding: zstd",
                "Accept: */*",
            ])
        #expect(passed.body == original.body)
    }

    @Test("A key that Ollama quotes back is hidden, before a reply, within one, and in what cannot be read")
    func hiddenKey() {
        let dialect = OllamaDialect(host: "h", apiKey: "SECRET-OLLAMA-KEY")
        let refusal = dialect.decodeError(
            status: 401, fields: HTTPFields(),
            body: ByteBuffer(#"{"error":"bad key SECRET-OLLAMA-KEY, again: SECRET-OLLAMA-KEY"}"#))
        #expect(refusal.message.hasPrefix("bad key [key], again: [key]. "))
        for line in [#"{"error":"bad key SECRET-OLLAMA-KEY"}"#, "Bearer SECRET-OLLAMA-KEY?"] {
            for end in ["\n", ""] {
                var decoder = dialect.makeDecoder(for: OllamaFixtures.request())
                var events: [ChatEvent] = []
                let bytes = Array((line + end).utf8)
                decoder.feed(bytes.span, into: &events)
                decoder.finish(into: &events)
                guard case .failed(let failure)? = events.last else {
                    Issue.record("no failure")
                    continue
                }
                let error = dialect.explained(failure, RequestPlan(OllamaFixtures.request()))
                #expect(error.message.contains("[key]") && !error.message.contains("SECRET"))
            }
        }
    }

    @Test("A model that does not think is asked again without the wish, and only then")
    func thinking() throws {
        let dialect = OllamaDialect(host: "h")
        let refusal = dialect.decodeError(
            status: .badRequest, fields: HTTPFields(),
            body: ByteBuffer(#"{"error":"\"llama3\" does not support thinking"}"#))
        var request = OllamaFixtures.request()
        #expect(dialect.lesson(from: .failure(refusal), about: RequestPlan(request), form: []) == nil)
        request.think = .high
        request.reasoningEffort = .high
        #expect(dialect.lesson(from: .failure(refusal), about: RequestPlan(request), form: []) == .always(.withoutThinking))
        #expect(dialect.lesson(from: .failure(refusal), about: RequestPlan(request), form: [.withoutThinking]) == nil)
        for (status, words) in [(400, "m does not support tools"), (500, "does not support thinking")] {
            #expect(
                dialect.lesson(from: .failure(ChatError(status: status, words)), about: RequestPlan(request), form: [])
                    == nil)
        }
        #expect(dialect.adapted(RequestPlan(request), to: [.withoutThinking]).think == nil)
        request.think = .off
        #expect(dialect.adapted(RequestPlan(request), to: [.withoutThinking]).think == .off)
    }
}
