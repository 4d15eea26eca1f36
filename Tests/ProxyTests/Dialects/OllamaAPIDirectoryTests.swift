import Testing

@testable import ollama_openai_proxy

@Suite("What Ollama's clients ask besides chats")
struct OllamaAPIDirectoryTests {
    private static let details =
        #""details":{"parent_model":"","format":"","family":"","families":[],"parameter_size":"","quantization_level":""}"#
    private let gpt = ModelDescription(name: "gpt \"4\"", created: 1_785_578_400)
    private var entry: String {
        #"{"name":"gpt \"4\"","model":"gpt \"4\"","size":0,"digest":"\#(String(repeating: "0", count: 64))","#
            + #""modified_at":"2026-08-01T10:00:00Z",\#(Self.details)}"#
    }

    @Test("Ollama's models are listed as they came and the vendors' after them, which win by name")
    func tags() {
        let own = #"{"name":"qwen3:8b","size": 5.2e9,"details":{"x":[1 ,2]}}"#
        let ollama = ByteBuffer(#"{"models":[\#(own), {"name":"gpt \"4\"","size":1}]}"#)
        #expect(
            OllamaAPIDialect.tags([gpt], besides: ollama).text == #"{"models":[\#(own),\#(entry)]}"#)
    }

    @Test("Without Ollama the vendors' models are listed", arguments: [nil, "", "<html>", "{}", #"{"models":null}"#])
    func tagsAlone(ollama: String?) {
        let list = OllamaAPIDialect.tags([gpt], besides: ollama.map { ByteBuffer($0) })
        #expect(list.text == #"{"models":[\#(entry)]}"#)
        #expect(OllamaAPIDialect.tags([], besides: nil).text == #"{"models":[]}"#)
    }

    @Test("A model is shown with what it can do; the version and what is running are told")
    func show() throws {
        #expect(
            try OllamaAPIDialect.show(RequestBody(parsing: Array(#"{"name":"gpt"}"#.utf8))).text
                == #"{"modelfile":"","parameters":"","template":"","modified_at":"1970-01-01T00:00:00Z",\#(Self.details),"#
                + #""model_info":{},"capabilities":["completion","tools","vision"]}"#)
        #expect(OllamaAPIDialect.version("0.12.3").text == #"{"version":"0.12.3"}"#)
        #expect(OllamaAPIDialect.running.text == #"{"models":[]}"#)
        for (body, model) in [(#"{"model":"a","name":"b"}"#, "a"), (#"{"model":"","name":"b"}"#, "b")] {
            #expect(try OllamaAPIDialect.model(in: RequestBody(parsing: Array(body.utf8))) == model)
        }
        #expect(throws: ChatError.self) { try OllamaAPIDialect.model(in: RequestBody(parsing: Array("{}".utf8))) }
    }

    @Test("Moments are written so that they are read again")
    func moments() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<5000 {
            let second = Int.random(in: 0...253_402_300_799, using: &random)
            #expect(InternetTime.seconds(InternetTime.text(second)) == second)
        }
        // The example of RFC 9110 section 5.6.7, and the days around the turn of two years.
        #expect(InternetTime.httpDate(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(InternetTime.httpDate(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(InternetTime.httpDate(1_709_164_800) == "Thu, 29 Feb 2024 00:00:00 GMT")
        #expect(InternetTime.httpDate(1_735_689_599) == "Tue, 31 Dec 2024 23:59:59 GMT")
        #expect(InternetTime.text(1_735_689_599, fraction: ".007") == "2024-12-31T23:59:59.007Z")
        #expect(InternetTime.text(951_782_400) == "2000-02-29T00:00:00Z")
        #expect(InternetTime.text(.min) == "1970-01-01T00:00:00Z")
        #expect(InternetTime.text(.max) == "9999-12-31T23:59:59Z")
    }

    // MARK: Embeddings

    private func embedding(
        _ body: String, _ endpoint: OllamaAPIDialect.Embedding.Endpoint = .embed
    ) throws -> OllamaAPIDialect.Embedding {
        try OllamaAPIDialect.Embedding(RequestBody(parsing: Array(body.utf8)), endpoint)
    }

    @Test("A request for embeddings is written as the vendor's")
    func embeddingRequest() throws {
        let several = try embedding(#"{"model":"m","input":["a", "\u00e9"],"truncate":true,"dimensions":8}"#)
        #expect(several.model == "m")
        #expect(
            ByteBuffer(several.body(upstreamModel: "v/\"m\"")).text
                == #"{"model":"v/\"m\"","input":["a", "\u00e9"],"dimensions":8}"#)
        let older = try embedding(#"{"model":"m","prompt":"a","options":{"num_ctx":1}}"#, .embeddings)
        #expect(ByteBuffer(older.body(upstreamModel: "m")).text == #"{"model":"m","input":"a"}"#)
    }

    @Test("Embeddings are put in order, their numbers untouched")
    func embeddingReply() throws {
        let reply = ByteBuffer(
            #"{"object":"list","data":[{"index":1,"embedding":[-0.10, 1e-7]},{"index":0,"embedding":[1.0]}],"#
                + #""usage":{"prompt_tokens":5,"total_tokens":5}}"#)
        let several = try embedding(#"{"model":"m","input":["a","b"]}"#)
        #expect(
            try several.reply(to: reply, elapsed: .milliseconds(3)).text
                == #"{"model":"m","embeddings":[[1.0],[-0.10, 1e-7]],"total_duration":3000000,"load_duration":0,"#
                + #""prompt_eval_count":5}"#)
        let older = try embedding(#"{"model":"m","prompt":"a"}"#, .embeddings)
        #expect(try older.reply(to: reply, elapsed: .zero).text == #"{"embedding":[1.0]}"#)
    }

    @Test(
        "Requests without a text are refused",
        arguments: [
            ("{}", "model"), (#"{"model":"m"}"#, "input"), (#"{"model":"m","input":""}"#, "input"),
            (#"{"model":"m","input":[]}"#, "input"), (#"{"model":"m","input":[1]}"#, "input[0]"),
            (#"{"model":"m","input":1}"#, "input"), (#"{"model":"m","input":"a","dimensions":0}"#, "dimensions"),
        ])
    func embeddingMistakes(body: String, parameter: String) {
        let error = #expect(throws: ChatError.self) { try embedding(body) }
        #expect(error?.status == 400)
        #expect(error?.parameter == parameter)
    }

    @Test(
        "A reply without embeddings is a bad gateway",
        arguments: [
            "", "[]", #"{"data":[]}"#, #"{"data":[{"embedding":"AAAA"}]}"#, #"{"data":[{"embedding":[1]},{}]}"#,
        ])
    func noEmbeddings(body: String) {
        let error = #expect(throws: ChatError.self) {
            try embedding(#"{"model":"m","input":"a"}"#).reply(to: ByteBuffer(body), elapsed: .zero)
        }
        #expect(error?.status == 502)
    }
}
