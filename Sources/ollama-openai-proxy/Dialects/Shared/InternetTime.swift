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
    static func text(_ seconds: Int, fraction: String = "") -> String {
        let date = Date(seconds)
        return "\(date.year)-\(two(date.month))-\(two(date.day))T\(date.time)\(fraction)Z"
    }

    /// The value of the field Date (RFC 9110 section 5.6.7), kept likewise.
    static func httpDate(_ seconds: Int) -> String {
        let date = Date(seconds)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        return "\(days[date.daysSince1970 % 7]), \(two(date.day)) \(months[date.month - 1]) \(date.year) \(date.time) GMT"
    }

    private struct Date {
        let daysSince1970, year, month, day: Int
        let time: String

        /// The proleptic Gregorian calendar in eras of 400 years, which begin on a first of March.
        init(_ seconds: Int) {
            let seconds = min(max(0, seconds), 253_402_300_799)
            daysSince1970 = seconds / 86_400
            let days = daysSince1970 + 719_468
            let dayOfEra = days % 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shifted = (5 * dayOfYear + 2) / 153
            month = shifted < 10 ? shifted + 3 : shifted - 9
            year = days / 146_097 * 400 + yearOfEra + (month <= 2 ? 1 : 0)
            day = dayOfYear - (153 * shifted + 2) / 5 + 1
            time = "\(two(seconds / 3_600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        }
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
