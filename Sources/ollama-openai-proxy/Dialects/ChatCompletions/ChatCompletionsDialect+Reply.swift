/// Writes a whole reply: the `chat.completion` object of a request that did not ask to stream.
extension ChatCompletionsDialect {
    func encode(_ response: ChatResponse, for request: ChatRequest, reply: ReplyIdentity) -> HTTPResponse {
        let body = JSONWriter.object(reserving: response.text.utf8.count + 1024) { json in
            json.member("id", "chatcmpl-" + reply.id)
            json.member("object", "chat.completion")
            json.member("created", reply.created)
            json.member("model", request.model)
            json.member("system_fingerprint", "fp_ollama")
            json.array("choices") { json in
                json.object { json in
                    json.member("index", 0)
                    json.object("message") { json in Self.writeMessage(response, to: &json) }
                    json.name("logprobs")
                    if response.logprobs.isEmpty { json.null() } else { json.writeChoiceLogprobs(response.logprobs) }
                    json.member("finish_reason", response.finishReason.chatCompletionsName)
                }
            }
            json.writeChatUsage(response.usage)
        }
        return .json(.ok, body)
    }

    private static func writeMessage(_ response: ChatResponse, to json: inout JSONWriter) {
        json.member("role", "assistant")
        // OpenAI: null when there are only calls.
        let isCallOnly = response.text.isEmpty && !response.toolCalls.isEmpty
        json.member("content", orNull: isCallOnly ? nil : response.text)
        if !response.reasoning.isEmpty { json.member("reasoning_content", response.reasoning) }
        guard !response.toolCalls.isEmpty else { return }
        json.array("tool_calls") { json in for call in response.toolCalls { json.write(call, index: nil) } }
    }
}
