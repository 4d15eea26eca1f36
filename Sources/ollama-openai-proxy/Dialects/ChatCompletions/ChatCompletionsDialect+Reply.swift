/// Writes a whole reply: the `chat.completion` object of a request that did not ask to stream.
extension ChatCompletionsDialect {
    func encode(_ response: ChatResponse, for request: ChatRequest, reply: ReplyIdentity) -> HTTPResponse {
        let choice: JSONObject = [
            "index": 0, "message": Self.message(response),
            "logprobs": response.logprobs.isEmpty ? RawJSON.null : JSONObject.choiceLogprobs(response.logprobs),
            "finish_reason": response.finishReason.chatCompletionsName,
        ]
        let completion: JSONObject = [
            "id": "chatcmpl-" + reply.id, "object": "chat.completion", "created": reply.created, "model": request.model,
            "system_fingerprint": "fp_ollama", "choices": [choice], "usage": JSONObject.chatUsage(response.usage),
        ]
        return .json(.ok, JSONWriter.object(reserving: response.text.utf8.count + 1024, completion))
    }

    private static func message(_ response: ChatResponse) -> JSONObject {
        // OpenAI: null when there are only calls.
        let isCallOnly = response.text.isEmpty && !response.toolCalls.isEmpty
        return [
            "role": "assistant", "content": isCallOnly ? RawJSON.null : response.text, "reasoning_content": response.reasoning.ifAny,
            "tool_calls": response.toolCalls.map { JSONObject($0) }.ifAny,
        ]
    }
}
