extension FinishReason {
    /// `nil` for what is no end but a failure: OpenRouter's `error`, GLM's `network_error`, DeepSeek's
    /// `insufficient_system_resource`, SGLang's and vLLM's `abort`, Gemini's `MALFORMED_FUNCTION_CALL`, and what says the same
    /// in other words. Case does not matter, nor what follows a colon: Gemini writes `MAX_TOKENS` and `content_filter: WORD`.
    init?(upstreamWord word: String) {
        let word = word.lowercased().split(separator: ":").first.map(String.init) ?? ""
        switch word {
        // `repetition` is vLLM's, for a model that said the same again and again.
        case "length", "max_tokens", "max_output_tokens", "repetition": self = .length
        // Mistral; Z.ai.
        case "model_length", "model_context_window_exceeded": self = .contextFull
        case "tool_calls", "function_call", "tool_use", "tool_call": self = .toolCalls
        case "content_filter", "sensitive", "safety", "recitation", "prohibited_content", "blocklist", "spii", "refusal":
            self = .contentFilter
        case "stop", "stop_sequence", "end_turn", "eos", "eos_token", "end", "complete", "completed", "load", "unload": self = .stop
        default:
            let failures = ["error", "fail", "abort", "cancel", "timeout", "malformed", "insufficient", "unexpected", "exceeded"]
            if failures.contains(where: { word.contains($0) }) { return nil }
            self = .unstated
        }
    }
}
