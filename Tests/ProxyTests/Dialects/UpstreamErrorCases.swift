import Testing

@testable import ollama_openai_proxy

/// One text for each row of `UpstreamErrorText`, with who says it.
struct UpstreamErrorCase: Sendable, CustomTestStringConvertible {
    /// The row.
    let phrase: String
    let meaning: UpstreamErrorText.Meaning
    let speaker: UpstreamErrorText.Speaker
    let text: String
    let source: String

    init(
        _ phrase: String, _ meaning: UpstreamErrorText.Meaning, _ speaker: UpstreamErrorText.Speaker, _ text: String,
        _ source: String
    ) {
        self.phrase = phrase
        self.meaning = meaning
        self.speaker = speaker
        self.text = text
        self.source = source
    }

    var testDescription: String { "\(source): \(text)" }

    static let all: [UpstreamErrorCase] = [
        .init(
            "exceeds the available context size", .contextOverflow, .ollama,
            "the request exceeds the available context size, try increasing it", "llama-server behind Ollama"),
        .init(
            "exceeds the available context size", .contextOverflow, .vendor,
            "the request exceeds the available context size (512 tokens)", "llama-server"),
        .init(
            "prompt is longer than the context length", .contextOverflow, .ollama,
            "the prompt is longer than the context length of the model", "Ollama"),
        .init(
            "prompt is longer than the context length", .contextOverflow, .vendor,
            "the prompt is longer than the context length of the model", "Ollama over its /v1"),
        .init(
            "exceeds the model's maximum context length", .contextOverflow, .vendor,
            "input length (500 tokens) exceeds the model's maximum context length (400 tokens)", "Ollama over its /v1"),
        .init(
            "input length exceeds the context length", .contextOverflow, .vendor,
            "the input length exceeds the context length", "Ollama over its /v1"),
        .init(
            "exceeds the model's maximum context length", .contextOverflow, .ollama,
            "input length (500 tokens) exceeds the model's maximum context length (400 tokens)", "Ollama's MLX runner"),
        .init(
            "input length exceeds the context length", .contextOverflow, .ollama,
            "the input length exceeds the context length", "Ollama's embedding runner"),
        .init("context_length_exceeded", .contextOverflow, .vendor, "Too much. context_length_exceeded", "OpenAI"),
        .init(
            "maximum context length", .contextOverflow, .vendor,
            "This model's maximum context length is 8192 tokens.", "vLLM, DeepSeek, OpenAI"),
        .init("exceed_context_size", .contextOverflow, .vendor, "exceed_context_size_error", "llama-server's type"),
        .init(
            "range of input length", .contextOverflow, .vendor, "Range of input length should be [1, 100]", "DashScope"),
        .init(
            "exceed context window", .contextOverflow, .vendor,
            "Requested tokens (60) exceed context window of 51", "llama.cpp's Python server"),
        .init(
            "context size has been exceeded", .contextOverflow, .vendor, "Context size has been exceeded.", "LM Studio"),
        .init(
            "trying to keep the first", .contextOverflow, .vendor,
            "Trying to keep the first 15 tokens when context the overflows.", "LM Studio"),
        .init(
            "tokens to keep from the initial prompt", .contextOverflow, .vendor,
            "The number of tokens to keep from the initial prompt is greater than the context length", "LM Studio"),
        .init(
            "cannot truncate prompt", .contextOverflow, .vendor, "Cannot truncate prompt with n_keep (9) >= n_ctx (8)",
            "LM Studio"),
        .init(
            "exceeded model token limit", .contextOverflow, .vendor, "Your request exceeded model token limit: 26",
            "Kimi"),
        .init("prompt exceeds max length", .contextOverflow, .vendor, "Prompt exceeds max length", "GLM"),
        .init(
            "maximum prompt length", .contextOverflow, .vendor, "This model's maximum prompt length is 13 tokens", "xAI"
        ),
        .init(
            "prompt is too long", .contextOverflow, .vendor, "prompt is too long: 21 tokens > 20 maximum", "Anthropic"),
        .init("input is too long", .contextOverflow, .vendor, "Input is too long for the model", "Anthropic elsewhere"),
        .init(
            "prompt too long", .contextOverflow, .ollama,
            "prompt too long; exceeded max context length by 77 tokens (ref: 0a-1)", "Ollama's cloud"),
        .init(
            "prompt too long", .contextOverflow, .vendor,
            "Prompt too long: 90 tokens exceeds max context window of 80 tokens", "oMLX"),
        .init(
            "exceed context limit", .contextOverflow, .vendor,
            "input length and `max_tokens` exceed context limit: 60 + 50 > 100", "Anthropic"),
        .init(
            "exceeds the context window", .contextOverflow, .vendor, "Your input exceeds the context window.",
            "OpenAI's Responses"),
        .init(
            "input tokens exceed the configured limit", .contextOverflow, .vendor,
            "Input tokens exceed the configured limit of 50 tokens.", "OpenAI"),
        .init(
            "longer than the model's context length", .contextOverflow, .vendor,
            "The input (70 tokens) is longer than the model's context length (65 tokens).", "SGLang"),
        .init(
            "longer than the maximum model length", .contextOverflow, .vendor,
            "The decoder prompt (length 42) is longer than the maximum model length of 32.", "vLLM"),
        .init(
            "context window exceeds limit", .contextOverflow, .vendor, "invalid params, context window exceeds limit",
            "MiniMax"),
        .init(
            "model_context_window_exceeded", .contextOverflow, .vendor, "model_context_window_exceeded", "GLM"),
        .init(
            "input token count…exceeds the maximum", .contextOverflow, .vendor,
            "The input token count (50) exceeds the maximum number of tokens allowed (40).", "Gemini"),
        .init(
            "prompt token count…exceeds the limit", .contextOverflow, .vendor,
            "prompt token count of 50 exceeds the limit of 40", "Copilot"),
        .init(
            "contextwindowexceeded", .contextOverflow, .vendor, "litellm.ContextWindowExceededError: no", "LiteLLM"),
        .init(
            "`inputs` tokens + `max_new_tokens`", .contextOverflow, .vendor,
            "`inputs` tokens + `max_new_tokens` must be <= 90", "Hugging Face TGI"),
        .init(
            "current length is…while limit is", .contextOverflow, .vendor,
            "Please reduce it. Current length is 90 while limit is 80", "Cerebras"),
        .init(
            "reduce the length of the messages", .contextOverflow, .vendor,
            "Please reduce the length of the messages or completion.", "Groq"),

        .init("insufficient_quota", .quota, .vendor, "insufficient_quota", "OpenAI's code"),
        .init("exceeded your current quota", .quota, .vendor, "You exceeded your current quota", "OpenAI"),
        .init("arrearage", .quota, .vendor, "Arrearage", "DashScope's code"),
        .init("insufficient balance", .quota, .vendor, "Insufficient Balance", "DeepSeek"),

        .init("usage limit", .quota, .ollama, "you have reached your weekly usage limit", "Ollama's cloud"),
        .init("usage limit", .quota, .vendor, "Usage limit reached for 5 hour", "GLM's plan"),
        .init("credit balance is too low", .quota, .vendor, "Your credit balance is too low", "Anthropic"),
        .init("insufficient credits", .quota, .vendor, "Insufficient credits. Add more.", "OpenRouter"),

        .init("hourly usage limit", .passing, .ollama, "you have reached your hourly usage limit", "Ollama's cloud"),
        .init("hourly usage limit", .passing, .vendor, "you have reached your hourly usage limit", "Ollama's cloud"),
        .init("session usage limit", .passing, .ollama, "you have reached your session usage limit", "Ollama's cloud"),
        .init("session usage limit", .passing, .vendor, "you have reached your session usage limit", "Ollama's cloud"),
        .init("retry in", .passing, .vendor, "Please retry in 3.5s.", "Gemini"),
        .init("try again in", .passing, .vendor, "Please try again in 7s.", "OpenAI"),
        .init("tokens per m", .passing, .vendor, "Limit reached on tokens per min (TPM)", "OpenAI, Groq"),

        .init("model…not found", .modelNotFound, .ollama, "model 'x' not found, try pulling it", "Ollama"),
        .init("model…not found", .modelNotFound, .vendor, "Not found the model x", "Kimi"),
        .init("model_not_found", .modelNotFound, .vendor, "model_not_found", "OpenAI's code"),
        .init("model…not exist", .modelNotFound, .vendor, "Model Not Exist", "DeepSeek"),
        .init("deploymentnotfound", .modelNotFound, .vendor, "DeploymentNotFound", "Azure's code"),
        .init("deployment…not found", .modelNotFound, .vendor, "The deployment was not found", "Azure"),
        .init("deployment…not exist", .modelNotFound, .vendor, "The API deployment does not exist.", "Azure"),

        .init(
            "error parsing tool call", .unreadableCall, .ollama, "error parsing tool call: raw='{', err=unexpected end",
            "Ollama 0.11 for gpt-oss"),
        .init(
            "invalid tool call", .unreadableCall, .ollama, "llama-server returned invalid tool call arguments for x",
            "Ollama 0.34"),
        .init(
            "incomplete glm tool call", .unreadableCall, .ollama, "incomplete GLM tool call: x", "Ollama 0.34 for GLM"),
        .init(
            "xml syntax error", .unreadableCall, .ollama, "XML syntax error on line 3: unexpected EOF",
            "Ollama for qwen3-coder"),
        .init("failed to parse xml", .unreadableCall, .ollama, "failed to parse XML: x", "Ollama for qwen3.5"),
        .init(
            "expected element type <", .unreadableCall, .ollama,
            "expected element type <function> but have <parameter>", "Ollama for qwen3-coder"),
        .init(
            "=eof", .unreadableCall, .ollama, "EOF", "Ollama 0.34 for qwen3-coder"),
        .init(
            "failed to parse json", .unreadableCall, .ollama, "failed to parse JSON: unexpected end of JSON input",
            "Ollama 0.34 for qwen3"),
        .init(
            "invalid character '", .unreadableCall, .ollama, "invalid character ']' after object key",
            "Ollama 0.34 for qwen3-vl"),
        .init(
            "=unexpected end of json input", .unreadableCall, .ollama, "unexpected end of JSON input",
            "Ollama 0.34 for ministral"),
        .init(
            "tool '…' not found", .unreadableCall, .ollama, "tool 'run' not found", "Ollama 0.34 for ministral"),
        .init(
            "empty function name", .unreadableCall, .ollama, "empty function name", "Ollama 0.34 for GLM"),
        .init(
            "mismatched arg_key and arg_value", .unreadableCall, .ollama,
            "mismatched arg_key and arg_value counts: 3 keys, 2 values", "Ollama 0.34 for GLM"),
        .init(
            "failed to parse laguna json", .unreadableCall, .ollama, "failed to parse Laguna JSON tool call: x",
            "Ollama 0.34 for Laguna"),
        .init(
            "empty laguna tool call", .unreadableCall, .ollama, "empty Laguna tool call name", "Ollama 0.34 for Laguna"),
        .init(
            "failed to parse function call", .unreadableCall, .ollama, "failed to parse function call \"f(\"",
            "Ollama 0.34 for olmo3"),
        .init(
            "malformed atem", .unreadableCall, .ollama, "malformed ATEM block", "Ollama 0.34"),
        .init(
            "undeclared glimmer function", .unreadableCall, .ollama, "undeclared Glimmer function \"f\"", "Ollama 0.34"),
        .init(
            "output that does not match the expected", .unreadableCall, .ollama,
            "llama-server chat error: map[code:500 message:The model produced output that does not match the expected x format]",
            "llama.cpp behind Ollama 0.34"),

        .init("model runner", .machine, .ollama, "model runner has unexpectedly stopped", "Ollama"),
        .init(
            "llama-server process", .machine, .ollama, "llama-server process has terminated: exit status 2",
            "Ollama 0.34"),
        .init(
            "error was encountered while running", .machine, .ollama,
            "an error was encountered while running the model: unexpected EOF", "Ollama 0.34"),
        .init("failed to load", .machine, .ollama, "model failed to load", "Ollama"),
        .init("cuda", .machine, .ollama, "CUDA error: no device", "Ollama's runner"),
        .init("memory", .machine, .ollama, "model requires more system memory than there is", "Ollama"),
        .init("option \"", .machine, .ollama, "option \"top_k\" must be of type integer", "Ollama"),
        .init("context canceled", .machine, .ollama, "context canceled", "Ollama"),
        .init("internal server error", .machine, .ollama, "Internal Server Error", "Ollama's cloud"),

        .init("does not support thinking", .noThinking, .ollama, "\"x\" does not support thinking", "Ollama"),
        .init("logprobs", .noLogprobs, .ollama, "logprobs is not supported with tools + stream", "llama-server"),
        .init(
            "unexpected end of json input", .endOfInput, .ollama, "failed to parse JSON: unexpected end of JSON input",
            "Ollama for qwen3"),
        .init(
            "can't find closing", .endOfInput, .ollama,
            "failed to parse JSON: Value looks like object, but can't find closing '}' symbol", "Ollama for qwen3"),
        .init(
            "unexpected eof", .endOfInput, .ollama, "XML syntax error on line 2: unexpected EOF",
            "Ollama for qwen3-coder"),
        .init(
            "incomplete glm tool call", .endOfInput, .ollama, "incomplete GLM tool call: f", "Ollama 0.34 for GLM"),

        .init(
            "image…not support", .noMedia, .ollama, "this model does not support image input (ref: 1)", "Ollama's cloud"
        ),
        .init(
            "image…not support", .noMedia, .vendor, "image input is not supported - hint: mmproj", "llama-server"),
        .init(
            "multimodal…not support", .noMedia, .ollama,
            "Multimodal data provided, but model does not support multimodal requests.", "Ollama's runner"),
        .init("multimodal…not support", .noMedia, .vendor, "Multimodal input is not supported", "vLLM"),
        .init("audio…not support", .noMedia, .ollama, "audio input is not supported - hint: x", "llama-server"),
        .init("audio…not support", .noMedia, .vendor, "This model does not support audio", "many"),
        .init("vision…not support", .noMedia, .vendor, "Vision is not supported here", "many"),
        .init(
            "unknown variant `image_url`", .noMedia, .vendor,
            "Failed to deserialize: unknown variant `image_url`, expected `text`", "DeepSeek"),
        .init(
            "image_url is only supported", .noMedia, .vendor,
            "Invalid content type. image_url is only supported by some",
            "OpenAI"),
        .init("not a multimodal model", .noMedia, .vendor, "x is not a multimodal model", "vLLM"),

        .init(
            "requires more system memory", .noMemory, .ollama,
            "model requires more system memory (9 GiB) than is available (3 GiB)", "Ollama"),
        .init(
            "too large for system memory", .noMemory, .ollama, "requested model is too large for system memory",
            "Ollama"),

        .init("must be of type", .status(400), .ollama, "option \"num_ctx\" must be of type integer", "Ollama"),
        .init("does not support", .status(400), .ollama, "x does not support tools", "Ollama"),
        .init("unauthorized", .status(401), .ollama, "unauthorized", "Ollama's cloud"),
        .init("unauthorized", .status(401), .vendor, "Unauthorized", "gateways"),
        .init("invalid_api_key", .status(401), .vendor, "invalid_api_key", "OpenAI's code"),
        .init("too many requests", .status(429), .ollama, "Too many requests", "Ollama's cloud"),
        .init("too many requests", .status(429), .vendor, "Too Many Requests", "gateways"),
        .init("rate limit", .status(429), .ollama, "rate limit reached", "Ollama's cloud"),
        .init("rate limit", .status(429), .vendor, "Rate limit reached for x", "OpenAI"),
        .init("rate_limit", .status(429), .vendor, "rate_limit_exceeded", "OpenAI's code"),
        .init("throttling", .status(429), .vendor, "Throttling.RateQuota", "DashScope's code"),
        .init("overloaded", .status(503), .ollama, "model is overloaded", "Ollama's cloud"),
        .init("overloaded", .status(503), .vendor, "it is overloaded", "Anthropic, Kimi"),
        .init("server busy", .status(503), .ollama, "server busy, please try again", "Ollama"),
        .init("busy", .status(503), .vendor, "The service is busy", "DeepSeek"),
        .init("unavailable", .status(503), .vendor, "Service Unavailable", "gateways"),
        .init("invalid_request", .status(400), .vendor, "invalid_request_error", "OpenAI's type"),
        .init("invalid_parameter", .status(400), .vendor, "invalid_parameter_error", "DashScope's code"),
        .init("invalidparameter", .status(400), .vendor, "InvalidParameter", "DashScope's older code"),
        .init("bad_request", .status(400), .vendor, "bad_request", "gateways"),
        .init("badrequest", .status(400), .vendor, "BadRequestError", "vLLM's type"),
        .init("not support", .status(400), .vendor, "x is not supported", "many"),
        .init("content_filter", .status(400), .vendor, "content_filter", "Azure's code"),
    ]
}
