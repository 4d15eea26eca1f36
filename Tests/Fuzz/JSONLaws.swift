/// The JSON reader and writer on any bytes.
enum JSONLaws {
    static func check(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        validity(bytes)
        escapes(String(decoding: bytes, as: UTF8.self))
        do {
            let document = try JSONDocument(parsing: bytes)
            agreement(bytes, nil)
            values(document.root, within: 0..<bytes.count)
            rewriting(document)
            beginnings(bytes, document, &choices)
        } catch {
            hold("an error lies within the text", 0...bytes.count ~= error.offset, "\(error)")
            agreement(bytes, error)
        }
    }

    /// The standard library knows UTF-8 too.
    private static func validity(_ bytes: [UInt8]) {
        let place = bytes.span.firstInvalidByte
        hold("UTF-8 is valid for both", (place == nil) == (String(validating: bytes, as: UTF8.self) != nil))
        guard let place else { return }
        hold("UTF-8 is valid up to the error", String(validating: bytes[..<place], as: UTF8.self) != nil)
    }

    /// Any text, written as a string, is read as that text.
    private static func escapes(_ text: String) {
        var writer = JSONWriter()
        writer.string(text)
        let read = try? JSONDocument(parsing: writer.buffer.array).root.string
        hold("a text survives being written", read.map { $0.utf8.elementsEqual(text.utf8) } ?? false, text)
        let object = HistoryArguments.object(from: text)
        hold(
            "history arguments are an object", (try? JSONDocument(parsing: object))?.root.kind == .object, object)
    }

    /// The scanner passes over exactly what the document takes, and stumbles over the same byte.
    private static func agreement(_ bytes: [UInt8], _ error: JSONError?) {
        if error?.reason == .invalidUTF8 { return }
        var scanner = JSONScanner()
        var found: JSONError?
        do {
            try scanner.skipValue(bytes.span)
            try scanner.end(bytes.span)
        } catch {
            found = error
        }
        hold("scanner and document agree", found == error, "\(String(describing: found)), \(String(describing: error))")
    }

    private static func values(_ value: JSONValue, within range: Range<Int>) {
        let here = value.rawRange
        hold(
            "a value lies within its parent", range.lowerBound <= here.lowerBound && here.upperBound <= range.upperBound
        )
        var last: [[UInt8]: Range<Int>] = [:]
        for (key, member) in value.members {
            values(key, within: here)
            values(member, within: here)
            last[Array((key.string ?? "").utf8)] = member.rawRange
        }
        for (name, place) in last where name.allSatisfy({ $0 < 0x80 }) {
            let found = value[String(decoding: name, as: UTF8.self)]
            hold("the last member of a name counts", found?.rawRange == place, value.rawText)
        }
        for element in value.elements { values(element, within: here) }
        if let string = value.string { text(value, string) }
        if value.kind == .number { hold("a number is one", value.double != nil || Double(value.rawText) != nil) }
    }

    private static func text(_ value: JSONValue, _ string: String) {
        guard let text = JSONText(value) else { return hold("a string has a text", false) }
        var written = ByteBuffer()
        text.write(into: &written)
        let isVerbatim = value.document.withBytes(value.contentRange) { raw in
            raw.withUnsafeBufferPointer { $0.elementsEqual(written.array) }
        }
        hold("a text passes on verbatim", isVerbatim && text.string.utf8.elementsEqual(string.utf8), string)
        let line = string.prefix(4)
        guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) else { return }
        let rest = text.droppingFirstLine(beginning: String(line))
        var writer = JSONWriter()
        writer.string(rest)
        let read = (try? JSONDocument(parsing: writer.buffer.array))?.root.string
        hold(
            "what a line is dropped from is its own end",
            read.map { string.utf8.reversed().starts(with: $0.utf8.reversed()) } ?? false, string)
    }

    /// A document that is written anew says the same.
    private static func rewriting(_ document: JSONDocument) {
        var writer = JSONWriter()
        write(document.root, &writer)
        guard let again = try? JSONDocument(parsing: writer.buffer.array) else {
            return hold("what is written can be read", false, writer.buffer.text)
        }
        hold("what is written says the same", isSame(document.root, again.root), writer.buffer.text)
    }

    private static func write(_ value: JSONValue, _ writer: inout JSONWriter) {
        switch value.kind {
        case .null: writer.raw(text: "null")
        case .true, .false: (value.bool == true).write(into: &writer)
        case .number: writer.raw(value)
        case .string: writer.string(value.string ?? "")
        case .array:
            writer.beginArray()
            for element in value.elements { write(element, &writer) }
            writer.endArray()
        case .object:
            writer.beginObject()
            for (key, member) in value.members {
                writer.name(escaping: key.string ?? "")
                write(member, &writer)
            }
            writer.endObject()
        }
    }

    private static func isSame(_ a: JSONValue, _ b: JSONValue) -> Bool {
        guard a.kind == b.kind else { return false }
        switch a.kind {
        case .null, .true, .false: return true
        case .number: return a.rawText == b.rawText && a.integer == b.integer
        case .string: return Array((a.string ?? "").utf8) == Array((b.string ?? "").utf8)
        case .array:
            let (left, right) = (Array(a.elements), Array(b.elements))
            return left.count == right.count && zip(left, right).allSatisfy(isSame)
        case .object:
            let (left, right) = (Array(a.members), Array(b.members))
            return left.count == right.count
                && zip(left, right).allSatisfy { isSame($0.key, $1.key) && isSame($0.value, $1.value) }
        }
    }

    /// No beginning of a bracketed text is complete.
    private static func beginnings(_ bytes: [UInt8], _ document: JSONDocument, _ choices: inout Choices) {
        guard [.object, .array, .string].contains(document.root.kind) else { return }
        let cut = choices.next(below: document.root.rawRange.upperBound)
        hold("a beginning is not taken for the whole", (try? JSONDocument(parsing: Array(bytes[..<cut]))) == nil)
    }
}
