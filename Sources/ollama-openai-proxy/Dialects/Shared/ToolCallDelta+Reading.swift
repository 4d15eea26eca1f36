/// Calls as upstreams write them, whole or in fragments.
extension ToolCallDelta {
    /// Reads an array of calls. Elements that are no objects are skipped; a call without a name is handed on, so that it is
    /// not lost silently.
    ///
    /// - Parameter change: is told whether the arguments came as a value of their own, and not as text.
    static func all(in bytes: Span<UInt8>, _ change: (inout ToolCallDelta, _ isWhole: Bool) -> Void = { _, _ in })
        throws(JSONError) -> [ToolCallDelta]
    {
        var calls: [ToolCallDelta] = []
        var scanner = JSONScanner()
        try scanner.elements(bytes) { (scanner) throws(JSONError) in
            let isObject = try scanner.peek(bytes) == UInt8(ascii: "{")
            var call = ToolCallDelta()
            let isWhole = try call.read(&scanner, bytes)
            change(&call, isWhole)
            if isObject { calls.append(call) }
        }
        return calls
    }

    /// Takes a call's members, and those of the function in it. Arguments that are an object stay as they came; null
    /// says nothing, since text may follow. True when they came as a value of their own.
    @discardableResult mutating func read(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        var isWhole = false
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            switch name {
            case "index": index = try scanner.count(bytes)
            case "id": id = try bytes.nonEmptyText(scanner.text(bytes))
            case "function": isWhole = try read(&scanner, bytes)
            case "name": self.name = try bytes.nonEmptyText(scanner.text(bytes))
            case "arguments":
                if try scanner.peek(bytes) == UInt8(ascii: "\""), let token = try scanner.text(bytes) {
                    arguments = bytes.text(token)
                } else {
                    let value = try bytes.extracting(scanner.skipValue(bytes))
                    arguments = value.equals("null") ? "" : value.text
                    isWhole = true
                }
            default: try scanner.skipValue(bytes)
            }
        }
        return isWhole
    }
}
