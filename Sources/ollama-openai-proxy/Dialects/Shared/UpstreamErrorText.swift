/// What an upstream's words mean where its status does not tell: a row is a phrase, its meaning, and whose words it is.
///
/// Each row has a case in `UpstreamErrorCases` with who says it. To know another phrase is one row and one case.
struct UpstreamErrorText: Sendable {
    enum Meaning: Sendable, Equatable {
        /// The prompt does not fit into the context.
        case contextOverflow
        /// Nobody pays any more.
        case quota
        /// It is a limit of a rate, and passes by itself.
        case passing
        case modelNotFound
        /// The upstream could not read the call that its model wrote.
        case unreadableCall
        /// The machine failed, whatever the model wrote.
        case machine
        /// The model does not think, and was asked to.
        case noThinking
        /// The model takes no images, or no sounds.
        case noMedia
        /// The machine has not the memory.
        case noMemory
        /// The model's log probabilities are not to be had.
        case noLogprobs
        /// The parser came to the end of what the model wrote.
        case endOfInput
        /// What the status would be, if an error in a stream had one. The first of these rows holds.
        case status(Int)
    }

    /// In whose mouth it means that: one's word may be another's name of a model. Ollama, asked over its `/v1`, is anyone.
    enum Speaker: Sendable { case ollama, vendor, anyone }

    private let words: String
    private let speaker: Speaker

    init(_ words: String, by speaker: Speaker) {
        self.words = words.lowercased()
        self.speaker = speaker
    }

    func means(_ meaning: Meaning) -> Bool { Self.rows.contains { $0.meaning == meaning && matches($0) } }

    /// The prompt does not fit, and it is not so many tokens a minute.
    var isOverflow: Bool { means(.contextOverflow) && !means(.passing) && status != 429 }

    /// Nobody pays any more, and to wait a moment does not help.
    var isQuota: Bool { means(.quota) && !means(.passing) }

    /// What a status of 500 leaves open, and a line in a stream; `nil`: the words do not say.
    var status: Int? {
        for row in Self.rows where matches(row) {
            if case .status(let status) = row.meaning { return status }
        }
        return means(.noMedia) ? 400 : nil
    }

    /// Some row matches.
    var isKnown: Bool { Self.rows.contains { matches($0) } }

    /// Ollama's cloud says it: its words end with the number of an incident, and are never those of a parser.
    var isOfCloud: Bool { words.contains("(ref: ") && words.hasSuffix(")") }

    func matches(_ row: Row) -> Bool {
        guard row.speaker == .anyone || speaker == .anyone || row.speaker == speaker else { return false }
        if row.phrase.hasPrefix("=") { return words == row.phrase.dropFirst() }
        return row.phrase.split(separator: "…").allSatisfy { words.contains($0) }
    }

    /// The phrase is in lower case. Where it has parts around "…", all must be there, in any order; behind "=" it is all.
    typealias Row = (phrase: String, meaning: Meaning, speaker: Speaker)

    static let rows: [Row] = [
        ("exceeds the available context size", .contextOverflow, .anyone),  // llama-server, also behind Ollama
        ("prompt too long", .contextOverflow, .anyone),  // Ollama's cloud, oMLX
        ("prompt is longer than the context length", .contextOverflow, .anyone),  // Ollama, also over its /v1
        ("exceeds the model's maximum context length", .contextOverflow, .anyone),  // its MLX runner
        ("input length exceeds the context length", .contextOverflow, .anyone),  // its embedding runner
        ("context_length_exceeded", .contextOverflow, .vendor),  // OpenAI's code
        ("maximum context length", .contextOverflow, .vendor),  // OpenAI, vLLM, DeepSeek
        ("exceed_context_size", .contextOverflow, .vendor),  // llama-server's type
        ("range of input length", .contextOverflow, .vendor),  // DashScope
        ("exceed context window", .contextOverflow, .vendor),  // llama.cpp's Python server
        ("context size has been exceeded", .contextOverflow, .vendor),  // LM Studio
        ("trying to keep the first", .contextOverflow, .vendor),  // LM Studio
        ("tokens to keep from the initial prompt", .contextOverflow, .vendor),  // LM Studio
        ("cannot truncate prompt", .contextOverflow, .vendor),  // LM Studio
        ("exceeded model token limit", .contextOverflow, .vendor),  // Kimi
        ("prompt exceeds max length", .contextOverflow, .vendor),  // GLM
        ("maximum prompt length", .contextOverflow, .vendor),  // xAI
        ("prompt is too long", .contextOverflow, .vendor),  // Anthropic
        ("input is too long", .contextOverflow, .vendor),  // Anthropic elsewhere
        ("exceed context limit", .contextOverflow, .vendor),  // Anthropic, with the reply
        ("exceeds the context window", .contextOverflow, .vendor),  // OpenAI's Responses
        ("input tokens exceed the configured limit", .contextOverflow, .vendor),  // OpenAI
        ("longer than the model's context length", .contextOverflow, .vendor),  // SGLang
        ("longer than the maximum model length", .contextOverflow, .vendor),  // vLLM
        ("context window exceeds limit", .contextOverflow, .vendor),  // MiniMax
        ("model_context_window_exceeded", .contextOverflow, .vendor),  // GLM
        ("input token count…exceeds the maximum", .contextOverflow, .vendor),  // Gemini
        ("prompt token count…exceeds the limit", .contextOverflow, .vendor),  // Copilot
        ("contextwindowexceeded", .contextOverflow, .vendor),  // LiteLLM
        ("`inputs` tokens + `max_new_tokens`", .contextOverflow, .vendor),  // Hugging Face TGI
        ("current length is…while limit is", .contextOverflow, .vendor),  // Cerebras
        ("reduce the length of the messages", .contextOverflow, .vendor),  // Groq

        ("insufficient_quota", .quota, .vendor),  // OpenAI's code
        ("exceeded your current quota", .quota, .vendor),  // OpenAI
        ("arrearage", .quota, .vendor),  // DashScope
        ("insufficient balance", .quota, .vendor),  // DeepSeek

        ("usage limit", .quota, .anyone),  // Ollama's cloud, GLM's and Kimi's plans
        ("credit balance is too low", .quota, .vendor),  // Anthropic
        ("insufficient credits", .quota, .vendor),  // OpenRouter

        ("hourly usage limit", .passing, .anyone),  // Ollama's cloud: it comes back while the agent waits
        ("session usage limit", .passing, .anyone),  // the same, to users of continue (March 2026)
        ("retry in", .passing, .vendor),  // Gemini
        ("try again in", .passing, .vendor),  // OpenAI
        ("tokens per m", .passing, .vendor),  // OpenAI, Groq

        ("model…not found", .modelNotFound, .anyone),
        ("model_not_found", .modelNotFound, .vendor),
        ("model…not exist", .modelNotFound, .vendor),
        ("deploymentnotfound", .modelNotFound, .vendor),
        ("deployment…not found", .modelNotFound, .vendor),
        ("deployment…not exist", .modelNotFound, .vendor),

        ("error parsing tool call", .unreadableCall, .ollama),  // Ollama 0.11 to 0.34: gpt-oss
        ("invalid tool call", .unreadableCall, .ollama),  // llama-server
        ("incomplete glm tool call", .unreadableCall, .ollama),  // GLM
        ("xml syntax error", .unreadableCall, .ollama),  // qwen3-coder
        ("failed to parse xml", .unreadableCall, .ollama),  // qwen3.5
        ("expected element type <", .unreadableCall, .ollama),  // qwen3-coder
        ("=eof", .unreadableCall, .ollama),  // qwen3-coder, qwen3.5: JSON or nothing between the tags
        ("failed to parse json", .unreadableCall, .ollama),  // qwen3
        ("invalid character '", .unreadableCall, .ollama),  // qwen3-vl, ministral: Go's own words
        ("=unexpected end of json input", .unreadableCall, .ollama),  // the same
        ("tool '…' not found", .unreadableCall, .ollama),  // ministral
        ("empty function name", .unreadableCall, .ollama),  // GLM
        ("mismatched arg_key and arg_value", .unreadableCall, .ollama),  // GLM
        ("failed to parse laguna json", .unreadableCall, .ollama),  // Laguna
        ("empty laguna tool call", .unreadableCall, .ollama),  // Laguna
        ("failed to parse function call", .unreadableCall, .ollama),  // olmo3
        ("malformed atem", .unreadableCall, .ollama),
        ("undeclared glimmer function", .unreadableCall, .ollama),
        ("output that does not match the expected", .unreadableCall, .ollama),  // llama.cpp's own templates

        ("model runner", .machine, .ollama),
        ("llama-server process", .machine, .ollama),
        ("error was encountered while running", .machine, .ollama),
        ("failed to load", .machine, .ollama),
        ("cuda", .machine, .ollama),
        ("memory", .machine, .ollama),
        ("option \"", .machine, .ollama),
        ("context canceled", .machine, .ollama),
        ("internal server error", .machine, .ollama),  // its cloud

        ("does not support thinking", .noThinking, .ollama),
        ("logprobs", .noLogprobs, .ollama),  // llama-server: "logprobs is not supported with tools"

        ("unexpected end of json input", .endOfInput, .ollama),
        ("can't find closing", .endOfInput, .ollama),
        ("unexpected eof", .endOfInput, .ollama),
        ("incomplete glm tool call", .endOfInput, .ollama),

        ("image…not support", .noMedia, .anyone),  // Ollama's cloud, llama-server; OpenRouter
        ("multimodal…not support", .noMedia, .anyone),  // Ollama's runner; vLLM
        ("audio…not support", .noMedia, .anyone),  // llama-server; many
        ("vision…not support", .noMedia, .vendor),
        ("unknown variant `image_url`", .noMedia, .vendor),  // DeepSeek
        ("image_url is only supported", .noMedia, .vendor),  // OpenAI
        ("not a multimodal model", .noMedia, .vendor),  // vLLM

        ("requires more system memory", .noMemory, .ollama),
        ("too large for system memory", .noMemory, .ollama),

        ("does not support", .status(400), .ollama),
        ("must be of type", .status(400), .ollama),  // an option
        ("unauthorized", .status(401), .anyone),
        ("invalid_api_key", .status(401), .vendor),
        ("too many requests", .status(429), .anyone),
        ("rate limit", .status(429), .anyone),
        ("rate_limit", .status(429), .vendor),
        ("throttling", .status(429), .vendor),
        ("overloaded", .status(503), .anyone),
        ("server busy", .status(503), .ollama),
        ("busy", .status(503), .vendor),
        ("unavailable", .status(503), .vendor),
        ("invalid_request", .status(400), .vendor),
        ("invalid_parameter", .status(400), .vendor),
        ("invalidparameter", .status(400), .vendor),
        ("bad_request", .status(400), .vendor),
        ("badrequest", .status(400), .vendor),
        ("not support", .status(400), .vendor),
        ("content_filter", .status(400), .vendor),
    ]
}
