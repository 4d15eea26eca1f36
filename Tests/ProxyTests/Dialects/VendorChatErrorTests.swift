import Testing

@testable import ollama_openai_proxy

@Suite("What a vendor's refusals mean")
struct VendorChatErrorTests {
    private func error(_ status: Int, _ body: String, retryAfter: String? = nil) -> ChatError {
        var fields = HTTPFields()
        if let retryAfter { fields.append("Retry-After", retryAfter) }
        return VendorChatFixtures.dialect.decodeError(
            status: HTTPStatus(rawValue: status), fields: fields, body: ByteBuffer(body))
    }

    @Test(
        "The vendor's words are found in every shape",
        arguments: [
            (#"{"error":{"message":"words","type":"t","param":"p","code":"c"}}"#, "words"),
            (#"{"error":"words"}"#, "words"),
            (#"{"code":"InvalidParameter","message":"words","request_id":"1"}"#, "words"),
            (#"{"object":"error","message":"words","type":"BadRequestError","param":null,"code":400}"#, "words"),
            (#"{"detail":"words"}"#, "words"), (#"{"detail":[{"loc":["body"],"msg":"words"}]}"#, "words"),
            (#"{"error":{"message":"words","metadata":{"raw":"x"}},"user_id":"u"}"#, "words"),
            ("words\n", "words"), ("<html>words</html>", "words"), ("", "vendor answered 400 without a message."),
            ("{}", "{}"),
        ])
    func shapes(body: String, words: String) {
        let error = error(400, body)
        #expect(error.message.contains(words))
        #expect(error.status == 400)
    }

    @Test(
        "A prompt that is too long is a 400 with OpenAI's code, whoever says it",
        arguments: [
            (400, #"{"error":{"message":"too long","code":"context_length_exceeded","param":"messages"}}"#),
            (
                400,
                #"{"object":"error","message":"This model's maximum context length is 8192 tokens. However, …","code":400}"#
            ),
            (
                400,
                #"{"error":{"code":400,"message":"the request exceeds the available context size (512 tokens)","type":"exceed_context_size_error"}}"#
            ),
            (500, #"{"error":{"message":"Requested tokens (600) exceed context window of 512"}}"#),
            (
                400,
                #"{"error":{"code":"invalid_parameter_error","message":"<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 983616]"}}"#
            ),
            (400, #"{"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#),
            (400, #"{"error":"Trying to keep the first 15857 tokens when context the overflows."}"#),
            (400, #"{"error":{"message":"Invalid request: Your request exceeded model token limit: 262144"}}"#),
        ])
    func overflow(status: Int, body: String) {
        #expect(error(status, body).status == 400)
        #expect(error(status, body).code == .contextLengthExceeded)
    }

    @Test(
        "Status and code say what it is",
        arguments: [
            (401, #"{"error":{"message":"no","code":"invalid_api_key"}}"#, 403, ChatError.Code?.some(.invalidAPIKey)),
            (429, #"{"error":{"message":"slow down"}}"#, 429, .rateLimitExceeded),
            (
                429, #"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#, 402,
                .insufficientQuota
            ),
            (402, #"{"error":{"message":"Insufficient Balance"}}"#, 402, .insufficientQuota),
            (400, #"{"error":{"message":"in good standing","code":"Arrearage"}}"#, 402, .insufficientQuota),
            // Gemini says so of its limits of a minute.
            (
                429, #"{"error":{"message":"You exceeded your current quota. Please retry in 34.1s."}}"#, 429,
                .rateLimitExceeded
            ),
            (500, #"{"error":{"message":"image input is not supported"}}"#, 400, nil),
            (
                404, #"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#, 404,
                .modelNotFound
            ),
            (400, #"{"error":{"message":"Model Not Exist","code":"invalid_request_error"}}"#, 404, .modelNotFound),
            (
                404, #"{"error":{"code":"DeploymentNotFound","message":"The API deployment does not exist."}}"#, 404,
                .modelNotFound
            ),
            (404, #"{"error":{"code":"404","message":"Resource not found"}}"#, 404, ChatError.Code(rawValue: "404")),
            (
                400, #"{"error":{"message":"m","code":"content_filter"}}"#, 400,
                ChatError.Code(rawValue: "content_filter")
            ),
            (400, #"{"error":{"message":"m","code":"no word at all"}}"#, 400, nil), (500, "oops", 500, nil),
            (503, "", 503, nil), (302, "", 502, nil), (499, "", 502, nil), (999, "", 502, nil),
        ])
    func meaning(status: Int, body: String, expected: Int, code: ChatError.Code?) {
        let error = error(status, body)
        #expect(error.status == expected)
        #expect(error.code == code)
    }

    @Test("The parameter and the time to wait are kept")
    func details() {
        let refused = error(429, #"{"error":{"message":"m","param":"top_p","code":null}}"#, retryAfter: "20")
        #expect(refused.parameter == "top_p")
        #expect(refused.retryAfter == "20")
        let told = HTTPResponse.failure(error(429, "{}", retryAfter: "2é"), ByteBuffer())
        #expect(told.fields["Retry-After"] == nil)
        #expect(error(400, #"{"error":{"message":"m","param":""}}"#).parameter == nil)
        #expect(error(422, #"{"detail":[{"loc":["body","tools",0,"x"],"msg":"m"}]}"#).parameter == "tools.0.x")
        #expect(error(422, #"{"detail":[{"loc":["body"],"msg":"m"}]}"#).parameter == nil)
        #expect(error(422, #"{"detail":"m"}"#).parameter == nil)
    }

    @Test(
        "No key is ever told, nor what is left of one",
        arguments: [
            "Incorrect API key provided: sk-12***. You can find…",
            "Incorrect API key provided: sk-proj-****************abcd.",
            "bad key 'sk-secret-of-the-operator'", "Invalid key ab***yz!", "key sk-other", "sk-secret-of-the-operator",
        ])
    func keys(words: String) throws {
        var json = JSONWriter()
        json.beginObject()
        json.name("error")
        json.string(words)
        json.endObject()
        let text = json.buffer.text
        var messages = [error(401, text).message, error(401, words).message]
        for reply in ["data: \(text)\n\n", "data: \(words)\n\n", "\(words)\n"] {
            guard case .failed(let error) = VendorChatFixtures.events(reply).last else {
                Issue.record("no failure for \(reply)")
                return
            }
            messages.append(error.message)
        }
        for message in messages {
            #expect(message.contains("[key]"))
            #expect(!message.contains("sk-"))
            #expect(!message.contains("***"))
        }
    }

    @Test("Words that are no keys stay as they are")
    func noKeys() {
        let words = "The task-runner's *.json and **bold** say: a_b-c é, done."
        #expect(error(400, words).message == words)
    }
}
