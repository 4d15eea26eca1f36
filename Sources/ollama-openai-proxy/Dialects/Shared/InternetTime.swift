/// Moments by the calendar, as standards write them. Seconds are those since 1970, in UTC.
enum InternetTime {
    /// Reads RFC 3339 section 5.6; `nil` when the text is no such moment. Fractions of a second are dropped.
    static func seconds(_ text: String) -> Int? {
        let numbers = text.prefix(19).split { "-T:".contains($0) }.compactMap { Int32($0) }
        guard numbers.count == 6, 1...12 ~= numbers[1], 1...31 ~= numbers[2] else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        let zone = text.dropFirst(19).drop { $0 == "." || $0.isNumber }
        guard zone.hasPrefix("+") || zone.hasPrefix("-") else { return timegm(&parts) }
        let offset = zone.dropFirst().prefix(5).split(separator: ":").compactMap { Int($0) }
        guard offset.count == 2 else { return nil }
        return timegm(&parts) - (offset[0] * 60 + offset[1]) * (zone.hasPrefix("-") ? -60 : 60)
    }

    /// RFC 3339 section 5.6, kept between the years 1970 and 9999.
    ///
    /// - Parameter fraction: of the second, with its point.
    static func text(_ seconds: Int, fraction: String = "") -> String { text(seconds, as: "%Y-%m-%dT%H:%M:%S") + fraction + "Z" }

    /// The value of the field Date (RFC 9110 section 5.6.7), kept likewise.
    static func httpDate(_ seconds: Int) -> String { text(seconds, as: "%a, %d %b %Y %H:%M:%S GMT") }

    /// Nothing here chooses a locale, so that names are those of C's own.
    private static func text(_ seconds: Int, as format: String) -> String {
        var seconds = min(max(0, seconds), 253_402_300_799)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            _ = strftime(text.baseAddress!, text.count, format, &parts)
            return String(cString: text.baseAddress!)
        }
    }
}
