enum LogLevel: Int, Sendable, Comparable {
    case debug, info, warning, error

    static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
}

/// `terminal` is text for eyes: see `TerminalLine`.
enum LogFormat: Sendable { case text, json, terminal }

/// Writes one line an event to standard error, as `key=value` text or as JSON.
struct Log: Sendable {
    let level: LogLevel
    let format: LogFormat
    var output = LogOutput.standardError

    /// A value as it shall stand in the line; `number` stays bare in JSON, and `nil` does not stand there.
    enum Value: Sendable {
        case text(String)
        case number(Int)
        case flag(Bool)
    }

    /// What is not written is not made.
    func write(_ level: LogLevel, _ message: @autoclosure () -> String, _ details: @autoclosure () -> [(String, Value?)] = []) {
        guard level >= self.level else { return }
        output.append(line(level, message(), details())) { line(.warning, "\($0) log lines were dropped: nobody reads the log") }
    }

    private func line(_ level: LogLevel, _ message: String, _ details: [(String, Value?)] = []) -> ByteBuffer {
        var line = format == .json ? json(level, message, details) : text(level, message, details)
        if line.storage.contains(where: { $0 >= 0x7F }) { line = ByteBuffer(line.text.visible) }
        if format == .terminal { line = ByteBuffer(TerminalLine.rows(of: line.text, level)) }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func json(_ level: LogLevel, _ message: String, _ details: [(String, Value?)]) -> ByteBuffer {
        JSONWriter.object { json in
            json.members(["time": Timestamp.now, "level": "\(level)", "message": message])
            for case (let name, let value?) in details {
                json.name(escaping: name)
                switch value {
                case .text(let text): json.string(text)
                case .number(let number): number.write(into: &json)
                case .flag(let flag): flag.write(into: &json)
                }
            }
        }
    }

    private func text(_ level: LogLevel, _ message: String, _ details: [(String, Value?)]) -> ByteBuffer {
        var line = ByteBuffer("\(format == .terminal ? Timestamp.local : Timestamp.now) \(level) ")
        line.appendEscaped(message)
        for case (let name, let value?) in details {
            line.append(text: " \(name)=")
            switch value {
            case .text(let text): Self.appendText(text, to: &line)
            case .number(let number): line.append(decimal: number)
            case .flag(let flag): line.append(flag ? "true" : "false")
            }
        }
        return line
    }

    /// Quoted where it holds spaces, quotes, control characters or what would look like another value, so that a name from outside cannot forge a line.
    private static func appendText(_ text: String, to line: inout ByteBuffer) {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"\\=".utf8.contains($0) }
        guard !isPlain else { return line.append(text: text) }
        line.append("\"")
        line.appendEscaped(text)
        line.append("\"")
    }
}

extension String {
    /// With what is not seen, or changes where the rest is seen (controls, marks of direction and format, line separators,
    /// wide spaces), as JSON's escapes; line breaks stay.
    var visible: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\n", .format, .lineSeparator, .paragraphSeparator,
                .spaceSeparator where scalar != " ":
                for unit in String(scalar).utf16 { text += "\\u" + String(0x10000 + Int(unit), radix: 16).dropFirst() }
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// The wall clock as RFC 3339 writes it, in UTC with milliseconds.
enum Timestamp {
    static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let milliseconds = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
        return InternetTime.text(time.tv_sec, fraction: ".\(milliseconds)")
    }

    /// Hours, minutes and seconds where the program runs.
    static var local: String {
        var (seconds, fields) = (time(nil), tm())
        localtime_r(&seconds, &fields)
        return [fields.tm_hour, fields.tm_min, fields.tm_sec].map { String(100 + $0).dropFirst() }.joined(separator: ":")
    }
}
