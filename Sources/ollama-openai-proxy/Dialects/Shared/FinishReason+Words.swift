extension FinishReason {
    /// `nil` for what is no end but a failure: OpenRouter's `error`, GLM's `network_error`, DeepSeek's
    /// `insufficient_system_resource`, SGLang's and vLLM's `abort`, and what says the same in other words. Case does not
    /// matter: Gemini writes `MAX_TOKENS`.
    init?(upstreamWord word: String) {
        switch word.lowercased() {
        case "error", "network_error", "insufficient_system_resource", "abort", "aborted", "cancelled", "canceled", "timeout":
            return nil
        case "length", "max_tokens": self = .length
        // Mistral; Z.ai.
        case "model_length", "model_context_window_exceeded": self = .contextFull
        case "tool_calls", "function_call": self = .toolCalls
        case "content_filter", "sensitive": self = .contentFilter
        case "stop", "stop_sequence", "end_turn", "eos", "eos_token", "end", "complete", "completed", "load", "unload": self = .stop
        default: self = .unstated
        }
    }
}
