/// Moments by the calendar, as standards write them. Seconds are those since 1970, in UTC.
enum InternetTime {
    /// Reads RFC 3339 section 5.6; `nil` when the text is no such moment. Fractions of a second are dropped.
    static func seconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            let digits = bytes[range]
            guard digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), 1...12 ~= month, 1...31 ~= day
        else { return nil }
        var offset = 0
        let zone = bytes[19...].drop { $0 == UInt8(ascii: ".") || ($0 >= 0x30 && $0 <= 0x39) }
        if let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            let start = zone.startIndex
            guard let hours = number(start + 1..<start + 3), let minutes = number(start + 4..<start + 6) else { return nil }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -60 : 60)
        }
        // Days since 1970 in the proleptic Gregorian calendar, the year counted from March.
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return days * 86_400 + hour * 3_600 + minute * 60 + second - offset
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
