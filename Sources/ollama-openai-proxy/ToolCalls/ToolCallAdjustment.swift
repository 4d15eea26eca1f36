/// What was done to one call on its way to the client: one log line and one count, without any of its values.
struct ToolCallAdjustment: Sendable, Equatable {
    /// The declared name where the model's can be resolved, else the model's without markup; empty when it named none.
    let tool: String
    let rule: Rule
    /// Bytes of argument text as they came.
    let bytesBefore: Int
    /// Bytes of argument text that were delivered.
    var bytesAfter = 0
    /// Why it had to be done, without any value: where the text was no JSON. `nil` when the rule says it all.
    var reason: String?

    struct Rule: RawRepresentable, Sendable, Hashable {
        let rawValue: String

        /// The reply ended before the call was complete, so it was not delivered.
        static let dropped = Rule(rawValue: "dropped")
        /// The call could not be read, and the reply failed for it.
        static let invalid = Rule(rawValue: "invalid")
        /// No tool was offered, or another one was named, so the call was left out.
        static let notOffered = Rule(rawValue: "not_offered")
        /// The call names no tool that was declared: the model was asked again, or the client got the call as it is.
        static let undeclared = Rule(rawValue: "undeclared")
        /// The call had blank arguments or `null`, and was delivered with `{}`.
        static let noArguments = Rule(rawValue: "no_arguments")
        /// Tools were offered, tokens were counted, and the reply held neither text nor a call.
        static let emptyReply = Rule(rawValue: "empty_reply")
        /// An identical call of the same id had been delivered before.
        static let repeated = Rule(rawValue: "repeated")
        /// Text after the end of the arguments was left out.
        static let trailingText = Rule(rawValue: "trailing_text")
    }
}
