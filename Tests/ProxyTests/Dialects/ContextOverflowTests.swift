import Testing

@testable import ollama_openai_proxy

@Suite("A prompt that does not fit")
struct ContextOverflowTests {
    @Test(
        "The words on which Claude Code compacts stand first, with the sizes where they are known",
        arguments: [
            (
                "request (5012 tokens) exceeds the available context size (n_prompt_tokens 5012, n_ctx 4096)",
                "prompt is too long: 5012 tokens > 4096 maximum ("
            ),
            (
                "input length (9000 tokens) exceeds the model's maximum context length (8192 tokens)",
                "prompt is too long: 9000 tokens > 8192 maximum ("
            ),
            (
                "gpt-4.1: maximum context length is 8192 tokens, but qwen3:8b got 9,000, and no more.",
                "prompt is too long: 9000 tokens > 8192 maximum ("
            ),
            ("the prompt is longer than the context length", "prompt is too long: the prompt is longer"),
            ("4096 is all there is for 99999999999999999999999", "prompt is too long: 4096 is all"),
            (
                "prompt too long; exceeded max context length by 5404 tokens; the context of m is 4096 tokens",
                "prompt is too long: prompt too long; exceeded"
            ),
            // The reply has its part in it, but the prompt alone is too much.
            (
                "This model's maximum context length is 8192 tokens. However, you requested 9500 tokens (9000 in the "
                    + "messages, 500 in the completion).", "prompt is too long: 9000 tokens > 8192 maximum ("
            ),
            (
                "maximum context length is 4096 tokens. You requested 512 output tokens and your prompt contains at "
                    + "least 5000 input tokens, a total of 5512", "prompt is too long: 5000 tokens > 4096 maximum ("
            ),
        ])
    func sizes(words: String, beginning: String) {
        let told = ContextOverflow(words).message
        #expect(told.hasPrefix(beginning))
        #expect(told.contains(words))
    }

    @Test(
        "Where a shorter reply would fit, the three numbers are told on which Claude Code lowers max_tokens",
        arguments: [
            "input length and `max_tokens` exceed context limit: 3000 + 2000 > 4096, decrease input length",
            "'max_tokens' is too large: 2000. This model's maximum context length is 4096 tokens and your request has 3000 "
                + "input tokens (2000 > 4096 - 3000).",
            "maximum context length is 4096 tokens. However, you requested 2000 output tokens and your prompt contains at "
                + "least 3000 input tokens, for a total of at least 5000 tokens.",
            "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3000 `inputs` tokens and 2000 `max_new_tokens`",
            "maximum context length is 4096 tokens. However, you requested 5000 tokens (2900 in the messages, 100 in the "
                + "functions, and 2000 in the completion).",
            "maximum context length is 4096 tokens. However, you requested about 5000 tokens (3000 of text input, 2000 in "
                + "the output).",
        ])
    func sums(words: String) {
        let told = ContextOverflow(words).message
        let beginning = "input length and `max_tokens` exceed context limit: 3000 + 2000 > 4096, decrease input length"
        #expect(told.hasPrefix(beginning))
        #expect(told.contains(words))
    }

    @Test("Numbers that add up to no overflow, or overflow themselves, are taken for nothing")
    func odd() {
        let large = "'max_tokens' is too large: \(Int.max), of 5000 for \(Int.max)"
        #expect(ContextOverflow(large).message.hasPrefix("prompt is too long: \(Int.max) tokens > 5000 maximum"))
        let few = "`inputs` tokens + `max_new_tokens` must be <= 4096"
        #expect(ContextOverflow(few).message == "prompt is too long: " + few)
    }

    @Test("LiteLLM finds a phrase of its own, which is added only where none is there")
    func liteLLM() {
        let phrase = "; the request exceeds the available context size"
        #expect(
            ContextOverflow("prompt too long by far").message == "prompt is too long: prompt too long by far" + phrase)
        for words in ["it exceeds the available context size", "Current length is 90 while limit is 80"] {
            #expect(!ContextOverflow(words).message.contains(phrase))
        }
    }

    @Test("Every client API tells it in these words, before a reply and in a stream, with 400")
    func everyAPI() {
        let error = ChatError(status: 500, "no room", code: .contextLengthExceeded)
        let told = "prompt is too long: no room; the request exceeds the available context size"
        for api in [ClientAPI.chatCompletions, .responses, .messages, .ollama(.chat)] {
            #expect(api.encode(error).body.text.contains(told))
        }
        let (request, reply) = (ChatRequest(model: "m", messages: []), ReplyIdentity(id: "i", created: 0))
        func stream(_ encoder: some ReplyEventEncoder) -> String {
            var (encoder, bytes) = (encoder, ByteBuffer())
            encoder.encode(.end(.failed(error)), into: &bytes)
            return bytes.text
        }
        #expect(stream(ChatCompletionsDialect().makeEncoder(for: request, reply: reply)).contains(told))
        #expect(stream(ResponsesDialect().makeEncoder(for: request, reply: reply)).contains(told))
        #expect(stream(MessagesDialect().makeEncoder(for: request, reply: reply)).contains(told))
        #expect(stream(OllamaAPIDialect(endpoint: .chat).makeEncoder(for: request, reply: reply)).contains(told))
        #expect(MessagesDialect().encode(error).status == .badRequest)
    }

    @Test(
        "What only sounds like it is something else: on these a client that compacts does so again and again",
        arguments: [
            (400, "max_tokens is too large: 99000. This model supports at most 8192 completion tokens"),
            (400, "too many images: 30, the limit of this model's context is 20"),
            (413, "Request exceeds the maximum size of 32 MB"),
            (413, "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000"),
            (429, "Rate limit reached for m on tokens per min (TPM): Limit 30000, Requested 31000"),
            (429, "Too many tokens, please wait before trying again."),
            (429, "prompt is too long to be served now: maximum context length of the queue"),
            (400, "rate_limit_exceeded: reduce the length of the messages or try again in 7s"),
        ])
    func counterCases(status: Int, words: String) {
        let body = ByteBuffer(#"{"error":{"message":\#(words.quoted)}}"#)
        let status = HTTPStatus(rawValue: status)
        let errors = [
            OllamaErrorDecoder.decode(status: status, fields: HTTPFields(), body: body),
            VendorChatErrorDecoder(vendor: "v").decode(status: status, fields: HTTPFields(), body: body),
        ]
        for error in errors { #expect(error.code != .contextLengthExceeded) }
    }

    @Test(
        "It is found where it hides",
        arguments: [
            #"{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"#
                + #""prompt is too long: 90 tokens > 80 maximum\"}}"}}}"#,
            #"{"error":{"message":"Provider returned error","metadata":{"raw":"prompt is too long"}}}"#,
            #"[{"error":{"code":400,"message":"prompt is too long","status":"INVALID_ARGUMENT"}}]"#,
            #"{"error":{"message":"{\"error\":{\"message\":\"prompt is too long\"}}"}}"#,
            #"{"detail":{"error":{"message":"prompt is too long"}}}"#,
        ])
    func hidden(body: String) {
        let error = VendorChatErrorDecoder(vendor: "v").decode(
            status: .badRequest, fields: HTTPFields(), body: ByteBuffer(body))
        #expect(error.code == .contextLengthExceeded)
        #expect(error.message.contains("prompt is too long"))
    }
}
