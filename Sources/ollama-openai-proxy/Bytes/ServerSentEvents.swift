/// Server-sent events as WHATWG HTML section 9.2 defines them, as much as chat replies use of it.
extension ByteBuffer {
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
