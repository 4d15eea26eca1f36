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

    /// What can be done; the raw values are for the log and the counters.
    enum Rule: String, Sendable {
        /// The reply ended before the call was complete, so it was not delivered.
        case dropped
        /// The call could not be read, and the reply failed for it.
        case invalid
        /// No tool was offered, or another one was named, so the call was left out.
        case notOffered = "not_offered"
        /// The call names no tool that was declared: the model was asked again, or the client got the call as it is.
        case undeclared
        /// The call had blank arguments or `null`, and was delivered with `{}`.
        case noArguments = "no_arguments"
        /// Tools were offered, tokens were counted, and the reply held neither text nor a call.
        case emptyReply = "empty_reply"
        /// An identical call of the same id had been delivered before.
        case repeated
        /// Text after the end of the arguments was left out.
        case trailingText = "trailing_text"

        // The text of the arguments.
        /// A code fence around the arguments was left out.
        case codeFence = "code_fence"
        /// A special token or a closing tag after the arguments was left out.
        case specialToken = "special_token"
        /// A comma before a closing bracket was left out.
        case trailingComma = "trailing_comma"
        /// A string in single or typographic quotes, or with escaped single ones, was written in double quotes.
        case singleQuotes = "single_quotes"
        /// A key without quotes got them.
        case unquotedKey = "unquoted_key"
        /// Python's `True`, `False` or `None` became JSON's.
        case pythonLiteral = "python_literal"
        /// A raw line break or other control character in a string was escaped.
        case controlCharacter = "control_character"
        /// A comment between values was left out.
        case comment
        /// `\n` written out between values, or a space that is none of JSON's, became the space that was meant.
        case escapedSpace = "escaped_space"
        /// The object was taken out of a string that held it.
        case doubleEncoded = "double_encoded"
        /// The object was taken out of an array that held nothing else.
        case arrayWrapped = "array_wrapped"
        /// Brackets that were missing at the end of a text that the model ended itself were added.
        case missingBrackets = "missing_brackets"

        // The name, and values.
        /// The name was written in another way than the client declared it.
        case name
        /// The arguments stood in the name, as markup.
        case argumentsInName = "arguments_in_name"
        /// Values were made to fit the tool's schema.
        case coercion

        // What no parser had made a call.
        /// The upstream could not read the call and quoted it in its error; it was read here.
        case reparsed
        /// The upstream's parser lost the call; it was read from the model's own tokens.
        case reread
        /// The call was written as text, in markup of its model, and was made a call.
        case recovered = "recovered_from_text"
        /// The same, but it stood in what was thinking, or may have been, and was dropped.
        case thought
    }
}
