/// Makes the arguments of calls in earlier turns a JSON object, since Ollama takes nothing else.
///
/// A client sends back what a model once wrote. Text that Ollama would refuse must not make the conversation a 400 for
/// ever, so this never fails.
enum HistoryArguments {
    /// The text of a JSON object: `text` itself, byte for byte, when it is one (white space around it stays); `{}` for
    /// blank text and `null`, in quotes or not; the object inside a string that holds one, or what can be repaired into
    /// one; else `{"_unparsed": "<text>"}`.
    static func object(from text: String) -> String {
        let bare = text.utf8.drop(while: isAround)
        let rest = bare.starts(with: "null".utf8) ? bare.dropFirst(4) : bare
        if rest.allSatisfy(isAround) { return "{}" }
        if let object = ArgumentRepair.repair(text, ended: false)?.text { return object }
        return JSONWriter.object(reserving: text.utf8.count + 16, ["_unparsed": text]).text
    }

    private static func isAround(_ byte: UInt8) -> Bool { JSONScanner.isWhitespace(byte) || byte == UInt8(ascii: "\"") }
}
