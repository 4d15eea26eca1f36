/// Server-sent events as WHATWG HTML section 9.2 defines them, as much as chat replies use of it: `data:` and comments.
extension ByteBuffer {
    /// Appends one comment line and a blank line; a client ignores it, but sees that the stream lives.
    mutating func appendEventComment(_ comment: StaticString) {
        append(": ")
        append(comment)
        append("\n\n")
    }

    /// Opens one event; the caller appends its data, which must hold no line break, and then `endEvent`.
    mutating func beginEvent() { append("data: ") }

    mutating func beginEvent(_ name: StaticString) {
        append("event: ")
        append(name)
        append("\n")
        beginEvent()
    }

    mutating func endEvent() { append("\n\n") }
}
