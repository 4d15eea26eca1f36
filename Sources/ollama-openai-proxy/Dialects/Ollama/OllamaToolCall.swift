/// One element of `message.tool_calls`.
///
/// Ollama sends whole calls, whose arguments are an object; its index is not to be relied on then (some parsers say 0
/// for each), so it is left out. Arguments that are a string, or missing, come from other servers behind the same API
/// and may be a fragment: those keep the index by which they belong together.
enum OllamaToolCall {
    /// Reads an array of calls. Elements that are no objects are skipped; a call without a name is handed on, so that
    /// it is not lost silently.
    static func all(in bytes: Span<UInt8>) throws(JSONError) -> [ToolCallDelta] {
        var calls: [ToolCallDelta] = []
        var scanner = JSONScanner()
        try scanner.elements(bytes) { (scanner) throws(JSONError) in
            guard try scanner.peek(bytes) == UInt8(ascii: "{") else {
                try scanner.skipValue(bytes)
                return
            }
            calls.append(try call(&scanner, bytes))
        }
        return calls
    }

    private static func call(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) -> ToolCallDelta {
        var call = ToolCallDelta()
        var index: Int?
        var isFragment = true
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            switch name {
            case "id": call.id = try bytes.nonEmptyText(scanner.text(bytes))
            case "function":
                try scanner.members(bytes) { (name, scanner) throws(JSONError) in
                    if name.equals("name") {
                        call.name = try bytes.nonEmptyText(scanner.text(bytes))
                    } else if name.equals("index") {
                        index = try Int(bytes.extracting(scanner.skipValue(bytes)).text)
                    } else if name.equals("arguments") {
                        isFragment = try scanner.peek(bytes) == UInt8(ascii: "\"")
                        call.arguments = try arguments(&scanner, bytes, isFragment)
                    } else {
                        try scanner.skipValue(bytes)
                    }
                }
            default: try scanner.skipValue(bytes)
            }
        }
        if isFragment { call.index = index }
        return call
    }

    /// An object's text as it came, or what a string holds. Models write `null` for "no arguments".
    private static func arguments(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>, _ isString: Bool) throws(JSONError) -> String {
        if isString, let token = try scanner.text(bytes) { return bytes.text(token) }
        let value = try bytes.extracting(scanner.skipValue(bytes))
        return value.equals("null") ? "{}" : value.text
    }
}
