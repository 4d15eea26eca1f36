/// What models add to a tool's name.
enum ToolName {
    /// Wrappers that models were trained with: OpenAI's Harmony and Kimi, others, Gemini and Gemma.
    private static let prefixes = ["functions.", "tools.", "default_api."]

    /// The names that may be meant. `name` itself is not checked for being a name at all.
    static func spellings(of name: String) -> Set<String> {
        let texts = [trimmed(name[...]), withoutMarkup(name[...]), withoutCount(withoutMarkup(name[...]))]
        return Set(texts.flatMap { [$0, withoutPrefix($0)] }.map(String.init)).subtracting([""])
    }

    /// The same for all spellings that differ in case, `-` and `_` only: models write `todo_write` for `TodoWrite`.
    static func folded(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }

    /// The tool's own name in `mcp__SERVER__TOOL`, as Claude Code declares them.
    static func withoutServer(_ name: String) -> String? {
        guard name.hasPrefix("mcp__"), let mark = name.dropFirst(5).firstRange(of: "__") else { return nil }
        return String(name[mark.upperBound...])
    }

    /// What comes before any markup, without space and quote marks around it.
    static func withoutMarkup(_ name: Substring) -> Substring {
        let text = trimmed(name)
        return trimmed(text.prefix { !isMarkup($0) })
    }

    /// The name for messages, logs and counters: none of the markup, which may hold values, and at most 64 characters,
    /// the longest that OpenAI lets a client declare.
    static func label(of name: String) -> String { String(withoutMarkup(name.prefix(256)).prefix(64)) }

    /// More than markup follows the name: what was meant as arguments, perhaps. Marks of a channel and attributes are not.
    static func holdsContent(_ name: String) -> Bool {
        let start = trimmed(name[...])
        let rest = start.drop { !isMarkup($0) }
        if rest.hasPrefix("<|") || rest.hasPrefix("\"") { return false }
        let parts = rest.split(separator: "<", omittingEmptySubsequences: false)
        let outsideOfTags = parts.prefix(1) + parts.dropFirst().map { $0.drop { $0 != ">" } }
        return outsideOfTags.joined().contains { $0.isLetter || $0.isNumber }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: isPadding)
        guard let last = start.lastIndex(where: { !isPadding($0) }) else { return "" }
        return start[...last]
    }

    /// Kimi's ids are `functions.NAME:0`, and it writes such an id for a name.
    private static func withoutCount(_ text: Substring) -> Substring {
        guard let colon = text.lastIndex(of: ":") else { return text }
        let count = text[text.index(after: colon)...]
        return !count.isEmpty && count.allSatisfy { $0.isASCII && $0.isNumber } ? text[..<colon] : text
    }

    private static func withoutPrefix(_ text: Substring) -> Substring {
        let start = text.prefix(16).lowercased()
        return prefixes.first(where: start.hasPrefix).map { text.dropFirst($0.count) } ?? text
    }

    private static func isPadding(_ character: Character) -> Bool { character.isWhitespace || "\"'`“”‘’".contains(character) }

    /// `Bash<arg_key>`, `Bash\n…`, `Bash[ARGS]`, `Bash(…)`, `Bash{…`, `Bash" id=…`: no declared name holds any of these.
    private static func isMarkup(_ character: Character) -> Bool { character.isNewline || "<>[](){}|\"`".contains(character) }
}
