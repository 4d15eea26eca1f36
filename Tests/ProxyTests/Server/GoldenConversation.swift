@testable import ollama_openai_proxy

/// A conversation as a file: exchanges, each with what the client asks, what goes upstream, what comes back, and what
/// the client gets, to the byte.
///
/// A line of JSON that is too long to read is folded: what was broken off begins with a space.
struct GoldenConversation {
    struct Exchange {
        let title: String
        private var messages: [Part: Message] = [:]

        init(title: String) { self.title = title }

        subscript(part: Part) -> Message {
            get { messages[part] ?? Message() }
            set { messages[part] = newValue }
        }
    }

    enum Part: String, CaseIterable {
        case clientRequest = "client request"
        case upstreamRequest = "upstream request"
        case upstreamReply = "upstream reply"
        case clientReply = "client reply"
    }

    struct Message: Equatable {
        /// The first line and the fields.
        var head = ""
        var body = ""
    }

    var exchanges: [Exchange] = []

    /// Reads `# Title`, then for every part `## name`, its head, an empty line, its body, and an empty line.
    init(_ text: String) {
        for exchange in Self.sections(of: text, "# ") {
            var read = Exchange(title: exchange.title)
            for section in Self.sections(of: exchange.content, "## ") {
                guard let part = Part(rawValue: section.title) else { continue }
                let lines = section.content.split(separator: "\n", omittingEmptySubsequences: false)
                let head = lines.prefix { !$0.isEmpty }
                read[part] = Message(
                    head: head.joined(separator: "\n"),
                    body: Self.unfolded(lines.dropFirst(head.count + 1).dropLast(2).joined(separator: "\n")))
            }
            exchanges.append(read)
        }
    }

    var text: String {
        exchanges.map { exchange in
            "# \(exchange.title)\n\n"
                + Part.allCases.map { part in
                    "## \(part.rawValue)\n\(exchange[part].head)\n\n\(Self.folded(exchange[part].body))\n\n"
                }.joined()
        }.joined()
    }

    /// What follows each heading, with the line break that ends it.
    private static func sections(of text: String, _ mark: String) -> [(title: String, content: String)] {
        var sections: [(title: String, content: String)] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix(mark) {
                sections.append((String(line.dropFirst(mark.count)), ""))
            } else if !sections.isEmpty {
                sections[sections.count - 1].content += line + "\n"
            }
        }
        return sections
    }

    /// Lines that begin with a space go on with the line before.
    private static func unfolded(_ text: String) -> String {
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.first == " ", !lines.isEmpty {
                lines[lines.count - 1] += String(line.drop { $0 == " " })
            } else {
                lines.append(String(line))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func folded(_ body: String) -> String {
        body.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard line.utf8.count > Folding.width, let start = line.firstIndex(of: "{"),
                let json = try? JSONDocument(parsing: String(line[start...])).root
            else { return String(line) }
            var folding = Folding(String(line[..<start]))
            folding.write(json, indent: 2)
            // White space where a line was broken must be seen.
            return unfolded(folding.text) == line ? folding.text : String(line)
        }.joined(separator: "\n")
    }
}

/// Breaks a JSON text into lines: elements that do not fit into one have a line each, members share lines.
private struct Folding {
    static let width = 120

    private(set) var text: String
    private var column: Int

    /// - Parameter start: what stands before the JSON text.
    init(_ start: String) {
        text = start
        column = start.utf8.count
    }

    mutating func write(_ value: JSONValue, indent: Int) {
        guard value.kind == .object || value.kind == .array, !fits(value.rawText) else { return append(value.rawText) }
        append(value.kind == .object ? "{" : "[")
        var isBroken = false
        for (place, member) in value.members.enumerated() {
            let name = member.key.rawText + ":"
            if place > 0 { append(",") }
            let fitsHere = !isBroken && fits(name + member.value.rawText)
            if !fitsHere, place > 0 { breakLine(indent) }
            append(name)
            isBroken = !fits(member.value.rawText)
            write(member.value, indent: indent + 2)
        }
        for (place, element) in value.elements.enumerated() {
            if place > 0 { append(",") }
            breakLine(indent)
            write(element, indent: indent + 2)
        }
        append(value.kind == .object ? "}" : "]")
    }

    private func fits(_ piece: String) -> Bool { column + piece.utf8.count <= Self.width }

    private mutating func append(_ piece: String) {
        text += piece
        column += piece.utf8.count
    }

    private mutating func breakLine(_ indent: Int) {
        text += "\n" + String(repeating: " ", count: indent)
        column = indent
    }
}
