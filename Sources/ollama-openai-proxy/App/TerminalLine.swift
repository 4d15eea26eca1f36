/// A line of the log as a terminal shows it: in rows of at most 120 columns, coloured by its level.
enum TerminalLine {
    static let width = 120
    /// Select Graphic Rendition of ECMA-48: grey, yellow, red.
    private static let colours: [LogLevel: Int] = [.debug: 90, .warning: 33, .error: 31]

    static func rows(of line: String, _ level: LogLevel) -> String {
        var (rows, rest) = ([String](), line)
        while rest.count > width {
            let row = rest.prefix(width + 1)
            // A name may be longer than a row.
            let end = row.dropFirst(width / 2).lastIndex(of: " ") ?? row.index(before: row.endIndex)
            rows.append(String(row[..<end]))
            rest = "    " + rest[end...].drop { $0 == " " }
        }
        let text = (rows + [rest]).joined(separator: "\n")
        return colours[level].map { "\u{1B}[\($0)m\(text)\u{1B}[0m" } ?? text
    }
}
