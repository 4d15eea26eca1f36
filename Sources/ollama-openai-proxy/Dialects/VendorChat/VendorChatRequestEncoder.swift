/// Writes a chat request as the body of a chat completion that is always streamed. The same request gives the same bytes.
enum VendorChatRequestEncoder {
    /// Throws a 400 when nothing is left to send, and for a choice of a function that is not declared.
    static func encode(_ plan: RequestPlan, _ form: VendorChatDialect.Form) throws(ChatError) -> [UInt8] {
        let request = plan.request
        let conversation = VendorChatConversation(plan.messages)
        guard !conversation.messages.isEmpty else { throw .invalid("messages", "'messages' must hold at least one message.") }
        if case .function(let name) = request.toolChoice, request.offeredTools.isEmpty {
            throw .invalid("tool_choice", "'tool_choice' names the function \"\(name)\", which 'tools' does not declare.")
        }
        return JSONWriter.object(reserving: request.likelySize) { json in
            json.member("model", plan.upstreamModel)
            conversation.write(into: &json, form)
            write(VendorChatMembers.tools(of: request, form), into: &json)
            json.member("stream", true)
            VendorChatMembers(plan, form).write(into: &json)
        }.array
    }

    private static func write(_ tools: ToolSet, into body: inout JSONWriter) {
        body.write(tools, for: Self.self) { tool, body in
            // Some vendors refuse a function without any.
            if let parameters = tool.parameters { return body.raw(parameters) }
            body.object { json in
                json.member("type", "object")
                json.object("properties") { _ in }
            }
        }
    }
}
