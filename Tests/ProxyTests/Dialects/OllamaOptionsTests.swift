import Testing

@testable import ollama_openai_proxy

struct OllamaOptionsTests {
    private func sent(_ extra: String?, contextSize: Int? = nil, _ change: (inout GenerationOptions) -> Void = { _ in })
        throws -> String?
    {
        var request = OllamaFixtures.request()
        request.options.extra = try extra.flatMap { try OllamaFixtures.json(#"{"options":\#($0)}"#)["options"] }
        change(&request.options)
        return try OllamaFixtures.member("options", of: request, contextSize: contextSize)
    }

    @Test("What is not said is not sent")
    func nothing() throws {
        #expect(try sent(nil) == nil)
        #expect(try sent("{}") == nil)
        #expect(try sent(#"{"seed":null,"stop":[],"top_k":null}"#) == nil)
    }

    @Test("Every parameter has its place, and number texts stay as they are")
    func explicit() throws {
        let numbers = try OllamaFixtures.json(#"{"a":3,"b":0.60,"c":5e-2,"d":4,"e":5,"f":1.10}"#)
        let all = try sent(nil) { options in
            options.maxTokens = 999
            options.seed = -1
            options.temperature = numbers["a"]
            options.topP = numbers["b"]
            options.topK = 40
            options.minP = numbers["c"]
            options.frequencyPenalty = numbers["d"]
            options.presencePenalty = numbers["e"]
            options.repeatPenalty = numbers["f"]
            options.contextSize = 4096
            options.stop = [JSONText("\n"), JSONText("stop")]
        }
        #expect(
            all == #"{"num_predict":999,"seed":-1,"temperature":3,"top_p":0.60,"top_k":40,"min_p":5e-2,"#
                + #""frequency_penalty":4,"presence_penalty":5,"repeat_penalty":1.10,"num_ctx":4096,"stop":["\n","stop"]}"#
        )
    }

    @Test("Free options come first, in their order; a parameter wins over them; no name comes twice")
    func merged() throws {
        let options = try sent(
            #"{"top_p":0.50,"seed":1,"future_option":{"a":[1.0]},"temperature":9,"seed":2,"num\u005fctx":64,"#
                + #""num_gpu":null}"#,
            contextSize: 8192
        ) { $0.seed = 7 }
        #expect(
            options == #"{"top_p":0.50,"future_option":{"a":[1.0]},"temperature":9,"num_ctx":64,"seed":7}"#)
        #expect(try sent(#"{"top_k":1,"min_p":0,"top_k":2}"#) == #"{"top_k":2,"min_p":0}"#)
        #expect(try sent(#"{"top_k":1,"top_k":null}"#) == nil)
    }

    @Test("The operator's context size counts where nobody names one")
    func contextSize() throws {
        #expect(try sent(nil, contextSize: 8192) == #"{"num_ctx":8192}"#)
        #expect(try sent(#"{"num_ctx":null}"#, contextSize: 8192) == #"{"num_ctx":8192}"#)
        #expect(try sent(#"{"num_ctx":64}"#, contextSize: 8192) == #"{"num_ctx":64}"#)
        #expect(try sent(nil, contextSize: 8192) { $0.contextSize = 32 } == #"{"num_ctx":32}"#)
    }

    @Test(
        "Types that Ollama would take in another form are put right",
        arguments: [
            (#"{"num_ctx":5.0}"#, #"{"num_ctx":5}"#), (#"{"top_k":1e2}"#, #"{"top_k":100}"#),
            (#"{"stop":"\u000a"}"#, #"{"stop":["\u000a"]}"#), (#"{"stop":["a","","b"]}"#, #"{"stop":["a","b"]}"#),
            (#"{"temperature":1}"#, #"{"temperature":1}"#), (#"{"use_mmap":false}"#, #"{"use_mmap":false}"#),
        ])
    func accepted(extra: String, expected: String) throws {
        #expect(try sent(extra) == expected)
    }

    @Test(
        "A wrong type is our 400 that names the option",
        arguments: [
            ("num_keep", "true"), ("seed", "\"1\""), ("num_predict", "1.5"), ("top_k", "[]"), ("repeat_last_n", "{}"),
            ("num_ctx", "1e400"), ("num_batch", "99999999999999999999"), ("num_gpu", "\"\""), ("main_gpu", "false"),
            ("num_thread", "0.1"), ("draft_num_predict", "\"x\""), ("top_p", "\"0.5\""), ("min_p", "true"),
            ("typical_p", "[]"), ("temperature", "1e999"), ("repeat_penalty", "{}"), ("presence_penalty", "\"\""),
            ("frequency_penalty", "false"), ("use_mmap", "1"), ("stop", "1"), ("stop", "[1]"), ("stop", "[null]"),
            ("stop", "{}"),
        ])
    func refused(name: String, value: String) {
        let error = #expect(throws: ChatError.self) { try sent("{\"\(name)\":\(value)}") }
        #expect(error?.status == 400)
        #expect(error?.parameter == "options.\(name)" || error?.parameter == "options.\(name)[0]")
        #expect(error?.code == (value == "1e999" ? .invalidValue : .invalidType))
    }
}
