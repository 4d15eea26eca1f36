/// Writes a chat request as the body of a chat completion that is always streamed. The same request gives the same bytes.
extension VendorChatDialect {
    /// Throws a 400 when nothing is left to send, and for a choice of a function that is not declared.
    func body(_ plan: RequestPlan, _ form: Form) throws(ChatError) -> [UInt8] {
        let request = plan.request
        let conversation = VendorChatConversation(plan.messages)
        guard !conversation.messages.isEmpty else { throw .invalid("messages", "'messages' must hold at least one message.") }
        try request.checkChoice()
        return JSONWriter.object(reserving: 4096 + TokenEstimate.size(of: request) * 5 / 4) { json in
            json.member("model", plan.upstreamModel)
            conversation.write(into: &json, form)
            json.write(VendorChatMembers.tools(of: request, form), for: Self.self) { tool, json in
                // Some vendors refuse a function without any.
                let none: JSONObject = ["type": "object", "properties": [:] as JSONObject]
                if let parameters = tool.parameters { json.raw(parameters) } else { none.write(into: &json) }
            }
            json.member("stream", true)
            VendorChatMembers(plan, form).write(into: &json)
        }.array
    }
}
