import Testing

@testable import ollama_openai_proxy

struct OllamaErrorDecoderTests {
    private func error(_ status: Int, _ body: String, retryAfter: String? = nil) -> ChatError {
        var fields = HTTPFields()
        if let retryAfter { fields.append(.retryAfter, retryAfter) }
        return OllamaErrorDecoder.decode(status: HTTPStatus(rawValue: status), fields: fields, body: ByteBuffer(body)).plain
    }

    private func lineError(_ line: String) -> ChatError {
        let bytes = Array(line.utf8)
        return OllamaErrorDecoder.decode(line: bytes.span).plain
    }

    @Test(
        "Words may stand in a log that cannot quote what the model wrote",
        arguments: [
            (400, "model is required", true, false), (400, "registry/x does not support tools", true, true),
            (401, "unauthorized", true, true), (404, "model 'x' not found", true, false), (404, "anything", true, false),
            (400, "anything (ref: 1)", false, false), (400, "invalid character 'x' in literal", false, false),
            (500, "model runner has unexpectedly stopped", true, true), (500, "CUDA error: out of memory", true, true),
            (500, "llama-server process has terminated: exit status 2", true, true),
            (500, "what the model wrote", false, false), (500, "tool 'memory' not found", false, false),
            (500, "error parsing tool call: raw='memory', err=x", false, false), (500, "bad <tool>: memory", false, false),
            (500, "unreadable: {\"memory\"}", false, false), (503, "server busy", true, true),
        ])
    func quotes(status: Int, words: String, whole: Bool, line: Bool) {
        let body = "{\"error\":\(words.quoted)}"
        let refusal = OllamaErrorDecoder.decode(status: HTTPStatus(rawValue: status), fields: HTTPFields(), body: ByteBuffer(body))
        #expect(refusal.quotesNothing == whole)
        #expect(OllamaErrorDecoder.decode(line: Array(body.utf8).span).quotesNothing == line)
    }

    @Test(
        "Status and code follow from what Ollama answered, and its words stay",
        arguments: [
            (400, "model is required", 400, nil), (400, "registry/x does not support tools", 400, nil),
            (402, "usage limit reached", 402, .insufficientQuota),
            (429, "you have reached your hourly usage limit", 429, .rateLimitExceeded),
            (429, "you have reached your weekly usage limit, please upgrade", 402, .insufficientQuota),
            (500, "model requires more system memory (9 GiB) than is available (3 GiB)", 500, .insufficientMemory),
            (500, "image input is not supported - hint: add a projector", 400, nil),
            (500, "option \"num_ctx\" must be of type integer", 400, nil),
            (500, "server busy, please try again", 503, nil),
            (502, "image input is not supported", 502, nil),
            (403, "ollama cloud is disabled: remote model is unavailable", 403, nil),
            (404, "model 'x' not found", 404, .modelNotFound),
            (404, "model \"x\" not found, try pulling it first", 404, .modelNotFound),
            (404, "404 page not found", 404, nil),
            (413, "too big", 413, nil), (429, "slow down", 429, .rateLimitExceeded),
            (499, "request canceled", 502, nil),
            (500, "model runner has unexpectedly stopped", 500, nil), (502, "dial tcp: refused", 502, nil),
            (503, "server busy, please try again.  maximum pending requests exceeded", 503, nil),
            (529, "overloaded", 529, nil),
            (301, "moved", 502, nil), (600, "odd", 502, nil),
            (
                400, "the prompt is longer than the context length currently available to the model; shorten it", 400,
                .contextLengthExceeded
            ),
            (
                500, "input length (5000 tokens) exceeds the model's maximum context length (4096 tokens)", 400,
                .contextLengthExceeded
            ),
            (400, "the input length exceeds the context length", 400, .contextLengthExceeded),
            (500, "the request exceeds the available context size, try increasing", 400, .contextLengthExceeded),
        ] as [(Int, String, Int, ChatError.Code?)])
    func meaning(status: Int, words: String, expected: Int, code: ChatError.Code?) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("error")
        writer.string(words)
        writer.endObject()
        #expect(error(status, writer.buffer.text) == ChatError(status: expected, words, code: code))
    }

    @Test(
        "The words are found wherever they are",
        arguments: [
            (#"{"error":"text"}"#, "text"), (#"{"error":{"message":"text","type":"x","code":null}}"#, "text"),
            (#"{"message":"text"}"#, "text"), (#"{"detail":"text"}"#, "text"), (" plain text\r\n", "plain text"),
            ("<html><h1>Bad</h1></html>", "<html><h1>Bad</h1></html>"), (#"{"other":1}"#, #"{"other":1}"#),
            (#"{"error":["a"]}"#, #"["a"]"#), ("[1]", "[1]"),
            (#"{"error":"{\"error\":{\"code\":400,\"message\":\"text\"}}"}"#, "text"),
            (#"{"error":"llama said: {\"error\":\"{\\\"message\\\":\\\"text\\\"}\"}\n"}"#, "llama said: text"),
            (#"{"error":"parsing tool call: raw='{\"a\":1}', err=x"}"#, #"parsing tool call: raw='{"a":1}', err=x"#),
            (#"{"error":"bad arguments {\"a\":1}"}"#, #"bad arguments {"a":1}"#),
        ])
    func words(body: String, expected: String) {
        #expect(error(500, body).message == expected)
    }

    @Test("llama-server's numbers are kept")
    func sizes() {
        let body =
            #"{"error":"{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\","#
            + #"\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":5000,\"n_ctx\":4096}}"}"#
        let expected = ChatError(
            status: 400, "the request exceeds the available context size (n_prompt_tokens 5000, n_ctx 4096)",
            code: .contextLengthExceeded)
        #expect(error(400, body) == expected)
        #expect(lineError(body) == expected)
    }

    @Test("A way to sign in is told")
    func signIn() {
        let body = #"{"error":"unauthorized","signin_url":"https://ollama.example/connect?a=1"}"#
        let advice = ". Run 'ollama signin' where Ollama runs, or set OLLAMA_API_KEY"
        #expect(error(401, body).message == "unauthorized (sign in at https://ollama.example/connect?a=1)" + advice)
        #expect(error(401, #"{"error":"unauthorized","signin_url":""}"#).message == "unauthorized" + advice)
        #expect(error(401, "").message == "Ollama answered 401 without a message." + advice)
        // 401 would say that the client's own key is wrong.
        #expect(error(401, body).status == 403 && error(500, body).status == 403)
        #expect(lineError(body).status == 403)
    }

    @Test("Silence is told as such", arguments: ["", " \n"])
    func silence(body: String) {
        let refused = error(403, body)
        #expect(refused.status == 403)
        #expect(refused.message.hasPrefix("Ollama answered 403 without a message."))
        #expect(refused.message.contains("Host or Origin"))
        #expect(error(500, body).message == "Ollama answered 500 without a message.")
    }

    @Test("An answer without words is shown as it is", arguments: [#"{"error":""}"#, #"{"error":null}"#, "{}"])
    func wordless(body: String) {
        #expect(error(500, body) == ChatError(status: 500, body))
    }

    @Test("A web page is cut, also in the middle of emoji")
    func longText() {
        let message = error(502, "a" + String(repeating: "👨‍👩‍👧", count: 5000)).message
        #expect(message.unicodeScalars.count == 2001)
        #expect(message.hasSuffix("…"))
    }

    @Test(
        "Retry-After is handed on if it can be a field",
        arguments: [
            ("1", "1"), ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT"), ("é", nil), (nil, nil),
        ])
    func retryAfter(value: String?, expected: String?) {
        let told = HTTPResponse.failure(error(429, "{}", retryAfter: value), ByteBuffer())
        #expect(told.fields[.retryAfter] == expected)
    }

    @Test(
        "A line's status is the one it names, or what its words say",
        arguments: [
            (#"{"error":"anything else"}"#, 502, nil), (#"{"error":{"message":"x","code":503}}"#, 503, nil),
            (#"{"error":"x","StatusCode":429}"#, 429, .rateLimitExceeded),
            (#"{"error":"x","StatusCode":200}"#, 502, nil),
            (#"{"error":{"message":"x","code":"bad"}}"#, 502, nil),
            (#"{"error":"Too many requests"}"#, 429, .rateLimitExceeded),
            (#"{"error":"server busy, please try again."}"#, 503, nil),
            (#"{"error":"model is overloaded"}"#, 503, nil),
            (#"{"error":"model 'x' not found"}"#, 404, .modelNotFound), (#"{"error":"unauthorized"}"#, 403, nil),
            (#"{"error":"weekly usage limit reached"}"#, 402, .insufficientQuota),
            (#"{"error":"\"x\" does not support thinking"}"#, 400, nil),
            (#"{"error":"the prompt is longer than the context length"}"#, 400, .contextLengthExceeded),
            (#"{"error":{}}"#, 502, nil),
        ] as [(String, Int, ChatError.Code?)])
    func lines(line: String, status: Int, code: ChatError.Code?) {
        let error = lineError(line)
        #expect(error.status == status)
        #expect(error.code == code)
        #expect(!error.message.isEmpty)
    }

    @Test("That a model does not think is known by its 400")
    func thinkingUnsupported() {
        #expect(OllamaErrorDecoder.isThinkingUnsupported(error(400, #"{"error":"\"x\" does not support thinking"}"#)))
        #expect(!OllamaErrorDecoder.isThinkingUnsupported(error(400, #"{"error":"\"x\" does not support tools"}"#)))
        #expect(!OllamaErrorDecoder.isThinkingUnsupported(error(503, #"{"error":"\"x\" does not support thinking"}"#)))
    }

    @Test("Texts nested without end are not followed for ever")
    func nesting() {
        var text = "deep"
        for _ in 0..<12 {
            var writer = JSONWriter()
            writer.beginObject()
            writer.name("error")
            writer.string(text)
            writer.endObject()
            text = writer.buffer.text
        }
        #expect(error(500, text).message.contains("deep"))
    }

    @Test("Any bytes give an error with words")
    func garbage() {
        var generator = SeededGenerator(seed: 5)
        let alphabet = Array(#"{}[]":,\ "error""message"xé0"#.utf8) + [0xFF, 0x0A]
        for _ in 0..<2000 {
            let bytes = generator.bytes(upTo: 40, from: alphabet)
            let error = OllamaErrorDecoder.decode(
                status: .internalServerError, fields: HTTPFields(), body: ByteBuffer(bytes))
            #expect(!error.message.isEmpty && error.status == 500)
        }
    }
}

extension ChatError {
    /// Without what it is for the log.
    fileprivate var plain: ChatError {
        var error = self
        error.quotesNothing = false
        return error
    }
}
